#pragma once

#include <boost/json/array.hpp>
#include <mutex>
#include <string>
#include <vector>

#include "fakes/fake_clock.hpp"
#include "fakes/spotify/accounts.hpp"
#include "fakes/spotify/api_call.hpp"
#include "fakes/spotify/request_gate.hpp"
#include "fakes/spotify/spotify_switches.hpp"
#include "fakes/web_server.hpp"
#include "fakes/world/spotify_world.hpp"

namespace earprint::fakes {

/// An invented Spotify: the accounts service (/authorize, /api/token), the API (/v1/…) and what only a test
/// may ask (/fake/…).
///
/// Effects: safe from any thread; one answer at a time.
/// Source:  docs/fakes.md: what is acted out, and which way it leans where nobody knows
class FakeSpotify {
 public:
  /// The clock must outlive the fake.
  FakeSpotify(SpotifyWorld world, FakeClock& clock, SpotifySwitches switches = {}, RegisteredApp app = {});
  FakeSpotify(const FakeSpotify&) = delete;
  FakeSpotify& operator=(const FakeSpotify&) = delete;

  WebAnswer Answer(const WebRequest& request);

  /// Errors: kInvalidInput as ChangeSwitches
  base::Result<void> Change(const boost::json::object& wanted);

  boost::json::object Switches() const;

  const RegisteredApp& app() const { return app_; }
  std::vector<RequestRecord> Records() const;
  /// How old the last answer was, whether it said so or not.
  std::int64_t LastAgeMs() const;

  /// Every code and token that was ever given out.
  std::vector<std::string> Secrets() const;

  /// Every play of a listener: what happened, whether the list tells of it, and when it first did.
  boost::json::array Truth(std::string_view listener) const;

  /// Tokens without a browser: the JSON that the token endpoint would give.
  std::string Mint(const std::string& listener, const std::set<std::string>& scopes);
  void Revoke(std::string_view listener);

  /// Adds a play to a listener's script; false when there is no such listener.
  bool AddPlay(std::string_view listener, ScriptPlay play);

 private:
  WebAnswer AnswerApi(const WebRequest& request);
  WebAnswer AnswerToken(const WebRequest& request);
  /// `seen_at`: the instant that the answer tells of.
  WebAnswer Authorized(const WebRequest& request, base::UtcMs seen_at);
  std::optional<WebAnswer> RefusePerson(const AccessGrant& grant) const;
  WebAnswer Route(const ApiCall& call) const;

  mutable std::mutex mutex_;
  SpotifyWorld world_;
  FakeClock& clock_;
  SpotifySwitches switches_;
  RegisteredApp app_;
  Accounts accounts_;
  RequestGate gate_;
  ShownPlays shown_;
  std::int64_t age_ms_ = 0;
};

}  // namespace earprint::fakes
