// The audit and the warehouse agree on a household in which everything happens that a rule speaks of.
#include <gtest/gtest.h>

#include "tests/support/audited_store.hpp"
#include "tests/support/odd_household.hpp"
#include "tests/support/odd_witnesses.hpp"

namespace earprint {
namespace {

std::string Shown(const audit::AuditReport& report) { return audit::ReportTable(report); }

TEST(Audit, AgreesWithTheWarehouseOnAnOddHousehold) {
  testing::OwnLake lake;
  testing::OddHousehold household;
  lake.Add(household.First());
  testing::FaultyStore store(lake, testing::SqlWithFault(), "sound");
  const auto first = testing::Audited(store, testing::TruthOf(lake), {.samples = 8});
  EXPECT_EQ(first.report.differing, 0) << Shown(first.report);
  EXPECT_EQ(first.report.not_audited, (std::vector<std::string>{"ledger", "ledger_rows", "witnesses"}));
  EXPECT_EQ(first.report.listeners, (std::vector<std::string>{"Bob 'B' Ö", "ann"}));
  EXPECT_GT(first.report.figures, 5'000);
  // What comes in later is taken in on top.
  lake.Add(household.Later());
  store.CatchUp();
  const auto later = testing::Audited(store, testing::TruthOf(lake), {.seed = 2, .samples = 8});
  EXPECT_EQ(later.report.differing, 0) << Shown(later.report);
}

// Other services' histories, exports that settle live plays, and corrections, in any order.
TEST(Audit, AgreesOnWitnessesAndCorrections) {
  testing::OwnLake lake;
  lake.Add(testing::OddHousehold().First());
  testing::FaultyStore store(lake, testing::SqlWithFault(), "sound");
  std::uint64_t seed = 10;
  for (const model::EventBatch& batch :
       {testing::OddWitnesses::First(), testing::OddWitnesses::Edits(), testing::OddWitnesses::Later(),
        testing::OddHousehold().Later(), testing::OddWitnesses::Undone()}) {
    lake.Add(batch);
    store.CatchUp();
    const auto outcome = testing::Audited(store, testing::TruthOf(lake), {.seed = ++seed, .samples = 4});
    EXPECT_EQ(outcome.report.differing, 0) << "step " << seed << ": " << Shown(outcome.report);
  }
}

// What a load decides must not hang on how much it looks at.
TEST(Audit, FindsWhatAWindowOfALoadDecides) {
  testing::OwnLake lake;
  lake.Add(testing::OddWitnesses::First());
  testing::FaultyStore store(lake,
                             testing::SqlWithFault({"silver/touched_export_play.sql", "), 0)) as from_ms",
                                                    "), ended_at_ms - played_ms)) as from_ms"}),
                             "narrow");
  store.only = "overview";
  EXPECT_FALSE(testing::IsFound(store, testing::TruthOf(lake), 0));
  lake.Add(testing::OddWitnesses::Alone());
  store.CatchUp();
  EXPECT_TRUE(testing::IsFound(store, testing::TruthOf(lake), 0));
}

// Where one is in which country the audit does not know: it says so.
TEST(Audit, SaysThatItKnowsNoCountries) {
  testing::OwnLake lake;
  lake.Add(testing::OddHousehold().First());
  testing::FaultyStore store(lake, testing::SqlWithFault(), "sound");
  store.only = "overview";
  const auto outcome = testing::Audited(store, testing::TruthOf(lake), {.samples = 0, .default_tz = "local"});
  EXPECT_EQ(outcome.report.differing, 0) << Shown(outcome.report);
  EXPECT_EQ(outcome.report.not_audited,
            std::vector<std::string>{"tz=local (the audit has no table of countries)"});
}

// Its body speaks of `chosen_e3`: that alone does not make a metric one over lists.
TEST(Audit, APlaylistChoosesThePlaysOfConflicts) {
  testing::OwnLake lake;
  lake.Add(testing::OddHousehold().First());
  testing::FaultyStore store(lake, testing::SqlWithFault(), "sound");
  auto conditions = model::ParseConditions(std::vector<model::ConditionPair>{{"playlist", "PL3"}}, "UTC");
  ASSERT_TRUE(conditions);
  auto answer = store.Ask({"feature_conflicts", "ann", *conditions});
  ASSERT_TRUE(answer);
  EXPECT_TRUE((*answer)->rows.empty());
}

}  // namespace
}  // namespace earprint
