#include "sources/spotify/sync/look_check.hpp"

#include <boost/json.hpp>
#include <utility>

namespace earprint::sources::spotify {

namespace {

namespace json = boost::json;

constexpr std::string_view kKey = "checked";

/// Nobody plays, twice; or the same item, in between no further than time has run.
bool IsSaidAgain(const PlayerLook& doubted, const PlayerLook& look) {
  constexpr std::int64_t kSlackMs = 1'500;
  if (!doubted.has_player || !look.has_player) return doubted.has_player == look.has_player;
  if (!doubted.item || !look.item || !look.item->IsSame(*doubted.item)) return false;
  const std::int64_t ran_ms = look.progress_ms - doubted.progress_ms;
  return ran_ms >= 0 && ran_ms <= look.at_ms - doubted.at_ms + kSlackMs;
}

}  // namespace

LookCheck LookCheck::FromDocument(std::string_view document) {
  LookCheck check;
  boost::system::error_code failed;
  const json::value value = json::parse(document, failed);
  const json::object* object = failed ? nullptr : value.if_object();
  const json::value* last = object != nullptr ? object->if_contains(kKey) : nullptr;
  if (last != nullptr && last->is_object()) check.last_ = ReadLook(last->get_object());
  return check;
}

void LookCheck::Write(json::object& document) const {
  if (last_) document[kKey] = WriteLook(*last_);
}

std::vector<PlayerLook> LookCheck::Believed(const PlayerLook& look) {
  const std::optional<PlayerLook> doubted = std::exchange(doubted_, std::nullopt);
  if (!doubted && IsDoubtful(look)) {
    doubted_ = look;
    return {};
  }
  // A second look that contradicts nothing shows that the doubted one was old.
  const bool is_doubtful_too = !look.has_player || IsDoubtful(look);
  const std::int64_t lag_ms = LagMs(look);
  last_ = look;
  // What two looks say began when the first did. An old answer has nothing to add to the newer ones around
  // it.
  if (doubted && is_doubtful_too && IsSaidAgain(*doubted, look)) return {*doubted, look};
  PlayerLook dated = look;
  dated.at_ms -= lag_ms;
  return {dated};
}

/// By how much what plays lies behind its place in the look before, time counted in and no change of state.
/// Where the music stalled the next look lies behind no further, and is of its own instant again.
std::int64_t LookCheck::LagMs(const PlayerLook& look) const {
  constexpr std::int64_t kLagMsMin = 1'500, kLagMsMax = 12'000;
  if (!last_ || !last_->item || !look.item || !look.item->IsSame(*last_->item)) return 0;
  if (!last_->is_playing || !look.is_playing || look.changed_at_ms == 0) return 0;
  const std::int64_t advance_ms = look.progress_ms - last_->progress_ms;
  if (look.changed_at_ms != last_->changed_at_ms || advance_ms < 0) return 0;
  const std::int64_t lag_ms = look.at_ms - last_->at_ms - advance_ms;
  return lag_ms >= kLagMsMin && lag_ms <= kLagMsMax ? lag_ms : 0;
}

bool LookCheck::IsDoubtful(const PlayerLook& look) const {
  if (!last_) return false;
  if (!look.has_player) {
    // At a track's end a player may well be closed; in its middle, too, but not without a second look.
    const std::int64_t left_ms = last_->item ? last_->item->length_ms - last_->progress_ms : 0;
    return last_->is_playing && look.at_ms < last_->at_ms + left_ms;
  }
  if (look.changed_at_ms == 0 || last_->changed_at_ms == 0) return false;
  if (look.changed_at_ms != last_->changed_at_ms) return look.changed_at_ms < last_->changed_at_ms;
  // Without a change of state it can only have played on.
  return look.item && last_->item && look.item->IsSame(*last_->item) && look.progress_ms < last_->progress_ms;
}

}  // namespace earprint::sources::spotify
