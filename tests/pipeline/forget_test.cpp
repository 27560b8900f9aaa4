// A listener is erased: from the lake, from the warehouse and its file, through kills, and nobody else is
// touched.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "adapters/file/folder_swap.hpp"
#include "app/asker.hpp"
#include "app/command.hpp"
#include "base/utc_time.hpp"
#include "metrics/answer_writer.hpp"
#include "model/gap_fact.hpp"
#include "model/play_fact.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/stored_listener.hpp"

namespace earprint::app {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kNoon = 1'700'000'000'000 - 1'700'000'000'000 % base::kMsPerDay + 43'200'000;

class ForgetTest : public ::testing::Test {
 protected:
  /// An export of Ann's with a title of her own, one of Bob's, and what came over the API for both.
  void Fill() {
    WriteExport("ann.csv", "AnnsVerySecretTitle", 'A', 30);
    WriteExport("bob.csv", "BobsTitle", 'N', 20);
    ASSERT_TRUE(pipeline->Import({.paths = {folder / "ann.csv"}, .listener = "Ann"}, {}));
    ASSERT_TRUE(pipeline->Import({.paths = {folder / "bob.csv"}, .listener = "Bob"}, {}));
    Tell("Ann", "AnnsLiveTitle");
    Tell("Bob", "BobsLiveTitle");
  }

  void WriteExport(const std::string& name, const std::string& title, char first_id, int plays) {
    std::ofstream out(folder / name);
    out << "spotify_track_uri,ts,ms_played,track_name,artist_name\n";
    for (int i = 0; i < plays; ++i) {
      out << "000000000000000000000" << static_cast<char>(first_id + i % 5) << ','
          << base::FormatInstant({kNoon - i * 600'000}) << ",200000," << title << i % 5 << ",An Artist\n";
    }
    out << "000000000000000000000A,never,200000," << title
        << ",An Artist\n";  // refused, and kept with its words
  }

  void Tell(const std::string& listener, std::string_view title) {
    model::EventBatch batch;
    model::PlayFact fact;
    fact.source = "recent";
    fact.kind = model::PlayKind::kTrack;
    fact.item_id = listener == "Ann" ? "000000000000000000000Y" : "000000000000000000000Z";
    fact.title = title;
    fact.artist = "An Artist";
    fact.ended_at_ms = kNoon + 3'600'000;
    fact.played_ms = 180'000;
    model::AddPlay(fact, listener, batch);
    model::AddGap({kNoon + 7'200'000, kNoon + 9'000'000, "recent", "the list had moved on"}, listener, batch);
    batch.read = batch.events.size();
    batch.rejects.push_back({.record = 1, .reason = "no time", .raw = std::string(title) + " odd"});
    ++batch.read;
    ASSERT_TRUE(pipeline->Take(std::move(batch), "recently played", listener));
  }

  std::string Figures(const std::string& listener) {
    auto asker = Asker::Make(*pipeline, "UTC");
    EXPECT_TRUE(asker);
    std::string all;
    for (const std::string metric :
         {"overview", "top_tracks", "calendar", "gaps", "rejects", "sources", "ledger"}) {
      auto answer = (*asker)->Ask(metric, listener, {});
      all += answer ? metrics::AnswerCsv(**answer) : answer.error().cause;
    }
    return all;
  }

  /// Every byte of the store, the lake's unpacked.
  std::string AllBytes() {
    std::string all;
    for (const auto& entry : fs::recursive_directory_iterator(store.path)) {
      if (entry.is_regular_file()) all += testing::BytesOf(entry.path().string());
    }
    const testing::StoppedClock clock;
    auto log = adapters::SegmentEventLog::Open(store.Lake(), clock);
    for (const model::EventType type : model::kEventTypes) {
      EXPECT_TRUE((*log)->ReadFrames(type, 0, [&](std::string_view frame) -> base::Result<bool> {
        all += *(*log)->Unpack(frame);
        return true;
      }));
    }
    return all;
  }

  testing::TempFolder folder;
  DataFolder store{folder / "store"};
  std::unique_ptr<Pipeline> pipeline = testing::OpenAt(store.path);
};

TEST_F(ForgetTest, NothingOfTheListenerIsLeftAndNobodyElseIsTouched) {
  Fill();
  const std::string bob = Figures("Bob");
  EXPECT_THAT(AllBytes(), HasSubstr("AnnsVerySecretTitle"));
  const auto erased = pipeline->Erase({.listener = "Ann"});
  ASSERT_TRUE(erased) << erased.error().Text();
  EXPECT_EQ(erased->events, 30U + 1 + 1 + 3)
      << "plays, a reject, what became of the file; and what came live";
  EXPECT_EQ(erased->kept_events, 20U + 1 + 1 + 3);
  EXPECT_EQ(Figures("Bob"), bob);
  const std::string bytes = AllBytes();
  for (const std::string trace : {"AnnsVerySecretTitle", "AnnsLiveTitle", "\"Ann\""})
    EXPECT_EQ(bytes.find(trace), std::string::npos) << trace;
  EXPECT_THAT(bytes, HasSubstr("BobsTitle"));
  EXPECT_THAT(Figures("Ann"), HasSubstr("there is no such listener"));
}

TEST_F(ForgetTest, WhatIsForgottenComesAgainAsIfItWereNew) {
  Fill();
  ASSERT_TRUE(pipeline->Erase({.listener = "Ann"}));
  auto again = pipeline->Import({.paths = {folder / "ann.csv"}, .listener = "Ann"}, {});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->total.accepted, 30U);
  EXPECT_EQ(again->total.duplicate, 0U);
}

TEST_F(ForgetTest, ADisconnectionKeepsTheExport) {
  Fill();
  const auto erased = pipeline->Erase({.listener = "Ann", .is_api_only = true});
  ASSERT_TRUE(erased) << erased.error().Text();
  EXPECT_EQ(erased->events, 3U) << "a play, a gap, a reject";
  EXPECT_EQ(testing::CountPlays(*pipeline, "c.listener = 'Ann'"), 30);
  EXPECT_EQ(testing::CountPlays(*pipeline, "c.listener = 'Bob'"), 21);
  EXPECT_EQ(AllBytes().find("AnnsLiveTitle"), std::string::npos);
}

TEST_F(ForgetTest, WhoIsNotHereChangesNothing) {
  Fill();
  const std::string version = pipeline->DataVersion();
  const auto erased = pipeline->Erase({.listener = "Cleo"});
  ASSERT_TRUE(erased);
  EXPECT_EQ(erased->events, 0U);
  EXPECT_EQ(pipeline->DataVersion(), version);
  auto asker = testing::Must(Asker::Make(*pipeline, "UTC"));
  const auto publishing = OpenPublishing(store, *pipeline, *asker, "UTC");
  const testing::StoppedClock clock;
  const auto audit = OpenAudit(store, *pipeline, *asker, clock, "UTC");
  const auto named = OpenLeaving({.folder = store,
                                  .engine = pipeline->engine(),
                                  .eraser = *pipeline,
                                  .publishing = *publishing,
                                  .audit = *audit})
                         ->Forget("Cleo");
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(named.error().hint, "one of: Ann, Bob");
}

TEST_F(ForgetTest, AKillLeavesAllAsItWasOrAllErased) {
  Fill();
  const std::string bob = Figures("Bob"), ann = Figures("Ann");
  pipeline.reset();
  const adapters::FolderSwap swap(store.Lake());
  // What an erasure makes, in a store beside.
  fs::copy(store.path, folder / "beside", fs::copy_options::recursive);
  ASSERT_TRUE(testing::OpenAt(folder / "beside")->Erase({.listener = "Ann"}));
  const std::string erased_lake = folder / "beside/lake";

  fs::copy(erased_lake, swap.NextPath(), fs::copy_options::recursive);  // killed before the swap
  pipeline = testing::OpenAt(store.path);
  EXPECT_EQ(Figures("Ann"), ann);
  EXPECT_FALSE(fs::exists(swap.NextPath()));
  pipeline.reset();

  fs::copy(erased_lake, swap.NextPath(), fs::copy_options::recursive);  // killed within it
  fs::rename(store.Lake(), swap.GonePath());
  fs::copy(swap.GonePath(), folder / "full", fs::copy_options::recursive);
  pipeline = testing::OpenAt(store.path);
  EXPECT_EQ(Figures("Bob"), bob);
  EXPECT_EQ(AllBytes().find("AnnsVerySecretTitle"), std::string::npos);
  EXPECT_FALSE(fs::exists(swap.GonePath()));
  pipeline.reset();

  fs::copy(folder / "full", swap.GonePath(), fs::copy_options::recursive);  // killed behind it
  pipeline = testing::OpenAt(store.path);
  EXPECT_EQ(Figures("Bob"), bob);
  EXPECT_EQ(AllBytes().find("AnnsVerySecretTitle"), std::string::npos);
  EXPECT_FALSE(fs::exists(swap.GonePath()));
}

TEST_F(ForgetTest, WhoAsksMeanwhileIsAnswered) {
  Fill();
  auto asker = Asker::Make(*pipeline, "UTC");
  std::atomic<bool> is_over = false;
  std::atomic<int> answered = 0, failed = 0;
  std::vector<std::jthread> askers;
  for (int i = 0; i < 4; ++i) {
    askers.emplace_back([&] {
      while (!is_over) {
        const std::vector<model::ConditionPair> pairs = {{"min-ms", std::to_string(answered % 50)}};
        ((*asker)->Ask("overview", "Bob", pairs) ? answered : failed) += 1;
      }
    });
  }
  while (answered < 20) std::this_thread::yield();
  ASSERT_TRUE(pipeline->Erase({.listener = "Ann"}));
  const int before = answered;
  while (answered < before + 20) std::this_thread::yield();
  ASSERT_TRUE(pipeline->Rebuild());
  is_over = true;
  askers.clear();
  EXPECT_EQ(failed, 0);
  auto listeners = (*asker)->answerer().Listeners();
  ASSERT_TRUE(listeners);
  EXPECT_THAT(*listeners, ElementsAre("Bob"));
}

}  // namespace
}  // namespace earprint::app
