#include "sources/spotify/sync/play_sync.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "sources/spotify/answers/spotify_json.hpp"
#include "sources/spotify/sealed_login.hpp"

namespace earprint::sources::spotify {

namespace {

/// The list comes late by itself, so it need not be read often: what it alone knows are plays of other times
/// and places.
constexpr std::int64_t kListEveryMs = 5 * base::kMsPerMinute;
constexpr std::int64_t kRetryMs = 5'000, kRetryMaxMs = 15 * base::kMsPerMinute;
/// Between looks whose answers come out of a cache.
constexpr std::int64_t kRestMs = 5'000;
constexpr std::string_view kPlayer = "/me/player", kRecent = "/me/player/recently-played";
constexpr std::string_view kWatch = "watch-", kMark = "recent-";

}  // namespace

PlaySync::PlaySync(std::string listener, SpotifyApi& api, ports::StateStore& states, ports::FactSink& sink,
                   const ports::Clock& clock)
    : listener_(std::move(listener)), api_(api), states_(states), sink_(sink), clock_(clock) {}

std::string PlaySync::StateName(std::string_view what) const {
  return std::string(what) + SealedLoginName(listener_);
}

/// What is no such document is as none. One that cannot be had at the moment is waited for: it holds plays
/// that were written ahead, and the next look would be written over them.
bool PlaySync::Load() {
  auto watched = states_.Load(StateName(kWatch));
  auto listed = states_.Load(StateName(kMark));
  if (!watched || !listed) {
    PutOff(load_due_, watched ? listed.error() : watched.error());
    return false;
  }
  watch_ = PlayerWatch::FromDocument(watched->value_or(""));
  check_ = LookCheck::FromDocument(watched->value_or(""));
  mark_ = RecentMark::FromDocument(listed->value_or(""));
  if (!*listed) {
    mark_.BeginAt(clock_.Now().value);
    if (!Save(std::string(kMark), mark_.Document())) {
      PutOff(load_due_, *report_.trouble);
      return false;
    }
  }
  load_due_ = Due();
  is_loaded_ = true;
  return true;
}

/// What looks have shown so far, for the next process.
bool PlaySync::SaveWatch() {
  boost::json::object document = watch_.Written();
  check_.Write(document);
  return Save(std::string(kWatch), boost::json::serialize(document));
}

bool PlaySync::Save(const std::string& what, const std::string& document) {
  auto saved = states_.Save(StateName(what), document);
  if (!saved) report_.trouble = std::move(saved.error());
  return saved.has_value();
}

base::UtcMs PlaySync::Work(const std::stop_token& cancel) {
  const std::int64_t now_ms = clock_.Now().value;
  load_due_.at_ms = std::min(load_due_.at_ms, now_ms + base::kMsPerDay);  // a clock that was set back
  if (!is_loaded_ && (now_ms < load_due_.at_ms || !Load())) return {load_due_.at_ms};
  if (is_hurried_.exchange(false)) look_due_ = list_due_ = Due();
  if (now_ms + kClocksApartMs < worked_at_ms_) look_due_ = list_due_ = Due();  // the clock was set back
  worked_at_ms_ = now_ms;
  watch_.HeedClock(now_ms);
  // After a time without looks the list tells first what ended in it.
  const bool reads_first = now_ms >= list_due_.at_ms && watch_.WasAway(now_ms);
  if (reads_first) ReadList(cancel);
  if (now_ms >= look_due_.at_ms) LookAtPlayer(cancel);
  if (!reads_first && now_ms >= list_due_.at_ms) ReadList(cancel);
  if (look_due_.failures == 0 && list_due_.failures == 0) report_.trouble.reset();
  return {std::min(look_due_.at_ms, list_due_.at_ms)};
}

void PlaySync::PutOff(Due& due, const base::Error& error) {
  const std::int64_t now_ms = clock_.Now().value;
  const std::int64_t doublings = std::min<std::int64_t>(due.failures++, 12);
  due.at_ms = now_ms + std::min(kRetryMaxMs, kRetryMs << doublings);
  if (error.not_before) due.at_ms = std::max(error.not_before->value, now_ms + 1);
  report_.trouble = error;
}

/// Gives the sink what is over; false when it did not take it.
bool PlaySync::TellOver() {
  if (watch_.over().empty()) return true;
  model::EventBatch batch;
  for (const WatchedPlay& play : watch_.over()) {
    const model::PlayFact fact = play.Fact();
    ++batch.read;
    if (auto why = model::WhyImpossible(fact, clock_.Now().value + base::kMsPerDay)) {
      batch.rejects.push_back({.record = batch.read - 1, .byte = 0, .reason = *why, .raw = play.item.title});
    } else {
      model::AddPlay(fact, listener_, batch);
    }
  }
  auto taken = sink_.Take(std::move(batch), "looks at the player", listener_);
  if (!taken) {
    PutOff(look_due_, taken.error());
    return false;
  }
  report_.facts_taken += taken->accepted;
  watch_.Confirm();
  // Where this is not kept, the same plays are told again and are known already.
  (void)SaveWatch();
  return true;
}

void PlaySync::LookAtPlayer(const std::stop_token& cancel) {
  if (!TellOver()) return;
  auto answer = api_.Get({.path = std::string(kPlayer),
                          .query = {{"additional_types", "track,episode"}},
                          .priority = Priority::kLooks},
                         cancel);
  if (!answer) return PutOff(look_due_, answer.error().error);
  std::optional<PlayerState> state;
  if (!answer->body.is_null()) {
    auto read = ReadPlayerState(answer->body);
    if (!read) {
      return PutOff(look_due_, {base::ErrorCode::kCorrupt, "look at the player", read.error().place,
                                read.error().reason, "it is tried again"});
    }
    state = std::move(*read);
  }
  const PlayerLook look = LookAt(state, answer->ToldAtMs());
  const std::vector<PlayerLook> believed = check_.Believed(look);
  if (check_.IsInDoubt()) {
    look_due_ = {look.at_ms + kDoubtMs, 0};
    return;
  }
  const PlayerWatch before = watch_;
  for (const PlayerLook& each : believed)
    watch_.See(each, mark_.FirstAfter(watch_.last_seen_ms() + kClocksApartMs));
  if (!SaveWatch()) {
    watch_ = before;
    return PutOff(look_due_, *report_.trouble);
  }
  report_.looked_at = answer->received_at;
  const PlayerLook& newest = believed.back();
  // An answer out of a cache may be so old that the next look would be due at once, and again and again.
  const std::int64_t rest_ms = answer->age_ms > 0 ? std::min(watch_.NextLookMs(), kRestMs) : 0;
  look_due_ = {
      std::max(newest.at_ms + watch_.NextLookMs(),
               answer->received_at.value + std::max(rest_ms, api_.PaceMs(kPlayer, Priority::kLooks))),
      0};
  if (on_look) on_look(newest);
  (void)TellOver();  // puts the next look off by itself where the sink does not take it
}

/// Gives the sink what the list told; false when it did not take it. The list may have gone on by then, and
/// show some of it no more: it is given again before the list is.
bool PlaySync::TellListed() {
  if (!listed_) return true;
  if (listed_->batch.read > 0) {
    auto taken = sink_.Take(listed_->batch, "recently played", listener_);
    if (!taken) {
      PutOff(list_due_, taken.error());
      return false;
    }
    report_.facts_taken += taken->accepted;
    if (!Save(std::string(kMark), listed_->mark.Document())) {
      listed_.reset();  // it is on the log: what is read of it again counts nothing twice
      PutOff(list_due_, *report_.trouble);
      return false;
    }
  }
  mark_ = std::move(listed_->mark);
  if (listed_->has_gap) ++report_.gaps_found;
  listed_.reset();
  return true;
}

void PlaySync::ReadList(const std::stop_token& cancel) {
  if (!TellListed()) return;
  auto answer = api_.Get({.path = std::string(kRecent),
                          .query = {{"limit", std::to_string(kRecentPlaysMax)}},
                          .priority = Priority::kPlays},
                         cancel);
  if (!answer) return PutOff(list_due_, answer.error().error);
  auto reading = ReadRecentPlays(answer->body, mark_, listener_, answer->received_at.value - answer->age_ms);
  if (!reading) {
    return PutOff(list_due_, {base::ErrorCode::kCorrupt, "read recent plays", reading.error().place,
                              reading.error().reason, "it is tried again"});
  }
  listed_ = std::move(*reading);
  if (!TellListed()) return;
  report_.read_at = answer->received_at;
  list_due_ = {answer->received_at.value + std::max(kListEveryMs, api_.PaceMs(kRecent, Priority::kPlays)), 0};
}

}  // namespace earprint::sources::spotify
