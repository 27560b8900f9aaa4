#pragma once

#include <map>
#include <string>

#include "ports/http_client.hpp"
#include "ports/state_store.hpp"

namespace earprint::sources::spotify {

struct Picture {
  std::string content_type;  ///< image/jpeg, image/png or image/webp
  std::string bytes;
};

/// The covers of a listener's playlists. Where they are is known from the last listing; nothing of them is
/// stored here: Spotify's terms allow to keep pictures for a while only.
///
/// Errors:  kNotFound no such list, or it has no cover · kCorrupt what is there is no picture, or is
///          elsewhere than at Spotify · kRetryLater it cannot be reached.
/// Effects: Fetch is one GET without a token. Thread-safe.
class PlaylistCovers {
 public:
  /// `api_url`: pictures of its host are taken too, for an invented Spotify.
  PlaylistCovers(ports::HttpClient& http, ports::StateStore& states, const std::string& api_url);

  /// The lists that have one, by their ids. Errors: those of the state store.
  base::Result<std::map<std::string, std::string>> Addresses(const std::string& listener) const;
  base::Result<Picture> Fetch(const std::string& listener, const std::string& playlist_id) const;

 private:
  bool IsAllowed(const std::string& url) const;

  ports::HttpClient& http_;
  ports::StateStore& states_;
  std::string own_host_;  ///< "http://127.0.0.1:1234/", with the slash
};

}  // namespace earprint::sources::spotify
