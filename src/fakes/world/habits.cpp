#include "fakes/world/habits.hpp"

#include <algorithm>
#include <array>

#include "sources/demo/demo_random.hpp"

namespace earprint::fakes {

namespace {

using sources::DemoRandom;

/// What the plays of one sitting have in common.
struct Sitting {
  ScriptPlay like;
  std::vector<std::size_t> tracks;  ///< of an album or a playlist, in their order; else any
  std::size_t place = 0;
  double skip_share = 0;
};

void ChooseMusic(const SpotifyWorld& world, const WorldListener& listener, DemoRandom& random,
                 Sitting& sitting) {
  const double mood = random.Unit();
  if (mood < 0.4) {
    const WorldAlbum& album = world.albums[random.Below(world.albums.size())];
    sitting.tracks = album.tracks;
    sitting.like.context = "spotify:album:" + album.id;
  } else if (mood < 0.7) {
    for (const WorldPlaylist& list : world.playlists) {
      if (list.owner != listener.id || list.entries.empty() || !random.Chance(0.4)) continue;
      for (const WorldEntry& entry : list.entries) {
        if (entry.kind == ItemKind::kTrack) sitting.tracks.push_back(entry.item);
      }
      sitting.like.context = "spotify:playlist:" + list.id;
      break;
    }
  }
  sitting.like.is_shuffled = mood > 0.55;
}

Sitting Begin(const SpotifyWorld& world, const WorldListener& listener, DemoRandom& random) {
  struct Device {
    const char* name;
    const char* type;
  };
  constexpr std::array<Device, 3> kDevices = {
      {{"Kitchen", "Speaker"}, {"Pocket", "Smartphone"}, {"Desk", "Computer"}}};
  Sitting sitting;
  const Device& device = kDevices[random.Below(kDevices.size())];
  sitting.like.device = device.name;
  sitting.like.device_type = device.type;
  sitting.skip_share = 0.3 * random.Unit();
  sitting.like.is_private = random.Chance(0.03);
  sitting.like.is_offline = random.Chance(0.04);
  ChooseMusic(world, listener, random, sitting);
  return sitting;
}

void ChooseItem(const SpotifyWorld& world, DemoRandom& random, Sitting& sitting, ScriptPlay& play) {
  const double odd = random.Unit();
  if (odd < 0.02) {
    play.kind = ItemKind::kAd;
  } else if (odd < 0.03 && !world.episodes.empty()) {
    play.kind = ItemKind::kEpisode;
    play.item = random.Below(world.episodes.size());
  } else if (odd < 0.04 && !world.local_files.empty()) {
    play.kind = ItemKind::kLocal;
    play.item = random.Below(world.local_files.size());
  } else if (sitting.place < sitting.tracks.size()) {
    play.item = sitting.tracks[sitting.place++];
  } else {
    play.item = random.Below(world.tracks.size());
  }
  if (play.kind != ItemKind::kTrack) play.context.clear();
}

void ChooseEnd(std::int64_t duration_ms, double skip_share, bool is_last, DemoRandom& random,
               ScriptPlay& play) {
  play.played_ms = duration_ms;
  if (is_last && random.Chance(0.5)) {
    play.ending = PlayEnding::kStopped;
  } else if (random.Chance(skip_share)) {
    play.ending = PlayEnding::kSkipped;
  }
  if (play.ending != PlayEnding::kRanOut) play.played_ms = random.Between(1'500, duration_ms - 1);
  if (!random.Chance(0.06)) return;
  const std::int64_t for_ms = random.Between(3'000, random.Chance(0.2) ? 600'000 : 60'000);
  play.pauses.push_back({random.Between(500, play.played_ms - 1), for_ms});
}

}  // namespace

void WriteHabits(const HabitOptions& options, const SpotifyWorld& world, WorldListener& listener) {
  DemoRandom random(options.seed, "habits");
  constexpr std::int64_t kMorningMs = 6 * 60 * base::kMsPerMinute;
  std::int64_t at = options.from.value;
  std::vector<ScriptPlay> plays;
  constexpr int kTripPlays = 65;
  for (int day = 0; day < options.days; ++day) {
    bool is_trip =
        options.trips > 0 && day % (options.days / options.trips) == options.days / options.trips / 2;
    at = std::max(at, options.from.value + day * base::kMsPerDay + kMorningMs);
    const std::int64_t room_ms = options.from.value + (day + 1) * base::kMsPerDay - at;
    int left = options.plays_a_day;
    while (left > 0) {
      Sitting sitting = Begin(world, listener, random);
      int size = static_cast<int>(std::min<std::int64_t>(left, random.Between(3, 25)));
      if (is_trip) {
        size = std::min(left, kTripPlays);
        sitting.like.is_offline = true;
        sitting.like.is_private = false;
        sitting.skip_share = 0;
      }
      const std::size_t first = plays.size();
      for (int number = 0; number < size; ++number, --left) {
        ScriptPlay play = sitting.like;
        if (is_trip && number == size / 2) {
          play.is_offline = false;
          play.device = "Kitchen";
          play.device_type = "Speaker";
        }
        play.started = {at + random.Between(0, 900)};
        ChooseItem(world, random, sitting, play);
        ChooseEnd(world.DurationMs(play.kind, play.item), sitting.skip_share, number + 1 == size, random,
                  play);
        at = play.Ended().value;
        plays.push_back(std::move(play));
      }
      for (std::size_t place = first; place < plays.size(); ++place) {
        if (plays[place].is_offline) plays[place].online_again = base::UtcMs{at + base::kMsPerMinute};
      }
      is_trip = false;
      at += random.Between(base::kMsPerMinute, std::max<std::int64_t>(2 * base::kMsPerMinute, room_ms / 30));
    }
  }
  for (ScriptPlay& play : plays) listener.script.Add(std::move(play));
}

}  // namespace earprint::fakes
