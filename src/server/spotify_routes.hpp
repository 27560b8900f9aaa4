#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "ports/eraser.hpp"
#include "server/http_message.hpp"

namespace earprint::server {

/// What the server asks of the house about Spotify; functions, so that it knows none of it. All thread-safe;
/// all empty where Spotify is not spoken with.
struct SpotifyBackend {
  std::function<std::string()> state_json;
  std::function<base::Result<void>(const std::string& client_id)> set_client_id;
  /// Gives the address of Spotify's login page.
  std::function<base::Result<std::string>(const std::string& listener)> begin_login;
  /// Takes the query that the login page came back with, as it was sent; gives the listener.
  std::function<base::Result<std::string>(std::string_view query)> finish_login;
  /// Forgets the login and erases what came over it.
  std::function<base::Result<ports::LeaveReport>(const std::string& listener)> log_out;
  bool is_for_one_login =
      false;  ///< the server ends when somebody has logged in: there is no page to lead to
};

/// Answers /callback, where Spotify's login page comes back to, and what lies under /api/v1/spotify.
///
/// Shape:   /api/v1/spotify is the state; POSTs of JSON objects under it: app {client_id}, login {listener}
///          (gives {url}), logout {listener} (gives {spotify: the state, erased: what was}). /callback leads
///          to the page "/connect", whatever came: the outcome is in the state. Nothing for any other path.
/// Effects: /callback by GET alone: a HEAD takes no code.
std::optional<Response> AnswerSpotify(const Request& request, const SpotifyBackend& backend);

/// The covers of playlists; empty where Spotify is not spoken with. Thread-safe.
struct CoverBackend {
  /// Which lists have one, by their ids.
  std::function<base::Result<std::map<std::string, std::string>>(const std::string& listener)> addresses;
  /// Content type and bytes.
  std::function<base::Result<std::pair<std::string, std::string>>(const std::string& listener,
                                                                  const std::string& playlist)>
      fetch;
};

/// Answers GET /api/v1/playlists?listener= with {covers: {id: address on this server}}, and
/// /api/v1/playlists/cover?listener=&playlist= with the picture, which a browser may keep for a day. Nothing
/// for any other path.
std::optional<Response> AnswerCovers(const Request& request, const CoverBackend& backend);

}  // namespace earprint::server
