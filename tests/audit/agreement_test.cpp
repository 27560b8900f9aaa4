// The audit and the warehouse agree on a household in which everything happens that a rule speaks of.
#include <gtest/gtest.h>

#include "tests/support/audited_store.hpp"
#include "tests/support/odd_household.hpp"

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
  EXPECT_EQ(first.report.not_audited, std::vector<std::string>());
  EXPECT_EQ(first.report.listeners, (std::vector<std::string>{"Bob 'B' Ö", "ann"}));
  EXPECT_GT(first.report.figures, 5'000);
  // What comes in later is taken in on top.
  lake.Add(household.Later());
  store.CatchUp();
  const auto later = testing::Audited(store, testing::TruthOf(lake), {.seed = 2, .samples = 8});
  EXPECT_EQ(later.report.differing, 0) << Shown(later.report);
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
