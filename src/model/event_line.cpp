#include "model/event_line.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "base/text.hpp"

namespace earprint::model {

namespace {

constexpr std::string_view kBegin = R"({"specversion":"1.0","id":")";
constexpr std::size_t kHalfDigits = 15;

bool ReadHex(std::string_view digits, std::uint64_t& value) {
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return read.ec == std::errc() && read.ptr == digits.data() + digits.size();
}

}  // namespace

std::optional<EventLine> ReadEventLine(std::string_view line) {
  const auto head = HeadOf(line);
  if (!head) return {};
  EventLine told;
  told.source = head->source;
  told.subject_json = head->subject_json;
  told.id_text = line.substr(kBegin.size(), 2 * kHalfDigits);
  if (!ReadHex(told.id_text.substr(0, kHalfDigits), told.id.identity) ||
      !ReadHex(told.id_text.substr(kHalfDigits), told.id.details) ||
      line[kBegin.size() + 2 * kHalfDigits] != '"') {
    return {};
  }
  constexpr std::string_view kBeforeType = R"(","type":")", kAfterType = R"(","subject":)";
  const auto begin =
      static_cast<std::size_t>(head->source.data() + head->source.size() - line.data()) + kBeforeType.size();
  const auto end = static_cast<std::size_t>(head->subject_json.data() - line.data()) - kAfterType.size();
  told.type = line.substr(begin, end - begin);
  return told;
}

std::optional<std::string_view> ListenerOf(const EventLine& line, std::string& scratch) {
  const std::string_view json = line.subject_json;
  if (!json.contains('\\')) return json.substr(1, json.size() - 2);
  boost::system::error_code failed;
  const boost::json::value value = boost::json::parse(json, failed);
  if (failed || !value.is_string()) return {};
  scratch.assign(value.get_string());
  return scratch;
}

bool ReplaceZeros(std::string& lines) {
  constexpr std::string_view kZero = R"(\u0000)", kInstead = R"(\ufffd)";
  bool has_zeros = false;
  for (std::size_t at = lines.find(kZero); at != std::string::npos; at = lines.find(kZero, at + 1)) {
    std::size_t first = at;  // of the backslashes that stand together: each second one is a text's own
    while (first > 0 && lines[first - 1] == '\\') --first;
    if ((at - first) % 2 != 0) continue;
    lines.replace(at, kZero.size(), kInstead);
    has_zeros = true;
  }
  return has_zeros;
}

bool IsListenerName(std::string_view text) {
  return !text.empty() && text.size() <= kListenerBytesMax && base::WithoutControls(text, '?') == text &&
         base::ToValidUtf8(text) == text && base::Trim(text) == text;
}

namespace {
constexpr std::string_view kForgotten = "{\"forgotten\":", kForgottenKey = "forgotten ";
constexpr std::string_view kOfApi = R"(,"sources":"api")";
}  // namespace

std::string ForgottenLine(std::string_view listener, ForgottenPart part) {
  std::string line(kForgotten);
  base::AppendJsonString(listener, line);
  if (part == ForgottenPart::kFromApi) line += kOfApi;
  return line + '}';
}

std::string ForgottenKey(EventType type, std::string_view listener) {
  return (type == EventType::kAudioFeatures ? std::string(kForgottenKey) : std::string()) +
         std::string(listener);
}

std::optional<ForgottenMark> ForgottenIn(EventType type, std::string_view key, std::string_view line) {
  if (!line.starts_with(kForgotten)) return {};
  if (type == EventType::kAudioFeatures) {
    if (!key.starts_with(kForgottenKey)) return {};
    key.remove_prefix(kForgottenKey.size());
  }
  for (const ForgottenPart part : {ForgottenPart::kAll, ForgottenPart::kFromApi}) {
    if (line == ForgottenLine(key, part)) return ForgottenMark{key, part};
  }
  return {};
}

bool GoesWithListener(EventType type, std::string_view source) {
  return type != EventType::kAudioFeatures || IsFromApi(source);
}

}  // namespace earprint::model
