#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace earprint::base {

/// 128 bits of XXH3: fast, well mixed, not cryptographic. Used for ids and fingerprints, never for secrets.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const Hash128&) const = default;
};

/// Hashes bytes; the same bytes give the same value on every machine and in every release.
Hash128 HashBytes(std::string_view bytes);

/// Appends the lowest `digits` (1..16) hexadecimal digits of a value, lower case, zero padded.
void AppendHex(std::uint64_t value, int digits, std::string& out);

/// The hash of bytes as 32 hexadecimal digits, lower case.
std::string HashText(std::string_view bytes);

}  // namespace earprint::base
