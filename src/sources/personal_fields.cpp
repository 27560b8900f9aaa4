#include "sources/personal_fields.hpp"

#include <array>

#include "base/text.hpp"
#include "model/event_batch.hpp"

namespace earprint::sources {

namespace {

constexpr std::array<std::string_view, 6> kPersonalStems = {"ip_addr",   "ipaddr",   "user_agent",
                                                            "useragent", "username", "user_name"};

/// End of the JSON value that begins at `at`: past the closing quote, or before the next , } ] or line end.
std::size_t ValueEnd(std::string_view json, std::size_t at) {
  if (at < json.size() && json[at] == '"') {
    for (std::size_t i = at + 1; i < json.size(); ++i) {
      if (json[i] == '\\') {
        ++i;
      } else if (json[i] == '"') {
        return i + 1;
      }
    }
    return json.size();  // never closed: all that follows may belong to the value
  }
  const std::size_t end = json.find_first_of(",}]\n", at);
  return end == std::string_view::npos ? json.size() : end;
}

void CutToLimit(std::string& text) {
  if (text.size() <= model::kRejectRawMax) return;
  std::size_t end = model::kRejectRawMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
}

}  // namespace

bool IsPersonalField(std::string_view name) {
  const std::string lower = base::AsciiLower(name);
  for (const std::string_view stem : kPersonalStems) {
    if (lower.find(stem) != std::string::npos) return true;
  }
  return false;
}

std::string WithoutPersonalFields(std::string_view json) {
  std::string kept;
  const std::size_t limit = model::kRejectRawMax * 2;
  std::size_t at = 0;
  while (at < json.size() && kept.size() < limit) {
    const std::size_t open = json.find('"', at);
    if (open == std::string_view::npos) break;
    const std::size_t close = ValueEnd(json, open);
    kept.append(json, at, close - at);
    at = close;
    const std::string_view name = json.substr(open + 1, close - open - 1);
    std::size_t colon = json.find_first_not_of(" \t\r\n", close);
    if (colon == std::string_view::npos || json[colon] != ':' || !IsPersonalField(name)) continue;
    const std::size_t value = json.find_first_not_of(" \t\r\n", colon + 1);
    kept += ":null";
    at = value == std::string_view::npos ? json.size() : ValueEnd(json, value);
  }
  if (at < json.size() && kept.size() < limit) kept.append(json, at, limit);
  CutToLimit(kept);
  return kept;
}

}  // namespace earprint::sources
