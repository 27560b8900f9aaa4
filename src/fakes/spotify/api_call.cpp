#include "fakes/spotify/api_call.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "base/text.hpp"
#include "fakes/spotify/request_gate.hpp"
#include "fakes/web_codec.hpp"

namespace earprint::fakes {

bool ApiCall::Wants(std::string_view additional_type) const {
  const std::string types = request.Query("additional_types").value_or("");
  return std::ranges::count(base::Split(types, ','), additional_type) > 0;
}

std::optional<WebAnswer> ApiCall::Lacks(std::initializer_list<std::string_view> any_of) const {
  if (listener == nullptr) return ApiError(401, "Valid user authentication required");
  const bool has = any_of.size() == 0 || std::ranges::any_of(any_of, [this](std::string_view scope) {
                     return scopes.contains(std::string(scope));
                   });
  if (has) return std::nullopt;
  if (Part(1) == "player") return ApiError(401, "Permissions missing");
  return ApiError(403, "Insufficient client scope");
}

WebAnswer Json(const boost::json::value& body, int status) {
  WebAnswer answer;
  answer.status = status;
  answer.body = boost::json::serialize(body);
  return answer;
}

WebAnswer Gone() { return ApiError(403, "Forbidden"); }

WebAnswer NotFound() { return ApiError(404, "Resource not found"); }

std::int64_t ReadNumber(const ApiCall& call, std::string_view name, Bounds bounds,
                        std::optional<WebAnswer>& wrong) {
  const auto text = call.request.Query(name);
  if (!text) return bounds.otherwise;
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failed != std::errc() || end != text->data() + text->size() || value < bounds.low ||
      value > bounds.high) {
    wrong = ApiError(400, "Invalid " + std::string(name));
  }
  return value;
}

TextPairs OtherParameters(const ApiCall& call) {
  TextPairs others;
  for (const auto& each : call.request.query) {
    if (each.first != "limit" && each.first != "offset") others.push_back(each);
  }
  return others;
}

OffsetPage PageOf(const ApiCall& call, const PageRules& rules, std::size_t count,
                  const std::function<boost::json::value(std::size_t)>& make) {
  OffsetPage result;
  const std::int64_t limit =
      ReadNumber(call, "limit", {1, rules.limit_max, rules.limit_default}, result.wrong);
  const std::int64_t offset = ReadNumber(call, "offset", {0, rules.offset_max, 0}, result.wrong);
  if (result.wrong) return result;
  const auto address = [&](std::int64_t at) {
    std::string text =
        call.api + rules.path + "?offset=" + std::to_string(at) + "&limit=" + std::to_string(limit);
    for (const auto& [name, value] : rules.also)
      text += "&" + PercentEncode(name) + "=" + PercentEncode(value);
    return text;
  };
  const auto total = static_cast<std::int64_t>(count);
  boost::json::array items;
  for (std::int64_t at = offset; at < std::min(total, offset + limit); ++at) {
    items.push_back(make(static_cast<std::size_t>(at)));
  }
  boost::json::object& page = result.page;
  page["href"] = address(offset);
  page["items"] = std::move(items);
  page["limit"] = limit;
  page["next"] = nullptr;
  if (offset + limit < total && offset + limit <= rules.offset_max) page["next"] = address(offset + limit);
  page["offset"] = offset;
  page["previous"] = nullptr;
  if (offset > 0) page["previous"] = address(std::max<std::int64_t>(0, offset - limit));
  page["total"] = total;
  return result;
}

}  // namespace earprint::fakes
