#include "sources/spotify/answers/json_fields.hpp"

#include <cmath>

namespace earprint::sources::spotify {

namespace json = boost::json;

namespace {

constexpr double kExactMax = 9'007'199'254'740'992.0;  ///< up to here a double holds each whole number

std::optional<std::int64_t> AsWhole(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) {
    if (value.get_uint64() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return {};
    return static_cast<std::int64_t>(value.get_uint64());
  }
  if (!value.is_double()) return std::nullopt;
  const double number = value.get_double();
  if (!(std::abs(number) <= kExactMax) || number != std::floor(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

JsonFields::JsonFields(const json::value& value, std::string place)
    : fields_(value.if_object()), place_(std::move(place)) {
  if (fields_ == nullptr)
    reject_ = JsonReject{place_, "is " + std::string(KindOf(value)) + ", not an object"};
}

const json::value* JsonFields::Find(std::string_view key) const {
  const json::value* found = fields_ == nullptr ? nullptr : fields_->if_contains(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::string JsonFields::PlaceOf(std::string_view key) const {
  return place_.empty() ? std::string(key) : place_ + "." + std::string(key);
}

void JsonFields::Refuse(std::string_view key, std::string reason) {
  if (!reject_) reject_ = JsonReject{PlaceOf(key), std::move(reason)};
}

std::optional<std::string> JsonFields::Text(std::string_view key) {
  const json::value* found = Find(key);
  if (found == nullptr) return std::nullopt;
  if (found->is_string()) return std::string(found->get_string());
  Refuse(key, "is " + std::string(KindOf(*found)) + ", not a text");
  return std::nullopt;
}

std::optional<std::int64_t> JsonFields::Whole(std::string_view key, std::int64_t least, std::int64_t most) {
  const json::value* found = Find(key);
  if (found == nullptr) return std::nullopt;
  const auto whole = AsWhole(*found);
  if (!whole) {
    Refuse(key, "is " + std::string(KindOf(*found)) + ", not a whole number");
  } else if (*whole < least || *whole > most) {
    Refuse(key, "is out of range");
    return std::nullopt;
  }
  return whole;
}

std::optional<double> JsonFields::Number(std::string_view key) {
  const json::value* found = Find(key);
  if (found == nullptr) return std::nullopt;
  if (found->is_number()) return found->to_number<double>();
  Refuse(key, "is " + std::string(KindOf(*found)) + ", not a number");
  return std::nullopt;
}

std::optional<bool> JsonFields::Flag(std::string_view key) {
  const json::value* found = Find(key);
  if (found == nullptr) return std::nullopt;
  if (found->is_bool()) return found->get_bool();
  Refuse(key, "is " + std::string(KindOf(*found)) + ", not true or false");
  return std::nullopt;
}

std::optional<base::UtcMs> JsonFields::Instant(std::string_view key) {
  const auto text = Text(key);
  if (!text || text->empty()) return std::nullopt;
  const auto instant = base::ParseInstant(*text);
  if (instant) return instant->at;
  Refuse(key, "is no instant");
  return std::nullopt;
}

const json::value* JsonFields::Object(std::string_view key) {
  const json::value* found = Find(key);
  if (found == nullptr || found->is_object()) return found;
  Refuse(key, "is " + std::string(KindOf(*found)) + ", not an object");
  return nullptr;
}

const json::array* JsonFields::Array(std::string_view key) {
  const json::value* found = Find(key);
  if (found == nullptr) return nullptr;
  if (found->is_array()) return &found->get_array();
  Refuse(key, "is " + std::string(KindOf(*found)) + ", not a list");
  return nullptr;
}

std::string_view KindOf(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "true or false";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return "a number";
    case json::kind::string:
      return "a text";
    case json::kind::array:
      return "a list";
    case json::kind::object:
      return "an object";
  }
  return "something";
}

}  // namespace earprint::sources::spotify
