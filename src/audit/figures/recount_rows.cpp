#include <algorithm>
#include <utility>
#include <vector>

#include "audit/figures/recounts.hpp"

namespace earprint::audit {

namespace {

model::AnswerCell FlagCell(const std::optional<bool>& flag) {
  return flag ? NumberCell(*flag ? 1 : 0) : model::AnswerCell{};
}

Rows Plays(const Asked& asked) {
  const LakeEvents& lake = asked.truth.lake;
  const TextPool& texts = lake.texts;
  std::vector<const ChosenPlay*> ordered;
  ordered.reserve(asked.plays.size());
  for (const ChosenPlay& play : asked.plays) ordered.push_back(&play);
  const auto id_of = [](const ChosenPlay* play) {
    return static_cast<std::int64_t>(play->play->id.identity);
  };
  std::ranges::sort(ordered, {}, id_of);
  Rows rows;
  rows.reserve(ordered.size());
  for (const ChosenPlay* chosen : ordered) {
    const Play& play = *chosen->play;
    const TrackEntry& track = asked.Track(chosen->own_track);
    const Circumstances& how = asked.truth.CircumstancesOf(play);
    const bool has_own_artist = track.is_named && track.artist != kNone;
    rows.push_back({NumberCell(id_of(chosen)), NumberCell(play.ended_at_ms), NumberCell(play.played_ms),
                    NumberCell(play.is_track ? 1 : 0),
                    TextCell(texts, track.is_named ? track.item_id : kNone),
                    TextCell(texts, track.is_named ? track.title : kNone),
                    has_own_artist ? TextCell(texts, track.artist) : TextCell(texts.Or(chosen->artist)),
                    TextCell(texts, chosen->album == kNone ? kNone : lake.album_texts[chosen->album].first),
                    TextCell(texts, how.source), TextCell(texts, how.platform), TextCell(texts, how.country),
                    TextCell(texts, how.reason_start), TextCell(texts, how.reason_end), FlagCell(how.shuffle),
                    NumberCell(play.is_skipped ? 1 : 0), FlagCell(how.offline), NumberCell(play.witnesses)});
  }
  return rows;
}

constexpr Recount kRecounts[] = {{kPlayRows, Plays}};

}  // namespace

std::span<const Recount> RowRecounts() { return kRecounts; }

}  // namespace earprint::audit
