#include "base/retry_after.hpp"

#include <gtest/gtest.h>

namespace earprint::base {
namespace {

constexpr UtcMs kNow{784'111'777'000};  // 1994-11-06T08:49:37Z
constexpr std::int64_t kMaxMs = kMsPerDay;

std::optional<std::int64_t> WaitMs(std::string_view value) {
  const auto at = ReadRetryAfter(value, kNow, kMaxMs);
  return at ? std::optional(at->value - kNow.value) : std::nullopt;
}

TEST(ReadRetryAfter, TakesSecondsUpToTheLongestWait) {
  EXPECT_EQ(WaitMs("0"), 0);
  EXPECT_EQ(WaitMs(" 120 "), 120'000);
  EXPECT_EQ(WaitMs("99999999"), kMaxMs);
  EXPECT_EQ(WaitMs("99999999999999999999999999"), kMaxMs);
}

TEST(ReadRetryAfter, TakesADateInEachOfItsForms) {
  for (const auto* date : {"Sun, 06 Nov 1994 08:50:07 GMT", "Sunday, 06-Nov-94 08:50:07 GMT",
                           "Sun Nov  6 08:50:07 1994", "  Sun, 06 Nov 1994 08:50:07 GMT "}) {
    EXPECT_EQ(WaitMs(date), 30'000) << date;
  }
  EXPECT_EQ(WaitMs("Tue, 29 Feb 2028 00:00:00 GMT"), kMaxMs) << "no longer than the longest wait";
  EXPECT_EQ(WaitMs("Sun, 06 Nov 1994 08:49:36 GMT"), 0) << "what is past is now";
  EXPECT_EQ(WaitMs("Wednesday, 01-Jan-70 00:00:00 GMT"), 0) << "1970 and not 2070";
}

TEST(ReadRetryAfter, TakesNothingElse) {
  for (const auto* text :
       {"", " ", "-1", "-99999999999999999999999", "soon", "1.5", "120 s", "1e3", "Sun, 06 Nov 1994",
        "Sun, 31 Feb 1995 08:50:07 GMT", "Sun, 06 Foo 1994 08:50:07 GMT", "Sun, 06 Nov 1994 24:50:07 GMT",
        "Sun, 06 Nov 1994 08:50:07 CET", "Sun, 06 Nov -1994 08:50:07:08 GMT", "a b c d e f g h",
        "1994-11-06T08:50:07Z"}) {
    EXPECT_EQ(WaitMs(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace earprint::base
