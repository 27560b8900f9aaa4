#include "model/feature_fact.hpp"

#include <cmath>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace earprint::model {

namespace {

constexpr std::array<FeatureTrait, kFeatureCount> kTraits = {{
    {"danceability", "0..1", 0, 1, true, true},
    {"energy", "0..1", 0, 1, true, true},
    {"loudness", "dB", -100, 20, true, false},
    {"speechiness", "0..1", 0, 1, true, true},
    {"acousticness", "0..1", 0, 1, true, true},
    {"instrumentalness", "0..1", 0, 1, true, true},
    {"liveness", "0..1", 0, 1, true, true},
    {"valence", "0..1", 0, 1, true, true},
    {"tempo", "BPM", 0, 400, true, false},
    {"key", "pitch class", 0, 11, false, false},
    {"mode", "0/1", 0, 1, false, false},
    {"time_signature", "beats", 0, 12, false, false},
}};

void AppendText(std::string_view key, std::string_view value, std::string& out) {
  if (value.empty()) return;
  out += ",\"";
  out += key;
  out += "\":";
  base::AppendJsonString(value, out);
}

void AppendInteger(std::string_view key, std::optional<std::int64_t> value, std::string& out) {
  if (value) out += ",\"" + std::string(key) + "\":" + std::to_string(*value);
}

void AppendList(std::string_view key, const std::vector<std::string>& values, std::string& out) {
  if (values.empty()) return;
  out += ",\"" + std::string(key) + "\":[";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    base::AppendJsonString(values[i], out);
  }
  out += ']';
}

bool IsZero(const std::optional<std::int64_t>& value) { return value && *value == 0; }

}  // namespace

const FeatureTrait& TraitOf(Feature feature) { return kTraits[static_cast<std::size_t>(feature)]; }

void Measure(FeatureFact& fact, Feature feature, std::optional<double> value) {
  if (!value) return;
  const FeatureTrait& trait = TraitOf(feature);
  const bool is_believable = *value >= trait.lowest && *value <= trait.highest &&
                             (trait.is_scaled || *value == std::floor(*value));  // so is no NaN
  if (!is_believable) {
    fact.dropped.emplace_back(trait.name);
    return;
  }
  fact[feature] = std::llround(*value * (trait.is_scaled ? 1e6 : 1));
}

void DropUnanalysed(FeatureFact& fact) {
  constexpr std::int64_t kSilence = -60'000'000;
  constexpr int kZerosMin = 3;
  int zeros = 0, others = 0;
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    const auto feature = static_cast<Feature>(i);
    const auto& value = fact.features[i];
    if (!value || feature == Feature::kKey || feature == Feature::kMode) continue;  // 0 is C, and minor
    const bool is_silence = feature == Feature::kLoudness && *value == kSilence;
    ++(*value == 0 || is_silence ? zeros : others);
  }
  if (others == 0 && zeros >= kZerosMin) {
    fact.features.fill(std::nullopt);
    return;
  }
  if (!IsZero(fact[Feature::kTempo]) && !IsZero(fact[Feature::kTimeSignature])) return;
  for (const Feature feature : {Feature::kTempo, Feature::kTimeSignature, Feature::kDanceability,
                                Feature::kValence, Feature::kSpeechiness}) {
    if (IsZero(fact[feature])) fact[feature].reset();
  }
}

void AddFeatures(const FeatureFact& fact, EventBatch& batch, std::string_view subject) {
  std::string payload = "{\"catalogue\":";
  base::AppendJsonString(fact.catalogue, payload);
  AppendText("track_id", fact.track_id, payload);
  AppendText("isrc", fact.isrc, payload);
  AppendText("title", fact.title, payload);
  if (!fact.artists.empty()) AppendText("artist", fact.artists.front(), payload);
  AppendList("artists", fact.artists, payload);
  AppendText("album", fact.album, payload);
  AppendText("release_date", fact.release_date, payload);
  AppendInteger("release_year", fact.release_year, payload);
  AppendInteger("duration_ms", fact.duration_ms, payload);
  AppendInteger("popularity", fact.popularity, payload);
  if (fact.is_explicit) payload += *fact.is_explicit ? ",\"explicit\":true" : ",\"explicit\":false";
  AppendList("genres", fact.genres, payload);
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    const FeatureTrait& trait = kTraits[i];
    AppendInteger(trait.is_scaled ? std::string(trait.name) + "_e6" : std::string(trait.name),
                  fact.features[i], payload);
  }
  AppendList("dropped", fact.dropped, payload);
  payload += '}';
  std::string identity = "features\x1f" + fact.catalogue + '\x1f' + fact.track_id;
  if (fact.track_id.empty()) {
    identity += fact.title;
    for (const std::string& artist : fact.artists) identity += '\x1f' + artist;
  }
  EventRef ref;
  ref.type = EventType::kAudioFeatures;
  ref.id = {base::HashBytes(identity).high & kIdMask, base::HashBytes(payload).high & kIdMask};
  ref.begin = static_cast<std::uint32_t>(batch.lines.size());
  AppendEnvelope(ref.type, ref.id, fact.source, subject, 0, batch.lines);
  batch.lines += payload;
  batch.lines += "}\n";
  ref.size = static_cast<std::uint32_t>(batch.lines.size()) - ref.begin;
  batch.events.push_back(ref);
}

}  // namespace earprint::model
