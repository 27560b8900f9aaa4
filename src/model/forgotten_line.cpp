#include "model/forgotten_line.hpp"

#include "base/text.hpp"

namespace earprint::model {

namespace {
constexpr std::string_view kBegin = "{\"forgotten\":", kKeyBegin = "forgotten ";
}

std::string ForgottenLine(std::string_view listener) {
  std::string line(kBegin);
  base::AppendJsonString(listener, line);
  return line + '}';
}

std::string ForgottenKey(EventType type, std::string_view listener) {
  return (type == EventType::kAudioFeatures ? std::string(kKeyBegin) : std::string()) + std::string(listener);
}

std::optional<std::string_view> ForgottenIn(EventType type, std::string_view key, std::string_view line) {
  if (!line.starts_with(kBegin)) return {};
  if (type == EventType::kAudioFeatures) {
    if (!key.starts_with(kKeyBegin)) return {};
    key.remove_prefix(kKeyBegin.size());
  }
  return line == ForgottenLine(key) ? std::optional(key) : std::nullopt;
}

bool GoesWithListener(EventType type, std::string_view source) {
  return type != EventType::kAudioFeatures || IsFromApi(source);
}

}  // namespace earprint::model
