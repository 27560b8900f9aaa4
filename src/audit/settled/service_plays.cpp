// Other services' histories, settled by the rules of docs/decisions/20261128_other_histories.md.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>

#include "audit/lake/plain_text.hpp"
#include "audit/settled/settled_plays.hpp"
#include "base/utc_time.hpp"

namespace earprint::audit {

namespace {

constexpr std::int64_t kApartMs = 90'000, kPauseMs = 21'600'000, kLeastMs = 30'000;

/// A track as any service spells it: its title, and the artist named first.
std::string LeadText(std::string_view title, std::string_view artist) {
  static constexpr std::array<std::string_view, 9> kGuests = {
      " feat. ", " feat ", " ft. ", " ft ", " featuring ", ", ", " & ", " • ", " with "};
  std::string lead = LowerText(artist);
  std::size_t end = lead.size();
  for (const std::string_view guest : kGuests) end = std::min(end, lead.find(guest));
  return NormalName(title) + '\x1f' + NormalName(std::string_view(lead).substr(0, end));
}

/// Numbers of such texts, one a spelling; kNone where a name is not told.
class LeadNames {
 public:
  explicit LeadNames(const LakeEvents& lake) : lake_(lake) {}
  std::uint32_t Of(std::uint32_t spelling) {
    const auto [found, is_new] = known_.try_emplace(spelling, kNone);
    const Spelling& told = lake_.spellings[spelling];
    if (is_new && told.title != kNone && told.artist != kNone)
      found->second = texts_.Take(LeadText(lake_.texts[told.title], lake_.texts[told.artist]));
    return found->second;
  }

 private:
  const LakeEvents& lake_;
  TextPool texts_;
  std::map<std::uint32_t, std::uint32_t> known_;
};

/// A statement of a service, placed in time.
struct Placed {
  const ServiceEvent* event = nullptr;
  std::string_view source;
  std::uint32_t lead = kNone;
  std::int64_t began_ms = 0, played_ms = 0, slack_ms = 0;
  bool is_end = false, is_heard = false;
  int poverty = 0, witnesses = 1;

  std::uint64_t identity() const { return event->id.identity; }
  std::int64_t ended_ms() const { return began_ms + played_ms; }
  auto InTime() const { return std::tuple(began_ms, source, identity()); }
};

Placed PlacedOf(const LakeEvents& lake, const ServiceEvent& event, LeadNames& leads) {
  Placed placed{.event = &event};
  placed.source = lake.texts.Or(lake.circumstances[event.circumstances].source);
  placed.lead = leads.Of(event.spelling);
  placed.is_end = !event.began_at_ms;
  placed.began_ms = event.began_at_ms.value_or(event.ended_at_ms - event.played_ms);
  placed.is_heard = event.began_at_ms && *event.began_at_ms < event.ended_at_ms;
  placed.played_ms = event.played_ms > 0 ? event.played_ms : kLeastMs;
  placed.slack_ms = (event.precision_ms < base::kMsPerMinute ? 0 : base::kMsPerMinute) +
                    (placed.is_end ? event.played_ms : 0);
  placed.poverty = placed.is_heard ? 0 : event.played_ms > 0 ? 2 : 4;
  if (lake.spellings[event.spelling].item_id == kNone) ++placed.poverty;
  return placed;
}

/// Which statement stands for each, by service and identity.
using StandFor = std::map<std::pair<std::string_view, std::uint64_t>, std::uint64_t>;

/// The first, second, … statement of each service in a stretch are the same plays; the richest tells each.
void ChooseOfStretch(const std::vector<Placed>& stretch, std::vector<Placed>& chosen, StandFor& stand_for) {
  std::map<std::string_view, std::size_t> places;
  std::map<std::size_t, std::vector<const Placed*>> by_place;
  for (const Placed& placed : stretch) by_place[places[placed.source]++].push_back(&placed);
  const auto rank = [](const Placed* placed) {
    return std::tuple(placed->poverty, placed->source, placed->identity());
  };
  for (const auto& [place, same] : by_place) {
    Placed best = **std::ranges::min_element(same, {}, rank);
    best.witnesses = static_cast<int>(same.size());
    for (const Placed* placed : same) stand_for[{placed->source, placed->identity()}] = best.identity();
    chosen.push_back(best);
  }
}

/// The plays that services tell of, whoever else does, by identity.
std::vector<Placed> PlaysOfServices(const LakeEvents& lake, const std::vector<ServiceEvent>& services,
                                    LeadNames& leads, StandFor& stand_for) {
  std::map<std::pair<std::string_view, std::uint64_t>, const ServiceEvent*>
      first;  // of those of one identity
  for (const ServiceEvent& event : services) {
    const std::string_view source = lake.texts.Or(lake.circumstances[event.circumstances].source);
    const ServiceEvent*& known = first[{source, event.id.identity}];
    if (known == nullptr || event.id.details < known->id.details) known = &event;
  }
  std::vector<Placed> told;
  for (const auto& [key, event] : first) told.push_back(PlacedOf(lake, *event, leads));
  std::ranges::sort(told, {}, [](const Placed& placed) {
    return std::tuple(placed.lead, placed.began_ms, placed.source, placed.identity());
  });
  std::vector<Placed> chosen, stretch;
  for (const Placed& placed : told) {
    const bool is_on =
        !stretch.empty() && stretch.back().lead == placed.lead &&
        placed.began_ms - stretch.back().began_ms <= kApartMs + placed.slack_ms + stretch.back().slack_ms;
    if (!is_on) {
      ChooseOfStretch(stretch, chosen, stand_for);
      stretch.clear();
    }
    stretch.push_back(placed);
  }
  ChooseOfStretch(stretch, chosen, stand_for);
  // Two services may state one identity, and both be chosen.
  std::ranges::sort(chosen, {},
                    [](const Placed& placed) { return std::pair(placed.identity(), placed.source); });
  const auto twice = std::ranges::unique(chosen, {}, &Placed::identity);
  chosen.erase(twice.begin(), twice.end());
  return chosen;
}

/// A settled play, and the time in which a service may have seen it begin.
struct Window {
  const Play* play = nullptr;
  std::uint32_t lead = kNone, track = kNone, isrc = kNone;
  std::int64_t began_ms = 0, from_ms = 0, to_ms = 0;
};

/// Those on days on which a service states something, and on the days beside.
std::vector<Window> WindowsNear(const LakeEvents& lake, const std::vector<ServiceEvent>& services,
                                const std::vector<Play>& settled, LeadNames& leads) {
  std::set<std::int64_t> days;
  for (const ServiceEvent& event : services) {
    for (const int step : {-1, 0, 1}) days.insert(event.ended_at_ms / base::kMsPerDay + step);
  }
  std::vector<Window> windows;
  for (const Play& play : settled) {
    if (!play.is_track || !days.contains(play.ended_at_ms / base::kMsPerDay)) continue;
    const Spelling& spelling = lake.spellings[play.spelling];
    windows.push_back({&play, leads.Of(play.spelling), spelling.track, spelling.isrc,
                       play.ended_at_ms - play.played_ms, 0, 0});
  }
  std::ranges::sort(windows, {}, [](const Window& window) {
    return std::pair(window.play->ended_at_ms, window.play->id.identity);
  });
  for (std::size_t i = 0; i < windows.size(); ++i) {
    Window& window = windows[i];
    const std::int64_t open_ms =
        kApartMs + (window.play->precision_ms < base::kMsPerMinute ? 0 : base::kMsPerMinute);
    const std::int64_t before_ms = i > 0 ? windows[i - 1].play->ended_at_ms : INT64_MIN;
    window.from_ms = std::max(window.began_ms - kPauseMs, std::min(window.began_ms, before_ms)) - open_ms;
    window.to_ms = window.play->ended_at_ms + open_ms;
  }
  return windows;
}

/// Of each service's play the settled one that is the same.
std::vector<const Play*> FindSettled(const LakeEvents& lake, const std::vector<Placed>& told,
                                     const std::vector<Window>& windows) {
  using Index = std::multimap<std::uint32_t, std::uint32_t>;
  Index by_lead, by_track, by_isrc;
  for (std::uint32_t i = 0; i < windows.size(); ++i) {
    if (windows[i].lead != kNone) by_lead.emplace(windows[i].lead, i);
    by_track.emplace(windows[i].track, i);
    if (windows[i].isrc != kNone) by_isrc.emplace(windows[i].isrc, i);
  }
  std::vector<Suitor> suitors;
  for (std::uint32_t i = 0; i < told.size(); ++i) {
    const Placed& placed = told[i];
    std::set<std::uint32_t> met;
    const auto add = [&](const Index& index, std::uint32_t key) {
      const auto [from, to] = index.equal_range(key);
      for (auto each = from; each != to; ++each) {
        const Window& window = windows[each->second];
        if (placed.began_ms < window.from_ms - placed.slack_ms ||
            placed.began_ms > window.to_ms + placed.slack_ms || !met.insert(each->second).second)
          continue;
        suitors.push_back({.left = i,
                           .right = each->second,
                           .gap_ms = placed.is_end ? std::abs(placed.ended_ms() - window.play->ended_at_ms)
                                                   : std::abs(placed.began_ms - window.began_ms),
                           .left_id = placed.identity(),
                           .right_id = window.play->id.identity});
      }
    };
    const Spelling& spelling = lake.spellings[placed.event->spelling];
    if (placed.lead != kNone) add(by_lead, placed.lead);
    add(by_track, spelling.track);
    if (spelling.isrc != kNone) add(by_isrc, spelling.isrc);
  }
  std::vector<const Play*> settled(told.size(), nullptr);
  for (const Pairing& pair : ChooseEachOther(suitors, told.size(), windows.size()))
    settled[pair.left] = windows[pair.right].play;
  return settled;
}

}  // namespace

std::vector<Play> SettleServices(const LakeEvents& lake, const std::vector<ServiceEvent>& services,
                                 const std::vector<Play>& settled, Matches& matches) {
  LeadNames leads(lake);
  StandFor stand_for;
  const auto told = PlaysOfServices(lake, services, leads, stand_for);
  const auto known = FindSettled(lake, told, WindowsNear(lake, services, settled, leads));
  std::map<std::uint64_t, std::size_t> places;
  for (std::size_t i = 0; i < told.size(); ++i) places[told[i].identity()] = i;
  for (const ServiceEvent& event : services) {
    const std::string_view source = lake.texts.Or(lake.circumstances[event.circumstances].source);
    const std::size_t at = places.at(stand_for.at({source, event.id.identity}));
    const std::pair id(event.id.identity, event.id.details);
    if (known[at] != nullptr) {
      matches[id] = {known[at]->id.identity, Fate::kService};
    } else if (told[at].event->id != event.id) {
      matches[id] = {told[at].identity(), Fate::kSameLive};
    }
  }
  std::vector<Play> plays;
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (known[i] != nullptr) continue;
    const ServiceEvent& event = *told[i].event;
    Play& play = plays.emplace_back();
    play.id = event.id;
    play.spelling = event.spelling;
    play.circumstances = event.circumstances;
    play.ended_at_ms = told[i].ended_ms();
    play.played_ms = told[i].played_ms;
    play.is_track = true;
    play.is_skipped = IsSkipped(lake, lake.circumstances[event.circumstances]);
    play.is_estimated = !told[i].is_heard;
    play.precision_ms = event.precision_ms;
    play.witnesses = told[i].witnesses;
    play.told_by = kByService;
  }
  return plays;
}

}  // namespace earprint::audit
