#include "base/hash.hpp"

#include <xxhash.h>

#include "base/ensure.hpp"

namespace earprint::base {

Hash128 HashBytes(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

void AppendHex(std::uint64_t value, int digits, std::string& out) {
  ENSURE(digits >= 1 && digits <= 16, "a 64-bit value has 1 to 16 hexadecimal digits");
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int i = digits - 1; i >= 0; --i) out += kDigits[(value >> (4 * i)) & 0xF];
}

std::string HashText(std::string_view bytes) {
  const Hash128 hash = HashBytes(bytes);
  std::string text;
  AppendHex(hash.high, 16, text);
  AppendHex(hash.low, 16, text);
  return text;
}

}  // namespace earprint::base
