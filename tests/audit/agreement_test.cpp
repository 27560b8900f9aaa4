// The audit and the warehouse agree on a household in which everything happens that a rule speaks of.
#include <gtest/gtest.h>

#include "audit/asked/whereabouts.hpp"
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
  EXPECT_TRUE(first.report.not_audited.empty());
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

TEST(Audit, FollowsTheListenerThroughCountriesAndTravels) {
  testing::OwnLake lake;
  testing::OddHousehold household;
  lake.Add(household.First());
  lake.Add(household.Later());
  lake.Add(testing::OddWitnesses::First());
  lake.Add(testing::OddWitnesses::Edits());
  testing::FaultyStore store(lake, testing::SqlWithFault(), "sound");
  const auto truth = testing::TruthOf(lake);
  std::size_t stays = 0;
  for (const std::string& listener : audit::ListenersOf(*truth))
    stays += audit::StaysOf(*truth, listener, "Europe/Paris").size() - 1;
  EXPECT_GT(stays, 3U) << "nobody went anywhere";
  const auto outcome =
      testing::Audited(store, truth, {.samples = 30, .default_tz = "local", .home_tz = "Europe/Paris"});
  EXPECT_EQ(outcome.report.differing, 0U) << Shown(outcome.report);
  EXPECT_TRUE(outcome.report.not_audited.empty());
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
