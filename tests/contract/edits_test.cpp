// What a listener's corrections do to every figure, that each can be undone, and that their order and the
// order of plays do not matter.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "app/edits/edit_desk.hpp"
#include "base/utc_time.hpp"
#include "model/play_fact.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::app {
namespace {

using ::testing::HasSubstr;
using Pairs = std::vector<model::ConditionPair>;

constexpr std::string_view kAlpha = "000000000000000000000A", kBeta = "000000000000000000000B";
constexpr std::int64_t kNoon = 1'704'110'400'000;  // 2024-01-01T12:00:00Z, a Monday
constexpr std::int64_t kHour = 3'600'000;

class Edits : public ::testing::Test {
 protected:
  void SetUp() override { Use("s"); }

  void Use(const std::string& name) {
    desk_.reset();
    asker_.reset();
    pipeline_ = testing::OpenAt(folder_ / name);
    auto made = Asker::Make(*pipeline_, "Europe/Paris");
    ASSERT_TRUE(made);
    asker_ = std::move(*made);
    desk_ = std::make_unique<EditDesk>(*pipeline_, *asker_, clock_);
  }

  void Play(std::string_view track, std::string_view artist, std::int64_t ended_ms,
            std::string_view country = "FR", std::string_view source = "extended") {
    model::PlayFact fact;
    fact.source = source;
    fact.kind = model::PlayKind::kTrack;
    fact.item_id = track;
    fact.title = track;
    fact.artist = artist;
    fact.ended_at_ms = ended_ms;
    fact.played_ms = 180'000;
    fact.country = country;
    model::AddPlay(fact, "me", plays_);
    ++plays_.read;
  }

  /// Brings the plays in that were told since.
  void Load() {
    if (plays_.read == 0) return;
    ASSERT_TRUE(pipeline_->Take(std::exchange(plays_, {}), "test", "me"));
  }

  std::string Edit(const Pairs& pairs) {
    Load();
    clock_.now_ms += 1'000;
    auto id = desk_->Take("me", pairs);
    EXPECT_TRUE(id) << id.error().Text();
    return id.value_or("");
  }

  std::int64_t Cell(const std::string& metric, std::size_t column, const Pairs& pairs = {}) {
    Load();
    auto answer = asker_->Ask(metric, "me", pairs);
    EXPECT_TRUE(answer) << answer.error().Text();
    return answer && !(*answer)->rows.empty() ? (*answer)->rows[0][column].number : -1;
  }
  std::int64_t Streams(const Pairs& pairs = {}) { return Cell("overview", 1, pairs); }

  testing::TempFolder folder_;
  testing::StoppedClock clock_;
  model::EventBatch plays_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<Asker> asker_;
  std::unique_ptr<EditDesk> desk_;
};

TEST_F(Edits, EachKindTakesItsPlaysOutOfEveryFigureAndUndoingBringsThemBack) {
  for (int day = 0; day < 4; ++day) {
    Play(kAlpha, "Ann", kNoon + day * 24 * kHour);
    Play(kBeta, "Bob", kNoon + day * 24 * kHour + kHour, day == 2 ? "US" : "FR");
  }
  Load();
  const std::string before = testing::SilverFingerprint(*pipeline_);
  struct Case {
    Pairs pairs;
    std::int64_t left;
  };
  const Case cases[] = {
      {{{"kind", "delete"}, {"at", "2024-01-01T12:00:30Z"}, {"track", std::string(kAlpha)}}, 7},
      {{{"kind", "exclude"}, {"from", "2024-01-01"}, {"to", "2024-01-03"}}, 4},
      {{{"kind", "exclude"}, {"from", "2024-01-01"}, {"artist", "bob"}}, 4},
      {{{"kind", "exclude"}, {"country", "us"}}, 7},
      {{{"kind", "exclude"}, {"track", std::string(kBeta)}, {"to", "2024-01-02T13:00:00Z"}}, 7},
      {{{"kind", "hide"}, {"artist", "ANN"}}, 4}};
  for (const Case& each : cases) {
    const std::string id = Edit(each.pairs);
    EXPECT_EQ(Streams(), each.left) << each.pairs[0].second;
    EXPECT_EQ(Cell("edits", 7), 8 - each.left) << "the edit tells what it took";
    EXPECT_EQ(Cell("rules", 1), each.left) << "and every figure obeys";
    Edit({{"kind", "undo"}, {"edit", id.substr(0, 8)}});
    EXPECT_EQ(Streams(), 8) << each.pairs[0].second;
  }
  // All is as it was, but for the list of edits.
  std::string after = testing::SilverFingerprint(*pipeline_);
  const auto without_edits = [](std::string text) {
    const std::size_t at = text.find("silver_edit ");
    return text.erase(at, text.find('\n', at) - at);
  };
  EXPECT_EQ(without_edits(after), without_edits(before));
}

TEST_F(Edits, ADeletedPlayStaysDeletedWhenABetterSourceTellsIt) {
  Play(kAlpha, "Ann", kNoon, "", "recent");
  Edit({{"kind", "delete"}, {"at", "2024-01-01T12:00:00Z"}, {"track", std::string(kAlpha)}});
  EXPECT_EQ(Streams(), 0);
  Play(kAlpha, "Ann", kNoon + 4'000);
  EXPECT_EQ(Streams(), 0);
  Play(kAlpha, "Ann", kNoon + 200'000);
  EXPECT_EQ(Streams(), 1) << "the next play of it is another one";
}

TEST_F(Edits, TheOrderOfPlaysAndEditsDoesNotMatter) {
  std::string expected;
  for (const bool edits_first : {false, true}) {
    Use(edits_first ? "first" : "last");
    clock_.now_ms = kNoon + 1'000'000'000;
    const auto edit = [this] {
      Edit({{"kind", "exclude"}, {"from", "2024-01-02"}, {"to", "2024-01-03"}});
      Edit({{"kind", "hide"}, {"artist", "Bob"}});
      Edit({{"kind", "delete"}, {"at", "2024-01-01T23:59:50Z"}, {"track", std::string(kAlpha)}});
    };
    Play(kAlpha, "Ann", kNoon - 24 * kHour);
    if (edits_first) edit();
    Play(kAlpha, "Ann", kNoon + 12 * kHour + 5'000);
    Play(kBeta, "Bob", kNoon);
    Play(kAlpha, "Ann", kNoon + 30 * kHour);
    if (!edits_first) edit();
    Load();
    const std::string told = testing::SilverFingerprint(*pipeline_);
    if (expected.empty()) expected = told;
    EXPECT_EQ(told, expected);
    ASSERT_TRUE(pipeline_->Rebuild());
    EXPECT_EQ(testing::SilverFingerprint(*pipeline_), expected) << "and the lake gives the same";
  }
}

TEST_F(Edits, MergedTracksAreOneRecordingAndSplitOnesAreNot) {
  Play(kAlpha, "Ann", kNoon);
  Play(kBeta, "Ann", kNoon + kHour);
  EXPECT_EQ(Cell("overview", 3, {{"by", "recording"}}), 2);
  const std::string id =
      Edit({{"kind", "merge"}, {"track", std::string(kAlpha)}, {"track", std::string(kBeta)}});
  EXPECT_EQ(Cell("overview", 3, {{"by", "recording"}}), 1);
  EXPECT_EQ(Cell("top_tracks", 4, {{"by", "recording"}}), 2);
  EXPECT_EQ(Cell("overview", 3), 2) << "ids stay what they are";
  Edit({{"kind", "undo"}, {"edit", id}});
  EXPECT_EQ(Cell("overview", 3, {{"by", "recording"}}), 2);
}

// Each joins two neighbours in a row, told in no order, so that what one end is goes the whole way.
TEST_F(Edits, MergesInARowAreOneRecordingHoweverManyTheyAre) {
  constexpr int kTracks = 12;
  const auto track = [](int number) {
    return fmt::format("00000000000000000000{:02}", number * 5 % kTracks);
  };
  for (int i = 0; i < kTracks; ++i) Play(track(i), "Ann", kNoon + i * kHour);
  std::string middle;
  for (int i = 0; i + 1 < kTracks; ++i) {
    const int at = i * 7 % (kTracks - 1);
    const std::string id = Edit({{"kind", "merge"}, {"track", track(at)}, {"track", track(at + 1)}});
    if (at == kTracks / 2) middle = id;
  }
  EXPECT_EQ(Cell("overview", 3, {{"by", "recording"}}), 1);
  Edit({{"kind", "undo"}, {"edit", middle}});
  EXPECT_EQ(Cell("overview", 3, {{"by", "recording"}}), 2);
}

TEST_F(Edits, WhatOnlyAnotherServiceTellsCanBeTakenOutToo) {
  Play(kAlpha, "Ann", kNoon, "", "lastfm");
  Play(kBeta, "Bob", kNoon + kHour, "", "maloja");
  EXPECT_EQ(Streams(), 2);
  Edit({{"kind", "hide"}, {"artist", "Ann"}});
  EXPECT_EQ(Streams(), 1);
  Edit(
      {{"kind", "delete"}, {"at", "2024-01-01T13:00:00Z"}, {"title", std::string(kBeta)}, {"artist", "Bob"}});
  EXPECT_EQ(Streams(), 0);
  Play(kBeta, "Bob", kNoon + kHour + 20'000);
  EXPECT_EQ(Streams(), 0) << "nor does an export bring it back";
}

TEST_F(Edits, WhatIsNoEditIsRefusedByName) {
  Play(kAlpha, "Ann", kNoon);
  const std::pair<Pairs, std::string> cases[] = {
      {{}, "kind"},
      {{{"kind", "erase"}}, "kind"},
      {{{"kind", "hide"}}, "artist"},
      {{{"kind", "hide"}, {"artist", "A"}, {"artist", "B"}}, "artist"},
      {{{"kind", "hide"}, {"artist", "A"}, {"country", "FR"}}, "country"},
      {{{"kind", "exclude"}}, "from"},
      {{{"kind", "exclude"}, {"from", "2024-01-02"}, {"to", "2024-01-02"}}, "to"},
      {{{"kind", "exclude"}, {"from", "soon"}}, "from"},
      {{{"kind", "delete"}, {"at", "2024-01-02T00:00:00Z"}}, "track"},
      {{{"kind", "delete"}, {"track", std::string(kAlpha)}}, "at"},
      {{{"kind", "merge"}, {"track", std::string(kAlpha)}}, "track"},
      {{{"kind", "split"}, {"track", "none"}}, "track"},
      {{{"kind", "travel"}, {"from", "2024-01-01"}, {"to", "2024-01-02"}, {"zone", "Nowhere/City"}}, "tz"},
      {{{"kind", "undo"}, {"edit", "abc"}}, "edit"}};
  for (const auto& [pairs, subject] : cases) {
    auto id = desk_->Take("me", pairs);
    ASSERT_FALSE(id) << subject;
    EXPECT_EQ(id.error().code, base::ErrorCode::kInvalidInput) << id.error().Text();
    EXPECT_EQ(id.error().subject, subject) << id.error().Text();
  }
  auto unknown = desk_->Take("me", Pairs{{"kind", "undo"}, {"edit", "0123456789"}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, base::ErrorCode::kNotFound);
}

TEST_F(Edits, SpansThatMayHaveBeenSomebodyElseAreProposed) {
  for (int i = 0; i < 12; ++i) Play(kAlpha, "Ann", kNoon + 11 * kHour + i * kHour / 4);
  Play(kBeta, "Bob", kNoon + 20 * kHour);
  Play(kBeta, "Bob", kNoon + 21 * kHour, "US");
  Play(kBeta, "Bob", kNoon + 22 * kHour);
  Load();
  auto answer = asker_->Ask("proposed_edits", "me", {});
  ASSERT_TRUE(answer) << answer.error().Text();
  ASSERT_EQ((*answer)->rows.size(), 1U) << "twelve plays of three minutes are no two hours";
  EXPECT_EQ((*answer)->rows[0][0].text, "country");
  EXPECT_EQ((*answer)->rows[0][5].text, "US");
  EXPECT_EQ((*answer)->rows[0][1].number, kNoon + 21 * kHour);
}

TEST_F(Edits, LocalTimeFollowsTheListener) {
  // Saturday 6 January, 23:30 in Lisbon, is Sunday 0:30 in Paris.
  const std::int64_t saturday = kNoon + (5 * 24 + 11) * kHour + kHour / 2;
  Play(kAlpha, "Ann", kNoon);
  Play(kBeta, "Ann", saturday, "PT");
  EXPECT_EQ(Streams({{"weekdays", "sat"}}), 0);
  EXPECT_EQ(Streams({{"weekdays", "sat"}, {"tz", "local"}}), 1);
  EXPECT_EQ(Streams({{"hours", "23-24"}, {"tz", "local"}}), 1);
  EXPECT_EQ(Streams({{"to", "2024-01-07"}, {"tz", "local"}}), 2) << "dates begin where the listener was";
  EXPECT_EQ(Streams({{"to", "2024-01-07"}}), 1);
  // What the listener says overrules the country, until it is undone.
  const std::string id =
      Edit({{"kind", "travel"}, {"from", "2024-01-05"}, {"to", "2024-01-08"}, {"zone", "Asia/Tokyo"}});
  EXPECT_EQ(Streams({{"weekdays", "sun"}, {"hours", "8-9"}, {"tz", "local"}}), 1);
  Edit({{"kind", "undo"}, {"edit", id}});
  EXPECT_EQ(Streams({{"weekdays", "sat"}, {"tz", "local"}}), 1);
  // Somebody else's play in another country moves nobody.
  Edit({{"kind", "exclude"}, {"country", "PT"}});
  auto zones =
      (*pipeline_->engine().Connect())->Query("select count(*) from silver_day_country where country = 'PT'");
  EXPECT_EQ(std::get<std::int64_t>(zones->rows[0][0]), 0);
}

}  // namespace
}  // namespace earprint::app
