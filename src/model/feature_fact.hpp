#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/event_batch.hpp"

namespace earprint::model {

/// The twelve audio features, in the order in which the house lists them.
enum class Feature : std::uint8_t {
  kDanceability,
  kEnergy,
  kLoudness,
  kSpeechiness,
  kAcousticness,
  kInstrumentalness,
  kLiveness,
  kValence,
  kTempo,
  kKey,
  kMode,
  kTimeSignature,
};
inline constexpr std::size_t kFeatureCount = 12;

/// What is to know of a feature: its name in events and answers, and what values it can have.
struct FeatureTrait {
  std::string_view name;
  std::string_view unit;   ///< "0..1", "dB", "BPM", "pitch class", "0/1", "beats"
  double lowest, highest;  ///< believable values, both inclusive
  bool is_scaled;          ///< kept as value x 10^6 under "<name>_e6"; else a plain integer
  bool is_share;           ///< lies in 0..1, so a file may give it in percent
};
const FeatureTrait& TraitOf(Feature feature);

/// What one row of a catalogue states about a track. Texts are UTF-8; what is missing is empty.
struct FeatureFact {
  std::string catalogue;  ///< the file's base name without extensions
  /// "catalogue", or who was asked about single tracks: "spotify", "reccobeats".
  std::string source = "catalogue";
  std::string track_id, isrc, title, album, release_date;
  std::vector<std::string> artists, genres;
  std::optional<std::int64_t> release_year, duration_ms, popularity;
  std::optional<bool> is_explicit;
  std::array<std::optional<std::int64_t>, kFeatureCount> features;  ///< scaled by 10^6 where is_scaled
  std::vector<std::string> dropped;  ///< names of cells that held no believable value

  std::optional<std::int64_t>& operator[](Feature feature) {
    return features[static_cast<std::size_t>(feature)];
  }
};

/// Puts a measured value, in the feature's unit, into the fact; one that is not believable is dropped by
/// name.
void Measure(FeatureFact& fact, Feature feature, std::optional<double> value);

/// Takes away zeros that stand for "not analysed".
///
/// Rule:   tempo 0 or time_signature 0 is no measurement; beside one of them danceability, valence and
///         speechiness of 0 are none either; a row of at least three features, all of them 0 (loudness 0 or
///         -60; key and mode not looked at, where 0 is C and minor), has none at all.
/// Source: Spotify's analysis gives these zeros for tracks without beats and for silence: in a public
///         catalogue of 10,124 tracks 18 have tempo 0, all of them with time_signature, danceability, valence
///         and speechiness 0
void DropUnanalysed(FeatureFact& fact);

/// Appends the fact as an event. Identity: catalogue and track (id, else names); details: everything stated.
/// It belongs to `subject`: nobody's, but for what was asked with a listener's login.
void AddFeatures(const FeatureFact& fact, EventBatch& batch, std::string_view subject = "catalogue");

}  // namespace earprint::model
