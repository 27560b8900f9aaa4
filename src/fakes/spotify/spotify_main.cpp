#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "fakes/spotify/fake_spotify.hpp"
#include "fakes/web_server.hpp"
#include "fakes/world/invented_world.hpp"

namespace {

using namespace earprint;  // the porch of the program

/// Serves until it is told to end. The world began some days ago, so that there is a past to read.
int Serve(std::uint16_t port, const std::string& profile_name, double speed, fakes::WorldOptions world,
          int past_days, std::int64_t track_ms, const std::vector<std::string>& redirect_uris) {
  const auto profile = fakes::ReadProfile(profile_name);
  if (!profile) {
    std::fprintf(stderr, "%s\n", profile.error().Text().c_str());
    return 2;
  }
  sigset_t endings;
  sigemptyset(&endings);
  sigaddset(&endings, SIGINT);
  sigaddset(&endings, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &endings, nullptr);
  fakes::FakeClock clock({world.from.value + past_days * base::kMsPerDay}, speed);
  fakes::SpotifySwitches switches;
  switches.profile = *profile;
  switches.seed = world.seed;
  switches.show.seed = world.seed;
  fakes::RegisteredApp app;
  if (!redirect_uris.empty()) app.redirect_uris = redirect_uris;
  fakes::SpotifyWorld invented = fakes::InventWorld(world);
  for (fakes::WorldTrack& track : invented.tracks) {
    if (track_ms > 0) track.duration_ms = track_ms;
  }
  fakes::FakeSpotify fake(std::move(invented), clock, switches, app);
  const auto server = fakes::WebServer::Start(
      [&fake](const fakes::WebRequest& request) { return fake.Answer(request); }, port);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().Text().c_str());
    return 1;
  }
  std::printf("%s\n", (*server)->address().c_str());
  std::fflush(stdout);
  int ending = 0;
  sigwait(&endings, &ending);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    CLI::App cli(
        "An invented Spotify on the loopback, for tests and the demo. Prints its address when it is ready.");
    std::uint16_t port = 0;
    std::string profile = "dev-new";
    double speed = 1;
    int past_days = 10;
    std::int64_t track_ms = 0;
    fakes::WorldOptions world;
    std::vector<std::string> redirect_uris;
    cli.add_option("--port", port, "0: any free one")->capture_default_str();
    cli.add_option("--profile", profile, "extended, dev-existing or dev-new")->capture_default_str();
    cli.add_option("--seed", world.seed, "of the world and of what befalls requests")->capture_default_str();
    cli.add_option("--speed", speed, "how fast the fake's time runs; 0 stands still")->capture_default_str();
    cli.add_option("--tracks", world.tracks, "about how many there are")->capture_default_str();
    cli.add_option("--listeners", world.listeners, "how many there are")->capture_default_str();
    cli.add_option("--days", world.days, "how long the listeners' scripts are")->capture_default_str();
    cli.add_option("--plays-a-day", world.plays_a_day, "of each listener")->capture_default_str();
    cli.add_option("--past-days", past_days, "how many of the days have passed already")
        ->capture_default_str();
    cli.add_option("--track-ms", track_ms, "how long every track is; 0: as invented")->capture_default_str();
    cli.add_option("--from-ms", world.from.value, "when the scripts begin, UTC")->capture_default_str();
    cli.add_option("--redirect-uri", redirect_uris, "a registered one (default: http://127.0.0.1/callback)");
    CLI11_PARSE(cli, argc, argv);
    return Serve(port, profile, speed, world, past_days, track_ms, redirect_uris);
  } catch (const std::exception& wrong) {
    std::fprintf(stderr, "earprint-fake-spotify: %s\n", wrong.what());
    return 1;
  }
}
