#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <map>
#include <set>

#include "audit/figures/recounts.hpp"

namespace earprint::audit {

namespace {

/// What was heard of one thing.
struct Heard {
  std::int64_t plays = 0, ms = 0, first_ms = INT64_MAX, last_ms = INT64_MIN;
  boost::unordered_flat_set<std::uint32_t> others;  ///< its tracks, or its artists

  void Add(const Play& play) {
    ++plays;
    ms += play.played_ms;
    first_ms = std::min(first_ms, play.ended_at_ms);
    last_ms = std::max(last_ms, play.ended_at_ms);
  }
  std::int64_t others_count() const { return static_cast<std::int64_t>(others.size()); }
};

using HeardOf = boost::unordered_flat_map<std::uint32_t, Heard>;

/// The most played first, of equal ones by a tie-breaker; at most `limit`.
template <typename Compare>
std::vector<std::pair<std::uint32_t, const Heard*>> Ranked(const HeardOf& heard, std::size_t limit,
                                                           Compare compare) {
  std::vector<std::pair<std::uint32_t, const Heard*>> ranked;
  for (const auto& [thing, one] : heard) ranked.emplace_back(thing, &one);
  std::ranges::sort(ranked, [&](const auto& left, const auto& right) {
    if (left.second->plays != right.second->plays) return left.second->plays > right.second->plays;
    return compare(left.first, right.first) < 0;
  });
  ranked.resize(std::min(ranked.size(), limit));
  return ranked;
}

model::AnswerCell RankCell(const Rows& rows) {
  return NumberCell(static_cast<std::int64_t>(rows.size()) + 1);
}

Rows TopTracks(const Asked& asked) {
  HeardOf heard;
  asked.ForStreams([&](const ChosenPlay& play) {
    if (asked.Track(play.track).is_named) heard[play.track].Add(*play.play);
  });
  const TextPool& texts = asked.truth.lake.texts;
  Rows rows;
  for (const auto& [track, one] : Ranked(heard, asked.limit(), [&](std::uint32_t left, std::uint32_t right) {
         return CompareTracks(asked, left, right);
       })) {
    const TrackEntry& entry = asked.Track(track);
    rows.push_back({RankCell(rows), TextCell(texts, entry.item_id), TextCell(texts, entry.title),
                    TextCell(texts, entry.artist), NumberCell(one->plays), NumberCell(one->ms),
                    NumberCell(one->first_ms), NumberCell(one->last_ms)});
  }
  return rows;
}

Rows TopArtists(const Asked& asked) {
  HeardOf heard;
  asked.ForStreams([&](const ChosenPlay& play) {
    Heard& one = heard[play.artist];
    one.Add(*play.play);
    one.others.insert(play.track);
  });
  const TextPool& texts = asked.truth.lake.texts;
  Rows rows;
  for (const auto& [artist, one] : Ranked(heard, asked.limit(), [&](std::uint32_t left, std::uint32_t right) {
         return texts.Compare(left, right);
       })) {
    rows.push_back({RankCell(rows), TextCell(texts[artist]), NumberCell(one->plays), NumberCell(one->ms),
                    NumberCell(one->others_count())});
  }
  return rows;
}

Rows TopAlbums(const Asked& asked) {
  HeardOf heard;
  asked.ForStreams([&](const ChosenPlay& play) {
    if (play.album == kNone) return;
    Heard& one = heard[play.album];
    one.Add(*play.play);
    one.others.insert(play.track);
  });
  const LakeEvents& lake = asked.truth.lake;
  const auto compare = [&](std::uint32_t left, std::uint32_t right) {
    const auto& a = lake.album_texts[left];
    const auto& b = lake.album_texts[right];
    const int order = lake.texts.Compare(a.first, b.first);
    return order != 0 ? order : lake.texts.Compare(a.second, b.second);
  };
  Rows rows;
  for (const auto& [album, one] : Ranked(heard, asked.limit(), compare)) {
    const auto& [title, artist] = lake.album_texts[album];
    rows.push_back({RankCell(rows), TextCell(lake.texts[title]), TextCell(lake.texts[artist]),
                    NumberCell(one->plays), NumberCell(one->ms), NumberCell(one->others_count())});
  }
  return rows;
}

Rows TopGenres(const Asked& asked) {
  HeardOf heard;
  asked.ForStreams([&](const ChosenPlay& play) {
    const TrackEntry& track = asked.Track(play.own_track);
    if (!track.is_named) return;
    for (const std::uint32_t genre : track.genres) {
      Heard& one = heard[genre];
      one.Add(*play.play);
      one.others.insert(play.artist);
    }
  });
  const TextPool& texts = asked.truth.lake.texts;
  Rows rows;
  for (const auto& [genre, one] : Ranked(heard, asked.limit(), [&](std::uint32_t left, std::uint32_t right) {
         return texts.Compare(left, right);
       })) {
    rows.push_back({RankCell(rows), TextCell(texts[genre]), NumberCell(one->plays), NumberCell(one->ms),
                    NumberCell(one->others_count())});
  }
  return rows;
}

Rows Repeats(const Asked& asked) {
  boost::unordered_flat_map<std::pair<std::uint32_t, std::int64_t>, std::int64_t> counted;
  asked.ForStreams([&](const ChosenPlay& play) {
    if (asked.Track(play.track).is_named) ++counted[{play.track, play.day}];
  });
  struct Day {
    std::uint32_t track;
    std::int64_t day, plays;
  };
  std::vector<Day> days;
  for (const auto& [key, plays] : counted) {
    if (plays > 1) days.push_back({key.first, key.second, plays});
  }
  std::ranges::sort(days, [&](const Day& left, const Day& right) {
    if (left.plays != right.plays) return left.plays > right.plays;
    const int order = CompareTracks(asked, left.track, right.track);
    return order != 0 ? order < 0 : left.day < right.day;
  });
  days.resize(std::min(days.size(), asked.limit()));
  const TextPool& texts = asked.truth.lake.texts;
  Rows rows;
  for (const Day& day : days) {
    const TrackEntry& track = asked.Track(day.track);
    rows.push_back({TextCell(texts, track.item_id), TextCell(texts, track.title),
                    TextCell(texts, track.artist), NumberCell(day.day), NumberCell(day.plays)});
  }
  return rows;
}

Rows PlayByPlay(const Asked& asked) {
  std::vector<const ChosenPlay*> ordered;
  asked.ForStreams([&](const ChosenPlay& play) {
    if (asked.Track(play.track).is_named) ordered.push_back(&play);
  });
  const auto is_before = [&](const ChosenPlay* left, const ChosenPlay* right) {
    if (left->play->ended_at_ms != right->play->ended_at_ms)
      return left->play->ended_at_ms > right->play->ended_at_ms;
    const int order = CompareTracks(asked, left->track, right->track);
    return order != 0 ? order < 0 : left->play->played_ms > right->play->played_ms;
  };
  const std::size_t size = std::min(ordered.size(), asked.limit());
  std::ranges::partial_sort(ordered, ordered.begin() + static_cast<std::ptrdiff_t>(size), is_before);
  ordered.resize(size);
  const TextPool& texts = asked.truth.lake.texts;
  Rows rows;
  for (const ChosenPlay* play : ordered) {
    const TrackEntry& track = asked.Track(play->track);
    rows.push_back({NumberCell(play->play->ended_at_ms), TextCell(texts, track.item_id),
                    TextCell(texts, track.title), TextCell(texts, track.artist),
                    NumberCell(play->play->played_ms)});
  }
  return rows;
}

constexpr Recount kRecounts[] = {{"top_tracks", TopTracks}, {"top_artists", TopArtists},
                                 {"top_albums", TopAlbums}, {"top_genres", TopGenres},
                                 {"repeats", Repeats},      {"plays", PlayByPlay}};

}  // namespace

std::span<const Recount> RankingRecounts() { return kRecounts; }

}  // namespace earprint::audit
