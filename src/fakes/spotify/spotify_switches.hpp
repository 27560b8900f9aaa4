#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "fakes/world/listening_script.hpp"

namespace earprint::fakes {

/// Which of Spotify's three regimes answers.
enum class Profile : std::uint8_t { kExtended, kDevExisting, kDevNew };

/// A failure that is asked for: the next `times` requests of a family fail in this way.
struct ForcedFailure {
  std::string kind;    ///< one of FailureKinds()
  std::string family;  ///< of endpoints; nothing: any
  std::int64_t times = 1;
  std::int64_t retry_after_s = 1;
};

/// Everything that can be set about the fake, at the start and at run time.
///
/// Units: shares 0..1, of requests; lives in milliseconds of the fake's clock; `slow_ms` of real time.
struct SpotifySwitches {
  Profile profile = Profile::kDevNew;
  ShowRules show;
  bool rotates_refresh = false;
  bool honours_show_dialog = true;
  std::int64_t code_lives_ms = 10 * base::kMsPerMinute;
  std::int64_t access_lives_ms = 60 * base::kMsPerMinute;
  std::int64_t refresh_lives_ms = 183 * base::kMsPerDay;
  bool owner_has_premium = true;
  bool is_premium_text_plain = false;
  std::set<std::string> off_list;  ///< listeners that are not registered, beyond the sixth and later ones
  std::int64_t seats = 5;          ///< in the two development profiles
  std::int64_t rate_max = 180;     ///< requests in 30 s; 0: no limit
  std::map<std::string, std::int64_t> quotas;  ///< by family, a rolling day; only in the development profiles
  std::int64_t quota_default = 2'000;          ///< of a family without one; 0: no limit
  std::map<std::string, double> failures;      ///< share of requests by kind
  std::map<std::string, double>
      token_failures;  ///< the same of /api/token: 500, 502, 503, slow, cut, reset, rate
  std::vector<ForcedFailure> forced;
  double playlist_change_share = 0;  ///< of pages of items, after which the playlist is another
  std::int64_t slow_ms = 300;
  std::int64_t stale_ms = 30 * base::kMsPerMinute;  ///< how old a stale list is
  std::int64_t stale_player_ms = 6'000;             ///< and a stale player
  bool tells_age = true;                            ///< whether a stale answer says how old it is
  std::uint64_t seed = 1;

  SpotifySwitches();
  bool IsDevelopment() const { return profile != Profile::kExtended; }
  bool HasOldFields() const { return profile != Profile::kDevNew; }
};

/// "500", "502", "503", "slow", "cut", "reset", "rate", "quota", "expired", "invalid", "forbidden";
/// "nothing": the player answers 204 though it plays; "stale": an answer that was true a while ago, as a
/// replica gives it.
const std::vector<std::string>& FailureKinds();

std::string_view ProfileName(Profile profile);
base::Result<Profile> ReadProfile(std::string_view name);

/// Changes what an object names and leaves the rest.
///
/// Errors: kInvalidInput an unknown name or a value of the wrong kind (names it); then nothing is changed
base::Result<void> ChangeSwitches(const boost::json::object& wanted, SpotifySwitches& switches);

boost::json::object WriteSwitches(const SpotifySwitches& switches);

}  // namespace earprint::fakes
