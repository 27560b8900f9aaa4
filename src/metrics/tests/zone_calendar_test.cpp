#include "metrics/zone_calendar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utc_time.hpp"
#include "metrics/zone_table.hpp"
#include "model/country_zones.hpp"

namespace earprint::metrics {
namespace {

using model::ZonesOf;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

auto Is(std::int64_t day, const std::string& zone) {
  return AllOf(Field(&ZoneSpan::from_ms, day * base::kMsPerDay), Field(&ZoneSpan::zone, zone));
}
auto IsZone(const std::string& zone) { return Field(&ZoneSpan::zone, zone); }

std::int64_t Ms(const std::string& instant) { return base::ParseInstant(instant)->at.value; }

TEST(ComposeZones, BeforeAnythingIsToldOneIsAtHome) {
  EXPECT_THAT(ComposeZones({}, {}, "Europe/Paris"), ElementsAre(IsZone("Europe/Paris")));
}

TEST(ComposeZones, FollowsTheCountriesAndStaysWhereTheLastDayWas) {
  const std::vector<CountryDay> days = {{100, "FR"}, {105, "PT"}, {106, "PT"}, {120, "FR"}};
  EXPECT_THAT(ComposeZones(days, {}, "Europe/Paris"),
              ElementsAre(IsZone("Europe/Paris"), Is(105, "Europe/Lisbon"), Is(120, "Europe/Paris")));
}

TEST(ComposeZones, AtHomeOfACountryWithManyZonesItIsTheHomeZone) {
  const std::vector<CountryDay> days = {{100, "US"}, {105, "AU"}, {107, "ZZ"}};
  EXPECT_THAT(
      ComposeZones(days, {}, "America/Chicago"),
      ElementsAre(IsZone("America/Chicago"), Is(105, "Australia/Sydney"), Is(107, "America/Chicago")));
}

TEST(ComposeZones, ATravelOverrulesAndTheLaterOfTwoHolds) {
  const std::vector<CountryDay> days = {{100, "PT"}, {103, "FR"}};
  const std::vector<Travel> travels = {{101 * base::kMsPerDay, 104 * base::kMsPerDay, "Asia/Tokyo"},
                                       {102 * base::kMsPerDay, 103 * base::kMsPerDay, "Asia/Seoul"}};
  EXPECT_THAT(ComposeZones(days, travels, "Europe/Paris"),
              ElementsAre(IsZone("Europe/Paris"), Is(100, "Europe/Lisbon"), Is(101, "Asia/Tokyo"),
                          Is(102, "Asia/Seoul"), Is(103, "Asia/Tokyo"), Is(104, "Europe/Paris")));
}

TEST(LocalToUtcMs, ADateBeginsWhereTheListenerWas) {
  const std::vector<ZoneSpan> zones = {{0, "Europe/Paris"},
                                       {Ms("2024-01-05T00:00:00Z"), "America/New_York"},
                                       {Ms("2024-01-10T00:00:00Z"), "Asia/Tokyo"}};
  EXPECT_EQ(LocalToUtcMs("2024-01-03", zones), Ms("2024-01-02T23:00:00Z"));
  EXPECT_EQ(LocalToUtcMs("2024-01-07", zones), Ms("2024-01-07T05:00:00Z"));
  EXPECT_EQ(LocalToUtcMs("2024-01-12", zones), Ms("2024-01-11T15:00:00Z"));
  EXPECT_EQ(LocalToUtcMs("2024-01-05 00:30", zones), Ms("2024-01-04T23:30:00Z"))
      << "it comes twice: the first";
  EXPECT_EQ(LocalToUtcMs("2024-01-10 02:00", zones), Ms("2024-01-10T00:00:00Z"))
      << "it is left out: the change";
  EXPECT_EQ(LocalToUtcMs("2024-01-07T00:00:00Z", zones), Ms("2024-01-07T00:00:00Z"));
}

TEST(ZonesOf, AreKnownToTheSystem) {
  EXPECT_THAT(ZonesOf("PT"), ElementsAre("Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores"));
  for (const char* const none : {"", "ZZ", "pt", "A", "USA"}) EXPECT_THAT(ZonesOf(none), IsEmpty()) << none;
  int countries = 0;
  for (char first = 'A'; first <= 'Z'; ++first) {
    for (char second = 'A'; second <= 'Z'; ++second) {
      const auto zones = ZonesOf(std::string{first, second});
      countries += zones.empty() ? 0 : 1;
      if (!zones.empty()) {
        EXPECT_TRUE(CheckZone(std::string(zones.front()))) << zones.front();
      }
    }
  }
  EXPECT_GT(countries, 240);
}

}  // namespace
}  // namespace earprint::metrics
