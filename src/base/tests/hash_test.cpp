#include "base/hash.hpp"

#include <gtest/gtest.h>

namespace earprint::base {
namespace {

struct Vector {
  std::size_t size;
  std::uint64_t low, high;
};

/// The bytes over which xxHash publishes its test vectors.
std::string VectorBytes(std::size_t size) {
  std::string bytes;
  std::uint64_t state = 2'654'435'761U;
  for (std::size_t i = 0; i < size; ++i) {
    bytes += static_cast<char>(state >> 56);
    state *= 11'400'714'785'074'694'797U;
  }
  return bytes;
}

/// Ids of events rest on these values: another hash would make every known event a new one.
TEST(HashBytes, IsXxh3OfOneHundredAndTwentyEightBitsAsPublished) {
  for (const Vector& vector :
       {Vector{0, 0x6001C324468D497F, 0x99AA06D3014798D8}, Vector{1, 0xC44BDFF4074EECDB, 0xA6CD5E9392000F6A},
        Vector{6, 0x3E7039BDDA43CFC6, 0x082AFE0B8162D12A}, Vector{12, 0x061A192713F69AD9, 0x6E3EFD8FC7802B18},
        Vector{24, 0x1E7044D28B1B901D, 0x0CE966E4678D3761},
        Vector{48, 0xF942219AED80F67B, 0xA002AC4E5478227E},
        Vector{81, 0x5E8BAFB9F95FB803, 0x4952F58181AB0042},
        Vector{222, 0xF1AEBD597CEC6B3A, 0x337E09641B948717},
        Vector{403, 0xCDEB804D65C6DEA4, 0x1B6DE21E332DD73D},
        Vector{512, 0x617E49599013CB6B, 0x18D2D110DCC9BCA1},
        Vector{2048, 0xDD59E2C3A5F038E0, 0xF736557FD47073A5}}) {
    const Hash128 hash = HashBytes(VectorBytes(vector.size));
    EXPECT_EQ(hash.low, vector.low) << vector.size;
    EXPECT_EQ(hash.high, vector.high) << vector.size;
  }
}

TEST(HashBytes, DoesNotDependOnWhereTheBytesLie) {
  const std::string padded = "x" + VectorBytes(300);
  EXPECT_EQ(HashBytes(std::string_view(padded).substr(1)), HashBytes(VectorBytes(300)));
}

TEST(AppendHex, WritesTheLowestDigitsWithLeadingZeros) {
  std::string hex;
  AppendHex(0xABC, 4, hex);
  AppendHex(0xFEDCBA9876543210, 16, hex);
  AppendHex(0x123, 1, hex);
  EXPECT_EQ(hex, "0abcfedcba98765432103");
}

TEST(HashText, WritesTheHigherHalfFirst) { EXPECT_EQ(HashText(""), "99aa06d3014798d86001c324468d497f"); }

}  // namespace
}  // namespace earprint::base
