#include "sources/csv_cell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace earprint::sources {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CsvCell, ScalesDecimalsExactly) {
  const auto scaled = [](std::string_view cell) { return ParseScaled(cell, 6, false); };
  EXPECT_EQ(scaled("0.748"), 748'000);
  EXPECT_EQ(scaled("2.33e-5"), 23);
  EXPECT_EQ(scaled("1.15E-6"), 1);
  EXPECT_EQ(scaled("4.55e-5"), 46);
  EXPECT_EQ(scaled("1.0000005"), 1'000'001);
  EXPECT_EQ(scaled("-0.0000005"), -1);
  EXPECT_EQ(scaled("4.9e-7"), 0);
  EXPECT_EQ(scaled("1e-400"), 0);
  EXPECT_EQ(scaled("-7.777"), -7'777'000);
  EXPECT_EQ(scaled("\u22124.5"), -4'500'000);
  EXPECT_EQ(scaled("+.5"), 500'000);
  EXPECT_EQ(scaled("5."), 5'000'000);
  EXPECT_EQ(scaled(" 97 % "), 97'000'000);
  EXPECT_EQ(ParseScaled("67", 4, false), 670'000);
  EXPECT_EQ(scaled("0.123456789012345678901234567890"), 123'457);
}

TEST(CsvCell, ReadsThousandsOnlyInGroupsOfThree) {
  EXPECT_EQ(ParseWhole("48,633,449"), 48'633'449);
  EXPECT_EQ(ParseWhole("1'021"), 1'021);
  EXPECT_EQ(ParseWhole("48\u00A0633"), 48'633);
  for (const std::string_view cell : {"4,5", "1,0211", "1234,567", ",123", "1,,234", "1,234,5"}) {
    EXPECT_EQ(ParseWhole(cell), std::nullopt) << cell;
  }
}

TEST(CsvCell, ReadsDecimalCommasWhereTheFileHasThem) {
  EXPECT_EQ(ParseScaled("0,676", 6, true), 676'000);
  EXPECT_EQ(ParseScaled("-6,7", 6, true), -6'700'000);
  EXPECT_EQ(ParseScaled("0.676", 6, true), 676'000);
  EXPECT_EQ(ParseScaled("1,234,567", 0, true), 1'234'567);
  EXPECT_EQ(ParseScaled("0,67", 6, false), std::nullopt);
}

TEST(CsvCell, RefusesWhatIsNoNumber) {
  for (const std::string_view cell : {"", "abc", "nan", "inf", "-inf", "1e", "e5", "--1", "1.2.3", "0x10",
                                      "1e400", "12a", "%", ".", "-", "1 2"}) {
    EXPECT_EQ(ParseScaled(cell, 6, false), std::nullopt) << cell;
  }
  EXPECT_EQ(ParseWhole("204053.0"), 204'053);
  EXPECT_EQ(ParseWhole("204053.5"), std::nullopt);
  EXPECT_EQ(ParseWhole("99999999999999999999"), std::nullopt);
}

RC_GTEST_PROP(CsvCell, ScaledNumbersAreTheNearestOnes, (std::int32_t whole, std::uint16_t thousandths)) {
  const double value = whole + (whole < 0 ? -1 : 1) * (thousandths % 1000) / 1000.0;
  char text[64];
  std::snprintf(text, sizeof text, "%.3f", value);
  RC_ASSERT(ParseScaled(text, 3, false) == std::llround(value * 1000));
}

TEST(CsvCell, KnowsTheWordsForNothing) {
  for (const std::string_view cell : {"", "NA", "nan", "NaN", "null", "None", "-", "n/a", "#N/A"})
    EXPECT_TRUE(IsMissing(cell));
  EXPECT_FALSE(IsMissing("0"));
  EXPECT_FALSE(IsMissing("nano"));
  EXPECT_TRUE(IsMissingName("NA"));
  for (const std::string_view name : {"None", "-", "Na"}) EXPECT_FALSE(IsMissingName(name));
}

TEST(CsvCell, ReadsLists) {
  EXPECT_THAT(ParseList("['Uli']", false), ElementsAre("Uli"));
  EXPECT_THAT(ParseList("[\"King Oliver's Creole Jazz Band\", 'B']", false),
              ElementsAre("King Oliver's Creole Jazz Band", "B"));
  EXPECT_THAT(ParseList("['Bertha \"Chippie\" Hill', 'Louis Armstrong']", false),
              ElementsAre("Bertha \"Chippie\" Hill", "Louis Armstrong"));
  EXPECT_THAT(ParseList("['it\\'s', 'a, b']", false), ElementsAre("it's", "a, b"));
  EXPECT_THAT(ParseList("[ALEXANDROS]", false), ElementsAre("[ALEXANDROS]"));
  EXPECT_THAT(ParseList("[]", false), IsEmpty());
  EXPECT_THAT(ParseList("['never closed", false), ElementsAre("['never closed"));
  EXPECT_THAT(ParseList("A;B; C", false), ElementsAre("A", "B", "C"));
  EXPECT_THAT(ParseList("Latto, Jung Kook", true), ElementsAre("Latto", "Jung Kook"));
  EXPECT_THAT(ParseList("Latto, Jung Kook", false), ElementsAre("Latto, Jung Kook"));
  EXPECT_THAT(ParseList("Kali Uchis, Tyler, The Creator, Bootsy", true),
              ElementsAre("Kali Uchis", "Tyler, The Creator", "Bootsy"));
  EXPECT_THAT(ParseList("Raydio, Ray Parker, Jr., Q", true), ElementsAre("Raydio", "Ray Parker, Jr.", "Q"));
  EXPECT_THAT(ParseList("10,000 Maniacs", true), ElementsAre("10,000 Maniacs"));
  EXPECT_THAT(ParseList("Crosby, Stills, Nash & Young", true), ElementsAre("Crosby, Stills, Nash & Young"));
}

TEST(CsvCell, ReadsKeys) {
  const std::vector<std::pair<std::string_view, int>> keys = {
      {"C", 0},       {"C#", 1},  {"C\u266F", 1}, {"Db", 1},  {"C#/Db", 1},
      {"D\u266D", 1}, {"e", 4},   {"F#/Gb", 6},   {"Cb", 11}, {"B", 11},
      {"B#", 0},      {"11", 11}, {"0", 0},       {"7.0", 7}, {"A minor", 9}};
  for (const auto& [cell, key] : keys) EXPECT_EQ(ParseKey(cell), key) << cell;
  for (const std::string_view cell : {"", "H", "12", "-1", "8B", "Cx", "#", "D#m"})
    EXPECT_EQ(ParseKey(cell), std::nullopt) << cell;
}

TEST(CsvCell, ReadsModesAndFlags) {
  EXPECT_EQ(ParseMode("Major"), 1);
  EXPECT_EQ(ParseMode("minor"), 0);
  EXPECT_EQ(ParseMode("1"), 1);
  EXPECT_EQ(ParseMode("2"), std::nullopt);
  EXPECT_EQ(ParseFlag("TRUE"), true);
  EXPECT_EQ(ParseFlag("False"), false);
  EXPECT_EQ(ParseFlag("0"), false);
  EXPECT_EQ(ParseFlag("maybe"), std::nullopt);
}

TEST(CsvCell, ReadsReleaseDates) {
  const std::vector<std::pair<std::string_view, std::string_view>> dates = {
      {"2019-06-14", "2019-06-14"},
      {"2019-06", "2019-06"},
      {"1973", "1973"},
      {"1973.0", "1973"},
      {"22-02-1922", "1922-02-22"},
      {"01/06/1922", "1922-06-01"},
      {"2/22/1922", "1922-02-22"},
      {"1.6.1922", "1922-06-01"},
      {"2019-06-14T00:00:00Z", "2019-06-14"},
      {"2019-02-30", "2019-02"},
      {"2019-13-01", "2019"},
      {"2023-7-14", "2023-07-14"},
      {"0000", ""},
      {"soon", ""},
      {"14-06-19", ""},
      {"", ""},
      {"2019--1", ""},
      {"1-2-3-2019", ""}};
  for (const auto& [cell, date] : dates) EXPECT_EQ(ParseReleaseDate(cell, false), date) << cell;
  EXPECT_EQ(ParseReleaseDate("01/06/1922", true), "1922-01-06");
}

TEST(CsvCell, ReadsDurations) {
  EXPECT_EQ(ParseDuration("194754", DurationUnit::kMilliseconds, false), 194'754);
  EXPECT_EQ(ParseDuration("194,754", DurationUnit::kMilliseconds, false), 194'754);
  EXPECT_EQ(ParseDuration("204053.0", DurationUnit::kMilliseconds, false), 204'053);
  EXPECT_EQ(ParseDuration("217", DurationUnit::kSeconds, false), 217'000);
  EXPECT_EQ(ParseDuration("3.5", DurationUnit::kMinutes, false), 210'000);
  EXPECT_EQ(ParseDuration("3:37", DurationUnit::kMilliseconds, false), 217'000);
  EXPECT_EQ(ParseDuration("1:03:37.5", DurationUnit::kMilliseconds, false), 3'817'500);
  for (const std::string_view cell :
       {"0", "-5", "3:60", "3:", ":30", "1:2:3:4", "99999999999", "a:b", "1:70:00"}) {
    EXPECT_EQ(ParseDuration(cell, DurationUnit::kMilliseconds, false), std::nullopt) << cell;
  }
}

TEST(CsvCell, ReadsTheEndsOfPlays) {
  constexpr std::int64_t kEnd = 1'373'251'474'000;
  for (const std::string_view cell :
       {"2013-07-08 02:44:34", "2013-07-08T02:44:34Z", "2013-07-08 02:44:34 UTC", "2013-07-08T04:44:34+02:00",
        "1373251474", "1373251474000"}) {
    const auto ended = ParseEnded(cell);
    ASSERT_TRUE(ended) << cell;
    EXPECT_EQ(ended->at.value, kEnd) << cell;
  }
  EXPECT_EQ(ParseEnded("2013-07-08 02:44")->precision_ms, 60'000);
  for (const std::string_view cell : {"2013-07-08", "137325147", "7/8/2013 2:44", "abc"})
    EXPECT_FALSE(ParseEnded(cell)) << cell;
}

}  // namespace
}  // namespace earprint::sources
