#include "audit/lake/settled_plays.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <tuple>

#include "base/hash.hpp"
#include "base/utc_time.hpp"

namespace earprint::audit {

namespace {

int SourceRank(std::string_view source) { return source == "extended" ? 1 : source == "csv" ? 2 : 3; }

/// False before true before what is not told.
int FlagRank(const std::optional<bool>& flag) { return flag ? (*flag ? 1 : 0) : 2; }

/// Whether a statement tells a play better than another of the same identity.
bool IsRicher(const LakeEvents& lake, const PlayEvent& left, const PlayEvent& right) {
  const Circumstances& a = lake.circumstances[left.circumstances];
  const Circumstances& b = lake.circumstances[right.circumstances];
  const int rank_a = SourceRank(lake.texts.Or(a.source)), rank_b = SourceRank(lake.texts.Or(b.source));
  if (rank_a != rank_b) return rank_a < rank_b;
  for (const auto text : {&Circumstances::platform, &Circumstances::country, &Circumstances::reason_start,
                          &Circumstances::reason_end}) {
    if (const int order = lake.texts.Compare(a.*text, b.*text); order != 0) return order < 0;
  }
  const auto flags = [](const Circumstances& c) {
    return std::tuple(FlagRank(c.shuffle), FlagRank(c.skipped), FlagRank(c.offline));
  };
  if (flags(a) != flags(b)) return flags(a) < flags(b);
  return left.id.details < right.id.details;
}

/// What a row of minutes and an exact witness of it agree in.
using MinuteKey = std::tuple<std::uint32_t, std::uint32_t, std::int64_t, std::int64_t>;

MinuteKey KeyOf(const LakeEvents& lake, const PlayEvent& event) {
  return {lake.circumstances[event.circumstances].listener, lake.spellings[event.spelling].names,
          event.played_ms, event.ended_at_ms / base::kMsPerMinute};
}

bool TellsMinutesOnly(const PlayEvent& event) { return event.precision_ms >= base::kMsPerMinute; }

}  // namespace

bool IsSkipped(const LakeEvents& lake, const Circumstances& circumstances) {
  const std::string_view reason = lake.texts.Or(circumstances.reason_end);
  return circumstances.skipped.value_or(false) || reason == "fwdbtn" || reason == "nextbtn";
}

void DropRepeated(std::vector<PlayEvent>& exports) {
  const auto id_of = [](const PlayEvent& event) { return std::pair(event.id.identity, event.id.details); };
  std::ranges::sort(exports, {}, id_of);
  const auto twice = std::ranges::unique(exports, {}, id_of);
  exports.erase(twice.begin(), twice.end());
}

std::vector<Play> SettleExports(const LakeEvents& lake, const std::vector<PlayEvent>& exports) {
  boost::unordered_flat_set<MinuteKey> minutes, exact;
  for (const PlayEvent& event : exports) {
    if (TellsMinutesOnly(event)) minutes.insert(KeyOf(lake, event));
  }
  for (const PlayEvent& event : exports) {
    if (minutes.empty() || TellsMinutesOnly(event)) continue;
    if (const MinuteKey key = KeyOf(lake, event); minutes.contains(key)) exact.insert(key);
  }
  std::vector<Play> plays;
  plays.reserve(exports.size());
  for (std::size_t at = 0; at < exports.size();) {
    const PlayEvent* best = &exports[at];
    const std::uint64_t identity = best->id.identity;
    for (; at < exports.size() && exports[at].id.identity == identity; ++at) {
      if (IsRicher(lake, exports[at], *best)) best = &exports[at];
    }
    if (TellsMinutesOnly(*best) && exact.contains(KeyOf(lake, *best))) continue;
    Play play;
    play.id = best->id;
    play.spelling = best->spelling;
    play.circumstances = best->circumstances;
    play.ended_at_ms = best->ended_at_ms;
    play.played_ms = best->played_ms;
    play.is_track = lake.texts.Or(lake.spellings[best->spelling].kind) == "track";
    play.is_skipped = IsSkipped(lake, lake.circumstances[best->circumstances]);
    plays.push_back(play);
  }
  return plays;
}

}  // namespace earprint::audit
