// What a listener changes in the library and changes back: each state is told, also one that was told before.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/utc_time.hpp"
#include "sources/spotify/sync/library_sync.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::app {
namespace {

namespace spotify = sources::spotify;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Json;

constexpr std::int64_t kBegin = 1'795'000'000'000;
constexpr std::string_view kList = "0000000000000000000009";

/// Takes everything into the house; where it is told to, nothing can be kept from the next Take on, as when
/// the process dies after it.
class FatalSink final : public ports::FactSink {
 public:
  FatalSink(Pipeline& pipeline, testing::MemoryStateStore& states) : pipeline_(pipeline), states_(states) {}
  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string& kind,
                                        const std::string& listener) override {
    auto taken = pipeline_.Take(std::move(batch), kind, listener);
    states_.fails = is_fatal;
    return taken;
  }
  bool is_fatal = false;

 private:
  Pipeline& pipeline_;
  testing::MemoryStateStore& states_;
};

class LibraryUndone : public ::testing::Test {
 protected:
  LibraryUndone() {
    room.clock.now_ms = kBegin;
    room.LogIn();
    room.http.Answer([this](const ports::HttpRequest& request) -> base::Result<ports::HttpAnswer> {
      if (testing::IsTokenRequest(request)) return testing::Tokens("access-1", "refresh-1");
      if (request.url.contains("/me/playlists"))
        return Json(200, Page(playlist.empty() ? std::vector<std::string>() : std::vector{Playlist()}));
      if (request.url.contains("/me/tracks")) return Json(200, Entries(saved));
      if (!request.url.contains("/items")) return Json(200, Playlist());
      ++asked_for_items;
      if (answers_nothing) return Json(204, "");
      return is_barred ? Json(403, R"({"error":{"status":403,"message":"Forbidden"}})")
                       : Json(200, Entries(held));
    });
    Restart();
  }

  static std::string Page(const std::vector<std::string>& items) {
    return fmt::format(R"({{"items":[{}],"next":null,"total":{}}})", fmt::join(items, ","), items.size());
  }
  std::string Playlist() const {
    return fmt::format(R"({{"id":"{}","name":"{}","snapshot_id":{}}})", kList, playlist,
                       snapshot.empty() ? "null" : '"' + snapshot + '"');
  }
  /// Each letter is a track, added in the minute of its place in the alphabet.
  static std::string Entries(std::string_view letters) {
    std::vector<std::string> items;
    for (const char letter : letters) {
      items.push_back(fmt::format(
          R"({{"added_at":"{}","track":{{"type":"track","id":"{}","name":"{}","duration_ms":1000,"is_local":false,"artists":[{{"name":"Ann"}}]}}}})",
          base::FormatInstant({kBegin - base::kMsPerDay + (letter - 'a') * base::kMsPerMinute}),
          std::string(22, letter), letter));
    }
    return Page(items);
  }

  void Restart() {
    room.states.fails = sink.is_fatal = false;
    room.Start();
    sync = std::make_unique<spotify::LibrarySync>("me", *room.api, room.states, sink, room.clock);
  }

  /// Until nothing is due; a listing's time has come before.
  void Settle(std::int64_t wait_ms = 16 * base::kMsPerMinute) {
    room.clock.now_ms += wait_ms;
    for (int i = 0; i < 100; ++i) {
      if (sync->Work() > room.clock.Now() && !room.states.fails) return;
      room.clock.now_ms += base::kMsPerSecond;
    }
  }

  std::vector<std::string> Ask(const std::string& sql) {
    auto table = (*pipeline->engine().Connect())->Query(sql);
    EXPECT_TRUE(table) << table.error().Text();
    std::vector<std::string> texts;
    for (const auto& row : table->rows) texts.push_back(std::get<std::string>(row[0]));
    return texts;
  }
  /// The tracks that a list holds now.
  std::vector<std::string> Held(std::string_view list) {
    return Ask(
        fmt::format("select t.title from silver_playlist_stay y join silver_track t on t.track_key = "
                    "y.track_key where y.playlist_id = '{}' and y.valid_to_ms is null order by t.title",
                    list));
  }
  std::vector<std::string> Told(std::string_view column) {
    return Ask(fmt::format("select {} from raw_playlist where playlist_id = '{}' order by stated_at_ms",
                           column, kList));
  }

  testing::TempFolder folder;
  std::unique_ptr<Pipeline> pipeline = testing::OpenAt(folder / "s");
  testing::SpotifyRoom room;
  FatalSink sink{*pipeline, room.states};
  std::string playlist, snapshot, held, saved;
  bool is_barred = false, answers_nothing = false;
  int asked_for_items = 0;
  std::unique_ptr<spotify::LibrarySync> sync;
};

TEST_F(LibraryUndone, ATrackThatIsSavedAndUnsavedIsNotHeld) {
  saved = "a";
  Settle();
  saved = "xa";
  Settle();
  EXPECT_THAT(Held("liked-songs"), ElementsAre("a", "x"));
  saved = "a";
  Settle();
  EXPECT_THAT(Held("liked-songs"), ElementsAre("a")) << "the list is as it was told first";
  saved = "xa";
  Settle();
  EXPECT_THAT(Held("liked-songs"), ElementsAre("a", "x"));
}

TEST_F(LibraryUndone, SoIsOneWhoseStatementArrivedBeforeTheProcessDied) {
  saved = "a";
  Settle();
  saved = "xa";
  sink.is_fatal = true;
  Settle();
  EXPECT_THAT(Held("liked-songs"), ElementsAre("a", "x"));
  saved = "a";
  Restart();
  Settle();
  EXPECT_THAT(Held("liked-songs"), ElementsAre("a"));
}

TEST_F(LibraryUndone, SoIsAListWhoseEndArrivedBeforeTheProcessDied) {
  playlist = "Mine", snapshot = "s1", held = "ab";
  Settle();
  playlist.clear();
  Settle();
  sink.is_fatal = true;
  Settle();
  EXPECT_THAT(Held(kList), IsEmpty());
  playlist = "Mine";
  Restart();
  Settle();
  EXPECT_THAT(Held(kList), ElementsAre("a", "b"));
}

TEST_F(LibraryUndone, AListWithoutSnapshotsIsHeldAsItIs) {
  playlist = "Mine", held = "a";
  Settle();
  held = "ab";
  Settle();
  held = "a";
  Settle();
  EXPECT_THAT(Held(kList), ElementsAre("a"));
  EXPECT_THAT(Told("held"), ElementsAre("whole", "whole", "whole"));
  Settle();
  EXPECT_THAT(Told("held"), ElementsAre("whole", "whole", "whole")) << "what is the same is told once";
}

TEST_F(LibraryUndone, ANameThatIsGivenBackIsTheName) {
  playlist = "A", snapshot = "s1", held = "a";
  Settle();
  playlist = "B";
  Settle();
  playlist = "A";
  Settle();
  EXPECT_THAT(Told("name"), ElementsAre("A", "B", "A"));
}

TEST_F(LibraryUndone, WhatIsBarredIsAskedForAgainAfterADayAndToldAsItIsThen) {
  playlist = "Mine", snapshot = "s1", held = "a";
  Settle();
  snapshot = "s2", is_barred = true;
  Settle();
  const int before = asked_for_items;
  Settle();
  EXPECT_EQ(asked_for_items, before) << "not at every listing";
  snapshot = "s1", is_barred = false;
  Settle(base::kMsPerDay + base::kMsPerMinute);
  EXPECT_THAT(Told("held"), ElementsAre("whole", "barred", "whole"));
  is_barred = true, snapshot = "s3";
  Settle();
  is_barred = false;
  Settle(base::kMsPerDay + base::kMsPerMinute);
  EXPECT_THAT(Told("held"), ElementsAre("whole", "barred", "whole", "barred", "whole"))
      << "nothing of the list has changed but that it may be read";
}

TEST_F(LibraryUndone, AnAnswerWithoutAPageIsNoEmptyList) {
  playlist = "Mine", snapshot = "s1", held = "ab";
  answers_nothing = true;
  Settle();
  EXPECT_THAT(Told("held"), IsEmpty());
  EXPECT_TRUE(sync->report().trouble);
  answers_nothing = false;
  Settle();
  EXPECT_THAT(Held(kList), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace earprint::app
