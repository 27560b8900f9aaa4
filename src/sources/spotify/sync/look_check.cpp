#include "sources/spotify/sync/look_check.hpp"

#include <utility>

namespace earprint::sources::spotify {

std::vector<PlayerLook> LookCheck::Believed(const PlayerLook& look) {
  const std::optional<PlayerLook> doubted = std::exchange(doubted_, std::nullopt);
  if (!doubted && IsDoubtful(look)) {
    doubted_ = look;
    return {};
  }
  last_ = look;
  // Silence began when it was first seen. An old answer has nothing to add to the newer ones around it.
  if (doubted && !doubted->has_player && !look.has_player) return {*doubted, look};
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
