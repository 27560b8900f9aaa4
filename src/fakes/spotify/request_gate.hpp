#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/utc_time.hpp"
#include "fakes/spotify/spotify_switches.hpp"
#include "fakes/web_server.hpp"
#include "sources/demo/demo_random.hpp"

namespace earprint::fakes {

/// One request of the API, as it was answered.
struct RequestRecord {
  base::UtcMs at;
  std::string family;  ///< of endpoints that share a quota
  std::string method;
  std::string path;
  int status = 0;
  std::string reason;  ///< "QUOTA_EXCEEDED" where one was, or the kind of a failure that was drawn
};

/// An answer in the API's shape of errors.
WebAnswer ApiError(int status, std::string_view message, std::string_view reason = {});

/// Which endpoints share a quota: the name stands for a path under /v1.
std::string FamilyOf(std::string_view path);

/// Counts what is asked and refuses what is too much, or what the switches want refused.
class RequestGate {
 public:
  explicit RequestGate(std::uint64_t seed) : random_(seed, "failures") {}

  /// The refusal, if there is one; else what befalls the answer on its way (`delay`, `cut_after_bytes`,
  /// `reset`).
  std::optional<WebAnswer> Refuse(base::UtcMs now, std::string_view family, SpotifySwitches& switches,
                                  WebAnswer& fate);

  /// The same of a request for tokens, which only fails by chance.
  std::optional<WebAnswer> RefuseToken(const SpotifySwitches& switches, WebAnswer& fate);

  void Record(RequestRecord record);
  /// Of the accounts service: outside of all quotas.
  void RecordToken(RequestRecord record) { records_.push_back(std::move(record)); }
  const std::vector<RequestRecord>& records() const { return records_; }

  /// What was drawn for the request at hand; nothing when nothing was.
  const std::string& drawn() const { return drawn_; }

 private:
  std::optional<WebAnswer> TooMany(base::UtcMs now, std::string_view family, const SpotifySwitches& switches);
  ForcedFailure DrawOf(const std::map<std::string, double>& shares);
  static void Befall(const std::string& kind, const SpotifySwitches& switches, WebAnswer& fate);
  ForcedFailure Draw(std::string_view family, SpotifySwitches& switches);

  sources::DemoRandom random_;
  std::vector<RequestRecord> records_;
  std::deque<base::UtcMs> lately_;  ///< requests that were answered well: these count
  std::map<std::string, std::deque<base::UtcMs>, std::less<>> today_;  ///< by family
  std::string drawn_;
};

}  // namespace earprint::fakes
