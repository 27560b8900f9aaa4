#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/utc_time.hpp"
#include "model/play_fact.hpp"

namespace earprint::testing {

/// A play as it truly was.
struct TruePlay {
  int track = 0;
  std::int64_t length_ms = 0, started_ms = 0, ended_ms = 0, heard_ms = 0;
  bool is_skipped = false, is_offline = false;
};

/// Days of listening with pauses, skips, a third of it on repeat, and whole days offline.
class InventedListening {
 public:
  InventedListening(std::uint32_t seed, int days) : random_(seed) {
    constexpr std::int64_t kBegin = 1'699'920'000'000;  // a midnight
    for (std::int64_t& length : lengths_) length = Between(20'000, 400'000);
    std::int64_t now = kBegin;
    for (int day = 0; day < days; ++day) {
      const bool is_offline = Luck(15);
      now = std::max(now, kBegin + day * base::kMsPerDay + Between(0, 20) * 3'600'000);
      for (std::int64_t sittings = Between(1, 3); sittings > 0; --sittings) {
        int track = static_cast<int>(Between(0, kTracks - 1));
        for (std::int64_t plays = Between(3, 25); plays > 0; --plays) {
          if (!Luck(35)) track = static_cast<int>(Between(0, kTracks - 1));
          now = Play(track, now, is_offline) + std::array{0, 0, 300, 1'500, 4'000}[Between(0, 4)];
        }
        now += Between(30, 300) * base::kMsPerMinute;
      }
    }
  }

  const std::vector<TruePlay>& plays() const { return plays_; }

  /// How many plays there are to a source that knows seconds.
  std::int64_t Distinct() const {
    std::set<std::tuple<int, std::int64_t, std::int64_t>> all;
    for (const TruePlay& p : plays_) all.emplace(p.track, p.ended_ms / 1'000, p.heard_ms);
    return static_cast<std::int64_t>(all.size());
  }

  /// What a source tells of them: "extended", "csv", "account", "recent" or "player". Texts are the
  /// listening's own.
  std::vector<model::PlayFact> ToldBy(const std::string& source) {
    std::vector<model::PlayFact> told;
    std::map<std::tuple<int, std::int64_t, std::int64_t>, std::uint32_t> twins;
    for (const TruePlay& play : plays_) {
      model::PlayFact fact = Named(play.track);
      fact.played_ms = play.heard_ms;
      bool is_told = true;
      if (source == "account") {
        fact.source = "account";
        fact.item_id = {};
        fact.ended_precision_ms = base::kMsPerMinute;
        fact.ended_at_ms = play.ended_ms / base::kMsPerMinute * base::kMsPerMinute;
        fact.twin = twins[{play.track, fact.ended_at_ms, fact.played_ms}]++;
      } else if (source == "recent") {
        is_told = TellRecent(play, fact);
      } else if (source == "player") {
        is_told = TellPlayer(play, fact);
      } else {
        fact.source = source == "csv" ? "csv" : "extended";
        fact.ended_at_ms = play.ended_ms / 1'000 * 1'000;
        if (source == "extended") fact.skipped = play.is_skipped;
      }
      if (is_told) told.push_back(fact);
    }
    return told;
  }

 private:
  static constexpr int kTracks = 25;

  std::int64_t Between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  bool Luck(int percent) { return Between(1, 100) <= percent; }

  std::int64_t Play(int track, std::int64_t now, bool is_offline) {
    TruePlay play{.track = track, .length_ms = lengths_[static_cast<std::size_t>(track)], .started_ms = now};
    play.is_skipped = Luck(25);
    play.is_offline = is_offline;
    play.heard_ms = play.is_skipped ? Between(0, play.length_ms) : play.length_ms;
    const std::int64_t paused_ms =
        Luck(10) ? std::array{5'000, 40'000, 200'000, 1'200'000}[Between(0, 3)] : 0;
    play.ended_ms = now + play.heard_ms + paused_ms;
    plays_.push_back(play);
    return play.ended_ms;
  }

  model::PlayFact Named(int track) {
    static const std::array<std::string, kTracks> kIds = [] {
      std::array<std::string, kTracks> ids;
      for (int i = 0; i < kTracks; ++i)
        ids[static_cast<std::size_t>(i)] = "00000000000000000000" + std::to_string(10 + i);
      return ids;
    }();
    model::PlayFact fact;
    fact.kind = model::PlayKind::kTrack;
    fact.item_id = kIds[static_cast<std::size_t>(track)];
    fact.title = fact.item_id.substr(20);
    fact.artist = "Ann";
    fact.album = "One";
    return fact;
  }

  /// An entry of the list: mostly what ran out; its stamp is late by up to 2.5 s, and the start in a tenth.
  bool TellRecent(const TruePlay& play, model::PlayFact& fact) {
    if (play.is_offline || play.length_ms < 30'000 || (play.is_skipped && !Luck(20))) return false;
    fact.source = "recent";
    fact.played_ms = play.length_ms;
    fact.ended_at_ms = Luck(10) ? play.started_ms : play.ended_ms + Between(0, 2'500);
    fact.shown_at_ms = play.ended_ms + Between(5, 400) * 1'000;
    return true;
  }

  /// What looking at the player every 5 to 15 s shows; a tenth of the plays is missed.
  bool TellPlayer(const TruePlay& play, model::PlayFact& fact) {
    const std::int64_t step_ms = 5'000 * Between(1, 3);
    const std::int64_t last_ms = play.ended_ms - Between(1, step_ms - 1);
    if (play.is_offline || Luck(10) || last_ms <= play.started_ms) return false;
    fact.source = "player";
    fact.ended_at_ms = Between(last_ms, last_ms + step_ms);
    fact.ended_precision_ms = step_ms;
    fact.played_ms = std::max<std::int64_t>(0, play.heard_ms + Between(-800, 800));
    fact.began_at_ms = play.started_ms;
    fact.looked_before_ms = play.started_ms - Between(1'000, step_ms);
    fact.last_seen_ms = last_ms;
    fact.looked_after_ms = last_ms + step_ms;
    if (play.is_skipped) fact.skipped = true;
    return true;
  }

  std::mt19937 random_;
  std::array<std::int64_t, kTracks> lengths_{};
  std::vector<TruePlay> plays_;
};

}  // namespace earprint::testing
