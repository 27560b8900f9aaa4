#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"

namespace earprint::base {
namespace {

// Ids in stores that exist depend on these: a value that changes here is a lake that no longer matches its
// exports.
TEST(Hash, IsThePublishedXxh3OfEveryMachine) {
  EXPECT_EQ(HashBytes(""), (Hash128{0x99aa06d3014798d8, 0x6001c324468d497f}));
  std::string hex;
  AppendHex(HashBytes("").high, 16, hex);
  EXPECT_EQ(hex, "99aa06d3014798d8");
  EXPECT_NE(HashBytes("a"), HashBytes("b"));
  EXPECT_NE(HashBytes("a"), HashBytes(std::string_view("a\0", 2)));
}

TEST(Hash, HexIsPaddedAndCutToItsDigits) {
  std::string out = "x";
  AppendHex(0xABC, 5, out);
  AppendHex(0xABC, 2, out);
  EXPECT_EQ(out, "x00abcbc");
}

TEST(Error, TellsWhatFailedOnWhatWhyAndWhatToTry) {
  const Error error{ErrorCode::kNotFound, "read zip", "x.zip", "it ends early", "download it again"};
  EXPECT_EQ(error.Text(), "read zip failed on x.zip: it ends early (try: download it again)");
  EXPECT_EQ(Error{error}.Within("import").Text(),
            "import: read zip failed on x.zip: it ends early (try: download it again)");
  EXPECT_EQ((Error{ErrorCode::kConflict, "open", "", "", ""}).Text(), "open failed");
  EXPECT_EQ(CodeName(ErrorCode::kRetryLater), "retry_later");
}

}  // namespace
}  // namespace earprint::base
