#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/asked/local_clock.hpp"
#include "audit/settled/truth.hpp"
#include "base/error.hpp"
#include "model/answer.hpp"

namespace earprint::audit {

using Row = std::vector<model::AnswerCell>;
using Rows = std::vector<Row>;

/// A play that satisfies every condition, apart from the least length where it is no stream.
struct ChosenPlay {
  const Play* play = nullptr;
  std::uint32_t own_track = kNone;
  std::uint32_t track = kNone;  ///< what is counted as one: the track, or its recording
  std::uint32_t artist = kNone, album = kNone;
  std::int32_t weekday = 1, hour = 0;  ///< 1 = Monday; local
  std::int64_t day = 0, period = 0;    ///< local, days since 1970-01-01
  bool is_stream = false;
};

/// A listener's list that the conditions name, and its tracks that satisfy those on tracks.
struct ChosenList {
  const Playlist* list = nullptr;
  struct Entry {
    std::uint32_t track = kNone;
    std::optional<std::int64_t> added_at_ms;  ///< the earliest that is told
  };
  std::vector<Entry> entries;
};

/// Everything that a figure is counted from.
struct Asked {
  const Truth& truth;
  const ListenerTruth& who;
  std::uint32_t listener = kNone;  ///< the name, by number
  const model::Conditions& conditions;
  std::vector<ChosenPlay> plays;  ///< by their end
  std::vector<ChosenList> lists;
  std::int64_t from_ms = INT64_MIN, to_ms = INT64_MAX;
  /// Of each local day and hour how much of it lies in a gap.
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> gap_ms = {};

  template <typename Take>
  void ForStreams(Take take) const {
    for (const ChosenPlay& play : plays) {
      if (play.is_stream) take(play);
    }
  }
  const TrackEntry& Track(std::uint32_t number) const { return truth.tracks[number]; }
  std::size_t limit() const { return static_cast<std::size_t>(conditions.limit); }
};

/// Chooses plays and lists. Errors: kInvalidInput a zone or a date that cannot be read.
base::Result<Asked> Choose(const Truth& truth, const std::string& listener,
                           const model::Conditions& conditions, LocalClock& clock, bool is_with_lists);

/// Choosing, taken apart.
base::Result<std::vector<ChosenPlay>> ChoosePlays(const Asked& asked, LocalClock& clock, bool is_with_lists);
std::vector<ChosenList> ChooseLists(const Asked& asked);
void AddLocalGaps(Asked& asked, LocalClock& clock);
/// Of each track, whether it satisfies the conditions on what a track is.
std::vector<char> TracksThatFit(const Truth& truth, const model::Conditions& conditions);
/// Whether a text is one of some, whatever its case.
bool IsAmong(const Truth& truth, std::uint32_t text, const std::vector<std::string>& wanted);

inline model::AnswerCell NumberCell(std::int64_t number) {
  return {.kind = model::AnswerCell::Kind::kNumber, .number = number};
}
inline model::AnswerCell NumberCell(const std::optional<std::int64_t>& number) {
  return number ? NumberCell(*number) : model::AnswerCell{};
}
inline model::AnswerCell TextCell(std::string_view text) {
  return {.kind = model::AnswerCell::Kind::kText, .text = std::string(text)};
}
inline model::AnswerCell TextCell(const TextPool& texts, std::uint32_t number) {
  return number == kNone ? model::AnswerCell{} : TextCell(texts[number]);
}

/// Orders tracks by id, title and artist, what is missing last.
inline int CompareTracks(const Asked& asked, std::uint32_t left, std::uint32_t right) {
  const TextPool& texts = asked.truth.lake.texts;
  for (const auto text : {&TrackEntry::item_id, &TrackEntry::title, &TrackEntry::artist}) {
    if (const int order = texts.Compare(asked.Track(left).*text, asked.Track(right).*text); order != 0)
      return order;
  }
  return 0;
}

}  // namespace earprint::audit
