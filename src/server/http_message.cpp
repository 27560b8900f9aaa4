#include "server/http_message.hpp"

#include <boost/json.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/grammar/charset.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/pchars.hpp>

#include "base/text.hpp"

namespace earprint::server {

namespace {

using base::ErrorCode;

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidInput:
      return 400;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kUnauthorized:
      return 403;
    case ErrorCode::kRetryLater:
      return 503;
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kCorrupt:
      return 500;
    case ErrorCode::kUnsupported:
      return 422;
  }
  return 500;
}

/// What may stand in a target as it is; everything else that people type, such as > or |, is encoded for
/// them.
struct TargetChars {
  constexpr bool operator()(char c) const noexcept { return boost::urls::pchars(c) || c == '/' || c == '?'; }
};

bool IsCleanText(std::string_view text) {
  return text.find('\0') == std::string_view::npos && base::ToValidUtf8(text) == text;
}

}  // namespace

std::string_view Request::Header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

std::string_view Request::Query(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

std::optional<std::string> BodyText(const Request& request, std::string_view key) {
  boost::system::error_code failed;
  const boost::json::value body = boost::json::parse(request.body, failed);
  const boost::json::object* object = failed ? nullptr : body.if_object();
  const boost::json::value* value = object == nullptr ? nullptr : object->if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

Response Problem(const base::Error& error, int status) {
  Response response;
  response.status = status == 0 ? StatusOf(error.code) : status;
  response.content_type = "application/problem+json";
  std::string title = error.op + " failed";
  std::string detail = error.subject.empty() ? error.cause : error.subject + ": " + error.cause;
  response.body =
      "{\"type\":\"urn:earprint:problem:" + std::string(base::CodeName(error.code)) + "\",\"title\":";
  base::AppendJsonString(base::ToValidUtf8(title), response.body);
  response.body += ",\"status\":" + std::to_string(response.status) + ",\"detail\":";
  base::AppendJsonString(base::ToValidUtf8(detail), response.body);
  if (!error.hint.empty()) {
    response.body += ",\"hint\":";
    base::AppendJsonString(base::ToValidUtf8(error.hint), response.body);
  }
  response.body += '}';
  return response;
}

Response BadRequest(const std::string& cause, int status) {
  return Problem({ErrorCode::kInvalidInput, "read request", "", cause, ""}, status);
}

base::Result<void> ParseTarget(std::string_view target, Request& request) {
  const auto malformed = [&target] {
    return base::Fail(ErrorCode::kInvalidInput, "read request", base::ToValidUtf8(target.substr(0, 80)),
                      "the address is malformed", "percent-encode what is not a plain character");
  };
  if (!target.starts_with('/')) return malformed();
  std::string encoded;
  for (const std::string_view part : base::Split(target, '%')) {  // what is encoded already stays
    if (part.data() != target.data()) encoded += '%';
    encoded += boost::urls::encode({part.data(), part.size()}, TargetChars());
  }
  const auto url = boost::urls::parse_origin_form(encoded);
  if (!url) return malformed();
  request.path = url->path();
  if (!IsCleanText(request.path)) return malformed();
  const std::size_t question = target.find('?');
  if (question != std::string_view::npos) request.query_text = target.substr(question + 1);
  for (const auto& parameter : url->params()) {
    std::string value(parameter.value);
    if (!IsCleanText(parameter.key) || !IsCleanText(value)) return malformed();
    request.query.emplace_back(std::string(parameter.key), std::move(value));
  }
  return {};
}

bool HasTag(const Request& request, std::string_view tag) {
  for (const std::string_view named : base::Split(request.Header("if-none-match"), ',')) {
    std::string_view known = base::Trim(named);
    if (known == "*") return true;
    if (known.starts_with("W/")) known.remove_prefix(2);
    if (known == tag) return true;
  }
  return false;
}

}  // namespace earprint::server
