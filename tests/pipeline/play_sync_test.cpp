// Days of listening through everything that goes wrong between Spotify and the figures: answers that fail,
// acknowledgements that are lost, kills, hours without the program. What Spotify ever showed is in the
// figures once, with its end.
#include "sources/spotify/sync/play_sync.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "base/utc_time.hpp"
#include "tests/support/lossy_sink.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::app {
namespace {

using base::kMsPerMinute;
namespace spotify = sources::spotify;

constexpr std::int64_t kMsPerHour = 60 * kMsPerMinute;
constexpr std::int64_t kBegin = 1'795'000'000'000;

/// A play as it happened.
struct Happened {
  int track = 0;
  std::int64_t began_ms = 0, paused_at_ms = 0, resumed_at_ms = 0, ended_ms = 0;
  bool ran_out = true, is_start_stamped = false;
  bool was_seen = false;  ///< by a look
  std::int64_t first_seen_ms = 0, last_seen_ms = 0;
  bool was_shown = false;  ///< in an answer of the list

  std::int64_t HeardMs() const { return ended_ms - began_ms - (resumed_at_ms - paused_at_ms); }
};

std::int64_t LengthMs(int track) { return (150 + track * 7) * base::kMsPerSecond; }
std::string IdOf(int track) { return fmt::format("{:022}", track); }

/// Believable days: sessions of tracks back to back, some skipped, some on repeat, some with a pause.
std::vector<Happened> Days(int days, std::mt19937& random) {
  const auto in = [&random](std::int64_t from, std::int64_t to) {
    return from + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(to - from));
  };
  std::vector<Happened> all;
  for (int day = 0; day < days; ++day) {
    std::int64_t now = kBegin + day * base::kMsPerDay;
    for (std::int64_t session = in(2, 4); session > 0; --session) {
      now += in(kMsPerHour, 3 * kMsPerHour);
      int track = 0;
      for (std::int64_t plays = in(4, 14); plays > 0; --plays) {
        Happened play;
        if (in(0, 10) > 0) track = static_cast<int>(in(0, 20));  // else the same again
        play.track = track;
        play.began_ms = now;
        play.ran_out = in(0, 5) > 0;
        std::int64_t heard = play.ran_out ? LengthMs(track) : in(5'000, LengthMs(track) - 5'000);
        play.paused_at_ms = play.resumed_at_ms = now;
        if (in(0, 12) == 0 && heard > 60'000) {
          play.paused_at_ms = now + in(20'000, heard - 20'000);
          play.resumed_at_ms = play.paused_at_ms + in(40'000, 600'000);
        }
        play.ended_ms = now + heard + (play.resumed_at_ms - play.paused_at_ms);
        play.is_start_stamped = in(0, 10) == 0;
        all.push_back(play);
        now = play.ended_ms;
      }
    }
  }
  return all;
}

std::string TrackJson(int track) {
  return fmt::format(
      R"({{"type":"track","id":"{}","name":"T{}","duration_ms":{},"is_local":false,"artists":[{{"name":"Ann"}}],"album":{{"id":"a","name":"One","artists":[{{"name":"Ann"}}]}}}})",
      IdOf(track), track, LengthMs(track));
}

/// Spotify, as far as this listener's plays go.
class ActedSpotify {
 public:
  ActedSpotify(std::vector<Happened>& truth, std::mt19937& random, const testing::StoppedClock& clock)
      : truth_(truth), random_(random), clock_(clock) {}

  base::Result<ports::HttpAnswer> Answer(const ports::HttpRequest& request) {
    if (testing::IsTokenRequest(request)) return testing::Tokens("access-" + std::to_string(++tokens_));
    switch (random_() % 40) {
      case 0:
        return testing::NoNetwork();
      case 1:
        return testing::Json(503, "");
      case 2:
        return testing::Json(401, R"({"error":{"status":401,"message":"The access token expired"}})");
      case 3:
        return testing::Json(429, R"({"error":{"status":429,"message":"API rate limit exceeded"}})",
                             {{"retry-after", "4"}});
      case 4:
        return testing::Json(200, R"({"items":[{"track":)");
      default:
        return request.url.find("recently-played") == std::string::npos ? Player() : Recent();
    }
  }

 private:
  ports::HttpAnswer Player() {
    for (Happened& play : truth_) {
      const std::int64_t now = clock_.now_ms;
      if (now < play.began_ms || now >= play.ended_ms) continue;
      if (!play.was_seen) play.first_seen_ms = now;
      play.was_seen = true;
      play.last_seen_ms = now;
      const bool is_paused = now >= play.paused_at_ms && now < play.resumed_at_ms;
      std::int64_t progress = now - play.began_ms;
      if (is_paused) progress = play.paused_at_ms - play.began_ms;
      std::int64_t changed_at_ms = is_paused ? play.paused_at_ms : play.began_ms;
      if (now >= play.resumed_at_ms) {
        progress -= play.resumed_at_ms - play.paused_at_ms;
        changed_at_ms = play.resumed_at_ms;
      }
      return testing::Json(
          200,
          fmt::format(
              R"({{"is_playing":{},"progress_ms":{},"currently_playing_type":"track","timestamp":{},"item":{}}})",
              !is_paused, progress, changed_at_ms, TrackJson(play.track)));
    }
    return testing::Json(204, "");
  }

  ports::HttpAnswer Recent() {
    std::vector<std::string> entries;
    for (auto play = truth_.rbegin(); play != truth_.rend() && entries.size() < 50; ++play) {
      if (!play->ran_out || play->ended_ms > clock_.now_ms) continue;
      play->was_shown = true;
      entries.push_back(
          fmt::format(R"({{"track":{},"played_at":"{}","context":null}})", TrackJson(play->track),
                      base::FormatInstant({play->is_start_stamped ? play->began_ms : play->ended_ms})));
    }
    return testing::Json(200, fmt::format(R"({{"items":[{}],"next":null,"cursors":null,"limit":50}})",
                                          fmt::join(entries, ",")));
  }

  std::vector<Happened>& truth_;
  std::mt19937& random_;
  const testing::StoppedClock& clock_;
  int tokens_ = 0;
};

struct Stored {
  std::string track;
  std::int64_t ended_ms, played_ms, precision_ms;
};

std::vector<Stored> PlaysIn(Pipeline& pipeline) {
  auto table =
      (*pipeline.engine().Connect())
          ->Query(
              "select t.track_id, p.ended_at_ms, p.played_ms, r.ended_precision_ms from silver_play p "
              "join silver_track t on t.track_key = p.track_key join raw_play r on r.identity = "
              "p.play_id and r.details = p.event_id order by p.ended_at_ms");
  EXPECT_TRUE(table) << table.error().Text();
  std::vector<Stored> plays;
  for (const auto& row : table->rows) {
    plays.push_back({std::get<std::string>(row[0]), std::get<std::int64_t>(row[1]),
                     std::get<std::int64_t>(row[2]), std::get<std::int64_t>(row[3])});
  }
  return plays;
}

/// Broken off, and the same track followed at once, and no looks on both sides show it: no answer of
/// Spotify's tells that these were two.
bool IsBlurred(const Happened& play, const std::vector<Happened>& truth) {
  if (play.was_shown) return false;
  const bool is_seen_before = play.ended_ms - play.last_seen_ms <= 16'000 && play.HeardMs() >= 16'000;
  return std::ranges::any_of(truth, [&play, is_seen_before](const Happened& next) {
    const bool is_seen_after = next.was_seen && next.first_seen_ms - next.began_ms <= 16'000;
    return next.track == play.track && next.began_ms == play.ended_ms && !(is_seen_before && is_seen_after);
  });
}

/// Where nobody looked, the end is known if the stamp is the end, and a start would not have fitted as well:
/// to where another play began.
bool IsEndKnowable(const Happened& play, const std::vector<Happened>& truth) {
  if (play.was_seen) return true;
  return !play.is_start_stamped && std::ranges::none_of(truth, [&play](const Happened& other) {
    return std::abs(play.ended_ms + LengthMs(play.track) - other.began_ms) <= 1'500 ||
           std::abs(play.ended_ms + LengthMs(play.track) - (other.ended_ms - LengthMs(other.track))) <= 1'500;
  });
}

/// How far a stored play's end is off, or nothing where it cannot be this play.
std::optional<std::int64_t> OffMs(const Happened& play, bool is_knowable, const Stored& it) {
  std::int64_t off_ms = std::abs(it.ended_ms - play.ended_ms);
  if (!is_knowable) off_ms = std::min(off_ms, std::abs(it.ended_ms - play.began_ms));
  if (it.track != IdOf(play.track) || off_ms > LengthMs(play.track) + it.precision_ms) return {};
  return off_ms;
}

/// Pairs what happened with what is stored, the nearest first: the index of the stored one, or nothing.
std::vector<std::optional<std::size_t>> Paired(const std::vector<const Happened*>& plays,
                                               const std::vector<Happened>& truth,
                                               const std::vector<Stored>& stored) {
  std::vector<std::tuple<bool, std::int64_t, std::size_t, std::size_t>> near;
  for (std::size_t i = 0; i < plays.size(); ++i) {
    for (std::size_t k = 0; k < stored.size(); ++k) {
      const auto off_ms = OffMs(*plays[i], IsEndKnowable(*plays[i], truth), stored[k]);
      if (off_ms) near.emplace_back(IsBlurred(*plays[i], truth), *off_ms, i, k);
    }
  }
  std::ranges::sort(near);
  std::vector<std::optional<std::size_t>> pairs(plays.size());
  std::vector<bool> is_taken(stored.size());
  for (const auto& [is_blurred, off_ms, i, k] : near) {
    if (pairs[i] || is_taken[k]) continue;
    pairs[i] = k;
    is_taken[k] = true;
  }
  return pairs;
}

class PlaySyncDays : public ::testing::TestWithParam<unsigned> {};

TEST_P(PlaySyncDays, WhatSpotifyEverShowedIsInTheFiguresOnce) {
  std::mt19937 random(GetParam());
  std::vector<Happened> truth = Days(6, random);
  testing::SpotifyRoom room;
  room.limits = {.rate_max = 100'000, .day_max = 100'000};
  room.limits.family_day_max.fill(100'000);
  room.clock.now_ms = kBegin;
  room.Start();
  room.LogIn();
  ActedSpotify acted(truth, random, room.clock);
  room.http.Answer([&acted](const ports::HttpRequest& request) { return acted.Answer(request); });
  testing::LossySink sink(random);
  auto sync = std::make_unique<spotify::PlaySync>("me", *room.api, room.states, sink, room.clock);
  const std::int64_t end = truth.back().ended_ms + kMsPerHour;
  while (room.clock.now_ms < end) {
    room.states.fails = random() % 30 == 0;
    const std::int64_t next = sync->Work().value;
    room.clock.now_ms = std::max(room.clock.now_ms + 1, next);
    if (random() % 60 != 0) continue;
    // Killed, and back after a moment or an hour and a half.
    sync.reset();
    room.states.fails = false;
    room.clock.now_ms += random() % 3 == 0 ? 90 * kMsPerMinute : 2'000;
    room.Start();
    sync = std::make_unique<spotify::PlaySync>("me", *room.api, room.states, sink, room.clock);
  }
  // The last acknowledgements may have been lost: until all is told.
  room.states.fails = false;
  for (int i = 0; i < 50; ++i) {
    room.clock.now_ms = std::max(room.clock.now_ms + 10 * kMsPerMinute, sync->Work().value);
  }

  testing::TempFolder folder;
  auto pipeline = testing::OpenAt(folder / "s");
  EXPECT_EQ(sink.rejects, 0U);
  ASSERT_TRUE(pipeline->Take(sink.all, "test", "me"));

  const std::vector<Stored> stored = PlaysIn(*pipeline);
  std::vector<const Happened*> told;
  for (const Happened& play : truth) {
    if (play.was_seen || play.was_shown) told.push_back(&play);
  }
  const auto pairs = Paired(told, truth, stored);
  std::vector<bool> is_true(stored.size());
  int expected = 0, blurred = 0;
  for (std::size_t i = 0; i < told.size(); ++i) {
    const Happened& play = *told[i];
    if (pairs[i]) is_true[*pairs[i]] = true;
    ++(IsBlurred(play, truth) ? blurred : expected);
    if (IsBlurred(play, truth)) continue;
    if (!pairs[i]) {
      ADD_FAILURE() << "lost: track " << play.track << " ended " << base::FormatInstant({play.ended_ms})
                    << " seen " << play.was_seen << " shown " << play.was_shown << " start "
                    << play.is_start_stamped;
      continue;
    }
    const Stored& one = stored[*pairs[i]];
    EXPECT_TRUE(std::abs(one.ended_ms - play.ended_ms) <= 16'000 + one.precision_ms ||
                !IsEndKnowable(play, truth))
        << "track " << play.track << " ended " << base::FormatInstant({play.ended_ms}) << ", stored "
        << base::FormatInstant({one.ended_ms}) << ", seen " << play.was_seen;
  }
  for (std::size_t k = 0; k < stored.size(); ++k) {
    if (is_true[k]) continue;
    ADD_FAILURE() << "never played: track " << stored[k].track << " ended "
                  << base::FormatInstant({stored[k].ended_ms}) << " played " << stored[k].played_ms;
  }
  EXPECT_GT(expected, 60);
  EXPECT_LT(blurred, 5);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PlaySyncDays, ::testing::Range(1U, 31U));

class UnwillingSink final : public ports::FactSink {
 public:
  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string&,
                                        const std::string&) override {
    if (--refusals >= 0)
      return base::Fail(base::ErrorCode::kRetryLater, "append", "the log", "the disk is full");
    lines += batch.lines;
    return ports::TakenReport{batch.read, batch.events.size(), 0, 0};
  }
  int refusals = 3;
  std::string lines;
};

TEST(PlaySync, WhatTheListShowedIsToldThoughItShowsItNoMoreWhenTheSinkIsThereAgain) {
  testing::SpotifyRoom room;
  room.clock.now_ms = kBegin;
  room.LogIn();
  int readings = 0;
  room.http.Answer([&](const ports::HttpRequest& request) {
    if (testing::IsTokenRequest(request)) return testing::Tokens("access-1");
    if (!request.url.contains("recently-played")) return testing::Json(204, "");
    const int track = ++readings;
    return testing::Json(
        200, fmt::format(R"({{"items":[{{"track":{},"played_at":"{}"}}],"next":null}})", TrackJson(track),
                         base::FormatInstant({room.clock.now_ms - 1'000})));
  });
  UnwillingSink sink;
  spotify::PlaySync sync("me", *room.api, room.states, sink, room.clock);
  while (readings < 2) room.clock.now_ms = std::max(room.clock.now_ms + 1, sync.Work().value);
  EXPECT_EQ(sink.refusals, -2) << "as often refused as it was to be, and each reading told once";
  EXPECT_THAT(sink.lines, ::testing::AllOf(::testing::HasSubstr(IdOf(1)), ::testing::HasSubstr(IdOf(2))));
}

TEST(PlaySync, AnEpisodeThatIsSeenLiveIsAStoredPlayOfAPodcast) {
  testing::TempFolder folder;
  auto pipeline = testing::OpenAt(folder / "s");
  testing::SpotifyRoom room;
  room.clock.now_ms = kBegin;
  room.LogIn();
  room.http.Answer([&room](const ports::HttpRequest& request) {
    if (testing::IsTokenRequest(request)) return testing::Tokens("access-1");
    const std::int64_t progress_ms = room.clock.now_ms - kBegin;
    if (request.url.contains("recently-played")) return testing::Json(200, R"({"items":[],"next":null})");
    if (progress_ms >= 20 * kMsPerMinute) return testing::Json(204, "");
    return testing::Json(
        200,
        fmt::format(
            R"({{"is_playing":true,"progress_ms":{},"currently_playing_type":"episode","item":{{"type":"episode","id":"{}","name":"Part 7","duration_ms":1200000,"show":{{"id":"s","name":"Talk"}}}}}})",
            progress_ms, IdOf(7)));
  });
  spotify::PlaySync sync("me", *room.api, room.states, *pipeline, room.clock);
  while (room.clock.now_ms < kBegin + kMsPerHour)
    room.clock.now_ms = std::max(room.clock.now_ms + 1, sync.Work().value);
  auto table =
      (*pipeline->engine().Connect())
          ->Query(
              "select p.is_track, p.ended_at_ms, p.played_ms, i.title, i.artist from silver_play p join "
              "raw_play r on r.identity = p.play_id and r.details = p.event_id join raw_play_item i on "
              "i.item_key = r.item_key");
  ASSERT_TRUE(table && table->rows.size() == 1) << (table ? "" : table.error().Text());
  EXPECT_FALSE(std::get<bool>(table->rows[0][0]));
  EXPECT_NEAR(static_cast<double>(std::get<std::int64_t>(table->rows[0][1])), kBegin + 20 * kMsPerMinute,
              2'000);
  EXPECT_NEAR(static_cast<double>(std::get<std::int64_t>(table->rows[0][2])), 20 * kMsPerMinute, 2'000);
  EXPECT_EQ(std::get<std::string>(table->rows[0][3]), "Part 7");
  EXPECT_EQ(std::get<std::string>(table->rows[0][4]), "Talk");
}

}  // namespace
}  // namespace earprint::app
