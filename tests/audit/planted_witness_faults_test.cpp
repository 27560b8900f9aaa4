// Faults planted in the SQL of witnesses, other histories, edits and rules, one at a time: the audit finds
// every one.
#include <gtest/gtest.h>

#include "tests/support/audited_store.hpp"
#include "tests/support/odd_household.hpp"
#include "tests/support/odd_witnesses.hpp"

namespace earprint {
namespace {

using testing::PlantedFault;

/// A fault, and a metric in which it shows.
struct Planted {
  const char* metric;
  PlantedFault fault;
};

class PlantedWitnessFaults : public ::testing::Test {
 protected:
  PlantedWitnessFaults() {
    testing::OddHousehold household;
    lake_.Add(household.First());
    lake_.Add(household.Later());
    lake_.Add(testing::OddWitnesses::First());
    lake_.Add(testing::OddWitnesses::Later());
    lake_.Add(testing::OddWitnesses::Edits());
    lake_.Add(testing::OddWitnesses::Undone());
    truth_ = testing::TruthOf(lake_);
  }

  /// Faults in metrics, over one sound warehouse.
  void ExpectFoundInMetrics(const std::vector<Planted>& faults) {
    const testing::FaultyStore sound(lake_, testing::SqlWithFault(), "sound");
    for (const Planted& planted : faults) {
      SCOPED_TRACE(planted.fault.path + ": " + planted.fault.to);
      const testing::SqlWithFault sql(planted.fault);
      testing::FaultyStore store(sound, sql);
      store.only = planted.metric;
      EXPECT_TRUE(testing::IsFound(store, truth_, 12));
    }
  }

  /// Faults below the metrics: a warehouse is built of each.
  void ExpectFoundInModels(const std::vector<Planted>& faults) {
    int number = 0;
    for (const Planted& planted : faults) {
      SCOPED_TRACE(planted.fault.path + ": " + planted.fault.to);
      const testing::SqlWithFault sql(planted.fault);
      testing::FaultyStore store(lake_, sql, "store" + std::to_string(number++));
      store.only = planted.metric;
      EXPECT_TRUE(testing::IsFound(store, truth_, 150));
    }
  }

  testing::OwnLake lake_;
  std::shared_ptr<const audit::Truth> truth_;
};

TEST_F(PlantedWitnessFaults, InOtherHistoriesAndEdits) {
  ExpectFoundInModels({
      {"overview",
       {"silver/touched_service_play.sql", "then 0 else 1 end as is_first", "then 1 else 1 end as is_first"}},
      {"overview", {"silver/touched_service_told.sql", "21600000", "60000"}},
      {"overview", {"silver/silver_service_play.sql", "where d.identity is null", "where true"}},
      {"overview",
       {"silver/touched_service_told.sql", "coalesce(end_before_ms, 0)",
        "coalesce(end_before_ms, began_at_ms)"}},
      {"overview",
       {"silver/silver_excluded_play.sql", "abs(p.ended_at_ms - a.at_ms) <= 90000",
        "abs(p.ended_at_ms - a.at_ms) <= 30000"}},
      {"overview", {"silver/silver_edit.sql", "u.identity is null as is_in_force", "true as is_in_force"}},
      {"top_tracks",
       {"silver/silver_recording.sql", "coalesce(l.label, o.recording_key) as", "o.recording_key as"}},
      {"rules", {"silver/silver_track_length.sql", "max(f.duration_ms) as", "2 * max(f.duration_ms) as"}},
  });
}

TEST_F(PlantedWitnessFaults, InRulesAndWitnesses) {
  ExpectFoundInMetrics({
      {"coverage", {"metrics/coverage.sql", "(told_by & 24) > 0", "(told_by & 8) > 0"}},
      {"coverage", {"metrics/coverage.sql", "sum(gap_ms) + 59999", "sum(gap_ms) + 119999"}},
      {"overlaps", {"metrics/overlaps.sql", "told_by <> 16 and", ""}},
      {"settlement", {"metrics/settlement.sql", "l.live_ms, p.played_ms", "p.played_ms, l.live_ms"}},
      {"settlement", {"metrics/settlement.sql", "(p.told_by & 39) > 0", "(p.told_by & 1) > 1"}},
      {"plays_behind", {"metrics/plays_behind.sql", "'length estimated' else ''", "'' else ''"}},
      {"plays_behind", {"metrics/plays_behind.sql", "'not in the export' end", "'' end"}},
      {"rules", {"metrics/rules.sql", "not coalesce(c.private, false)", "true"}},
      {"rule_difference", {"metrics/rule_difference.sql", "where is_one <> is_other", "where is_one"}},
      {"wrapped", {"metrics/wrapped.sql", "f_idiv(t.ms, 60000)", "f_idiv(t.ms + 30000, 60000)"}},
      {"wrapped", {"metrics/wrapped.sql", "r.plays desc, r.ms desc, s.artist) as", "r.plays, s.artist) as"}},
      {"edits", {"metrics/edits.sql", "coalesce(t.plays, 0) as plays", "0 as plays"}},
      {"proposed_edits", {"metrics/proposed_edits.sql", "having count(*) >= 10", "having count(*) >= 13"}},
  });
}

}  // namespace
}  // namespace earprint
