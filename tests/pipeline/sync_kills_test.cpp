// The program that follows a listener is killed again and again, whatever it does at that moment, and started
// anew on what lies on the disk: all that Spotify's list ever showed is stored once, and what it never showed
// lies in a gap that is told.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "adapters/file/file_state_store.hpp"
#include "adapters/file/segment_event_log.hpp"
#include "base/text.hpp"
#include "model/event_line.hpp"
#include "tests/support/program_at_spotify.hpp"
#include "tests/support/told_month.hpp"

namespace earprint::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kKills = 20, kKillsMax = 60, kKillsAmidMin = 10;
/// So long after its first request the program may be killed.
constexpr int kKillAfterMs = 100, kKillAfterMsMax = 1'500;
/// Songs, of which some are heard while the program runs; and bursts of jingles, each more of them than the
/// list shows, heard while it does not.
constexpr std::size_t kSongs = 450, kBursts = 2, kBurstJingles = fakes::kWindowPlays + 10;
constexpr std::int64_t kSongMs = 400, kSongMsMax = 900, kJingleMs = 20;
/// How far ahead there is music, and so how many songs begin at most before the list is read again.
constexpr std::int64_t kAheadMs = 2'500;
constexpr std::size_t kSongsAhead = kAheadMs / kSongMs + 1;

std::int64_t LengthMs(std::size_t track) {
  const auto place = static_cast<std::int64_t>(track);
  return track < kSongs ? kSongMs + place * 37 % (kSongMsMax - kSongMs) : kJingleMs;
}

/// Each track is heard once: what is stored twice, or was never heard, is seen at once.
fakes::SpotifyWorld ShortTracks() {
  fakes::SpotifyWorld world;
  world.artists.push_back({.id = fmt::format("{:022}", 1), .name = "Ann"});
  world.albums.push_back({.id = fmt::format("{:022}", 2), .name = "Haste", .artists = {0}});
  for (std::size_t i = 0; i < kSongs + kBursts * kBurstJingles; ++i) {
    world.albums[0].tracks.push_back(i);
    world.tracks.push_back({.id = fmt::format("{:022}", 1'000 + i),
                            .name = fmt::format("Track {}", i),
                            .isrc = fmt::format("FRX00{:05}", i),
                            .album = 0,
                            .artists = {0},
                            .duration_ms = LengthMs(i)});
  }
  world.listeners.push_back({.id = "listener1", .account_id = "account1", .email = "listener1@example.org"});
  return world;
}

fakes::SpotifySwitches Weather() {
  fakes::SpotifySwitches switches;
  switches.slow_ms = 700;
  // A program that is killed between Spotify's answer and the sealing of a refresh token that replaces the
  // old one has no token any more: the listener must log in again, whatever the program does.
  switches.rotates_refresh = false;
  return switches;
}

/// Shares of requests that fail, once the listener has logged in.
boost::json::object Failures() {
  return {{"500", 0.04}, {"503", 0.04}, {"cut", 0.04}, {"reset", 0.04}, {"expired", 0.03}, {"slow", 0.2}};
}

class SyncKills : public ProgramAtSpotify {
 protected:
  SyncKills() : ProgramAtSpotify(ShortTracks(), Weather()) {}

  std::vector<ScriptedPlay> Script() const { return ReadScript(fake.Truth("listener1")); }

  /// The tracks of the list that lie in the lake; the program may be writing there.
  std::set<std::string> KeptTracks() const {
    std::set<std::string> tracks;
    const StoppedClock clock;
    const auto log = adapters::SegmentEventLog::OpenToRead(data.Lake(), clock);
    if (!log) return tracks;  // there is none yet
    const auto read = (*log)->ReadFrames(model::EventType::kPlay, 0, [&](std::string_view frame) {
      const auto lines = (*log)->Unpack(frame);
      if (!lines) return base::Result<bool>(std::unexpected(lines.error()));
      for (const std::string_view line : base::Split(*lines, '\n')) {
        const auto told = model::ReadEventLine(line);
        if (!told || told->source != "recent") continue;
        constexpr std::string_view kItem = R"("item_id":")";
        const std::size_t begin = line.find(kItem) + kItem.size();
        tracks.emplace(line.substr(begin, line.find('"', begin) - begin));
      }
      return base::Result<bool>(true);
    });
    EXPECT_TRUE(read) << read.error().Text();
    return tracks;
  }

  /// Whether so many plays more leave what was shown and is not kept among the newest 50. The answer that
  /// showed it may have died with the program, and another must show it too: then nothing that was ever shown
  /// may be missing, wherever the kills fall.
  bool MayHear(std::size_t plays) const {
    const std::vector<ScriptedPlay> script = Script();
    const auto first = std::ranges::find_if(script, [kept = KeptTracks()](const ScriptedPlay& play) {
      return play.was_shown && !kept.contains(play.track_id);
    });
    const auto since_first = static_cast<std::size_t>(script.end() - first);
    return since_first == 0 || since_first + plays <= fakes::kWindowPlays;
  }

  /// Heard to its end, after what is to be heard already.
  void Hear(std::size_t track) {
    const std::int64_t begin_ms = std::max(heard_until_ms, time.Now().value);
    ASSERT_TRUE(
        fake.AddPlay("listener1", {.item = track, .started = {begin_ms}, .played_ms = LengthMs(track)}));
    heard_until_ms = begin_ms + LengthMs(track);
  }
  void HearSongs() {
    const std::int64_t until_ms = time.Now().value + kAheadMs;
    while (heard_until_ms < until_ms) ASSERT_NO_FATAL_FAILURE(Hear(next_song++));
  }
  void HearBurst() {
    for (std::size_t i = 0; i < kBurstJingles; ++i) ASSERT_NO_FATAL_FAILURE(Hear(next_jingle++));
    HearOut();
  }
  void HearOut() const {
    std::this_thread::sleep_for(std::chrono::milliseconds(heard_until_ms - time.Now().value + 1));
  }

  std::unique_ptr<ProgramRun> Start(const std::vector<std::string>& command) const {
    // It asks 30 times in half a minute at most, counted over all its starts: with so many of them most would
    // only wait.
    EXPECT_TRUE(adapters::FileStateStore(data.States()).Remove("spotify-budget"));
    return program.Begin(command);
  }

  void StartAndKill(const std::vector<std::string>& command) {
    const std::size_t asked = fake.Records().size();
    const auto run = Start(command);
    ASSERT_TRUE(Eventually([&] { return fake.Records().size() > asked; })) << run->Words();
    std::this_thread::sleep_for(std::chrono::milliseconds(
        kKillAfterMs + static_cast<int>(random() % (kKillAfterMsMax - kKillAfterMs))));
    ASSERT_FALSE(run->IsOver()) << run->Words();
    run->Kill();
    program.End(*run);
  }

  /// At how many kills there were plays in the lake, and fewer than later.
  int KillsAmid() const {
    const std::size_t kept = KeptTracks().size();
    return static_cast<int>(
        std::ranges::count_if(kept_at_kills, [kept](std::size_t each) { return each > 0 && each < kept; }));
  }

  /// The twenty kills; more of them only where too few fell among plays, or a burst had to wait for long.
  void LiveThroughKills() {
    std::size_t bursts = 0;
    for (int kill = 0; kill < kKillsMax; ++kill) {
      if (kill >= kKills && bursts == kBursts && KillsAmid() >= kKillsAmidMin) break;
      const bool is_burst_due =
          bursts < kBursts && kill >= static_cast<int>(bursts + 1) * kKills / static_cast<int>(kBursts + 1);
      if (is_burst_due && MayHear(kBurstJingles)) {
        ASSERT_NO_FATAL_FAILURE(HearBurst());
        ++bursts;
      } else if (MayHear(kSongsAhead)) {
        ASSERT_NO_FATAL_FAILURE(HearSongs());
      }
      const bool is_server = kill % 3 == 2;
      ASSERT_NO_FATAL_FAILURE(
          StartAndKill(is_server ? std::vector<std::string>{"serve", "--listen", "127.0.0.1:0"} : kSync));
      kept_at_kills.push_back(KeptTracks().size());
    }
    EXPECT_EQ(bursts, kBursts);
  }

  /// Whether all was shown that there is to be shown, and is kept.
  bool IsAllKept() const {
    const std::vector<ScriptedPlay> script = Script();
    return script.back().was_shown && std::ranges::all_of(script, [kept = KeptTracks()](const auto& play) {
             return !play.was_shown || kept.contains(play.track_id);
           });
  }

  const std::vector<std::string> kSync = {"sync"};
  std::mt19937 random{1};
  std::int64_t heard_until_ms = 0;
  std::size_t next_song = 0, next_jingle = kSongs;
  std::vector<std::size_t> kept_at_kills;  ///< how many tracks there were in the lake
};

TEST_F(SyncKills, WhatTheListEverShowedIsStoredOnceAndWhatItNeverShowedLiesInAGap) {
  ASSERT_EQ(LogIn(), 0) << Words();
  ASSERT_TRUE(fake.Change({{"failures", Failures()}}));
  ASSERT_NO_FATAL_FAILURE(LiveThroughKills());
  ASSERT_TRUE(fake.Change({{"failures", boost::json::object()}}));
  if (MayHear(kSongsAhead)) {
    ASSERT_NO_FATAL_FAILURE(HearSongs());
  }
  HearOut();
  const auto last = Start(kSync);
  EXPECT_TRUE(Eventually([this] { return IsAllKept(); })) << last->Words();
  last->Ask(SIGTERM);
  EXPECT_EQ(program.End(*last), 0) << last->Words();
  EXPECT_GE(KillsAmid(), kKillsAmidMin);
  EXPECT_THAT(Words(), Not(HasSubstr("a new login is needed")));

  EXPECT_EQ(Run({"audit"}), 0) << Words();
  const auto pipeline = OpenAt(data.path);
  const StoredMonth stored = StoredIn(*pipeline);
  const MonthFaults faults = FaultsOf(Script(), stored);
  EXPECT_THAT(faults.lost, IsEmpty());
  EXPECT_THAT(faults.invented, IsEmpty()) << "or stored twice";
  EXPECT_THAT(faults.unsaid, IsEmpty());
  EXPECT_EQ(CountPlays(*pipeline, "true"), std::ssize(stored.plays)) << "each has the id of a track";
  EXPECT_GE(faults.hidden, kBursts * (kBurstJingles - fakes::kWindowPlays));
}

}  // namespace
}  // namespace earprint::testing
