#include "sources/spotify/sync/player_watch.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace earprint::sources::spotify {

namespace {

namespace json = boost::json;

/// What the service's clock, ours and the way between them may differ by.
constexpr std::int64_t kSlackMs = 2'500;
constexpr std::int64_t kPlayingLookMs = 15'000, kPausedLookMs = 30'000, kIdleLookMs = 10'000,
                       kIdleLookMaxMs = 120'000;
/// A pause that is longer is an end.
constexpr std::int64_t kSleepMaxMs = 6 * 60 * base::kMsPerMinute;
/// After a track's end, so that the look finds the next one.
constexpr std::int64_t kPastEndMs = 700;

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

json::object Written(const HeardItem& item) {
  return {{"kind", static_cast<std::int64_t>(item.kind)},
          {"item_id", item.item_id},
          {"title", item.title},
          {"artist", item.artist},
          {"album", item.album},
          {"isrc", item.isrc},
          {"length_ms", item.length_ms}};
}

std::optional<HeardItem> ReadItem(const json::object& object) {
  const std::int64_t kind = Whole(object, "kind");
  if (kind < 0 || kind > static_cast<std::int64_t>(model::PlayKind::kUnknown)) return {};
  return HeardItem{static_cast<model::PlayKind>(kind),
                   Text(object, "item_id"),
                   Text(object, "title"),
                   Text(object, "artist"),
                   Text(object, "album"),
                   Text(object, "isrc"),
                   Whole(object, "length_ms")};
}

json::object Written(const WatchedPlay& play) {
  json::object object{{"item", Written(play.item)},
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
  auto heard = item != nullptr && item->is_object() ? ReadItem(item->get_object()) : std::nullopt;
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
  if (state && state->changed_at) look.changed_at_ms = state->changed_at->value;
  if (!state || !state->item) return look;
  look.item = ItemOf(*state->item);
  look.is_playing = state->is_playing;
  look.progress_ms = std::max<std::int64_t>(0, state->progress_ms.value_or(0));
  look.shuffle = state->is_shuffled;
  if (state->device) {
    look.device_type = state->device->type.value_or("");
    look.is_private = state->device->is_private_session;
  }
  if (state->context) look.context_uri = state->context->uri.value_or("");
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

void PlayerWatch::See(const PlayerLook& look) {
  if (look.at_ms < last_.at_ms) return;
  if (StaysPaused(look)) {
    // The device went to sleep over it: it may go on yet, where it was.
    if (idle_from_ms_ == 0) idle_from_ms_ = look.at_ms;
    ++idle_looks_;
    last_.at_ms = look.at_ms;
    return;
  }
  const bool goes_on = last_.item && look.item && last_.item->IsSame(*look.item) && !HasStartedAnew(look);
  if (last_.item && !goes_on) {
    WatchedPlay play = End(look);
    if (play.heard_ms > 0) over_.push_back(std::move(play));
  }
  idle_looks_ = look.item ? 0 : idle_looks_ + 1;
  if (goes_on) {
    Follow(look);
  } else {
    Begin(look);
  }
  last_ = look;
  idle_from_ms_ = 0;
}

bool PlayerWatch::StaysPaused(const PlayerLook& look) const {
  if (look.item || !last_.item || last_.is_playing || last_.progress_ms == 0) return false;
  return idle_from_ms_ == 0 || look.at_ms - idle_from_ms_ < kSleepMaxMs;
}

void PlayerWatch::Begin(const PlayerLook& look) {
  // What lies before the first look is taken to have been heard without a pause.
  looked_before_ms_ = last_.at_ms;
  began_ms_ = look.at_ms - look.progress_ms;
  paused_at_ms_ = look.is_playing ? 0 : look.at_ms;
  heard_ms_ = look.item ? look.progress_ms : 0;
}

void PlayerWatch::Follow(const PlayerLook& look) {
  const std::int64_t elapsed_ms = look.at_ms - last_.at_ms;
  const std::int64_t advance_ms = look.progress_ms - last_.progress_ms;
  if (!last_.is_playing) {
    // It went on at some time since: at most what it has advanced by was heard.
    heard_ms_ += std::clamp<std::int64_t>(advance_ms, 0, elapsed_ms);
  } else if (advance_ms >= 0 && advance_ms <= elapsed_ms + kSlackMs) {
    heard_ms_ += std::min(advance_ms, elapsed_ms);  // less than the time that went by: it paused
  } else {
    heard_ms_ += elapsed_ms;  // somebody sought, forwards or back, and it played all the while
  }
  if (look.is_playing) {
    paused_at_ms_ = 0;
  } else if (last_.is_playing) {
    paused_at_ms_ = last_.at_ms + std::clamp<std::int64_t>(advance_ms, 0, elapsed_ms);
  } else if (advance_ms != 0) {
    paused_at_ms_ = look.at_ms;  // it went on and paused again, some time in between
  }
}

bool PlayerWatch::HasStartedAnew(const PlayerLook& look) const {
  // Before the last look's place: it began anew where it can have done so since that look; else somebody
  // sought back.
  return look.progress_ms < last_.progress_ms && look.progress_ms <= look.at_ms - last_.at_ms + kSlackMs;
}

WatchedPlay PlayerWatch::End(const PlayerLook& next) const {
  WatchedPlay play{.item = *last_.item,
                   .began_ms = began_ms_,
                   .looked_before_ms = looked_before_ms_,
                   .last_seen_ms = last_.is_playing ? last_.at_ms : paused_at_ms_,
                   .looked_after_ms = idle_from_ms_ > 0 && !next.item ? idle_from_ms_ : next.at_ms,
                   .heard_ms = heard_ms_,
                   .device_type = last_.device_type,
                   .context_uri = last_.context_uri,
                   .shuffle = last_.shuffle,
                   .is_private = last_.is_private};
  const bool knows_next = next.item && next.is_playing;
  const std::int64_t next_began_ms =
      knows_next ? std::clamp(next.at_ms - next.progress_ms, last_.at_ms, next.at_ms) : next.at_ms;
  const std::int64_t length_ms = play.item.length_ms;
  const std::int64_t left_ms = std::max<std::int64_t>(0, length_ms - last_.progress_ms);
  if (last_.is_playing && length_ms > 0 && last_.at_ms + left_ms <= next_began_ms + kSlackMs) {
    play.ended_ms = std::min(last_.at_ms + left_ms, next.at_ms);
    play.heard_ms += left_ms;
    // Nobody looked for long: it may have been skipped, and something else heard since.
    if (next.at_ms - last_.at_ms > 2 * kPlayingLookMs + left_ms)
      play.ended_precision_ms = std::max({std::int64_t{1'000}, left_ms, next.at_ms - play.ended_ms});
    return play;
  }
  play.was_skipped = length_ms > 0 && left_ms > kSlackMs;
  if (!last_.is_playing) {
    // Where something followed at once it may have gone on unseen until then; else it ended where it paused.
    const bool is_far = next.at_ms - last_.at_ms > 2 * kPausedLookMs;
    play.ended_ms = knows_next && !is_far ? next_began_ms : paused_at_ms_;
    play.ended_precision_ms =
        std::max<std::int64_t>(2'000, knows_next || is_far ? next_began_ms - paused_at_ms_ : left_ms);
    return play;
  }
  if (knows_next) {
    play.ended_ms = next_began_ms;
    // Between looks that are far apart the next one may have paused, and so have begun before.
    const bool is_far = next.at_ms - last_.at_ms > 2 * kPlayingLookMs;
    play.ended_precision_ms = is_far ? std::max<std::int64_t>(2'000, next_began_ms - last_.at_ms) : 2'000;
  } else {
    // Somewhere between two looks: in their middle it is off by half at most.
    play.ended_ms = last_.at_ms + (next.at_ms - last_.at_ms) / 2;
    play.ended_precision_ms = std::max<std::int64_t>(2'000, (next.at_ms - last_.at_ms) / 2);
  }
  play.heard_ms += std::min(play.ended_ms - last_.at_ms, length_ms > 0 ? left_ms : INT64_MAX);
  return play;
}

std::int64_t PlayerWatch::NextLookMs() const {
  if (!last_.item || idle_from_ms_ > 0) {
    const std::int64_t doublings = std::min<std::int64_t>(idle_looks_, 10);
    return std::min(kIdleLookMaxMs, kIdleLookMs << doublings);
  }
  if (!last_.is_playing) return kPausedLookMs;
  const std::int64_t left_ms = last_.item->length_ms - last_.progress_ms;
  return left_ms <= 0 ? kPlayingLookMs : std::min(kPlayingLookMs, left_ms + kPastEndMs);
}

std::string PlayerWatch::Document() const {
  json::object document{{"at_ms", last_.at_ms},
                        {"is_playing", last_.is_playing},
                        {"progress_ms", last_.progress_ms},
                        {"device_type", last_.device_type},
                        {"context_uri", last_.context_uri},
                        {"began_ms", began_ms_},
                        {"looked_before_ms", looked_before_ms_},
                        {"paused_at_ms", paused_at_ms_},
                        {"idle_from_ms", idle_from_ms_},
                        {"heard_ms", heard_ms_},
                        {"idle_looks", idle_looks_}};
  if (last_.item) document["item"] = Written(*last_.item);
  if (last_.shuffle) document["shuffle"] = *last_.shuffle;
  if (last_.is_private) document["is_private"] = *last_.is_private;
  json::array over;
  for (const WatchedPlay& play : over_) over.push_back(Written(play));
  document["over"] = std::move(over);
  return json::serialize(document);
}

PlayerWatch PlayerWatch::FromDocument(std::string_view document) {
  PlayerWatch watch;
  boost::system::error_code failed;
  const json::value value = json::parse(document, failed);
  if (failed || !value.is_object()) return watch;
  const json::object& object = value.get_object();
  watch.last_.at_ms = Whole(object, "at_ms");
  watch.last_.is_playing = Flag(object, "is_playing").value_or(false);
  watch.last_.progress_ms = Whole(object, "progress_ms");
  watch.last_.device_type = Text(object, "device_type");
  watch.last_.context_uri = Text(object, "context_uri");
  watch.last_.shuffle = Flag(object, "shuffle");
  watch.last_.is_private = Flag(object, "is_private");
  if (const json::value* item = object.if_contains("item"); item != nullptr && item->is_object())
    watch.last_.item = ReadItem(item->get_object());
  watch.began_ms_ = Whole(object, "began_ms");
  watch.looked_before_ms_ = Whole(object, "looked_before_ms");
  watch.paused_at_ms_ = Whole(object, "paused_at_ms");
  watch.idle_from_ms_ = Whole(object, "idle_from_ms");
  watch.heard_ms_ = Whole(object, "heard_ms");
  watch.idle_looks_ = Whole(object, "idle_looks");
  if (const json::value* over = object.if_contains("over"); over != nullptr && over->is_array()) {
    for (const json::value& play : over->get_array()) {
      if (auto read = ReadPlay(play)) watch.over_.push_back(std::move(*read));
    }
  }
  return watch;
}

}  // namespace earprint::sources::spotify
