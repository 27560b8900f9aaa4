#include <algorithm>
#include <utility>
#include <vector>

#include "audit/figures/recounts.hpp"

namespace earprint::audit {

namespace {

model::AnswerCell FlagCell(const std::optional<bool>& flag) {
  return flag ? NumberCell(*flag ? 1 : 0) : model::AnswerCell{};
}

/// Every play there is, tracks or not, whatever is asked.
Rows Plays(const Asked& asked) {
  const LakeEvents& lake = asked.truth.lake;
  const TextPool& texts = lake.texts;
  std::vector<const Play*> ordered;
  ordered.reserve(asked.who.plays.size());
  for (const Play& play : asked.who.plays) ordered.push_back(&play);
  const auto id_of = [](const Play* play) { return static_cast<std::int64_t>(play->id.identity); };
  std::ranges::sort(ordered, {}, id_of);
  Rows rows;
  rows.reserve(ordered.size());
  for (const Play* play : ordered) {
    const Spelling& spelling = asked.truth.SpellingOf(*play);
    const TrackEntry& track = asked.Track(spelling.track);
    const Circumstances& how = asked.truth.CircumstancesOf(*play);
    const auto of_track = [&track](std::uint32_t text) { return track.is_named ? text : kNone; };
    const std::uint32_t own_artist = of_track(track.artist);
    rows.push_back(
        {NumberCell(id_of(play)), NumberCell(play->ended_at_ms), NumberCell(play->played_ms),
         NumberCell(play->is_track ? 1 : 0), TextCell(texts, of_track(track.item_id)),
         TextCell(texts, of_track(track.title)),
         TextCell(texts.Or(own_artist == kNone ? spelling.artist_no : own_artist)),
         TextCell(texts, spelling.album_no == kNone ? kNone : lake.album_texts[spelling.album_no].first),
         TextCell(texts, how.source), TextCell(texts, how.platform), TextCell(texts, how.country),
         TextCell(texts, how.reason_start), TextCell(texts, how.reason_end), FlagCell(how.shuffle),
         NumberCell(play->is_skipped ? 1 : 0), FlagCell(how.offline), NumberCell(play->witnesses)});
  }
  return rows;
}

constexpr Recount kRecounts[] = {{kPlayRows, Plays}};

}  // namespace

std::span<const Recount> RowRecounts() { return kRecounts; }

}  // namespace earprint::audit
