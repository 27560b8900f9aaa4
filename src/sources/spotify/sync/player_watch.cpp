#include "sources/spotify/sync/player_watch.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace earprint::sources::spotify {

namespace {

namespace json = boost::json;

/// What the service's clock, ours and the way between them may differ by.
constexpr std::int64_t kSlackMs = 2'500;
/// What an answer may be old by; a place that lies further behind was a pause.
constexpr std::int64_t kOldAnswerMaxMs = 12'000;
constexpr std::int64_t kPlayingLookMs = 15'000, kPausedLookMs = 30'000, kIdleLookMs = 10'000,
                       kIdleLookMaxMs = 120'000;
/// A pause that is longer is an end.
constexpr std::int64_t kSleepMaxMs = 6 * 60 * base::kMsPerMinute;
/// After a track's end, so that the look finds the next one.
constexpr std::int64_t kPastEndMs = 700;

constexpr std::int64_t kInstantMsMax = 253'402'300'800'000;  // the year 10000

std::string Text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t Whole(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::optional<bool> Flag(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() ? std::optional(value->get_bool()) : std::nullopt;
}

json::object WritePlay(const WatchedPlay& play) {
  json::object object{{"item", WriteItem(play.item)},
                      {"began_ms", play.began_ms},
                      {"ended_ms", play.ended_ms},
                      {"looked_before_ms", play.looked_before_ms},
                      {"last_seen_ms", play.last_seen_ms},
                      {"looked_after_ms", play.looked_after_ms},
                      {"ended_precision_ms", play.ended_precision_ms},
                      {"heard_ms", play.heard_ms},
                      {"was_skipped", play.was_skipped},
                      {"device_type", play.device_type},
                      {"context_uri", play.context_uri}};
  if (play.shuffle) object["shuffle"] = *play.shuffle;
  if (play.is_private) object["is_private"] = *play.is_private;
  return object;
}

std::optional<WatchedPlay> ReadPlay(const json::value& value) {
  const json::object* object = value.if_object();
  const json::value* item = object != nullptr ? object->if_contains("item") : nullptr;
  auto heard = item != nullptr ? ReadItem(*item) : std::nullopt;
  if (!heard) return {};
  return WatchedPlay{std::move(*heard),
                     Whole(*object, "began_ms"),
                     Whole(*object, "looked_before_ms"),
                     Whole(*object, "last_seen_ms"),
                     Whole(*object, "looked_after_ms"),
                     Whole(*object, "ended_ms"),
                     Whole(*object, "ended_precision_ms"),
                     Whole(*object, "heard_ms"),
                     Flag(*object, "was_skipped").value_or(false),
                     Text(*object, "device_type"),
                     Text(*object, "context_uri"),
                     Flag(*object, "shuffle"),
                     Flag(*object, "is_private")};
}

}  // namespace

PlayerLook LookAt(const std::optional<PlayerState>& state, std::int64_t at_ms) {
  PlayerLook look{.at_ms = at_ms};
  look.has_player = state.has_value();
  if (state && state->changed_at)
    look.changed_at_ms = std::clamp<std::int64_t>(state->changed_at->value, 0, kInstantMsMax);
  if (!state) return look;
  look.is_playing = state->is_playing;
  if (!state->item) return look;  // an advertisement, or what the service does not name
  look.item = ItemOf(*state->item);
  look.progress_ms = std::clamp<std::int64_t>(state->progress_ms.value_or(0), 0, kLengthMsMax);
  look.shuffle = state->is_shuffled;
  if (state->device) {
    look.device_type = state->device->type.value_or("");
    look.is_private = state->device->is_private_session;
  }
  if (state->context) look.context_uri = state->context->uri.value_or("");
  return look;
}

json::object WriteLook(const PlayerLook& look) {
  json::object object{{"at_ms", look.at_ms},
                      {"is_playing", look.is_playing},
                      {"progress_ms", look.progress_ms},
                      {"device_type", look.device_type},
                      {"context_uri", look.context_uri},
                      {"has_player", look.has_player},
                      {"changed_at_ms", look.changed_at_ms}};
  if (look.item) object["item"] = WriteItem(*look.item);
  if (look.shuffle) object["shuffle"] = *look.shuffle;
  if (look.is_private) object["is_private"] = *look.is_private;
  return object;
}

PlayerLook ReadLook(const json::object& object) {
  PlayerLook look;
  look.at_ms = Whole(object, "at_ms");
  look.is_playing = Flag(object, "is_playing").value_or(false);
  look.progress_ms = Whole(object, "progress_ms");
  look.device_type = Text(object, "device_type");
  look.context_uri = Text(object, "context_uri");
  look.shuffle = Flag(object, "shuffle");
  look.is_private = Flag(object, "is_private");
  if (const json::value* item = object.if_contains("item")) look.item = ReadItem(*item);
  // Documents of before had neither: what plays has a player.
  look.has_player = Flag(object, "has_player").value_or(look.item.has_value());
  look.changed_at_ms = Whole(object, "changed_at_ms");
  return look;
}

model::PlayFact WatchedPlay::Fact() const {
  model::PlayFact fact;
  fact.source = "player";
  item.Describe(fact);
  fact.began_at_ms = began_ms;
  if (looked_before_ms > 0) fact.looked_before_ms = looked_before_ms;
  fact.last_seen_ms = last_seen_ms;
  fact.looked_after_ms = looked_after_ms;
  fact.ended_at_ms = ended_ms;
  fact.ended_precision_ms = ended_precision_ms;
  fact.played_ms = heard_ms;
  fact.skipped = was_skipped;
  fact.shuffle = shuffle;
  fact.is_private = is_private;
  fact.platform = device_type;
  fact.context_uri = context_uri;
  return fact;
}

void PlayerWatch::See(const PlayerLook& look, std::int64_t listed_at_ms) {
  if (look.at_ms < std::max(last_.at_ms, silent_at_ms_)) return;
  const std::int64_t over_by_ms = OverByMs(look, listed_at_ms);
  if (over_by_ms == 0 && MayGoOn(look)) {
    if (idle_from_ms_ > 0 && IsFarFrom(look)) looked_away_until_ms_ = look.at_ms;
    if (idle_from_ms_ == 0) idle_from_ms_ = look.at_ms;
    silent_at_ms_ = look.at_ms;
    ++idle_looks_;
    return;
  }
  const bool goes_on =
      over_by_ms == 0 && last_.item && look.item && last_.item->IsSame(*look.item) && !HasStartedAnew(look);
  if (last_.item && !goes_on) {
    WatchedPlay play = End(look, over_by_ms);
    if (over_by_ms > 0) EndBy(over_by_ms, play);
    if (play.heard_ms > 0) over_.push_back(std::move(play));
  }
  idle_looks_ = look.item ? 0 : idle_looks_ + 1;
  if (goes_on) {
    Follow(look);
  } else {
    Begin(look);
  }
  last_ = look;
  idle_from_ms_ = silent_at_ms_ = looked_away_until_ms_ = 0;
}

void PlayerWatch::HeedClock(std::int64_t now_ms) {
  const std::int64_t ahead_ms = LatestMs() - now_ms;
  if (ahead_ms <= kClocksApartMs) return;
  // How long ago the last look was is not known any more: it counts as just now.
  const auto set_back = [ahead_ms](std::int64_t& instant_ms) {
    if (instant_ms > 0) instant_ms = std::max<std::int64_t>(1, instant_ms - ahead_ms);
  };
  for (std::int64_t* instant_ms : {&last_.at_ms, &began_ms_, &looked_before_ms_, &paused_at_ms_,
                                   &idle_from_ms_, &silent_at_ms_, &looked_away_until_ms_})
    set_back(*instant_ms);
}

std::int64_t PlayerWatch::OverByMs(const PlayerLook& look, std::int64_t listed_at_ms) const {
  // Stamps are of Spotify's clock, looks of this machine's: where looks lie close they tell more.
  const bool is_between = listed_at_ms > last_.at_ms && listed_at_ms <= look.at_ms;
  return WasAway(look.at_ms) && is_between ? listed_at_ms : 0;
}

bool PlayerWatch::WasAway(std::int64_t at_ms) const {
  return last_.item && at_ms - last_.at_ms > 2 * kIdleLookMaxMs;
}

void PlayerWatch::EndBy(std::int64_t over_by_ms, WatchedPlay& play) {
  play.looked_after_ms = std::min(play.looked_after_ms, over_by_ms);
  const std::int64_t too_late_ms = play.ended_ms - over_by_ms;
  if (too_late_ms <= kClocksApartMs) return;
  play.ended_ms = over_by_ms;
  play.heard_ms = std::max<std::int64_t>(0, play.heard_ms - too_late_ms);
  play.was_skipped = true;
}

bool PlayerWatch::MayGoOn(const PlayerLook& look) const {
  if (look.item || !last_.item) return false;
  if (look.at_ms - (idle_from_ms_ > 0 ? idle_from_ms_ : last_.at_ms) >= kSleepMaxMs) return false;
  // The device went to sleep over a pause: it may go on yet, where it was.
  if (!last_.is_playing) return last_.progress_ms > 0;
  // Another thing plays, an advertisement or what is hidden from us.
  if (look.has_player) return false;
  // Nobody is there though it played: it was stopped, or paused where no look saw it, or the answers are
  // wrong. Only what ran out before the eyes of regular looks is over; one more look makes sure of it.
  const std::int64_t left_ms = std::max<std::int64_t>(0, last_.item->length_ms - last_.progress_ms);
  const std::int64_t silent_from_ms = idle_from_ms_ > 0 ? idle_from_ms_ : look.at_ms;
  const std::int64_t elapsed_ms = silent_from_ms - last_.at_ms;
  const bool has_run_out = last_.item->length_ms > 0 && elapsed_ms + kSlackMs >= left_ms;
  const bool was_watched = elapsed_ms <= left_ms + 2 * kPlayingLookMs;
  return !has_run_out || !was_watched || idle_from_ms_ == 0;
}

void PlayerWatch::Begin(const PlayerLook& look) {
  // What lies before the first look is taken to have been heard without a pause.
  looked_before_ms_ = LatestMs();
  // What is found paused has been for a while: since its last change, where the service tells.
  const bool knows_pause =
      !look.is_playing && look.changed_at_ms > looked_before_ms_ && look.changed_at_ms < look.at_ms;
  const std::int64_t played_until_ms = knows_pause ? look.changed_at_ms : look.at_ms;
  began_ms_ = played_until_ms - look.progress_ms;
  paused_at_ms_ = look.is_playing ? 0 : played_until_ms;
  heard_ms_ = look.item ? look.progress_ms : 0;
  owed_ms_ = 0;
}

void PlayerWatch::Follow(const PlayerLook& look) {
  const std::int64_t elapsed_ms = look.at_ms - last_.at_ms;
  const std::int64_t advance_ms = look.progress_ms - last_.progress_ms;
  if (!last_.is_playing) {
    // It went on at some time since: at most what it has advanced by was heard.
    heard_ms_ += std::clamp<std::int64_t>(advance_ms, 0, elapsed_ms);
  } else if (advance_ms >= 0 && advance_ms <= elapsed_ms + owed_ms_ + kSlackMs) {
    heard_ms_ += std::min(advance_ms, elapsed_ms + owed_ms_);  // less: it paused, or the answer was old
    owed_ms_ = std::max<std::int64_t>(0, owed_ms_ + elapsed_ms - advance_ms);
  } else {
    heard_ms_ += elapsed_ms;  // somebody sought, forwards or back, and it played all the while
    owed_ms_ = 0;
  }
  if (owed_ms_ > kOldAnswerMaxMs || !look.is_playing) owed_ms_ = 0;  // a pause
  if (look.is_playing) {
    paused_at_ms_ = 0;
  } else if (last_.is_playing) {
    paused_at_ms_ = last_.at_ms + std::clamp<std::int64_t>(advance_ms, 0, elapsed_ms);
  } else if (advance_ms != 0) {
    paused_at_ms_ = look.at_ms;  // it went on and paused again, some time in between
  }
}

bool PlayerWatch::HasStartedAnew(const PlayerLook& look) const {
  // The service tells when its state changed last: where that was the beginning, and not the one that was
  // seen before, it began anew, though it may have come further since than it was.
  if (look.is_playing && look.changed_at_ms > 0 && look.changed_at_ms != last_.changed_at_ms) {
    const std::int64_t place_at_change_ms = look.progress_ms - (look.at_ms - look.changed_at_ms);
    // After a pause an answer that is some seconds old looks like a beginning, where it paused as early.
    const std::int64_t slack_ms = !last_.is_playing && last_.progress_ms <= kOldAnswerMaxMs ? 500 : kSlackMs;
    if (std::abs(place_at_change_ms) <= std::min(slack_ms, last_.progress_ms / 2)) return true;
  }
  // Before the last look's place: it began anew where it can have done so since that look; else somebody
  // sought back. One look that found nobody may be wrong.
  const std::int64_t since_ms = idle_looks_ > 1 ? LatestMs() : last_.at_ms;
  return look.progress_ms < last_.progress_ms && look.progress_ms <= look.at_ms - since_ms + kSlackMs;
}

bool PlayerWatch::IsFarFrom(const PlayerLook& look) const {
  return look.at_ms - LatestMs() > 2 * kIdleLookMaxMs;
}

WatchedPlay PlayerWatch::End(const PlayerLook& next, std::int64_t over_by_ms) const {
  WatchedPlay play{.item = *last_.item,
                   .began_ms = began_ms_,
                   .looked_before_ms = looked_before_ms_,
                   .last_seen_ms = last_.is_playing ? last_.at_ms : paused_at_ms_,
                   .looked_after_ms = next.at_ms,
                   .heard_ms = heard_ms_,
                   .device_type = last_.device_type,
                   .context_uri = last_.context_uri,
                   .shuffle = last_.shuffle,
                   .is_private = last_.is_private};
  // Nobody was found while it was looked for all the time: it did not go on after that.
  if (idle_from_ms_ > 0 && !next.item && !IsFarFrom(next))
    play.looked_after_ms = std::max(idle_from_ms_, looked_away_until_ms_);
  const bool knows_next = next.item && next.is_playing;
  const std::int64_t next_began_ms =
      knows_next ? std::clamp(next.at_ms - next.progress_ms, last_.at_ms, next.at_ms) : next.at_ms;
  // One look that found nobody may be wrong, and is where the next thing had begun by then.
  const bool was_gone =
      idle_from_ms_ > 0 && !(knows_next && (idle_looks_ == 1 || next_began_ms + kSlackMs < silent_at_ms_));
  const std::int64_t length_ms = play.item.length_ms;
  const std::int64_t left_ms = std::max<std::int64_t>(0, length_ms - last_.progress_ms);
  // What played was there no more when nobody was found, or the next thing had begun.
  const std::int64_t gone_by_ms = was_gone ? idle_from_ms_ : next_began_ms;
  const std::int64_t gone_at_ms = was_gone ? idle_from_ms_ : next.at_ms;
  if (last_.is_playing && length_ms > 0 && last_.at_ms + left_ms <= gone_by_ms + kSlackMs) {
    play.ended_ms = std::min(last_.at_ms + left_ms, gone_at_ms);
    play.heard_ms += left_ms;
    // Nobody looked for long: it may have been skipped, and something else heard since.
    if (gone_at_ms - last_.at_ms > 2 * kPlayingLookMs + left_ms) {
      play.ended_precision_ms = std::max({std::int64_t{1'000}, left_ms, gone_at_ms - play.ended_ms});
    } else {
      // Nor where looks are seldom, since requests are short: what was left is longer than two of them.
      if (left_ms > 2 * kPlayingLookMs) play.ended_precision_ms = left_ms;
      play.looked_after_ms = gone_at_ms;
    }
    return play;
  }
  play.was_skipped = length_ms > 0 && left_ms > kSlackMs;
  if (!last_.is_playing) {
    // Where something followed at once it may have gone on unseen until then; else it ended where it paused.
    const std::int64_t unseen_until_ms = idle_from_ms_ > 0 ? idle_from_ms_ : next.at_ms;
    const bool is_far = unseen_until_ms - last_.at_ms > 2 * kPausedLookMs || looked_away_until_ms_ > 0 ||
                        next.at_ms - LatestMs() > 2 * kPausedLookMs;
    const std::int64_t over_ms = over_by_ms > 0 ? over_by_ms
                                 : knows_next   ? next_began_ms
                                                : play.looked_after_ms;
    play.ended_ms = knows_next && !is_far ? next_began_ms : paused_at_ms_;
    play.ended_precision_ms =
        std::max<std::int64_t>(2'000, knows_next || is_far ? over_ms - paused_at_ms_ : left_ms);
    return play;
  }
  if (knows_next && !was_gone) {
    play.ended_ms = next_began_ms;
    // Between looks that are far apart the next one may have paused, and so have begun before.
    const bool is_far = next.at_ms - LatestMs() > 2 * kPlayingLookMs;
    play.ended_precision_ms = is_far ? std::max<std::int64_t>(2'000, next_began_ms - last_.at_ms) : 2'000;
  } else {
    // Somewhere between two looks: in their middle it is off by half at most.
    play.ended_ms = last_.at_ms + (gone_at_ms - last_.at_ms) / 2;
    play.ended_precision_ms = std::max<std::int64_t>(2'000, (gone_at_ms - last_.at_ms) / 2);
  }
  play.heard_ms += std::min(play.ended_ms - last_.at_ms, length_ms > 0 ? left_ms : INT64_MAX);
  return play;
}

std::int64_t PlayerWatch::NextLookMs() const {
  if (!last_.item && last_.is_playing) return kPlayingLookMs;  // an advertisement: music follows soon
  if (!last_.item || idle_from_ms_ > 0) {
    const std::int64_t doublings = std::min<std::int64_t>(idle_looks_, 10);
    return std::min(kIdleLookMaxMs, kIdleLookMs << doublings);
  }
  if (!last_.is_playing) return kPausedLookMs;
  const std::int64_t left_ms = last_.item->length_ms - last_.progress_ms;
  return left_ms <= 0 ? kPlayingLookMs : std::min(kPlayingLookMs, left_ms + kPastEndMs);
}

json::object PlayerWatch::Written() const {
  json::object document = WriteLook(last_);
  document["began_ms"] = began_ms_;
  document["looked_before_ms"] = looked_before_ms_;
  document["paused_at_ms"] = paused_at_ms_;
  document["idle_from_ms"] = idle_from_ms_;
  document["silent_at_ms"] = silent_at_ms_;
  document["looked_away_until_ms"] = looked_away_until_ms_;
  document["heard_ms"] = heard_ms_;
  document["owed_ms"] = owed_ms_;
  document["idle_looks"] = idle_looks_;
  json::array over;
  for (const WatchedPlay& play : over_) over.push_back(WritePlay(play));
  document["over"] = std::move(over);
  return document;
}

std::string PlayerWatch::Document() const { return json::serialize(Written()); }

PlayerWatch PlayerWatch::FromDocument(std::string_view document) {
  PlayerWatch watch;
  boost::system::error_code failed;
  const json::value value = json::parse(document, failed);
  if (failed || !value.is_object()) return watch;
  const json::object& object = value.get_object();
  watch.last_ = ReadLook(object);
  watch.began_ms_ = Whole(object, "began_ms");
  watch.looked_before_ms_ = Whole(object, "looked_before_ms");
  watch.paused_at_ms_ = Whole(object, "paused_at_ms");
  watch.idle_from_ms_ = Whole(object, "idle_from_ms");
  watch.silent_at_ms_ = Whole(object, "silent_at_ms");
  watch.looked_away_until_ms_ = Whole(object, "looked_away_until_ms");
  watch.heard_ms_ = Whole(object, "heard_ms");
  watch.owed_ms_ = Whole(object, "owed_ms");
  watch.idle_looks_ = Whole(object, "idle_looks");
  if (const json::value* over = object.if_contains("over"); over != nullptr && over->is_array()) {
    for (const json::value& play : over->get_array()) {
      if (auto read = ReadPlay(play)) watch.over_.push_back(std::move(*read));
    }
  }
  return watch;
}

}  // namespace earprint::sources::spotify
