#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "ports/clock.hpp"
#include "ports/http_client.hpp"
#include "ports/token_store.hpp"
#include "sources/spotify/answers/spotify_things.hpp"
#include "sources/spotify/request_budget.hpp"
#include "sources/spotify/spotify_api.hpp"
#include "sources/spotify/spotify_login.hpp"

namespace earprint::sources::spotify {

/// What tells one Spotify account from another: its `account_id`, which never changes, else its user name.
std::string AccountOf(const SpotifyUser& user);

/// Asks whose account a login is for.
///
/// Errors:  as SpotifyApi::Get; kUnreadable an answer that names nobody.
/// Effects: one GET, counted in the budget; up to three where the answer does not come, since the login's
///          code is spent and somebody waits.
Asked<std::string> AskAccount(ports::HttpClient& http, const SpotifyApp& app, RequestBudget& budget,
                              const ports::Clock& clock, const LoginOutcome& outcome,
                              const std::stop_token& cancel = {});

/// Whether a Spotify account may be a listener's: a browser that knows one person logs in that person for
/// everybody, and the plays of two would be one's.
///
/// Shape:   `listeners` are all of the house; their logins are looked up as they are kept. A login of before
///          accounts were kept speaks for none.
/// Errors:  kConflict another listener holds the account, or this one holds another · those of the store,
///          where they pass.
base::Result<void> CheckAccount(const std::string& account, const std::string& listener,
                                const std::vector<std::string>& listeners, ports::TokenStore& tokens);

/// Learns whose a login of before is, where Spotify tells it now, and ends the login where the account may
/// not be the listener's.
///
/// Effects: one GET; what was learned is kept with the login.
void LearnWhose(SpotifySession& session, SpotifyApi& api, const std::string& listener,
                const std::vector<std::string>& listeners, ports::TokenStore& tokens,
                const std::stop_token& cancel = {});

}  // namespace earprint::sources::spotify
