#include "fakes/spotify/spotify_switches.hpp"

#include <algorithm>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>
#include <exception>
#include <functional>

namespace earprint::fakes {

namespace {

namespace json = boost::json;

/// One switch: how it is read and how it is written.
struct Door {
  std::function<void(const json::value&, SpotifySwitches&)> read;
  std::function<json::value(const SpotifySwitches&)> write;
};

template <typename T>
Door Of(T SpotifySwitches::* member) {
  return {[member](const json::value& value, SpotifySwitches& to) { to.*member = json::value_to<T>(value); },
          [member](const SpotifySwitches& from) { return json::value_from(from.*member); }};
}

template <typename T>
Door OfShow(T ShowRules::* member) {
  return {
      [member](const json::value& value, SpotifySwitches& to) { to.show.*member = json::value_to<T>(value); },
      [member](const SpotifySwitches& from) { return json::value_from(from.show.*member); }};
}

void ReadForced(const json::value& value, SpotifySwitches& to) {
  to.forced.clear();
  for (const json::value& each : value.as_array()) {
    const json::object& object = each.as_object();
    ForcedFailure forced;
    forced.kind = json::value_to<std::string>(object.at("kind"));
    if (std::ranges::count(FailureKinds(), forced.kind) == 0) throw std::invalid_argument(forced.kind);
    if (object.contains("family")) forced.family = json::value_to<std::string>(object.at("family"));
    if (object.contains("times")) forced.times = object.at("times").to_number<std::int64_t>();
    if (object.contains("retry_after_s"))
      forced.retry_after_s = object.at("retry_after_s").to_number<std::int64_t>();
    to.forced.push_back(std::move(forced));
  }
}

json::value WriteForced(const SpotifySwitches& from) {
  json::array array;
  for (const ForcedFailure& each : from.forced) {
    array.push_back({{"kind", each.kind},
                     {"family", each.family},
                     {"times", each.times},
                     {"retry_after_s", each.retry_after_s}});
  }
  return array;
}

Door OfShares(std::map<std::string, double> SpotifySwitches::* member) {
  return {[member](const json::value& value, SpotifySwitches& to) {
            auto failures = json::value_to<std::map<std::string, double>>(value);
            for (const auto& [kind, share] : failures) {
              if (std::ranges::count(FailureKinds(), kind) == 0) throw std::invalid_argument(kind);
            }
            to.*member = std::move(failures);
          },
          [member](const SpotifySwitches& from) { return json::value_from(from.*member); }};
}

const std::map<std::string, Door, std::less<>>& Doors() {
  using S = SpotifySwitches;
  static const std::map<std::string, Door, std::less<>> doors = {
      {"profile",
       {[](const json::value& value, S& to) {
          to.profile = ReadProfile(json::value_to<std::string>(value)).value();
        },
        [](const S& from) { return json::value(ProfileName(from.profile)); }}},
      {"start_stamped_share", OfShow(&ShowRules::start_stamped_share)},
      {"skipped_listed_share", OfShow(&ShowRules::skipped_listed_share)},
      {"drops_private", OfShow(&ShowRules::drops_private)},
      {"lag_ms", OfShow(&ShowRules::lag_ms)},
      {"show_seed", OfShow(&ShowRules::seed)},
      {"rotates_refresh", Of(&S::rotates_refresh)},
      {"honours_show_dialog", Of(&S::honours_show_dialog)},
      {"code_lives_ms", Of(&S::code_lives_ms)},
      {"access_lives_ms", Of(&S::access_lives_ms)},
      {"refresh_lives_ms", Of(&S::refresh_lives_ms)},
      {"owner_has_premium", Of(&S::owner_has_premium)},
      {"is_premium_text_plain", Of(&S::is_premium_text_plain)},
      {"off_list", Of(&S::off_list)},
      {"seats", Of(&S::seats)},
      {"rate_max", Of(&S::rate_max)},
      {"quotas", Of(&S::quotas)},
      {"quota_default", Of(&S::quota_default)},
      {"failures", OfShares(&S::failures)},
      {"token_failures", OfShares(&S::token_failures)},
      {"forced", {ReadForced, WriteForced}},
      {"playlist_change_share", Of(&S::playlist_change_share)},
      {"slow_ms", Of(&S::slow_ms)},
      {"stale_ms", Of(&S::stale_ms)},
      {"stale_player_ms", Of(&S::stale_player_ms)},
      {"tells_age", Of(&S::tells_age)},
      {"seed", Of(&S::seed)},
  };
  return doors;
}

}  // namespace

SpotifySwitches::SpotifySwitches()
    : quotas{{"recently-played", 10'000},
             {"player", 20'000},
             {"me", 5'000},
             {"track", 600},
             {"artist", 600},
             {"album", 600},
             {"episode", 600},
             {"show", 600},
             {"search", 200}} {}

const std::vector<std::string>& FailureKinds() {
  static const std::vector<std::string> kinds = {"500",       "502",     "503",   "slow",    "cut",
                                                 "reset",     "rate",    "quota", "expired", "invalid",
                                                 "forbidden", "nothing", "stale"};
  return kinds;
}

std::string_view ProfileName(Profile profile) {
  switch (profile) {
    case Profile::kExtended:
      return "extended";
    case Profile::kDevExisting:
      return "dev-existing";
    case Profile::kDevNew:
      return "dev-new";
  }
  return "";
}

base::Result<Profile> ReadProfile(std::string_view name) {
  for (const Profile each : {Profile::kExtended, Profile::kDevExisting, Profile::kDevNew}) {
    if (ProfileName(each) == name) return each;
  }
  return base::Fail(base::ErrorCode::kInvalidInput, "choose profile", std::string(name), "there is none such",
                    "extended, dev-existing or dev-new");
}

base::Result<void> ChangeSwitches(const json::object& wanted, SpotifySwitches& switches) {
  SpotifySwitches changed = switches;
  for (const auto& [name, value] : wanted) {
    const auto door = Doors().find(std::string_view(name));
    if (door == Doors().end()) {
      return base::Fail(base::ErrorCode::kInvalidInput, "set switch", std::string(name),
                        "there is none such");
    }
    try {
      door->second.read(value, changed);
    } catch (const std::exception& wrong) {
      return base::Fail(base::ErrorCode::kInvalidInput, "set switch", std::string(name), wrong.what());
    }
  }
  switches = std::move(changed);
  return {};
}

json::object WriteSwitches(const SpotifySwitches& switches) {
  json::object object;
  for (const auto& [name, door] : Doors()) object[name] = door.write(switches);
  return object;
}

}  // namespace earprint::fakes
