#include "sources/spotify/access_profile.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "sources/spotify/answers/json_fields.hpp"
#include "sources/spotify/sealed_login.hpp"

namespace earprint::sources::spotify {

namespace json = boost::json;

namespace {

constexpr std::size_t kEntriesMax = 1'000;
constexpr std::int64_t kHourMs = 60 * base::kMsPerMinute;
const std::string kAll = "*";

/// For how long a trouble stands; 0 where it does not.
std::int64_t StandsForMs(Trouble trouble) {
  switch (trouble) {
    case Trouble::kForbidden:
    case Trouble::kScopeMissing:
      return base::kMsPerDay;
    case Trouble::kPremiumNeeded:
    case Trouble::kNotRegistered:
      return kHourMs;
    default:
      return 0;
  }
}

/// Where every application may ask, and a refusal passes.
constexpr std::int64_t kPassingMs = 15 * base::kMsPerMinute;
bool IsForEveryone(const std::string& endpoint) { return endpoint == "me" || endpoint.starts_with("me/"); }

bool ShutsOut(Trouble trouble) {
  return trouble == Trouble::kPremiumNeeded || trouble == Trouble::kNotRegistered;
}

}  // namespace

std::string EndpointOf(std::string_view path) {
  path = path.substr(0, path.find('?'));
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto parts = base::Split(path, '/');
  if (parts.size() < 2 || parts[0] == "me" || parts[0] == "playlists") return std::string(path);
  std::string endpoint = std::string(parts[0]) + "/{id}";
  for (std::size_t i = 2; i < parts.size(); ++i) endpoint += "/" + std::string(parts[i]);
  return endpoint;
}

base::Result<std::unique_ptr<AccessProfile>> AccessProfile::Open(ports::StateStore& states,
                                                                 const ports::Clock& clock,
                                                                 std::string_view listener) {
  std::unique_ptr<AccessProfile> profile(
      new AccessProfile(states, clock, "profile-" + SealedLoginName(listener)));
  auto kept = states.Load(profile->name_);
  if (!kept) return std::unexpected(std::move(kept).error().Within("open what Spotify allows"));
  if (!*kept) return profile;
  json::error_code failed;
  const json::value state = json::parse(**kept, failed);
  if (failed || !state.is_object()) return profile;
  for (const auto& [endpoint, value] : state.get_object()) {
    JsonFields fields(value, {});
    const auto trouble = static_cast<Trouble>(fields.Whole("trouble", 0, 255).value_or(255));
    const Entry entry{trouble, fields.Whole("set_at_ms", 0, INT64_MAX / 2).value_or(0),
                      std::min(StandsForMs(trouble),
                               fields.Whole("wait_ms", 1, base::kMsPerDay).value_or(base::kMsPerDay))};
    if (fields.End(0) && entry.wait_ms > 0 && profile->entries_.size() < kEntriesMax) {
      profile->entries_[std::string(endpoint)] = entry;
    }
  }
  return profile;
}

std::optional<Refusal> AccessProfile::Standing(std::string_view path) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now_ms = clock_.Now().value;
  for (const std::string& endpoint : {kAll, EndpointOf(path)}) {
    const auto found = entries_.find(endpoint);
    if (found == entries_.end()) continue;
    Entry& entry = found->second;
    entry.set_at_ms = std::min(entry.set_at_ms, now_ms);  // the clock may have been set back
    if (entry.set_at_ms + entry.wait_ms <= now_ms) continue;
    Refusal refusal = RefusalFor(entry.trouble, EndpointOf(path));
    refusal.error.not_before = base::UtcMs{entry.set_at_ms + entry.wait_ms};
    return refusal;
  }
  return std::nullopt;
}

void AccessProfile::Learn(std::string_view path, Trouble trouble) {
  std::int64_t wait_ms = StandsForMs(trouble);
  if (wait_ms == 0) return;
  const std::string endpoint = ShutsOut(trouble) ? kAll : EndpointOf(path);
  const std::lock_guard lock(mutex_);
  const std::int64_t now_ms = clock_.Now().value;
  if (trouble == Trouble::kForbidden && IsForEveryone(endpoint)) {
    const auto before = entries_.find(endpoint);
    const bool was_refused = before != entries_.end() && before->second.trouble == trouble;
    wait_ms = was_refused ? std::min(wait_ms, 2 * before->second.wait_ms) : kPassingMs;
  }
  // What is over is remembered for as long as it may be refused again.
  std::erase_if(entries_, [now_ms](const auto& entry) {
    return entry.second.set_at_ms + entry.second.wait_ms + base::kMsPerDay <= now_ms;
  });
  if (entries_.size() >= kEntriesMax) {
    entries_.erase(std::min_element(
        entries_.begin(), entries_.end(),
        [](const auto& left, const auto& right) { return left.second.set_at_ms < right.second.set_at_ms; }));
  }
  entries_[endpoint] = {trouble, now_ms, wait_ms};
  Save();
}

void AccessProfile::Allowed(std::string_view path) {
  const std::lock_guard lock(mutex_);
  if (entries_.erase(EndpointOf(path)) > 0) Save();
}

void AccessProfile::Forget() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  Save();
}

void AccessProfile::Save() {
  json::object state;
  for (const auto& [endpoint, entry] : entries_) {
    state[endpoint] = json::object{{"trouble", static_cast<int>(entry.trouble)},
                                   {"set_at_ms", entry.set_at_ms},
                                   {"wait_ms", entry.wait_ms}};
  }
  (void)states_.Save(name_, json::serialize(state));  // where the disk refuses, Spotify says it again
}

}  // namespace earprint::sources::spotify
