#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sources/demo/demo_calendar.hpp"
#include "sources/demo/demo_catalogue.hpp"
#include "sources/demo/demo_random.hpp"

namespace earprint::sources {

enum class DemoDayPart : std::uint8_t { kMorning, kDaytime, kEvening, kNight };

/// What the listener likes, week by week: artists are met, loved, forgotten and found again; genres rise and
/// fall over the years; mornings are louder than nights.
class DemoTaste {
 public:
  /// The catalogue must outlive the taste.
  DemoTaste(std::uint64_t seed, const DemoCatalogue& catalogue, std::size_t days);

  /// Moves on to a day, forwards only.
  void AdvanceTo(std::size_t day_index, const DemoDay& day);

  std::size_t DrawArtist(DemoDayPart part, DemoRandom& random) const { return Lots(part).Draw(random); }

  /// An artist of one genre; any artist when none of it is known yet.
  std::size_t DrawArtistOf(std::size_t genre, DemoDayPart part, DemoRandom& random) const;

  /// An artist met in the last weeks; any artist when there is none.
  std::size_t DrawNewArtist(DemoDayPart part, DemoRandom& random) const;

  /// A track of an artist, hits first.
  std::size_t DrawTrack(std::size_t artist, DemoRandom& random) const {
    const DemoArtist& by = catalogue_.artists()[artist];
    return track_lots_.Draw(random, by.first_track, by.first_track + by.tracks);
  }

 private:
  static constexpr std::size_t kParts = 4;

  /// A moment in which an artist begins to glow.
  struct Spark {
    std::size_t week;
    std::uint32_t artist;
    double heat;
    bool is_first;
  };

  const DemoLots& Lots(DemoDayPart part) const { return lots_[static_cast<std::size_t>(part)]; }
  void PlanSparks(std::uint64_t seed, std::size_t weeks);
  void Rebuild(double progress);

  const DemoCatalogue& catalogue_;
  std::vector<Spark> sparks_;  // by week
  std::size_t next_spark_ = 0;
  std::size_t next_week_ = 0;
  std::vector<double> glow_, fading_, floor_;
  std::vector<std::uint8_t> is_met_;
  std::vector<std::pair<std::size_t, std::uint32_t>> met_lately_;  // week, artist
  std::array<DemoLots, kParts> lots_;
  DemoLots track_lots_;
};

}  // namespace earprint::sources
