#include "base/error.hpp"

#include <gtest/gtest.h>

#include <set>

namespace earprint::base {
namespace {

TEST(Error, SaysWhatFailedOnWhatWhyAndWhatToTry) {
  const Error error{ErrorCode::kCorrupt, "read zip", "x.zip", "it ends early", "download it again"};
  EXPECT_EQ(error.Text(), "read zip failed on x.zip: it ends early (try: download it again)");
}

TEST(Error, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ((Error{ErrorCode::kNotFound, "open", "", "", ""}).Text(), "open failed");
  EXPECT_EQ((Error{ErrorCode::kNotFound, "open", "a", "", ""}).Text(), "open failed on a");
  EXPECT_EQ((Error{ErrorCode::kNotFound, "open", "", "gone", ""}).Text(), "open failed: gone");
}

TEST(Error, TellsTheSurroundingOperationAndKeepsTheRest) {
  const Error error =
      Error{ErrorCode::kRetryLater, "write", "lake", "disk full", "free space"}.Within("import");
  EXPECT_EQ(error.Text(), "import: write failed on lake: disk full (try: free space)");
  EXPECT_EQ(error.code, ErrorCode::kRetryLater);
}

TEST(Error, EveryCodeHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const ErrorCode code :
       {ErrorCode::kInvalidInput, ErrorCode::kNotFound, ErrorCode::kUnauthorized, ErrorCode::kRetryLater,
        ErrorCode::kConflict, ErrorCode::kCorrupt, ErrorCode::kUnsupported}) {
    EXPECT_TRUE(names.insert(CodeName(code)).second) << CodeName(code);
    EXPECT_NE(CodeName(code), "unknown");
  }
}

TEST(Fail, IsAnyResultsError) {
  const auto broken = []() -> Result<int> { return Fail(ErrorCode::kConflict, "lock", "folder", "held"); };
  ASSERT_FALSE(broken());
  EXPECT_EQ(broken().error().code, ErrorCode::kConflict);
  EXPECT_EQ(broken().error().Text(), "lock failed on folder: held");
}

}  // namespace
}  // namespace earprint::base
