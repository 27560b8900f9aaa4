// A document that cannot be read at one moment is not as none: what it holds would be written over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/spotify/sync/library_sync.hpp"
#include "sources/spotify/sync/play_sync.hpp"
#include "sources/spotify/sync/statement_sync.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::sources::spotify {
namespace {

using ::testing::HasSubstr;
using testing::Json;

class FickleSink final : public ports::FactSink {
 public:
  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string&,
                                        const std::string&) override {
    if (is_full) return base::Fail(base::ErrorCode::kRetryLater, "append", "the log", "the disk is full");
    lines += batch.lines;
    return ports::TakenReport{batch.read, batch.events.size(), 0, batch.rejects.size()};
  }
  bool is_full = false;
  std::string lines;
};

std::string Playing(int track, int progress_ms) {
  return R"({"is_playing":true,"progress_ms":)" + std::to_string(progress_ms) +
         R"(,"currently_playing_type":"track","item":{"type":"track","id":"000000000000000000000)" +
         std::to_string(track) +
         R"(","name":"One","duration_ms":200000,"is_local":false,"artists":[{"name":"Ann"}]}})";
}

class KeptState : public ::testing::Test {
 protected:
  KeptState() {
    room.clock.now_ms = 1'795'000'000'000;
    room.LogIn();
    room.http.Answer([this](const ports::HttpRequest& request) -> base::Result<ports::HttpAnswer> {
      if (testing::IsTokenRequest(request)) return testing::Tokens("access-1", "refresh-1");
      ++asked;
      if (request.url.contains("/me/following")) return Json(200, R"({"artists":{"items":[],"next":null}})");
      if (request.url.ends_with("track%2Cepisode")) return Json(200, player);
      return Json(200, R"({"items":[],"next":null,"total":0})");
    });
  }

  testing::SpotifyRoom room;
  FickleSink sink;
  std::string player = Playing(1, 5'000);
  int asked = 0;
};

TEST_F(KeptState, PlaysThatAreWrittenAheadOutliveAMomentWithoutTheirDocument) {
  auto sync = std::make_unique<PlaySync>("me", *room.api, room.states, sink, room.clock);
  sync->Work();
  room.clock.now_ms += 15'000;
  player = Playing(2, 1'000);
  sink.is_full = true;
  sync->Work();
  sink.is_full = false;
  // Killed with the first play told to nobody, and begun anew where nothing can be read.
  sync = std::make_unique<PlaySync>("me", *room.api, room.states, sink, room.clock);
  room.states.fails_to_load = true;
  const int before = asked;
  const base::UtcMs next = sync->Work();
  EXPECT_GT(next, room.clock.Now());
  ASSERT_TRUE(sync->report().trouble);
  EXPECT_THAT(sync->report().trouble->Text(), HasSubstr("too many files"));
  EXPECT_EQ(asked, before) << "what would be learned could not be kept with what is";
  room.states.fails_to_load = false;
  room.clock.now_ms = next.value;
  sync->Work();
  EXPECT_THAT(sink.lines, HasSubstr("\"0000000000000000000001\""));
  EXPECT_FALSE(sync->report().trouble);
}

TEST_F(KeptState, TheLibraryIsNotToldAnewForIt) {
  auto sync = std::make_unique<LibrarySync>("me", *room.api, room.states, sink, room.clock);
  while (sync->Work() <= room.clock.Now()) {
  }
  const auto kept = room.states.documents;
  ASSERT_THAT(sink.lines, HasSubstr("liked-songs"));
  sync = std::make_unique<LibrarySync>("me", *room.api, room.states, sink, room.clock);
  room.states.fails_to_load = true;
  const int before = asked;
  EXPECT_GT(sync->Work(), room.clock.Now());
  EXPECT_TRUE(sync->report().trouble);
  room.states.fails_to_load = false;
  room.clock.now_ms += base::kMsPerMinute;
  sync->Work();
  EXPECT_EQ(asked, before) << "it was listed a minute ago";
  EXPECT_EQ(room.states.documents, kept);
}

TEST_F(KeptState, NorAreTheListsOfADay) {
  auto sync = std::make_unique<StatementSync>("me", *room.api, room.states, sink, room.clock);
  while (sync->Work() <= room.clock.Now()) {
  }
  sync = std::make_unique<StatementSync>("me", *room.api, room.states, sink, room.clock);
  room.states.fails_to_load = true;
  const int before = asked;
  EXPECT_GT(sync->Work(), room.clock.Now());
  EXPECT_TRUE(sync->trouble());
  room.states.fails_to_load = false;
  room.clock.now_ms += base::kMsPerMinute;
  sync->Work();
  EXPECT_EQ(asked, before) << "they were read a minute ago";
}

}  // namespace
}  // namespace earprint::sources::spotify
