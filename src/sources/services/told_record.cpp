#include "sources/services/told_record.hpp"

#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace earprint::sources {

std::optional<JsonElement> PartOf(JsonElement element, std::string_view pointer) {
  JsonElement part;
  if (element.at_pointer(pointer).get(part) || part.is_null()) return {};
  return part;
}

std::string_view TextOf(JsonElement element, std::string_view pointer) {
  const auto part = PartOf(element, pointer);
  std::string_view text;
  if (!part || part->get_string().get(text)) return {};
  return base::Trim(text);
}

std::optional<std::int64_t> ThousandthsOf(JsonElement element, std::string_view pointer) {
  constexpr double kLargest = 9e15;
  constexpr std::int64_t kLargestWhole = 9'000'000'000'000'000;
  const auto part = PartOf(element, pointer);
  if (!part) return {};
  std::int64_t whole = 0;
  double real = 0;
  if (!part->get_int64().get(whole)) {
    if (whole < -kLargestWhole || whole > kLargestWhole) return {};
    return whole * 1'000;
  }
  if (!part->get_double().get(real)) {
    if (!(real > -kLargest && real < kLargest)) return {};
    return std::llround(real * 1'000);
  }
  const std::string_view digits = TextOf(element, pointer);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
  if (digits.empty() || read.ec != std::errc() || read.ptr != digits.data() + digits.size() ||
      whole < -kLargestWhole || whole > kLargestWhole)
    return {};
  return whole * 1'000;
}

}  // namespace earprint::sources
