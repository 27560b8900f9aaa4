#pragma once

#include <string>
#include <vector>

namespace earprint::sources::spotify {

/// The application that a listener allows to read: registered by whoever runs this, and asked for by its
/// public id.
struct SpotifyApp {
  std::string client_id;
  std::string accounts_url = "https://accounts.spotify.com";
  std::string api_url = "https://api.spotify.com/v1";
  std::vector<std::string> scopes = {
      "user-read-recently-played",
      "user-read-currently-playing",
      "user-read-playback-state",
      "playlist-read-private",
      "playlist-read-collaborative",
      "user-library-read",
      "user-top-read",
      "user-follow-read",
  };
};

}  // namespace earprint::sources::spotify
