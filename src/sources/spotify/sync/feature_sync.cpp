#include "sources/spotify/sync/feature_sync.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "model/feature_fact.hpp"

namespace earprint::sources::spotify {

namespace {

constexpr std::size_t kIdsMax = 100;
constexpr std::int64_t kPauseMs = 1'000, kLookEveryMs = 15 * base::kMsPerMinute;
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
    : listener_(std::move(listener)),
      api_(api),
      wanted_(wanted),
      sink_(sink),
      clock_(clock),
      batches_(kIdsMax) {}

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
  if (batches_.empty()) {
    auto next = wanted_.Next({.service = "spotify", .listener = listener_, .with_known = true});
    if (!next) {
      PutOff(next.error());
      return {due_ms_};
    }
    batches_.Refill(std::move(*next));
  }
  if (batches_.empty()) {
    due_ms_ = now_ms + kLookEveryMs;
  } else {
    Ask(cancel);
  }
  return {due_ms_};
}

void FeatureSync::Ask(const std::stop_token& cancel) {
  const std::vector<std::string> ids = batches_.Next();
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "" : ",") + id;
  auto answer = api_.Get(
      {.path = "/audio-features", .query = {{"ids", list}}, .priority = Priority::kEnrichment}, cancel);
  if (!answer) return Refused(answer.error());
  auto read = ReadElements<AudioFeatures>(answer->body, ReadAudioFeatures, "audio_features");
  if (!read) {
    return PutOff({base::ErrorCode::kCorrupt, "read audio features", read.error().place, read.error().reason,
                   "it is tried again"});
  }
  if (auto told = Tell(ids, *read); !told) return PutOff(told.error());
  batches_.Answered();
  failures_ = 0;
  trouble_.reset();
}

void FeatureSync::Refused(const Refusal& refusal) {
  if (refusal.error.code == base::ErrorCode::kRetryLater) return PutOff(refusal.error);
  if (refusal.trouble == Trouble::kWrongRequest) {
    refusal_ = refusal.error.cause;
    if (!batches_.Refused()) return PutOff(refusal.error);
    due_ms_ = clock_.Now().value + kPauseMs;
    return;
  }
  batches_ = base::HalvingBatches(kIdsMax);
  due_ms_ = clock_.Now().value + base::kMsPerDay;
  // Most applications may not ask: that is no trouble, and no reason to ask before tomorrow.
  const bool is_barred = refusal.trouble == Trouble::kForbidden || refusal.trouble == Trouble::kNotFound;
  trouble_ = is_barred ? std::nullopt : std::optional(refusal.error);
}

base::Result<void> FeatureSync::Tell(const std::vector<std::string>& ids,
                                     const ReadList<AudioFeatures>& read) {
  std::map<std::string_view, const AudioFeatures*> told;
  for (const AudioFeatures& features : read.elements) {
    if (features.id) told[*features.id] = &features;
  }
  model::EventBatch batch;
  const auto add = [&](const std::string& id, const AudioFeatures* features) {
    ++batch.read;
    model::AddFeatures(FactOf(id, features), batch, listener_);
  };
  const auto reject = [&batch](std::string reason, std::string_view raw) {
    batch.rejects.push_back({.record = batch.read++,
                             .byte = 0,
                             .reason = std::move(reason),
                             .raw = std::string(raw.substr(0, model::kRejectRawMax))});
  };
  for (const std::string& id : ids) {
    const auto found = told.find(id);
    add(id, found == told.end() ? nullptr : found->second);
  }
  for (const std::string& id : batches_.suspects()) {
    reject("Spotify does not take this id: " + refusal_, id);
    add(id, nullptr);  // so that it is not asked for again
  }
  for (const RejectedElement& rejected : read.rejects) {
    reject(rejected.why.place + ": " + rejected.why.reason, rejected.raw);
  }
  auto taken = sink_.Take(std::move(batch), "audio features", listener_);
  return taken ? base::Result<void>() : std::unexpected(taken.error());
}

}  // namespace earprint::sources::spotify
