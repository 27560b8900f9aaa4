#pragma once

#include <memory>
#include <string>

#include "base/error.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/spotify/fake_spotify.hpp"
#include "fakes/web_server.hpp"
#include "sources/demo/demo_catalogue.hpp"

namespace earprint::fakes {

/// An invented Spotify for the demo, in which the demo's listener plays one track after another, now.
///
/// Effects: serves on the loopback until it is destroyed.
class DemoSpotify {
 public:
  /// Errors: kConflict no port is free.
  static base::Result<std::unique_ptr<DemoSpotify>> Start(const sources::DemoCatalogue& catalogue,
                                                          std::uint64_t seed, base::UtcMs now);

  std::string address() const { return server_->address(); }
  const std::string& client_id() const { return spotify_.app().client_id; }

  /// What the login page comes back with when the demo's listener agrees, without being asked: the query of
  /// the redirect.
  std::string AgreeTo(const std::string& login_url);

 private:
  DemoSpotify(SpotifyWorld world, base::UtcMs now);

  FakeClock clock_;
  FakeSpotify spotify_;
  std::unique_ptr<WebServer> server_;
};

}  // namespace earprint::fakes
