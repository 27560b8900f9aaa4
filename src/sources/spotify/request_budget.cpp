#include "sources/spotify/request_budget.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace earprint::sources::spotify {

namespace json = boost::json;

namespace {

constexpr std::int64_t kRateWindowMs = 30'000, kRateSlotMs = 1'000;
constexpr std::int64_t kDaySlotMs = 5 * base::kMsPerMinute;
constexpr std::int64_t kHoldMsMax = 7 * base::kMsPerDay;
constexpr std::int64_t kBackOffMs = 2'000, kBackOffMsMax = 10 * base::kMsPerMinute;
constexpr int kDoublingsMax = 10;
const std::string kStateName = "spotify-budget";

constexpr std::array<std::string_view, kFamilyCount> kNames = {
    "plays",  "player",  "user",   "playlists", "playlist_items", "library", "top",
    "tracks", "artists", "albums", "features",  "search",         "other",   "accounts"};

}  // namespace

std::string_view FamilyName(Family family) { return kNames[static_cast<std::size_t>(family)]; }

Family FamilyOf(std::string_view path) {
  path = path.substr(0, path.find('?'));
  const auto parts = base::Split(path.starts_with('/') ? path.substr(1) : path, '/');
  const std::string_view first = parts.at(0), second = parts.size() > 1 ? parts[1] : "",
                         third = parts.size() > 2 ? parts[2] : "";
  if (first == "me") {
    if (second == "player") return third == "recently-played" ? Family::kPlays : Family::kPlayer;
    if (second == "playlists") return Family::kPlaylists;
    if (second == "top") return Family::kTop;
    return second.empty() ? Family::kUser : Family::kLibrary;
  }
  if (first == "playlists")
    return third == "items" || third == "tracks" ? Family::kPlaylistItems : Family::kPlaylists;
  if (first == "tracks") return Family::kTracks;
  if (first == "artists") return Family::kArtists;
  if (first == "albums") return Family::kAlbums;
  if (first == "audio-features" || first == "audio-analysis") return Family::kFeatures;
  return first == "search" ? Family::kSearch : Family::kOther;
}

RequestBudget::RequestBudget(ports::StateStore& states, const ports::Clock& clock, ports::Randomness& random,
                             BudgetLimits limits)
    : states_(states),
      clock_(clock),
      random_(random),
      limits_(limits),
      rate_(kRateWindowMs, kRateSlotMs),
      day_(base::kMsPerDay, kDaySlotMs),
      shares_(kFamilyCount, Share{RollingCount(base::kMsPerDay, kDaySlotMs), {}, 0}) {}

base::Result<std::unique_ptr<RequestBudget>> RequestBudget::Open(ports::StateStore& states,
                                                                 const ports::Clock& clock,
                                                                 ports::Randomness& random,
                                                                 BudgetLimits limits) {
  auto kept = states.Load(kStateName);
  if (!kept) return std::unexpected(std::move(kept).error().Within("open the budget of requests"));
  std::unique_ptr<RequestBudget> budget(new RequestBudget(states, clock, random, limits));
  if (!*kept) return budget;
  json::error_code failed;
  const json::value state = json::parse(**kept, failed);
  if (failed || !state.is_object()) {
    budget->HoldAll(kRateWindowMs);
  } else {
    budget->Restore(state);
  }
  return budget;
}

base::Result<void> RequestBudget::Admit(Family family, Priority priority) {
  const std::lock_guard lock(mutex_);
  const base::UtcMs now = clock_.Now();
  const base::UtcMs free = FirstFree(family, priority, now);
  if (free > now) {
    return std::unexpected(base::Error{base::ErrorCode::kRetryLater, "ask Spotify",
                                       std::string(FamilyName(family)), "it is not yet time to ask again",
                                       "nothing: it goes on by itself at " + base::FormatInstant(free),
                                       free});
  }
  shares_[static_cast<std::size_t>(family)].day.Add(now);
  if (family != Family::kAccounts) {
    rate_.Add(now);
    day_.Add(now);
  }
  auto saved = Save();
  if (!saved) return std::unexpected(std::move(saved).error().Within("count a request to Spotify"));
  return {};
}

base::UtcMs RequestBudget::FirstFree(Family family, Priority priority, base::UtcMs now) {
  Share& share = shares_[static_cast<std::size_t>(family)];
  base::UtcMs free = std::max(now, EndOf(share.hold, now));
  free =
      std::max(free, share.day.WhenAtMost(limits_.family_day_max[static_cast<std::size_t>(family)] - 1, now));
  if (family == Family::kAccounts) return free;
  free = std::max(free, EndOf(hold_all_, now));
  free = std::max(free, rate_.WhenAtMost(Unreserved(limits_.rate_max, priority) - 1, now));
  return std::max(free, day_.WhenAtMost(Unreserved(limits_.day_max, priority) - 1, now));
}

void RequestBudget::ShareAmong(std::size_t listeners) {
  const std::lock_guard lock(mutex_);
  listeners_ = std::max<std::int64_t>(1, static_cast<std::int64_t>(listeners));
}

std::int64_t RequestBudget::PaceMs(Family family, Priority priority) {
  const std::lock_guard lock(mutex_);
  const base::UtcMs now = clock_.Now();
  const auto at = static_cast<std::size_t>(family);
  return std::max(PaceOf(shares_[at].day, limits_.family_day_max[at], now),
                  PaceOf(day_, Unreserved(limits_.day_max, priority), now));
}

/// Half may be used at any speed. What is left is spread over the time until no more than that half counts.
std::int64_t RequestBudget::PaceOf(RollingCount& count, std::int64_t most, base::UtcMs now) const {
  const std::int64_t used = count.Count(now);
  if (used <= most / 2) return 0;
  const std::int64_t left = std::max<std::int64_t>(1, most - used);
  return listeners_ * (count.WhenAtMost(most / 2, now).value - now.value) / left;
}

std::int64_t RequestBudget::Unreserved(std::int64_t most, Priority priority) const {
  const std::int64_t reserve = most * limits_.reserve_percent[static_cast<std::size_t>(priority)] / 100;
  return std::max<std::int64_t>(1, most - reserve);  // of a tiny budget everyone may have one
}

base::UtcMs RequestBudget::EndOf(Deadline& deadline, base::UtcMs now) const {
  if (now.value < deadline.set_at_ms) deadline.set_at_ms = now.value;  // the clock was set back
  return {deadline.set_at_ms + deadline.wait_ms};
}

void RequestBudget::Extend(Deadline& deadline, base::UtcMs now, std::int64_t wait_ms) {
  wait_ms = std::clamp<std::int64_t>(wait_ms, 0, kHoldMsMax);
  if (now.value + wait_ms > deadline.set_at_ms + deadline.wait_ms) deadline = {now.value, wait_ms};
}

void RequestBudget::Hold(Family family, std::int64_t wait_ms) {
  const std::lock_guard lock(mutex_);
  Extend(shares_[static_cast<std::size_t>(family)].hold, clock_.Now(), wait_ms);
  (void)Save();  // it holds for this process; the next admission saves it again
}

void RequestBudget::HoldAll(std::int64_t wait_ms) {
  const std::lock_guard lock(mutex_);
  Extend(hold_all_, clock_.Now(), wait_ms);
  (void)Save();  // as above
}

base::UtcMs RequestBudget::BackOff(Family family) {
  const std::lock_guard lock(mutex_);
  Share& share = shares_[static_cast<std::size_t>(family)];
  const std::int64_t whole = std::min(kBackOffMsMax, kBackOffMs << std::min(share.failures, kDoublingsMax));
  share.failures = std::min(share.failures + 1, kDoublingsMax);
  std::array<std::uint8_t, 2> dice{};
  random_.Fill(dice);
  const std::int64_t wait_ms = whole / 2 + whole / 2 * (dice[0] * 256 + dice[1]) / 65'536;
  const base::UtcMs now = clock_.Now();
  Extend(share.hold, now, wait_ms);
  (void)Save();  // as above
  return EndOf(share.hold, now);
}

void RequestBudget::Succeeded(Family family) {
  const std::lock_guard lock(mutex_);
  shares_[static_cast<std::size_t>(family)].failures = 0;
}

base::Result<void> RequestBudget::Save() {
  json::object families;
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    const Share& share = shares_[i];
    families[kNames[i]] = json::object{{"day", share.day.ToJson()},
                                       {"hold", json::array{share.hold.set_at_ms, share.hold.wait_ms}}};
  }
  const json::object state{{"version", 1},
                           {"rate", rate_.ToJson()},
                           {"day", day_.ToJson()},
                           {"hold", json::array{hold_all_.set_at_ms, hold_all_.wait_ms}},
                           {"families", std::move(families)}};
  return states_.Save(kStateName, json::serialize(state));
}

void RequestBudget::Restore(const json::value& state) {
  const auto deadline = [](const json::value* pair) -> Deadline {
    const json::array* both = pair == nullptr ? nullptr : pair->if_array();
    if (both == nullptr || both->size() != 2 || !both->at(0).is_int64() || !both->at(1).is_int64()) return {};
    return {std::clamp<std::int64_t>(both->at(0).get_int64(), 0, INT64_MAX / 2),
            std::clamp<std::int64_t>(both->at(1).get_int64(), 0, kHoldMsMax)};
  };
  const json::object& object = state.get_object();
  rate_.FromJson(object.if_contains("rate"));
  day_.FromJson(object.if_contains("day"));
  hold_all_ = deadline(object.if_contains("hold"));
  const json::value* families = object.if_contains("families");
  if (families == nullptr || !families->is_object()) return;
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    const json::value* share = families->get_object().if_contains(kNames[i]);
    if (share == nullptr || !share->is_object()) continue;
    shares_[i].day.FromJson(share->get_object().if_contains("day"));
    shares_[i].hold = deadline(share->get_object().if_contains("hold"));
  }
}

}  // namespace earprint::sources::spotify
