#include "sources/personal_fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "model/event_batch.hpp"

namespace earprint::sources {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// As parts of a name: "ip_addr_decrypted", "deviceUserAgent".
constexpr std::array<std::string_view, 9> kPersonalStems = {"ip_addr",   "ipaddr",    "user_agent",
                                                            "useragent", "username",  "user_name",
                                                            "latitude",  "longitude", "collaborator"};
// As whole names only, since they are words of titles too.
constexpr std::array<std::string_view, 3> kPersonalNames = {"city", "region", "metro_code"};

bool HoldsStem(std::string_view lower) {
  return std::ranges::any_of(kPersonalStems, [lower](auto stem) { return lower.contains(stem); });
}

/// A JSON text in lower case with its escapes of ASCII characters resolved: "user\u006eame" is a name too.
std::string Spelled(std::string_view json) {
  std::string text;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] != '\\' || i + 1 == json.size()) {
      text += json[i];
      continue;
    }
    ++i;
    unsigned code = 0;
    const std::string_view digits = json[i] == 'u' ? json.substr(i + 1, 4) : std::string_view();
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() == 4 && read.ptr == digits.data() + 4) {
      text += code < 0x80 ? static_cast<char>(code) : '?';
      i += 4;
    } else {
      text += json[i];
    }
  }
  return base::AsciiLower(text);
}

/// One past the closing quote of the string that opens at `open`; the text's end when it is never closed.
std::size_t StringEnd(std::string_view json, std::size_t open) {
  for (std::size_t i = open + 1; i < json.size(); ++i) {
    if (json[i] == '\\') {
      ++i;
    } else if (json[i] == '"') {
      return i + 1;
    }
  }
  return json.size();
}

std::optional<std::size_t> BracketEnd(std::string_view json, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t i = open; i < json.size();) {
    const char c = json[i];
    i = c == '"' ? StringEnd(json, i) : i + 1;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return i;
  }
  return {};
}

std::size_t LiteralEnd(std::string_view json, std::size_t at) {
  return std::min(json.find_first_not_of("abcdefghijklmnopqrstuvwxyzE0123456789+-.", at), json.size());
}

/// End of the JSON value that begins at `at`; nothing when damage leaves open where the value ends.
std::optional<std::size_t> ValueEnd(std::string_view json, std::size_t at) {
  std::optional<std::size_t> end;
  if (json[at] == '{' || json[at] == '[') {
    end = BracketEnd(json, at);
  } else {
    end = json[at] == '"' ? StringEnd(json, at) : LiteralEnd(json, at);
  }
  if (!end || *end == at) return {};
  const std::size_t next = json.find_first_not_of(kBlanks, *end);
  if (next == std::string_view::npos || json[next] == '}' || json[next] == ']') return end;
  const std::size_t name = json.find_first_not_of(kBlanks, next + 1);
  const bool goes_on = json[next] == ',' && (name == std::string_view::npos || json[name] == '"');
  return goes_on ? end : std::nullopt;
}

void CutToLimit(std::string& text) {
  if (text.size() <= model::kRejectRawMax) return;
  std::size_t end = model::kRejectRawMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
}

/// Appends the part of the JSON that may be kept; ends where it can no longer be told what is personal.
void AppendImpersonal(std::string_view json, std::size_t bytes_max, std::string& kept) {
  for (std::size_t at = 0; at < json.size() && kept.size() < bytes_max;) {
    const std::size_t open = std::min(json.find('"', at), json.size());
    const std::string_view between = json.substr(at, open - at);
    if (HoldsStem(Spelled(between))) return;  // a name that lost its quote
    kept += between;
    if (open == json.size()) return;
    const std::size_t close = StringEnd(json, open);
    const std::string_view text = json.substr(open, close - open);
    const std::string name = Spelled(text.substr(1, text.size() - (text.size() > 1 ? 2 : 1)));
    const std::size_t colon = json.find_first_not_of(kBlanks, close);
    const bool is_name = colon != std::string_view::npos && json[colon] == ':';
    at = close;
    if (is_name && IsPersonalField(name)) {
      kept += text;
      kept += ":null";
      const std::size_t value = json.find_first_not_of(kBlanks, colon + 1);
      const auto end = value == std::string_view::npos ? std::nullopt : ValueEnd(json, value);
      if (!end) return;
      at = *end;
    } else if (HoldsStem(Spelled(text))) {
      return;
    } else {
      kept += text;
    }
  }
}

}  // namespace

bool IsPersonalField(std::string_view name) {
  const std::string lower = base::AsciiLower(name);
  return HoldsStem(lower) || std::ranges::find(kPersonalNames, lower) != kPersonalNames.end();
}

std::string WithoutPersonalFields(std::string_view json) {
  std::string kept;
  AppendImpersonal(json, model::kRejectRawMax, kept);
  CutToLimit(kept);
  return kept;
}

}  // namespace earprint::sources
