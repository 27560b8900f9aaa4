// Local time as SQL joins it and as the audit tells it, of any zone and of any journey.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "adapters/duckdb/duckdb_engine.hpp"
#include "audit/asked/local_clock.hpp"
#include "base/utc_time.hpp"
#include "metrics/zone_table.hpp"

namespace earprint {
namespace {

constexpr std::int64_t kQuarterMs = 900'000, kFirstDay = 14'000, kDays = 6'500;

const std::vector<std::string>& Zones() {
  static const std::vector<std::string> zones = {
      "UTC",        "Europe/Paris",       "America/New_York",  "Asia/Kathmandu",   "Australia/Lord_Howe",
      "Asia/Gaza",  "Pacific/Apia",       "Africa/Casablanca", "America/St_Johns", "Antarctica/Troll",
      "Asia/Tokyo", "Pacific/Kiritimati", "America/Caracas",   "Asia/Pyongyang",   "Europe/Istanbul"};
  return zones;
}

/// What the table makes of instants.
std::vector<std::int64_t> LocalOf(ports::QuerySession& session, const metrics::ZoneTable& table,
                                  const std::vector<std::int64_t>& instants) {
  std::string rows;
  for (std::size_t i = 0; i < instants.size(); ++i)
    rows += (i > 0 ? ", (" : "(") + std::to_string(i) + ", " + std::to_string(instants[i]) + ")";
  auto told =
      session.Query("select i, " + table.LocalSql("p.at_ms") + " from (values " + rows + ") as p(i, at_ms)" +
                    table.JoinSql("p.at_ms // 86400000", "p.at_ms // 900000") + " order by i");
  EXPECT_TRUE(told) << told.error().Text();
  std::vector<std::int64_t> local;
  if (told) {
    for (const auto& row : told->rows) local.push_back(std::get<std::int64_t>(row[1]));
  }
  return local;
}

class LocalTime : public ::testing::Test {
 protected:
  std::unique_ptr<adapters::DuckDbEngine> engine_ = std::move(*adapters::DuckDbEngine::Open({}));
  std::unique_ptr<ports::QuerySession> session_ = std::move(*engine_->Connect());
  metrics::ZoneTables tables_;
};

TEST_F(LocalTime, OfEveryZoneAroundEachOfItsChanges) {
  for (const std::string& zone : Zones()) {
    auto table = tables_.Ensure(*session_, zone, kFirstDay * 96, (kFirstDay + kDays) * 96);
    ASSERT_TRUE(table) << table.error().Text();
    auto clock = audit::LocalClock::Of(zone);
    ASSERT_TRUE(clock);
    std::vector<std::int64_t> instants, expected;
    std::int64_t before_ms = -1;
    for (std::int64_t at_ms = kFirstDay * base::kMsPerDay; at_ms < (kFirstDay + kDays) * base::kMsPerDay;
         at_ms += kQuarterMs) {
      const std::int64_t offset_ms = clock->OffsetMs(at_ms);
      if (offset_ms == before_ms) continue;
      before_ms = offset_ms;
      for (const std::int64_t near_ms : {at_ms, at_ms + 1, at_ms + kQuarterMs, at_ms + base::kMsPerDay}) {
        instants.push_back(near_ms);
        expected.push_back(near_ms + clock->OffsetMs(near_ms));
      }
      if (at_ms > kFirstDay * base::kMsPerDay) {
        instants.push_back(at_ms - 1);
        expected.push_back(at_ms - 1 + clock->OffsetMs(at_ms - 1));
      }
    }
    EXPECT_EQ(LocalOf(*session_, *table, instants), expected) << zone;
    EXPECT_TRUE(table->is_by_day) << zone;
  }
}

TEST_F(LocalTime, OfAJourneyThatBeginsAMillisecondAfterAQuarterHourWhateverWasAskedBefore) {
  const std::int64_t quarter_ms = (kFirstDay + 100) * base::kMsPerDay, from_ms = quarter_ms + 1;
  auto table = tables_.EnsureComposed(
      *session_, "me",
      std::vector<metrics::ZoneSpan>{{INT64_MIN, "America/New_York"}, {from_ms, "Asia/Tokyo"}},
      kFirstDay * 96, (kFirstDay + 200) * 96);
  ASSERT_TRUE(table) << table.error().Text();
  auto clock = audit::LocalClock::Of(
      std::vector<audit::ZoneStay>{{.zone = "America/New_York"}, {from_ms, "Asia/Tokyo"}});
  ASSERT_TRUE(clock);
  constexpr std::int64_t kWest = -4 * 3'600'000, kEast = 9 * 3'600'000;
  for (const auto& [at_ms, offset_ms] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{quarter_ms + kQuarterMs, kEast},
                                                          {quarter_ms, kWest},
                                                          {from_ms, kWest},
                                                          {quarter_ms + kQuarterMs, kEast},
                                                          {quarter_ms + kQuarterMs - 1, kWest}}) {
    EXPECT_EQ(clock->OffsetMs(at_ms), offset_ms) << at_ms - quarter_ms;
    EXPECT_EQ(LocalOf(*session_, *table, {at_ms}), std::vector{at_ms + offset_ms}) << at_ms - quarter_ms;
  }
}

RC_GTEST_FIXTURE_PROP(LocalTime, OfAnyJourney, ()) {
  std::vector<metrics::ZoneSpan> spans = {{INT64_MIN, *rc::gen::elementOf(Zones())}};
  std::vector<audit::ZoneStay> stays = {{.zone = spans.front().zone}};
  std::int64_t at_ms = (kFirstDay + 100) * base::kMsPerDay;
  const int steps = *rc::gen::inRange(0, 12);
  for (int i = 0; i < steps; ++i) {
    at_ms += *rc::gen::inRange<std::int64_t>(1, 3 * base::kMsPerDay);
    const std::string zone = *rc::gen::elementOf(Zones());
    spans.push_back({at_ms, zone});
    stays.push_back({at_ms, zone});
  }
  const std::string traveller = "t" + std::to_string(*rc::gen::arbitrary<std::uint64_t>());
  auto table = tables_.EnsureComposed(*session_, traveller, spans, kFirstDay * 96, (kFirstDay + 200) * 96);
  RC_ASSERT(table.has_value());
  auto clock = audit::LocalClock::Of(stays);
  RC_ASSERT(clock.has_value());
  std::vector<std::int64_t> instants, expected;
  for (int i = 0; i < 60; ++i) {
    const std::int64_t near_ms =
        i % 2 == 0 || stays.size() < 2
            ? (kFirstDay + 100) * base::kMsPerDay + *rc::gen::inRange<std::int64_t>(0, 40 * base::kMsPerDay)
            : stays[1 + static_cast<std::size_t>(i) % (stays.size() - 1)].from_ms +
                  *rc::gen::inRange<std::int64_t>(-2 * kQuarterMs, 2 * kQuarterMs);
    instants.push_back(near_ms);
    expected.push_back(near_ms + clock->OffsetMs(near_ms));
  }
  RC_ASSERT(LocalOf(*session_, *table, instants) == expected);
}

}  // namespace
}  // namespace earprint
