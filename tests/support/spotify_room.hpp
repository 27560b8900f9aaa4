#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "sources/spotify/spotify_api.hpp"
#include "tests/support/memory_store.hpp"
#include "tests/support/scripted_http.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/stopped_clock.hpp"

namespace earprint::testing {

namespace spotify = sources::spotify;

inline ports::HttpAnswer Json(int status, std::string body, std::map<std::string, std::string> headers = {}) {
  return {status, std::move(headers), std::move(body)};
}

/// A token answer; without a refresh token where that is empty.
inline ports::HttpAnswer Tokens(const std::string& access, const std::string& refresh = "",
                                const std::string& scope = "") {
  return Json(200, R"({"access_token":")" + access +
                       R"(","token_type":"Bearer","expires_in":3600,"scope":")" + scope + "\"" +
                       (refresh.empty() ? "" : R"(,"refresh_token":")" + refresh + "\"") + "}");
}

inline base::Failure NoNetwork() {
  return base::Fail(base::ErrorCode::kRetryLater, "ask the web", "https://api.spotify.com",
                    "Couldn't resolve host name");
}

inline bool IsTokenRequest(const ports::HttpRequest& request) { return request.url.ends_with("/api/token"); }

/// Everything that one listener's client needs, scripted: the web by `http`, time by `clock`.
struct SpotifyRoom {
  SpotifyRoom() { Start(); }

  /// As after a restart of the program: all but what is kept is made anew.
  void Start() {
    api.reset();
    session.reset();
    auto opened_budget = spotify::RequestBudget::Open(states, clock, random, limits);
    ASSERT_TRUE(opened_budget);
    budget = std::move(*opened_budget);
    auto opened_profile = spotify::AccessProfile::Open(states, clock, "me");
    ASSERT_TRUE(opened_profile);
    profile = std::move(*opened_profile);
    auto opened_session = spotify::SpotifySession::Open("me", app, http, tokens, *budget, clock);
    ASSERT_TRUE(opened_session) << opened_session.error().Text();
    session = std::move(*opened_session);
    api = std::make_unique<spotify::SpotifyApi>(app, http, *session, *budget, *profile, clock);
  }

  /// Logged in with tokens "access-0" and "refresh-0", good for an hour.
  void LogIn(const std::string& access = "access-0", const std::string& refresh = "refresh-0") {
    spotify::LoginOutcome outcome;
    outcome.listener = "me";
    outcome.grant.access_token = base::SecretText(access);
    outcome.grant.refresh_token = base::SecretText(refresh);
    outcome.grant.expires_in_ms = 3'600'000;
    outcome.authorized_at = clock.Now();
    const auto taken = session->LogIn(std::move(outcome));
    ASSERT_TRUE(taken) << taken.error().Text();
  }

  spotify::SpotifyApp app{.client_id = "client-1"};
  spotify::BudgetLimits limits;
  ScriptedHttp http;
  MemoryStateStore states;
  MemoryTokenStore tokens;
  StoppedClock clock;
  SeededRandom random;
  std::unique_ptr<spotify::RequestBudget> budget;
  std::unique_ptr<spotify::AccessProfile> profile;
  std::unique_ptr<spotify::SpotifySession> session;
  std::unique_ptr<spotify::SpotifyApi> api;
};

}  // namespace earprint::testing
