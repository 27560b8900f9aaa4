#include "base/utc_time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

namespace earprint::base {
namespace {

TEST(UtcTime, ReadsEveryFormThatSourcesWrite) {
  struct {
    const char* text;
    std::int64_t ms, precision_ms;
  } const kForms[] = {
      {"2015-01-12", 1421020800000, 86'400'000},
      {"2015-01-12 21:31", 1421098260000, 60'000},
      {"2015-01-12 21:31:09", 1421098269000, 1000},
      {"2015-01-12T21:31:09Z", 1421098269000, 1000},
      {"2015-01-12T21:31:09.5Z", 1421098269500, 1},
      {"2015-01-12T21:31:09.123456Z", 1421098269123, 1},
      {"2015-01-12T21:31:09+05:30", 1421078469000, 1000},
      {"2015-01-12T21:31:09-0800", 1421127069000, 1000},
      {"1969-12-31T23:59:59Z", -1000, 1000},
      {"2000-02-29", 951782400000, 86'400'000},
  };
  for (const auto& form : kForms) {
    const auto read = ParseInstant(form.text);
    ASSERT_TRUE(read) << form.text;
    EXPECT_EQ(read->at.value, form.ms) << form.text;
    EXPECT_EQ(read->precision_ms, form.precision_ms) << form.text;
  }
}

TEST(UtcTime, ReadsNothingElse) {
  for (const char* text : {"",
                           "2015",
                           "2015-1-12",
                           "2015-13-01",
                           "2015-02-29",
                           "1900-02-29",
                           "2015-01-00",
                           "12.01.2015",
                           "2015-01-12T",
                           "2015-01-12 21",
                           "2015-01-12 24:01:00",
                           "2015-01-12 21:60",
                           "2015-01-12T21:31:09.Z",
                           " 2015-01-12",
                           "2015-01-12 ",
                           "2015-01-12T21:31:09X",
                           "2015-01-12T21:31:09+15:00",
                           "2015-01-12T21:31:09Z trailing",
                           "-015-01-12",
                           "２０１５-01-12"}) {
    EXPECT_FALSE(ParseInstant(text)) << text;
  }
}

TEST(UtcTime, FormatsWithMillisecondsOnlyWhereThereAreSome) {
  EXPECT_EQ(FormatInstant({1421098269000}), "2015-01-12T21:31:09Z");
  EXPECT_EQ(FormatInstant({1421098269005}), "2015-01-12T21:31:09.005Z");
  EXPECT_EQ(FormatInstant({0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatInstant({-1}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatEpochDay(16447), "2015-01-12");
  EXPECT_EQ(FormatEpochDay(-1), "1969-12-31");
}

TEST(UtcTime, WhatIsFormattedReadsBackTheSame) {
  EXPECT_TRUE(rc::check("instants of the years 1 to 9999 survive", [] {
    const auto ms = *rc::gen::inRange<std::int64_t>(-62'135'596'800'000, 253'402'300'800'000);
    const auto read = ParseInstant(FormatInstant({ms}));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->at.value == ms);
  }));
}

TEST(UtcTime, EpochDaysFollowTheCalendar) {
  EXPECT_EQ(EpochDay(1970, 1, 1), 0);
  EXPECT_EQ(EpochDay(2000, 3, 1), 11017);
  EXPECT_FALSE(EpochDay(2015, 2, 29));
  EXPECT_FALSE(EpochDay(2015, 0, 1));
  EXPECT_FALSE(EpochDay(2015, 1, -1));
  EXPECT_FALSE(EpochDay(2015, 1, 32));
}

}  // namespace
}  // namespace earprint::base
