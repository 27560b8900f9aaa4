#include "sources/spotify/sync/feature_sync.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "model/feature_fact.hpp"
#include "sources/spotify/answers/spotify_json.hpp"

namespace earprint::sources::spotify {

namespace {

constexpr std::size_t kIdsMax = 100;
constexpr std::int64_t kLookEveryMs = 15 * base::kMsPerMinute;
constexpr std::int64_t kRetryMs = 5'000, kRetryMaxMs = 60 * base::kMsPerMinute;

model::FeatureFact FactOf(const std::string& id, const AudioFeatures* told) {
  using enum model::Feature;
  model::FeatureFact fact;
  fact.catalogue = fact.source = "spotify";
  fact.track_id = id;
  if (told == nullptr) return fact;
  fact.duration_ms = told->duration_ms;
  const auto whole = [](const std::optional<std::int64_t>& value) {
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
  };
  model::Measure(fact, kDanceability, told->danceability);
  model::Measure(fact, kEnergy, told->energy);
  model::Measure(fact, kLoudness, told->loudness_db);
  model::Measure(fact, kSpeechiness, told->speechiness);
  model::Measure(fact, kAcousticness, told->acousticness);
  model::Measure(fact, kInstrumentalness, told->instrumentalness);
  model::Measure(fact, kLiveness, told->liveness);
  model::Measure(fact, kValence, told->valence);
  model::Measure(fact, kTempo, told->tempo_bpm);
  if (told->key != -1) model::Measure(fact, kKey, whole(told->key));
  if (told->mode != -1) model::Measure(fact, kMode, whole(told->mode));
  model::Measure(fact, kTimeSignature, whole(told->time_signature));
  model::DropUnanalysed(fact);
  return fact;
}

}  // namespace

FeatureSync::FeatureSync(std::string listener, SpotifyApi& api, ports::WantedFeatures& wanted,
                         ports::FactSink& sink, const ports::Clock& clock)
    : listener_(std::move(listener)), api_(api), wanted_(wanted), sink_(sink), clock_(clock) {}

void FeatureSync::PutOff(const base::Error& error) {
  const std::int64_t now_ms = clock_.Now().value;
  due_ms_ = now_ms + std::min(kRetryMaxMs, kRetryMs << std::min<std::int64_t>(failures_++, 12));
  if (error.not_before) due_ms_ = std::max(due_ms_, error.not_before->value);
  trouble_ = error;
}

base::UtcMs FeatureSync::Work(const std::stop_token& cancel) {
  const std::int64_t now_ms = clock_.Now().value;
  if (is_hurried_.exchange(false)) due_ms_ = failures_ = 0;
  due_ms_ = std::min(due_ms_, now_ms + base::kMsPerDay);  // a clock that was set back
  if (now_ms < due_ms_) return {due_ms_};
  if (ids_.empty()) {
    auto next = wanted_.Next({.service = "spotify", .listener = listener_, .with_known = true});
    if (!next) {
      PutOff(next.error());
      return {due_ms_};
    }
    ids_.assign(next->begin(), next->end());
  }
  if (ids_.empty()) {
    due_ms_ = now_ms + kLookEveryMs;
  } else {
    Ask(cancel);
  }
  return {due_ms_};
}

void FeatureSync::Ask(const std::stop_token& cancel) {
  const std::vector<std::string> ids(
      ids_.begin(), ids_.begin() + static_cast<std::ptrdiff_t>(std::min(ids_.size(), kIdsMax)));
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "" : ",") + id;
  auto answer = api_.Get(
      {.path = "/audio-features", .query = {{"ids", list}}, .priority = Priority::kEnrichment}, cancel);
  if (!answer) {
    const Refusal& refusal = answer.error();
    if (refusal.error.code == base::ErrorCode::kRetryLater) return PutOff(refusal.error);
    ids_.clear();  // most applications may not ask: no trouble, and no reason to ask before tomorrow
    due_ms_ = clock_.Now().value + base::kMsPerDay;
    return;
  }
  auto read = ReadElements<AudioFeatures>(answer->body, ReadAudioFeatures, "audio_features");
  if (!read) {
    return PutOff({base::ErrorCode::kCorrupt, "read audio features", read.error().place, read.error().reason,
                   "it is tried again"});
  }
  std::map<std::string_view, const AudioFeatures*> told;
  for (const AudioFeatures& features : read->elements) {
    if (features.id) told[*features.id] = &features;
  }
  model::EventBatch batch;
  for (const std::string& id : ids) {
    const auto found = told.find(id);
    ++batch.read;
    model::AddFeatures(FactOf(id, found == told.end() ? nullptr : found->second), batch, listener_);
  }
  for (const RejectedElement& rejected : read->rejects) {
    batch.rejects.push_back({.record = batch.read++,
                             .byte = 0,
                             .reason = rejected.why.place + ": " + rejected.why.reason,
                             .raw = rejected.raw.substr(0, model::kRejectRawMax)});
  }
  if (auto taken = sink_.Take(std::move(batch), "audio features", listener_); !taken) {
    return PutOff(taken.error());
  }
  ids_.erase(ids_.begin(), ids_.begin() + static_cast<std::ptrdiff_t>(ids.size()));
  failures_ = 0;
  trouble_.reset();
}

}  // namespace earprint::sources::spotify
