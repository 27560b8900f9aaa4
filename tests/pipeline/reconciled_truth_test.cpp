// Invented listening whose true plays are known, told by several sources: however they tell it, the plays are
// those that were, and a source that knows less changes nothing that one which knows more has settled.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <sstream>

#include "tests/support/invented_listening.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::app {
namespace {

using earprint::testing::InventedListening;
using earprint::testing::OpenAt;
using earprint::testing::SilverFingerprint;
using earprint::testing::TempFolder;
using Facts = std::vector<model::PlayFact>;

constexpr int kDays = 5;

void Tell(Pipeline& pipeline, const Facts& facts) {
  model::EventBatch batch;
  for (const model::PlayFact& fact : facts) model::AddPlay(fact, "me", batch);
  batch.read = facts.size();
  const auto taken = pipeline.Take(std::move(batch), "test", "me");
  RC_ASSERT(taken.has_value());
}

Facts Joined(std::initializer_list<Facts> all) {
  Facts joined;
  for (const Facts& each : all) joined.insert(joined.end(), each.begin(), each.end());
  return joined;
}

/// Counts over the plays: how many, and the milliseconds of those that an exact export tells.
std::pair<std::int64_t, std::int64_t> CountOf(Pipeline& pipeline) {
  const auto table =
      (*pipeline.engine().Connect())
          ->Query("select count(*), cast(coalesce(sum(played_ms), 0) as bigint) from silver_play");
  RC_ASSERT(table.has_value());
  return {std::get<std::int64_t>(table->rows[0][0]), std::get<std::int64_t>(table->rows[0][1])};
}

template <typename Property>
void ExpectOf(Property property, int cases) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = std::min(params.maxSuccess, cases);
  params.disableShrinking = true;  // the seed of the listening is told, which is enough to look closer
  const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), params);
  std::ostringstream told;
  rc::detail::printResultMessage(result, told);
  EXPECT_TRUE(result.template is<rc::detail::SuccessResult>()) << told.str();
}

TEST(ReconciledTruth, ExportsTheListAndThePlayerTogetherTellEachPlayOnce) {
  ExpectOf(
      [] {
        InventedListening listening(*rc::gen::arbitrary<std::uint32_t>(), kDays);
        const std::string exact = *rc::gen::element<std::string>("extended", "csv");
        const std::vector<std::vector<std::string>> choices = {
            {"recent"}, {"player"}, {"recent", "player"}, {"account", "recent", "player"}, {"account"}};
        Facts facts = listening.ToldBy(exact);
        for (const std::string& source : *rc::gen::elementOf(choices))
          facts = Joined({facts, listening.ToldBy(source)});
        const TempFolder folder;
        auto pipeline = OpenAt(folder / "s");
        Tell(*pipeline, facts);
        RC_ASSERT(CountOf(*pipeline).first == listening.Distinct());
      },
      6);
}

TEST(ReconciledTruth, AnyOrderPortionsAndRepetitionOfAllSourcesGiveTheSameRows) {
  ExpectOf(
      [] {
        const auto seed = *rc::gen::arbitrary<std::uint32_t>();
        InventedListening listening(seed, 3);
        std::mt19937 random(seed);
        Facts facts =
            Joined({listening.ToldBy("extended"), listening.ToldBy("csv"), listening.ToldBy("account"),
                    listening.ToldBy("recent"), listening.ToldBy("player")});
        // Each source has holes of its own.
        std::erase_if(facts, [&random](const auto&) { return random() % 10 < 3; });
        const TempFolder folder;
        auto at_once = OpenAt(folder / "at_once");
        Tell(*at_once, facts);
        auto in_portions = OpenAt(folder / "in_portions");
        std::ranges::shuffle(facts, random);
        for (std::size_t at = 0; at < facts.size();) {
          const std::size_t end = std::min(facts.size(), at + 1 + random() % (1 + facts.size() / 3));
          Facts portion(facts.begin() + static_cast<std::ptrdiff_t>(at),
                        facts.begin() + static_cast<std::ptrdiff_t>(end));
          portion.push_back(facts[random() % facts.size()]);
          Tell(*in_portions, portion);
          at = end;
        }
        RC_ASSERT(SilverFingerprint(*in_portions) == SilverFingerprint(*at_once));
      },
      2);
}

TEST(ReconciledTruth, APoorerWitnessChangesNoCountThatARicherOneSettled) {
  ExpectOf(
      [] {
        const auto seed = *rc::gen::arbitrary<std::uint32_t>();
        InventedListening listening(seed, kDays);
        std::mt19937 random(seed);
        const TempFolder folder;
        auto pipeline = OpenAt(folder / "s");
        Tell(*pipeline, listening.ToldBy("extended"));
        const auto settled = CountOf(*pipeline);
        // Account data as they are; with twins too many, tracks renamed, and plays of which the export knows
        // nothing.
        Facts account = listening.ToldBy("account");
        // But for the first and the last, which may lie in minutes that the export does not reach.
        for (std::size_t i = 1; i + 1 < account.size(); ++i) {
          if (random() % 10 == 0) account[i].twin += 5;
          if (random() % 10 == 0) account[i].title = "renamed";
          if (random() % 10 == 0) account[i].played_ms += 7;
        }
        Tell(*pipeline, account);
        RC_ASSERT(CountOf(*pipeline) == settled);
        Tell(*pipeline, listening.ToldBy("csv"));
        RC_ASSERT(CountOf(*pipeline) == settled);
        Tell(*pipeline, Joined({listening.ToldBy("recent"), listening.ToldBy("player")}));
        RC_ASSERT(CountOf(*pipeline) == settled);
      },
      3);
}

TEST(ReconciledTruth, AccountDataAloneKnowEveryPlayButItsSecond) {
  std::int64_t true_plays = 0, told_plays = 0, true_ms = 0, told_ms = 0;
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    InventedListening listening(seed, kDays);
    const TempFolder folder;
    auto pipeline = OpenAt(folder / "s");
    Tell(*pipeline, listening.ToldBy("account"));
    const auto [plays, ms] = CountOf(*pipeline);
    told_plays += plays;
    told_ms += ms;
    true_plays += static_cast<std::int64_t>(listening.plays().size());
    for (const auto& play : listening.plays()) true_ms += play.heard_ms;
  }
  fmt::print("account data alone: {} plays of {}, {} ms of {}\n", told_plays, true_plays, told_ms, true_ms);
  EXPECT_EQ(told_plays, true_plays);
  EXPECT_EQ(told_ms, true_ms);
}

}  // namespace
}  // namespace earprint::app
