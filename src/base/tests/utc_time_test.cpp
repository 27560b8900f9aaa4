#include "base/utc_time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace earprint::base {
namespace {

constexpr std::int64_t kYearZeroMs = -62'167'219'200'000;
constexpr std::int64_t kYearTenThousandMs = 253'402'300'800'000;

std::int64_t MsOf(std::string_view text) {
  const auto read = ParseInstant(text);
  EXPECT_TRUE(read) << text;
  return read ? read->at.value : -1;
}

TEST(ParseInstant, ReadsEveryPrecisionAndSaysWhichItWas) {
  for (const auto& [text, ms, precision] : {std::tuple{"2015-01-12", 1'421'020'800'000, kMsPerDay},
                                            {"2015-01-12 21:31", 1'421'098'260'000, kMsPerMinute},
                                            {"2015-01-12T21:31Z", 1'421'098'260'000, kMsPerMinute},
                                            {"2015-01-12T21:31:09Z", 1'421'098'269'000, kMsPerSecond},
                                            {"2015-01-12 21:31:09", 1'421'098'269'000, kMsPerSecond},
                                            {"2015-01-12T21:31:09.5Z", 1'421'098'269'500, 1L},
                                            {"2015-01-12T21:31:09.123456789Z", 1'421'098'269'123, 1L}}) {
    const auto read = ParseInstant(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->at.value, ms) << text;
    EXPECT_EQ(read->precision_ms, precision) << text;
  }
}

TEST(ParseInstant, KnowsZonesOfHalfAndQuarterHours) {
  const std::int64_t noon = MsOf("2020-06-01T12:00:00Z");
  EXPECT_EQ(MsOf("2020-06-01T17:45:00+05:45"), noon);
  EXPECT_EQ(MsOf("2020-06-01T17:45:00+0545"), noon);
  EXPECT_EQ(MsOf("2020-06-02T00:45:00+12:45"), noon);
  EXPECT_EQ(MsOf("2020-06-01T02:30:00-09:30"), noon);
  EXPECT_EQ(MsOf("2020-06-02T02:00:00+14:00"), noon);
}

TEST(ParseInstant, ReadsDatesFarAway) {
  EXPECT_EQ(MsOf("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(MsOf("1969-12-31T23:59:59.999Z"), -1);
  EXPECT_EQ(MsOf("0000-01-01"), kYearZeroMs);
  EXPECT_EQ(MsOf("9999-12-31T23:59:59.999Z"), kYearTenThousandMs - 1);
  EXPECT_EQ(MsOf("2000-02-29") - MsOf("2000-02-28"), kMsPerDay);
  EXPECT_EQ(MsOf("1900-03-01") - MsOf("1900-02-28"), kMsPerDay) << "no leap year";
}

TEST(ParseInstant, RefusesWhatIsNoInstant) {
  for (const char* wrong : {"",
                            "2015",
                            "2015-01",
                            "2015-1-2",
                            "2015-13-01",
                            "2015-00-10",
                            "2015-01-00",
                            "2015-01-32",
                            "2015-02-29",
                            "1900-02-29",
                            "2015-01-12T",
                            "2015-01-12T21",
                            "2015-01-12T24:00",
                            "2015-01-12T21:60",
                            "2015-01-12T21:31:60",
                            "2015-01-12T21:31:09.",
                            "2015-01-12T21:31:09.1234567890",
                            "2015-01-12T21:31:09ZZ",
                            "2015-01-12T21:31:09+5",
                            "2015-01-12T21:31:09+15:00",
                            "2015-01-12T21:31:09+05:60",
                            " 2015-01-12",
                            "2015-01-12 ",
                            "2015-01-12Z",
                            "2015/01/12",
                            "-015-01-12",
                            "+2015-01-12",
                            "2015-01-12t21:31",
                            "2015-01-12T-1:00",
                            "２015-01-12"}) {
    EXPECT_FALSE(ParseInstant(wrong)) << wrong;
  }
}

TEST(FormatInstant, WritesMillisecondsOnlyWhereThereAreAny) {
  EXPECT_EQ(FormatInstant({1'421'098'269'000}), "2015-01-12T21:31:09Z");
  EXPECT_EQ(FormatInstant({1'421'098'269'005}), "2015-01-12T21:31:09.005Z");
  EXPECT_EQ(FormatInstant({-1}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatInstant({kYearZeroMs}), "0000-01-01T00:00:00Z");
}

TEST(FormatEpochDay, AndBackIsTheSameForEveryDayOfFourCenturies) {
  for (std::int64_t day = -200'000; day < -200'000 + 146'097; ++day) {
    const auto read = ParseInstant(FormatEpochDay(day));
    ASSERT_TRUE(read) << day;
    ASSERT_EQ(read->at.value, day * kMsPerDay);
  }
}

TEST(EpochDay, KnowsWhichDaysThereAre) {
  EXPECT_EQ(EpochDay(1970, 1, 1), 0);
  EXPECT_EQ(EpochDay(2000, 2, 29), 11'016);
  for (const auto& [year, month, day] : {std::tuple{2001, 2, 29},
                                         {2001, 4, 31},
                                         {2001, 0, 1},
                                         {2001, 1, 0},
                                         {2001, -1, 5},
                                         {2001, 13, 1},
                                         {2001, 1, -1},
                                         {2001, 1, 257},
                                         {2001, 257, 1},
                                         {65536 + 2001, 1, 1}}) {
    EXPECT_FALSE(EpochDay(year, month, day)) << year << '-' << month << '-' << day;
  }
}

RC_GTEST_PROP(FormatInstant, AndBackIsTheSameInstant, ()) {
  const auto ms = *rc::gen::inRange<std::int64_t>(kYearZeroMs, kYearTenThousandMs);
  const auto read = ParseInstant(FormatInstant({ms}));
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->at.value == ms);
}

}  // namespace
}  // namespace earprint::base
