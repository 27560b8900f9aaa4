#include "sources/reccobeats/sound_asker.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/utc_time.hpp"
#include "model/feature_fact.hpp"

namespace earprint::sources::reccobeats {

namespace {

constexpr std::string_view kDocument = "reccobeats-agreement";
constexpr std::size_t kIsrcSize = 12;
constexpr std::int64_t kPauseMs = 1'000, kLookEveryMs = 15 * base::kMsPerMinute;
constexpr std::int64_t kRetryMs = 5'000, kRetryMaxMs = 60 * base::kMsPerMinute;

model::FeatureFact FactOf(const std::string& id, const TrackSound* told) {
  using enum model::Feature;
  model::FeatureFact fact;
  fact.catalogue = fact.source = "reccobeats";
  fact.track_id = id;
  if (told == nullptr) return fact;
  if (told->isrc.size() == kIsrcSize) fact.isrc = told->isrc;
  model::Measure(fact, kDanceability, told->danceability);
  model::Measure(fact, kEnergy, told->energy);
  model::Measure(fact, kLoudness, told->loudness_db);
  model::Measure(fact, kSpeechiness, told->speechiness);
  model::Measure(fact, kAcousticness, told->acousticness);
  model::Measure(fact, kInstrumentalness, told->instrumentalness);
  model::Measure(fact, kLiveness, told->liveness);
  model::Measure(fact, kValence, told->valence);
  model::Measure(fact, kTempo, told->tempo_bpm);
  model::Measure(fact, kKey, told->key);
  model::Measure(fact, kMode, told->mode);
  model::DropUnanalysed(fact);
  return fact;
}

}  // namespace

base::Result<std::optional<base::UtcMs>> Agreement::Given() {
  auto document = states_.Load(std::string(kDocument));
  if (!document) return std::unexpected(document.error());
  if (!*document) return std::nullopt;
  const auto at = base::ParseInstant(**document);
  return at ? std::optional(at->at) : std::nullopt;
}

base::Result<void> Agreement::Give(base::UtcMs now) {
  return states_.Save(std::string(kDocument), base::FormatInstant(now));
}

base::Result<void> Agreement::Withdraw() { return states_.Remove(std::string(kDocument)); }

void SoundAsker::PutOff(const base::Error& error) {
  const std::int64_t now_ms = hands_.clock.Now().value;
  due_ms_ = now_ms + std::min(kRetryMaxMs, kRetryMs << std::min<std::int64_t>(failures_++, 12));
  if (error.not_before) due_ms_ = std::max(due_ms_, error.not_before->value);
  trouble_ = error;
}

base::UtcMs SoundAsker::Work(const std::stop_token& cancel) {
  const std::int64_t now_ms = hands_.clock.Now().value;
  due_ms_ = std::min(due_ms_, now_ms + base::kMsPerDay);  // a clock that was set back
  if (now_ms < due_ms_) return {due_ms_};
  if (const std::uint64_t erasures = hands_.erasures(); erasures != erasures_) {
    batches_ = base::HalvingBatches(kIdsMax);
    erasures_ = erasures;
  }
  if (batches_.empty()) {
    auto next = hands_.wanted.Next({.service = "reccobeats"});
    if (!next) {
      PutOff(next.error());
      return {due_ms_};
    }
    batches_.Refill(std::move(*next));
    is_done_ = batches_.empty();
  }
  if (batches_.empty()) {
    due_ms_ = now_ms + kLookEveryMs;
  } else {
    Ask(cancel);
  }
  return {due_ms_};
}

void SoundAsker::Ask(const std::stop_token& cancel) {
  const std::vector<std::string> ids = batches_.Next();
  auto answer = hands_.api.Ask(ids, cancel);
  if (!answer && answer.error().code == base::ErrorCode::kInvalidInput) {
    refusal_ = answer.error().cause;
    if (!batches_.Refused()) return PutOff(answer.error());
    due_ms_ = hands_.clock.Now().value + kPauseMs;
    return;
  }
  auto told = answer ? Tell(ids, *answer) : base::Result<void>(std::unexpected(answer.error()));
  if (!told) return PutOff(told.error());
  batches_.Answered();
  failures_ = 0;
  trouble_.reset();
  due_ms_ = hands_.clock.Now().value + kPauseMs;
}

base::Result<void> SoundAsker::Tell(const std::vector<std::string>& ids, const SoundAnswer& answer) {
  model::EventBatch batch;
  std::map<std::string_view, const TrackSound*> told;
  const auto reject = [&batch](std::string reason, const std::string& raw) {
    batch.rejects.push_back({.record = batch.read++,
                             .byte = 0,
                             .reason = std::move(reason),
                             .raw = raw.substr(0, model::kRejectRawMax)});
  };
  for (const TrackSound& sound : answer.tracks) {
    if (std::ranges::count(ids, sound.track_id) == 0) {
      reject("it tells of a track that was not asked about", sound.track_id);
    } else if (!told.emplace(sound.track_id, &sound).second) {
      reject("it tells of a track a second time", sound.track_id);
    }
  }
  for (const UnreadRow& row : answer.unread) reject(row.reason, row.raw);
  for (const std::string& id : batches_.suspects()) {
    reject("ReccoBeats does not take this id: " + refusal_, id);
    ++batch.read;
    model::AddFeatures(FactOf(id, nullptr), batch);  // so that it is not asked for again
  }
  for (const std::string& id : ids) {
    const auto found = told.find(id);
    ++batch.read;
    model::AddFeatures(FactOf(id, found == told.end() ? nullptr : found->second), batch);
  }
  if (auto taken = hands_.sink.Take(std::move(batch), "ReccoBeats", ""); !taken) {
    return std::unexpected(taken.error());
  }
  asked_ += ids.size() + batches_.suspects().size();
  found_ += told.size();
  return {};
}

}  // namespace earprint::sources::reccobeats
