#include "audit/condition_sampler.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "audit/asked/whereabouts.hpp"
#include "audit/figures/feature_scale.hpp"
#include "base/utc_time.hpp"

namespace earprint::audit {

namespace {

// Half-hour and quarter-hour offsets, both hemispheres, clocks that were put forward, back, or over a date.
constexpr std::array<std::string_view, 10> kZones = {
    "UTC",           "Europe/Paris",        "America/New_York", "Asia/Kolkata",        "Asia/Kathmandu",
    "Europe/Lisbon", "Australia/Lord_Howe", "Pacific/Apia",     "America/Los_Angeles", "Africa/Casablanca"};
constexpr std::array<std::string_view, 5> kGrains = {"day", "week", "month", "quarter", "year"};
constexpr std::array<std::string_view, 5> kLimits = {"1", "3", "10", "100", "5000"};

std::string ValueText(std::int64_t value_e6) {
  return fmt::format("{}{}.{:06}", value_e6 < 0 ? "-" : "", std::abs(value_e6) / 1'000'000,
                     std::abs(value_e6) % 1'000'000);
}

}  // namespace

ConditionSampler::ConditionSampler(const Truth& truth, const std::string& listener, Zones zones,
                                   std::uint64_t seed)
    : truth_(truth),
      listener_(listener),
      zones_(std::move(zones)),
      state_(seed ^ base::HashBytes(listener).low) {}

std::uint64_t ConditionSampler::Below(std::uint64_t end) {
  state_ += 0x9E3779B97F4A7C15ULL;  // SplitMix64, public domain, by Sebastiano Vigna
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
  return end == 0 ? 0 : (mixed ^ (mixed >> 31)) % end;
}

std::string ConditionSampler::ZoneOf(std::uint64_t choice) const {
  if (choice == kZones.size()) return std::string(model::kLocalZone);
  return choice < kZones.size() ? std::string(kZones[choice]) : zones_.of_questions;
}

void ConditionSampler::AddText(std::string_view name, std::uint32_t text, Pairs& pairs) {
  constexpr std::size_t kTextBytesMax = 900;
  const std::string_view value = truth_.lake.texts.Or(text);
  // Blanks around a condition are taken off: it would choose something else.
  const bool is_plain =
      !value.empty() && value.size() < kTextBytesMax && value.front() > ' ' && value.back() > ' ';
  if (is_plain || (!value.empty() && static_cast<unsigned char>(value.front()) >= 0x80))
    pairs.emplace_back(name, value);
}

void ConditionSampler::AddTimes(const Play& play, Pairs& pairs) {
  const auto& plays = truth_.listeners.find(listener_)->second.plays;
  const std::string zone = ZoneOf(Below(2 * kZones.size()));
  pairs.emplace_back("tz", zone);
  model::Conditions of_zone;
  of_zone.tz = zone;
  of_zone.home_tz = zones_.home;
  auto clock = ClockFor(truth_, listener_, of_zone);
  if (!clock) return;
  const std::int64_t local_ms = play.ended_at_ms + clock->OffsetMs(play.ended_at_ms);
  const std::int64_t day = local_ms / base::kMsPerDay;
  const auto hour = static_cast<int>(local_ms % base::kMsPerDay / (60 * base::kMsPerMinute));
  switch (Below(6)) {
    case 0:
      pairs.emplace_back("from", base::FormatEpochDay(day));
      break;
    case 1:
      pairs.emplace_back("from", base::FormatInstant({play.ended_at_ms}));
      break;
    case 2:
      pairs.emplace_back("to", base::FormatEpochDay(day + 1));
      pairs.emplace_back("from", base::FormatEpochDay(day - static_cast<std::int64_t>(Below(400))));
      break;
    case 3:  // a play that ends right at it is no longer meant
      pairs.emplace_back("to", base::FormatInstant({plays[Below(plays.size())].ended_at_ms}));
      break;
    case 4:
      pairs.emplace_back("hours", fmt::format("{}-{}", hour, (hour + 1 + static_cast<int>(Below(20))) % 24));
      if (pairs.back().second == fmt::format("{0}-{0}", hour)) pairs.back().second = std::to_string(hour);
      break;
    default:
      pairs.emplace_back("weekdays", std::to_string((day + 3) % 7 + 1));
  }
}

void ConditionSampler::AddThing(const Play& play, Pairs& pairs) {
  const Spelling& spelling = truth_.SpellingOf(play);
  const TrackEntry& track = truth_.tracks[spelling.track];
  switch (Below(6)) {
    case 0:
      AddText("artist", spelling.artist, pairs);
      break;
    case 1:
      AddText("album", spelling.album, pairs);
      break;
    case 2:
      AddText("track", Below(2) == 0 ? track.title : track.item_id, pairs);
      break;
    case 3:
      if (!track.genres.empty()) AddText("genre", track.genres[Below(track.genres.size())], pairs);
      break;
    case 4:
      if (track.release_year) {
        const std::int64_t year = *track.release_year;
        pairs.emplace_back("released",
                           fmt::format("{}-{}", year - static_cast<std::int64_t>(Below(5)), year));
      }
      break;
    default:
      AddList(pairs);
  }
}

void ConditionSampler::AddList(Pairs& pairs) {
  std::vector<const Playlist*> own;
  for (const Playlist& list : truth_.playlists) {
    if (truth_.lake.texts.Or(list.listener) == listener_) own.push_back(&list);
  }
  if (own.empty()) return;
  const Playlist& list = *own[Below(own.size())];
  AddText("playlist", Below(2) == 0 ? list.name : list.playlist_id, pairs);
}

void ConditionSampler::AddCircumstance(const Play& play, Pairs& pairs) {
  const Circumstances& how = truth_.CircumstancesOf(play);
  const auto flag = [&pairs](std::string_view name, const std::optional<bool>& told) {
    if (told) pairs.emplace_back(name, *told ? "yes" : "no");
  };
  switch (Below(6)) {
    case 0:
      AddText("source", how.source, pairs);
      break;
    case 1:
      AddText("platform", how.platform, pairs);
      break;
    case 2:
      AddText("country", how.country, pairs);
      break;
    case 3:
      flag("shuffle", how.shuffle);
      break;
    case 4:
      flag("offline", how.offline);
      break;
    default:
      flag("skipped", play.is_skipped);
  }
}

void ConditionSampler::AddFeature(const TrackEntry& track, Pairs& pairs) {
  if (!track.is_named || track.feature == kNone) return;
  const std::size_t no = Below(model::kFeatureCount);
  const auto& value = truth_.lake.features[track.feature].e6[no];
  if (!value) return;
  // Right at the value of a track: an edge taken in or left out wrongly shows.
  static constexpr std::array<std::string_view, 4> kComparisons = {">=", "<=", ">", "<"};
  pairs.emplace_back("feature", fmt::format("{}{}{}", FeatureName(no),
                                            kComparisons[Below(kComparisons.size())], ValueText(*value)));
}

void ConditionSampler::AddManner(const Play& play, Pairs& pairs) {
  pairs.emplace_back("grain", kGrains[Below(kGrains.size())]);
  pairs.emplace_back("limit", kLimits[Below(kLimits.size())]);
  if (Below(3) == 0) pairs.emplace_back("by", "recording");
  if (Below(3) == 0) pairs.emplace_back("weight", "ms");
  if (Below(2) == 0) pairs.emplace_back("rule", model::kCountingRules[Below(model::kCountingRules.size())]);
  if (Below(2) == 0)
    pairs.emplace_back("against", model::kCountingRules[Below(model::kCountingRules.size())]);
  if (Below(2) == 0) pairs.emplace_back("x", FeatureName(Below(model::kFeatureCount)));
  if (Below(2) == 0) pairs.emplace_back("y", FeatureName(Below(model::kFeatureCount)));
  if (Below(3) == 0)
    pairs.emplace_back("year", base::FormatEpochDay(play.ended_at_ms / base::kMsPerDay).substr(0, 4));
  if (Below(3) == 0) {
    pairs.emplace_back("said", "minutes=" + std::to_string(Below(2'000)));
    pairs.emplace_back("said", "tracks=" + std::to_string(Below(200)));
    pairs.emplace_back("said", "top_artist=aNN");
  }
  switch (Below(4)) {
    case 0:
      pairs.emplace_back("min-ms", "0");
      break;
    case 1:  // right at the length of a play, and just over it
      pairs.emplace_back("min-ms", std::to_string(play.played_ms + static_cast<std::int64_t>(Below(2))));
      break;
    default:
      break;
  }
}

base::Result<model::Conditions> ConditionSampler::Draw() {
  Pairs pairs;
  const auto found = truth_.listeners.find(listener_);
  if (found != truth_.listeners.end() && !found->second.plays.empty()) {
    const Play& play = found->second.plays[Below(found->second.plays.size())];
    AddManner(play, pairs);
    if (Below(3) > 0) AddTimes(play, pairs);
    if (Below(2) == 0) AddThing(play, pairs);
    if (Below(3) == 0) AddCircumstance(play, pairs);
    if (Below(3) == 0) AddFeature(truth_.tracks[truth_.SpellingOf(play).track], pairs);
  }
  auto drawn = model::ParseConditions(pairs, zones_.of_questions);
  if (drawn) drawn->home_tz = zones_.home;
  return drawn;
}

}  // namespace earprint::audit
