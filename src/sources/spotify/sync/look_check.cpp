#include "sources/spotify/sync/look_check.hpp"

#include <utility>

namespace earprint::sources::spotify {

namespace {

/// Nobody plays, twice; or the same item, in between no further than time has run.
bool IsSaidAgain(const PlayerLook& doubted, const PlayerLook& look) {
  constexpr std::int64_t kSlackMs = 1'500;
  if (!doubted.has_player || !look.has_player) return doubted.has_player == look.has_player;
  if (!doubted.item || !look.item || !look.item->IsSame(*doubted.item)) return false;
  const std::int64_t ran_ms = look.progress_ms - doubted.progress_ms;
  return ran_ms >= 0 && ran_ms <= look.at_ms - doubted.at_ms + kSlackMs;
}

}  // namespace

std::vector<PlayerLook> LookCheck::Believed(const PlayerLook& look) {
  const std::optional<PlayerLook> doubted = std::exchange(doubted_, std::nullopt);
  if (!doubted && IsDoubtful(look)) {
    doubted_ = look;
    return {};
  }
  last_ = look;
  // What two looks say began when the first did. An old answer has nothing to add to the newer ones around
  // it.
  if (doubted && IsSaidAgain(*doubted, look)) return {*doubted, look};
  return {look};
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
