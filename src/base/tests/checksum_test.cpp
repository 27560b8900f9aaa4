#include "base/checksum.hpp"

#include <gtest/gtest.h>

namespace earprint::base {
namespace {

std::string SumOf(ChecksumKind kind, std::string_view first, std::string_view second = {}) {
  ChecksumRun run(kind);
  run.Add(first);
  run.Add(second);
  return run.Finish();
}

// The test vectors of RFC 1321 and of RFC 3720 (and the usual check value of the polynomial).
TEST(ChecksumRun, SumsAsTheStandardsSay) {
  using namespace std::string_literals;
  EXPECT_EQ(SumOf(ChecksumKind::kMd5, ""),
            "\xd4\x1d\x8c\xd9\x8f\x00\xb2\x04\xe9\x80\x09\x98\xec\xf8\x42\x7e"s);
  EXPECT_EQ(SumOf(ChecksumKind::kMd5, "abc"),
            "\x90\x01\x50\x98\x3c\xd2\x4f\xb0\xd6\x96\x3f\x7d\x28\xe1\x7f\x72"s);
  EXPECT_EQ(SumOf(ChecksumKind::kCrc32c, "123456789"), "\xe3\x06\x92\x83"s);
  EXPECT_EQ(SumOf(ChecksumKind::kCrc32c, ""), "\0\0\0\0"s);
}

TEST(ChecksumRun, DoesNotSeeHowTheBytesCame) {
  for (const ChecksumKind kind : {ChecksumKind::kMd5, ChecksumKind::kCrc32c}) {
    EXPECT_EQ(SumOf(kind, "a", "bc"), SumOf(kind, "abc"));
  }
}

}  // namespace
}  // namespace earprint::base
