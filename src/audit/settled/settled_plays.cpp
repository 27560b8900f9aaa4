#include "audit/settled/settled_plays.hpp"

#include <algorithm>
#include <iterator>
#include <set>
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

bool TellsMinutesOnly(const PlayEvent& event) { return event.precision_ms >= base::kMsPerMinute; }

/// A statement by the names that it gives the track.
struct NamedRow {
  std::uint64_t identity = 0;
  std::uint32_t names = kNone;
  std::int64_t played_ms = 0, minute = 0;
  auto operator<=>(const NamedRow&) const = default;
};
using NamedKey = std::tuple<std::int64_t, std::int64_t, std::uint32_t>;  ///< minute, milliseconds, names
using PlainKey = std::pair<std::int64_t, std::int64_t>;                  ///< minute, milliseconds

NamedKey KeyOf(const NamedRow& row) { return {row.minute, row.played_ms, row.names}; }
PlainKey PlainKeyOf(const NamedRow& row) { return {row.minute, row.played_ms}; }

/// Counts of what is merged into each play, by its identity.
struct Merged {
  int events = 0, flags = 0;
  std::optional<std::int64_t> live_ms;
};

}  // namespace

bool IsSkipped(const LakeEvents& lake, const Circumstances& circumstances) {
  const std::string_view reason = lake.texts.Or(circumstances.reason_end);
  return circumstances.skipped.value_or(false) || reason == "fwdbtn" || reason == "nextbtn";
}

void DropRepeated(std::vector<PlayEvent>& exports) {
  const auto id_of = [](const PlayEvent& event) { return std::pair(event.id.identity, event.id.details); };
  std::ranges::stable_sort(exports, {}, id_of);  // the first telling stands
  const auto twice = std::ranges::unique(exports, {}, id_of);
  exports.erase(twice.begin(), twice.end());
}

int SourceFlag(const LakeEvents& lake, const PlayEvent& event) {
  static constexpr std::pair<std::string_view, int> kFlags[] = {{"extended", kByExtended},
                                                                {"csv", kByCsv},
                                                                {"account", kByAccount},
                                                                {"player", kByPlayer},
                                                                {"recent", kByRecent}};
  const Circumstances& how = lake.circumstances[event.circumstances];
  if (how.told_as == ToldAs::kService) return kByService;
  const auto* const found =
      std::ranges::find(kFlags, lake.texts.Or(how.source), &std::pair<std::string_view, int>::first);
  return found == std::end(kFlags) ? kByOtherExport : found->second;
}

ExportDays DaysOfExport(const LakeEvents& lake, const std::vector<PlayEvent>& exports) {
  ExportDays days;
  for (const PlayEvent& event : exports) {
    if (TellsMinutesOnly(event) || SourceFlag(lake, event) != kByExtended) continue;
    const std::int64_t at_ms = event.ended_at_ms;
    auto& [first_ms, last_ms] = days.try_emplace(at_ms / base::kMsPerDay, at_ms, at_ms).first->second;
    first_ms = std::min(first_ms, at_ms);
    last_ms = std::max(last_ms, at_ms);
  }
  return days;
}

bool Covers(const ExportDays& days, std::int64_t first_ms, std::int64_t last_ms) {
  const std::int64_t day = first_ms / base::kMsPerDay;
  const auto own = days.find(day);
  const bool is_after_one = days.contains(day - 1) || (own != days.end() && own->second.first <= last_ms);
  const bool is_before_one = days.contains(day + 1) || (own != days.end() && own->second.second >= first_ms);
  return is_after_one && is_before_one;
}

MinuteRows MatchMinutes(const LakeEvents& lake, const std::vector<PlayEvent>& exports,
                        const ExportDays& days) {
  std::set<NamedRow> minutes, exact;
  for (const PlayEvent& event : exports) {
    if (!TellsMinutesOnly(event)) continue;
    minutes.insert({event.id.identity, lake.spellings[event.spelling].names, event.played_ms,
                    event.ended_at_ms / base::kMsPerMinute});
  }
  MinuteRows rows;
  if (minutes.empty()) return rows;
  std::set<PlainKey> met;
  for (const NamedRow& row : minutes) met.insert(PlainKeyOf(row));
  for (const PlayEvent& event : exports) {
    const std::int64_t minute = event.ended_at_ms / base::kMsPerMinute;
    if (TellsMinutesOnly(event) || !met.contains({minute, event.played_ms})) continue;
    exact.insert({event.id.identity, lake.spellings[event.spelling].names, event.played_ms, minute});
  }
  // By names: the first with the first, the second with the second. Sets are in the order of identities.
  std::map<NamedKey, std::vector<std::uint64_t>> exact_named;
  for (const NamedRow& row : exact) exact_named[KeyOf(row)].push_back(row.identity);
  std::map<NamedKey, std::size_t> taken;
  std::set<std::uint64_t> used;
  std::vector<NamedRow> left_over;
  for (const NamedRow& row : minutes) {
    const auto found = exact_named.find(KeyOf(row));
    const std::size_t place = taken[KeyOf(row)]++;
    if (found == exact_named.end() || place >= found->second.size()) {
      left_over.push_back(row);
      continue;
    }
    rows[row.identity] = found->second[place];
    used.insert(found->second[place]);
  }
  // Then whatever they are called, where the export covers the minute.
  std::map<PlainKey, std::vector<std::uint64_t>> exact_plain;
  for (const NamedRow& row : exact) {
    auto& of_key = exact_plain[PlainKeyOf(row)];
    if (!used.contains(row.identity) && (of_key.empty() || of_key.back() != row.identity))
      of_key.push_back(row.identity);
  }
  std::map<PlainKey, std::size_t> plain_taken;
  for (const NamedRow& row : left_over) {
    const std::int64_t first_ms = row.minute * base::kMsPerMinute;
    const bool is_covered = Covers(days, first_ms, first_ms + base::kMsPerMinute - 1);
    const std::size_t place = plain_taken[PlainKeyOf(row)]++;
    if (!is_covered && !exact_named.contains(KeyOf(row))) continue;
    const auto& others = exact_plain[PlainKeyOf(row)];
    rows[row.identity] = is_covered && place < others.size() ? std::optional(others[place]) : std::nullopt;
  }
  return rows;
}

std::vector<Play> SettleExports(const LakeEvents& lake, const std::vector<PlayEvent>& exports,
                                const MinuteRows& minutes) {
  std::vector<Play> plays;
  plays.reserve(exports.size());
  for (std::size_t at = 0; at < exports.size();) {
    const PlayEvent* best = &exports[at];
    const std::uint64_t identity = best->id.identity;
    int events = 0, flags = 0;
    for (; at < exports.size() && exports[at].id.identity == identity; ++at, ++events) {
      flags |= SourceFlag(lake, exports[at]);
      if (IsRicher(lake, exports[at], *best)) best = &exports[at];
    }
    if (minutes.contains(identity)) continue;
    Play& play = plays.emplace_back();
    play.id = best->id;
    play.spelling = best->spelling;
    play.circumstances = best->circumstances;
    play.ended_at_ms = best->ended_at_ms;
    play.played_ms = best->played_ms;
    play.precision_ms = best->precision_ms;
    play.is_track = lake.texts.Or(lake.spellings[best->spelling].kind) == "track";
    play.is_skipped = IsSkipped(lake, lake.circumstances[best->circumstances]);
    play.witnesses = events;
    play.told_by = flags;
  }
  return plays;
}

std::vector<Play> SettlePlays(const LakeEvents& lake, const std::vector<PlayEvent>& exports,
                              const std::vector<LiveEvent>& live, const std::vector<ServiceEvent>& services,
                              const ExportDays& days, Matches& matches) {
  const MinuteRows minutes = MatchMinutes(lake, exports, days);
  std::vector<Play> plays = SettleExports(lake, exports, minutes);
  const SettledLive settled = SettleLive(lake, live);
  const auto told = FindTold(lake, settled.plays, exports, minutes);
  std::map<std::uint64_t, Merged> merged;
  const auto merge = [&](std::uint64_t play, const PlayEvent& event) -> Merged& {
    Merged& of_play = merged[play];
    ++of_play.events;
    of_play.flags |= SourceFlag(lake, event);
    return of_play;
  };
  const auto match = [&matches](const PlayEvent& event, std::optional<std::uint64_t> play, Fate fate) {
    matches[{event.id.identity, event.id.details}] = {play, fate};
  };
  if (!minutes.empty()) {
    for (const PlayEvent& event : exports) {
      const auto found = minutes.find(event.id.identity);
      if (found == minutes.end()) continue;
      if (found->second) merge(*found->second, event);
      match(event, found->second, found->second ? Fate::kMinute : Fate::kUnconfirmed);
    }
  }
  std::map<std::uint64_t, const LivePlay*> live_plays;
  for (const LivePlay& play : settled.plays) live_plays[play.id.identity] = &play;
  for (const LiveEvent& event : live) {
    const auto of = settled.play_of.find({event.is_player, event.id.identity});
    if (of == settled.play_of.end() || !live_plays.contains(of->second)) continue;
    const LivePlay& play = *live_plays.at(of->second);
    const bool is_believed = play.id == event.id;
    const auto better = told.find(play.id.identity);
    const bool is_told_by_player = SourceFlag(lake, event) == kByRecent && (play.told_by & kByPlayer) != 0;
    if (better == told.end()) {
      if (is_believed) continue;
      merge(play.id.identity, event);
      match(event, play.id.identity, is_told_by_player ? Fate::kListed : Fate::kSameLive);
      continue;
    }
    match(event, better->second, event.is_player ? Fate::kSeen : Fate::kListed);
    Merged& into = merge(better->second, event);
    if (is_believed) into.live_ms = std::max(into.live_ms.value_or(play.played_ms), play.played_ms);
  }
  for (const LivePlay& play : settled.plays) {
    if (!told.contains(play.id.identity)) plays.push_back(play);
  }
  for (Play& play : plays) {
    const auto found = merged.find(play.id.identity);
    if (found == merged.end()) continue;
    play.witnesses += found->second.events;
    play.told_by |= found->second.flags;
    play.live_ms = found->second.live_ms;
  }
  if (!services.empty())
    std::ranges::copy(SettleServices(lake, services, plays, matches), std::back_inserter(plays));
  std::ranges::sort(plays, {},
                    [](const Play& play) { return std::pair(play.ended_at_ms, play.id.identity); });
  return plays;
}

}  // namespace earprint::audit
