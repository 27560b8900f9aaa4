#include "sources/spotify/sync/play_sync.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "tests/support/spotify_room.hpp"

namespace earprint::sources::spotify {
namespace {

/// Takes everything.
class OpenSink final : public ports::FactSink {
 public:
  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string&,
                                        const std::string&) override {
    return ports::TakenReport{batch.read, batch.events.size(), 0, batch.rejects.size()};
  }
};

class PlaySyncTest : public ::testing::Test {
 protected:
  PlaySyncTest() {
    room.LogIn();
    room.http.Answer([this](const ports::HttpRequest& request) -> base::Result<ports::HttpAnswer> {
      if (request.url.find("recently-played") != std::string::npos)
        return testing::Json(200, R"({"items":[],"next":null,"cursors":null,"limit":50})");
      ++looks;
      return testing::Json(
          200,
          R"({"is_playing":true,"progress_ms":5000,"currently_playing_type":"track","item":{"type":"track","id":"0000000000000000000001","name":"One","duration_ms":200000,"artists":[{"name":"Ann"}],"album":{"id":"a","name":"First"}}})",
          headers);
    });
  }

  testing::SpotifyRoom room;
  OpenSink sink;
  std::map<std::string, std::string> headers;
  int looks = 0;
  PlaySync sync{"me", *room.api, room.states, sink, room.clock};
};

TEST_F(PlaySyncTest, AClockThatWasSetBackHoldsUpNoLook) {
  sync.Work();
  ASSERT_EQ(looks, 1);
  room.clock.now_ms -= 120 * base::kMsPerMinute;
  const base::UtcMs next = sync.Work();
  EXPECT_EQ(looks, 2);
  EXPECT_LE(next.value, room.clock.now_ms + base::kMsPerMinute);
  EXPECT_EQ(sync.report().looked_at->value, room.clock.now_ms);
}

TEST_F(PlaySyncTest, AnOldAnswerIsNotAskedForAgainAtOnce) {
  headers["age"] = "3600";
  const std::int64_t began_ms = room.clock.now_ms;
  while (room.clock.now_ms < began_ms + base::kMsPerMinute)
    room.clock.now_ms = std::max(sync.Work().value, room.clock.now_ms + 1);
  EXPECT_GE(looks, 3);
  EXPECT_LE(looks, 13) << "one in five seconds";
}

}  // namespace
}  // namespace earprint::sources::spotify
