#include "audit/settled/truth.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <numeric>
#include <utility>

namespace earprint::audit {

namespace {

/// Takes events apart, and their memory with them: there are millions, of one listener mostly.
template <typename Event>
std::map<std::uint32_t, std::vector<Event>> ByListener(const LakeEvents& lake, std::vector<Event> events) {
  std::map<std::uint32_t, std::vector<Event>> parts;
  const auto listener_of = [&lake](const Event& event) {
    return lake.circumstances[event.circumstances].listener;
  };
  std::map<std::uint32_t, std::size_t> counts;
  for (const Event& event : events) ++counts[listener_of(event)];
  if (counts.size() == 1) {
    parts[counts.begin()->first] = std::move(events);
    return parts;
  }
  for (const auto& [listener, count] : counts) parts[listener].reserve(count);
  for (const Event& event : events) parts[listener_of(event)].push_back(event);
  return parts;
}

void Count(const LakeEvents& lake, const PlayEvent& event, ListenerTruth& truth) {
  SourceCount& count = truth.told[std::string(lake.texts.Or(lake.circumstances[event.circumstances].source))];
  if (count.events == 0) count.first_ms = count.last_ms = event.ended_at_ms;
  ++count.events;
  count.first_ms = std::min(count.first_ms, event.ended_at_ms);
  count.last_ms = std::max(count.last_ms, event.ended_at_ms);
}

/// What became of each of a listener's statements, once it is known which plays there are.
class LedgerBook {
 public:
  LedgerBook(const ListenerTruth& truth, const Matches& matches) : plays_(truth.plays), matches_(matches) {
    by_id_.resize(plays_.size());
    std::iota(by_id_.begin(), by_id_.end(), 0U);
    std::ranges::sort(by_id_, {}, [this](std::uint32_t play) { return IdOf(plays_[play]); });
    for (const ExcludedPlay& play : truth.excluded) excluded_.insert(IdOf(play));
  }

  /// The events by id.
  template <typename Event>
  void Add(const std::vector<Event>& events, std::vector<Statement>& statements) const {
    auto play = by_id_.begin();
    for (const PlayEvent& event : events) {
      Statement& told = statements.emplace_back();
      told.play = event.id.identity;
      told.ended_at_ms = event.ended_at_ms;
      told.played_ms = event.played_ms;
      told.spelling = event.spelling;
      told.circumstances = event.circumstances;
      told.file = event.file;
      told.row = event.row;
      const Id id = IdOf(event);
      const auto matched = matches_.find(id);
      if (matched != matches_.end()) {
        told.play = matched->second.play;
        told.fate = matched->second.fate;
      }
      while (play != by_id_.end() && IdOf(plays_[*play]) < id) ++play;
      if (play != by_id_.end() && IdOf(plays_[*play]) == id) {
        told.fate = Fate::kBelieved;
        told.play_ms = plays_[*play].played_ms;
      }
      if (excluded_.contains(id)) told.fate = Fate::kExcluded;
    }
  }

 private:
  using Id = std::pair<std::uint64_t, std::uint64_t>;
  template <typename Identified>
  static Id IdOf(const Identified& one) {
    return {one.id.identity, one.id.details};
  }
  const std::vector<Play>& plays_;
  const Matches& matches_;
  std::vector<std::uint32_t> by_id_;  ///< places in plays_
  boost::unordered_flat_set<Id> excluded_;
};

/// Statements with one id, whatever their order, become one.
template <typename Event>
void DropRepeatedOf(std::vector<Event>& events) {
  const auto id_of = [](const Event& event) { return std::pair(event.id.identity, event.id.details); };
  std::ranges::stable_sort(events, {}, id_of);  // the first telling stands
  const auto twice = std::ranges::unique(events, {}, id_of);
  events.erase(twice.begin(), twice.end());
}

}  // namespace

std::uint64_t Truth::DigestOf(const std::string& listener) const {
  const auto part = [this](std::uint32_t number) {
    const auto found = lake.digests.find(number);
    return found == lake.digests.end() ? 0 : found->second;
  };
  const std::uint32_t number = lake.texts.Find(listener);
  const std::uint32_t nobody = lake.texts.Find("");  // what was refused without a listener is everyone's
  std::uint64_t digest = part(kNone) * 3 + (number == kNone ? 0 : part(number));
  if (nobody != kNone) digest += part(nobody) * 5;
  // Others who hear the same track may change how it is spelled, and which recording it is.
  std::vector<bool> is_met(tracks.size());
  const auto add = [&](std::uint32_t track) {
    if (is_met[track]) return;
    is_met[track] = true;
    const TrackEntry& entry = tracks[track];
    std::string naming = lake.track_keys[track];
    for (const std::uint32_t text :
         {entry.title, entry.artist, entry.album, entry.isrc, tracks[entry.recording].item_id})
      naming += '\x1f' + std::string(lake.texts.Or(text));
    digest += base::HashBytes(naming).low;
  };
  if (const auto found = listeners.find(listener); found != listeners.end()) {
    for (const Play& play : found->second.plays) add(SpellingOf(play).track);
  }
  for (const Playlist& list : playlists) {
    if (list.listener != number) continue;
    for (const Stay& stay : list.stays) add(stay.track);
  }
  return digest;
}

Truth Settle(LakeEvents lake) {
  Truth truth;
  DropRepeated(lake.exports);
  DropRepeatedOf(lake.live);
  DropRepeatedOf(lake.services);
  truth.tracks = NameTracks(lake);
  ApplyRecordingEdits(lake, truth.tracks);
  AddLengths(lake, truth.tracks);
  AddSounds(lake, truth.tracks);
  truth.playlists = SettlePlaylists(lake);
  truth.conflicts = FindConflicts(lake);
  auto exports = ByListener(lake, std::exchange(lake.exports, {}));
  auto live = ByListener(lake, std::exchange(lake.live, {}));
  auto services = ByListener(lake, std::exchange(lake.services, {}));
  for (const auto& [listener, events] : live) exports.try_emplace(listener);
  for (const auto& [listener, events] : services) exports.try_emplace(listener);
  for (auto& [listener, told] : exports) {
    ListenerTruth& one = truth.listeners[std::string(lake.texts.Or(listener))];
    one.listener = listener;
    one.export_days = DaysOfExport(lake, told);
    const auto& seen = live[listener];
    const auto& kept = services[listener];
    for (const PlayEvent& event : told) Count(lake, event, one);
    for (const LiveEvent& event : seen) Count(lake, event, one);
    for (const ServiceEvent& event : kept) Count(lake, event, one);
    Matches matches;
    one.plays = SettlePlays(lake, told, seen, kept, one.export_days, matches);
    one.excluded = TakeOutEdited(lake, listener, one.plays);
    const LedgerBook book(one, matches);
    one.statements.reserve(told.size() + seen.size() + kept.size());
    book.Add(told, one.statements);
    book.Add(seen, one.statements);
    book.Add(kept, one.statements);
    std::vector<PlayEvent>().swap(told);
  }
  truth.lake = std::move(lake);
  return truth;
}

}  // namespace earprint::audit
