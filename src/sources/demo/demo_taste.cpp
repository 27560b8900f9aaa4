#include "sources/demo/demo_taste.hpp"

#include <algorithm>

#include "sources/demo/demo_genres.hpp"

namespace earprint::sources {

namespace {

constexpr double kKnownFromTheStart = 0.30;
constexpr std::size_t kPhases = 9;  // months in which much is new
constexpr double kMetInPhase = 0.6;
constexpr std::size_t kNewForWeeks = 6;
constexpr double kLostShare = 0.3;  // loves that do not last
constexpr std::size_t kEvergreens = 3;

double PartLiking(DemoDayPart part, const DemoGenre& genre) {
  switch (part) {
    case DemoDayPart::kMorning:
      return 0.55 + 0.8 * genre.energy;
    case DemoDayPart::kDaytime:
      return 0.85 + 0.5 * genre.instrumentalness;
    case DemoDayPart::kEvening:
      return 1.0;
    case DemoDayPart::kNight:
      return 1.6 - 1.2 * genre.energy;
  }
  return 1.0;
}

}  // namespace

DemoTaste::DemoTaste(std::uint64_t seed, const DemoCatalogue& catalogue, std::size_t days)
    : catalogue_(catalogue),
      glow_(catalogue.artists().size(), 0.0),
      fading_(catalogue.artists().size(), 0.9),
      floor_(catalogue.artists().size(), 0.3),
      is_met_(catalogue.artists().size(), 0) {
  PlanSparks(seed, days / 7 + 1);
  DemoRandom random(seed, "hits");
  std::vector<double> weights(catalogue.tracks().size());
  for (const DemoArtist& artist : catalogue.artists()) {
    // Ranks are dealt out by swapping, so that hits stand anywhere on the records.
    for (std::uint32_t i = 0; i < artist.tracks; ++i) {
      weights[artist.first_track + i] = 1.0 / (static_cast<double>(i) + 5.0);
    }
    for (std::uint32_t i = artist.tracks; i > 1; --i) {
      std::swap(weights[artist.first_track + i - 1], weights[artist.first_track + random.Below(i)]);
    }
  }
  track_lots_ = DemoLots(weights);
}

void DemoTaste::PlanSparks(std::uint64_t seed, std::size_t weeks) {
  DemoRandom random(seed, "taste");
  std::array<std::size_t, kPhases> phases{};
  for (std::size_t i = 0; i < kPhases; ++i) phases[i] = (weeks * i + random.Below(weeks)) / kPhases;
  std::vector<std::uint32_t> by_fame(catalogue_.artists().size());
  for (std::uint32_t i = 0; i < by_fame.size(); ++i) by_fame[i] = i;
  std::ranges::sort(by_fame, [this](std::uint32_t left, std::uint32_t right) {
    const double l = catalogue_.artists()[left].fame, r = catalogue_.artists()[right].fame;
    return l != r ? l > r : left < right;
  });
  for (std::size_t rank = 0; rank < by_fame.size(); ++rank) {
    const std::uint32_t artist = by_fame[rank];
    const bool is_evergreen = rank < kEvergreens;
    std::size_t met = 0;
    if (!is_evergreen && !random.Chance(kKnownFromTheStart)) {
      met = random.Chance(kMetInPhase) ? random.Pick(phases) + random.Below(4) : random.Below(weeks);
      met = std::min(met, weeks - 1);
    }
    fading_[artist] = 0.80 + 0.17 * random.Unit();  // a love halves in 3 to 23 weeks
    if (is_evergreen) {
      floor_[artist] = 0.5;
    } else if (random.Chance(kLostShare)) {
      floor_[artist] = 0.02;
    }
    sparks_.push_back({met, artist, 1.5 + 6.0 * random.Unit() * random.Unit(), true});
    for (std::size_t again = random.Below(4); again > 0; --again) {
      const std::size_t week = met + 12 + random.Below(weeks);
      if (week < weeks) sparks_.push_back({week, artist, 1.0 + 4.0 * random.Unit(), false});
    }
  }
  std::ranges::stable_sort(sparks_, {}, &Spark::week);
}

void DemoTaste::AdvanceTo(std::size_t day_index, const DemoDay& day) {
  const std::size_t week = day_index / 7;
  if (week < next_week_) return;
  for (; next_week_ <= week; ++next_week_) {
    for (std::size_t i = 0; i < glow_.size(); ++i) glow_[i] *= fading_[i];
    for (; next_spark_ < sparks_.size() && sparks_[next_spark_].week == next_week_; ++next_spark_) {
      const Spark& spark = sparks_[next_spark_];
      glow_[spark.artist] += spark.heat;
      is_met_[spark.artist] = 1;
      const bool is_holiday = catalogue_.artists()[spark.artist].genre == kDemoHolidayGenre;
      if (spark.is_first && !is_holiday) met_lately_.emplace_back(next_week_, spark.artist);
    }
    std::erase_if(met_lately_, [this](const auto& met) { return met.first + kNewForWeeks < next_week_; });
  }
  Rebuild(day.progress);
}

void DemoTaste::Rebuild(double progress) {
  const std::vector<DemoArtist>& artists = catalogue_.artists();
  std::vector<double> weights(artists.size());
  for (std::size_t part = 0; part < kParts; ++part) {
    for (std::size_t i = 0; i < artists.size(); ++i) {
      const DemoGenre& genre = DemoGenreTable()[artists[i].genre];
      const double liking = genre.liking_first + (genre.liking_last - genre.liking_first) * progress;
      const double heat = is_met_[i] != 0 ? floor_[i] + glow_[i] : 0.0;
      weights[i] = artists[i].fame * heat * liking * PartLiking(static_cast<DemoDayPart>(part), genre);
    }
    lots_[part] = DemoLots(weights);
  }
}

std::size_t DemoTaste::DrawArtistOf(std::size_t genre, DemoDayPart part, DemoRandom& random) const {
  const std::size_t begin = catalogue_.FirstArtistOf(genre), end = catalogue_.FirstArtistOf(genre + 1);
  if (genre == kDemoHolidayGenre) return begin + random.Below(end - begin);
  return Lots(part).HasWeight(begin, end) ? Lots(part).Draw(random, begin, end) : DrawArtist(part, random);
}

std::size_t DemoTaste::DrawNewArtist(DemoDayPart part, DemoRandom& random) const {
  return met_lately_.empty() ? DrawArtist(part, random) : random.Pick(met_lately_).second;
}

}  // namespace earprint::sources
