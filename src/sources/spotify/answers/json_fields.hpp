#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utc_time.hpp"

namespace earprint::sources::spotify {

/// Why a part of an answer could not be taken, and where in it: "items[3].track.duration_ms".
struct JsonReject {
  std::string place;
  std::string reason;
};

template <typename T>
using Read = std::expected<T, JsonReject>;

/// Reads the fields of one JSON object by kind. A field that is absent or null is nothing; one of another
/// kind makes the whole object a reject, of which the first is remembered.
class JsonFields {
 public:
  /// The object must outlive this. Anything but an object is a reject at once.
  JsonFields(const boost::json::value& value, std::string place);

  std::optional<std::string> Text(std::string_view key);
  std::optional<double> Number(std::string_view key);
  std::optional<bool> Flag(std::string_view key);

  /// A whole number; one written as a float without a fraction (204053.0) is one too.
  std::optional<std::int64_t> Whole(std::string_view key, std::int64_t least = 0,
                                    std::int64_t most = std::numeric_limits<std::int64_t>::max());

  /// An instant as text; an empty one is nothing.
  std::optional<base::UtcMs> Instant(std::string_view key);

  /// An object or an array, as it is.
  const boost::json::value* Object(std::string_view key);
  const boost::json::array* Array(std::string_view key);

  /// What a reader makes of an object.
  template <typename T>
  std::optional<T> Child(std::string_view key, Read<T> (*reader)(const boost::json::value&, std::string)) {
    const boost::json::value* object = Object(key);
    if (object == nullptr) return std::nullopt;
    return Adopt(reader(*object, PlaceOf(key)));
  }

  /// What a reader makes of each element of an array; nulls are left out.
  template <typename T>
  std::vector<T> Children(std::string_view key, Read<T> (*reader)(const boost::json::value&, std::string)) {
    std::vector<T> children;
    const boost::json::array* array = Array(key);
    if (array == nullptr) return children;
    for (std::size_t i = 0; i < array->size(); ++i) {
      if ((*array)[i].is_null()) continue;
      auto child = Adopt(reader((*array)[i], PlaceOf(key) + "[" + std::to_string(i) + "]"));
      if (!child) return {};
      children.push_back(std::move(*child));
    }
    return children;
  }

  /// Whether a key is there, null or not.
  bool Has(std::string_view key) const { return fields_ != nullptr && fields_->if_contains(key) != nullptr; }

  std::string PlaceOf(std::string_view key) const;
  void Refuse(std::string_view key, std::string reason);

  /// The thing read, unless something was of the wrong kind.
  template <typename T>
  Read<T> End(T thing) {
    if (reject_) return std::unexpected(std::move(*reject_));
    return thing;
  }

 private:
  /// The field, if it is there and not null.
  const boost::json::value* Find(std::string_view key) const;

  template <typename T>
  std::optional<T> Adopt(Read<T> child) {
    if (child) return std::move(*child);
    if (!reject_) reject_ = std::move(child).error();
    return std::nullopt;
  }

  const boost::json::object* fields_ = nullptr;
  std::string place_;
  std::optional<JsonReject> reject_;
};

/// What kind of value this is, in words: "a text".
std::string_view KindOf(const boost::json::value& value);

}  // namespace earprint::sources::spotify
