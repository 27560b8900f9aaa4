#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace earprint::sources {

/// Which way a genre's artists name their songs.
enum class DemoTongue : std::uint8_t {
  kEnglish,
  kFrench,
  kSpanish,
  kPortuguese,
  kGerman,
  kNordic,
  kGreek,
  kRussian,
  kJapanese,
  kKorean,
};

/// A genre's mean sound and how the listener's liking of it moves over the years.
///
/// Units: features 0..1; loudness dB; tempo beats a minute; length seconds; liking relative, at the first and
///        the last day.
struct DemoGenre {
  std::string_view name;
  double danceability, energy, loudness, speechiness, acousticness, instrumentalness, liveness, valence,
      tempo;
  double tempo_spread, length, explicit_share, minor_share;
  double liking_first, liking_last;
  double share;  ///< of all artists
  std::array<DemoTongue, 4> tongues;
};

inline constexpr std::size_t kDemoGenres = 13;
/// Played in December only.
inline constexpr std::size_t kDemoHolidayGenre = 12;

const std::array<DemoGenre, kDemoGenres>& DemoGenreTable();

}  // namespace earprint::sources
