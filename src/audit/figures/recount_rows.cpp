#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "audit/figures/recounts.hpp"

namespace earprint::audit {

namespace {

model::AnswerCell FlagCell(const std::optional<bool>& flag) {
  return flag ? NumberCell(*flag ? 1 : 0) : model::AnswerCell{};
}

void SortByKey(Rows& rows, std::string_view metric) {
  const std::size_t key_columns = FindRowView(metric)->key_columns;
  std::ranges::sort(rows, [key_columns](const Row& left, const Row& right) {
    return CompareKeys(left, right, key_columns) < 0;
  });
}

template <typename Take>
void ForLists(const Asked& asked, Take take) {
  for (const Playlist& list : asked.truth.playlists) {
    if (list.listener == asked.listener) take(list);
  }
}

/// Every play there is, tracks or not, whatever is asked.
Rows Plays(const Asked& asked) {
  const LakeEvents& lake = asked.truth.lake;
  const TextPool& texts = lake.texts;
  Rows rows;
  rows.reserve(asked.who.plays.size());
  for (const Play& play : asked.who.plays) {
    const Spelling& spelling = asked.truth.SpellingOf(play);
    const TrackEntry& track = asked.Track(spelling.track);
    const Circumstances& how = asked.truth.CircumstancesOf(play);
    const auto of_track = [&track](std::uint32_t text) { return track.is_named ? text : kNone; };
    const std::uint32_t own_artist = of_track(track.artist);
    rows.push_back(
        {NumberCell(static_cast<std::int64_t>(play.id.identity)), NumberCell(play.ended_at_ms),
         NumberCell(play.played_ms), NumberCell(play.is_track ? 1 : 0),
         TextCell(texts, of_track(track.item_id)), TextCell(texts, of_track(track.title)),
         TextCell(texts.Or(own_artist == kNone ? spelling.artist_no : own_artist)),
         TextCell(texts, spelling.album_no == kNone ? kNone : lake.album_texts[spelling.album_no].first),
         TextCell(texts, how.source), TextCell(texts, how.platform), TextCell(texts, how.country),
         TextCell(texts, how.reason_start), TextCell(texts, how.reason_end), FlagCell(how.shuffle),
         NumberCell(play.is_skipped ? 1 : 0), FlagCell(how.offline), NumberCell(play.witnesses)});
  }
  SortByKey(rows, "rows.plays");
  return rows;
}

/// Every track that was played or stands, or once stood, in a list.
Rows Tracks(const Asked& asked) {
  const LakeEvents& lake = asked.truth.lake;
  const TextPool& texts = lake.texts;
  std::set<std::uint32_t> mine;
  for (const Play& play : asked.who.plays) mine.insert(asked.truth.SpellingOf(play).track);
  ForLists(asked, [&mine](const Playlist& list) {
    for (const Stay& stay : list.stays) {
      if (stay.is_track) mine.insert(stay.track);
    }
  });
  Rows rows;
  for (const std::uint32_t number : mine) {
    if (number == kNone || !asked.Track(number).is_named) continue;
    const TrackEntry& track = asked.Track(number);
    std::vector<std::string_view> genres;
    for (const std::uint32_t genre : track.genres) genres.push_back(texts[genre]);
    std::ranges::sort(genres);
    std::string joined;
    for (const std::string_view genre : genres) (joined += joined.empty() ? "" : "\x1f") += genre;
    const FeatureEvent* sound = track.feature == kNone ? nullptr : &lake.features[track.feature];
    Row& row = rows.emplace_back(
        Row{TextCell(texts, track.item_id), TextCell(texts, track.title), TextCell(texts, track.artist),
            TextCell(texts, track.album), TextCell(texts, track.isrc), NumberCell(track.release_year),
            genres.empty() ? model::AnswerCell{} : TextCell(joined),
            sound == nullptr ? model::AnswerCell{} : TextCell(NameOf(track.provenance)),
            sound == nullptr ? model::AnswerCell{} : TextCell(texts, sound->catalogue)});
    for (std::size_t no = 0; no < model::kFeatureCount; ++no) {
      const bool is_whole = no >= static_cast<std::size_t>(model::Feature::kKey);
      std::optional<std::int64_t> value;
      if (sound != nullptr) value = sound->e6[no];
      if (value && is_whole) value = *value / 1'000'000;
      row.push_back(NumberCell(value));
    }
  }
  SortByKey(rows, "rows.tracks");
  return rows;
}

Rows Playlists(const Asked& asked) {
  const TextPool& texts = asked.truth.lake.texts;
  Rows rows;
  ForLists(asked, [&](const Playlist& list) {
    rows.push_back({NumberCell(static_cast<std::int64_t>(list.identity)), TextCell(texts, list.playlist_id),
                    TextCell(texts, list.source), TextCell(texts, list.name), NumberCell(list.ended_at_ms)});
  });
  SortByKey(rows, "rows.playlists");
  return rows;
}

/// What the lists hold now.
Rows PlaylistTracks(const Asked& asked) {
  const TextPool& texts = asked.truth.lake.texts;
  struct Entry {
    std::optional<std::int64_t> added_at_ms;
    std::int64_t times = 0;
  };
  Rows rows;
  ForLists(asked, [&](const Playlist& list) {
    std::map<std::uint32_t, Entry> entries;
    for (const Stay& stay : list.stays) {
      if (!stay.is_track || stay.valid_to_ms || !asked.Track(stay.track).is_named) continue;
      Entry& entry = entries[stay.track];
      ++entry.times;
      if (stay.added_at_ms && (!entry.added_at_ms || *stay.added_at_ms < *entry.added_at_ms))
        entry.added_at_ms = stay.added_at_ms;
    }
    for (const auto& [number, entry] : entries) {
      const TrackEntry& track = asked.Track(number);
      rows.push_back({NumberCell(static_cast<std::int64_t>(list.identity)), TextCell(texts, track.item_id),
                      TextCell(texts, track.title), TextCell(texts, track.artist),
                      NumberCell(entry.added_at_ms), NumberCell(entry.times)});
    }
  });
  SortByKey(rows, "rows.playlist_tracks");
  return rows;
}

constexpr std::array<std::string_view, 17> kPlayColumns = {
    "play_id",    "ended_at", "played_ms",   "is_track", "track_id", "title",
    "artist",     "album",    "source",      "platform", "country",  "reason_start",
    "reason_end", "shuffle",  "was_skipped", "offline",  "witnesses"};
constexpr std::array<std::string_view, 21> kTrackColumns = {"track_id",
                                                            "title",
                                                            "artist",
                                                            "album",
                                                            "isrc",
                                                            "release_year",
                                                            "genres",
                                                            "features.provenance",
                                                            "features.catalogue",
                                                            "features.danceability",
                                                            "features.energy",
                                                            "features.loudness",
                                                            "features.speechiness",
                                                            "features.acousticness",
                                                            "features.instrumentalness",
                                                            "features.liveness",
                                                            "features.valence",
                                                            "features.tempo",
                                                            "features.key",
                                                            "features.mode",
                                                            "features.time_signature"};
constexpr std::array<std::string_view, 5> kPlaylistColumns = {"playlist_no", "playlist_id", "source", "name",
                                                              "ended_at"};
constexpr std::array<std::string_view, 6> kPlaylistTrackColumns = {"playlist_no", "track_id", "title",
                                                                   "artist",      "added_at", "times"};

constexpr RowView kRowViews[] = {{"rows.plays", "plays", 1, kPlayColumns},
                                 {"rows.tracks", "tracks", 3, kTrackColumns},
                                 {"rows.playlists", "playlists", 1, kPlaylistColumns},
                                 {"rows.playlist_tracks", "playlist_tracks", 4, kPlaylistTrackColumns}};

constexpr Recount kRecounts[] = {{"rows.plays", Plays},
                                 {"rows.tracks", Tracks},
                                 {"rows.playlists", Playlists},
                                 {"rows.playlist_tracks", PlaylistTracks}};

}  // namespace

std::span<const RowView> RowViews() { return kRowViews; }

const RowView* FindRowView(std::string_view metric) {
  const auto* const found = std::ranges::find(kRowViews, metric, &RowView::metric);
  return found == std::end(kRowViews) ? nullptr : found;
}

std::strong_ordering CompareKeys(const Row& left, const Row& right, std::size_t key_columns) {
  for (std::size_t i = 0; i < key_columns && i < left.size() && i < right.size(); ++i) {
    const auto order = std::tie(left[i].kind, left[i].number, left[i].text) <=>
                       std::tie(right[i].kind, right[i].number, right[i].text);
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

std::span<const Recount> RowRecounts() { return kRecounts; }

}  // namespace earprint::audit
