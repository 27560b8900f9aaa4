#include "fakes/demo/demo_spotify.hpp"

#include <utility>

#include "fakes/world/invented_world.hpp"
#include "sources/demo/demo_random.hpp"

namespace earprint::fakes {

namespace {

/// What lies behind is in the list of recent plays; what lies ahead is as long as a demo may run.
constexpr std::int64_t kBehindMs = 90 * base::kMsPerMinute, kAheadMs = 2 * base::kMsPerDay;
/// The first track ends this soon, so that a change is seen.
constexpr std::int64_t kFirstEndMs = 25'000;

/// A track that the demo's catalogues have features of.
std::size_t AnyTrack(const sources::DemoCatalogue& catalogue, sources::DemoRandom& random) {
  for (;;) {
    const std::size_t place = random.Below(catalogue.tracks().size());
    const sources::DemoTrack& track = catalogue.tracks()[place];
    if (track.has_id_witness && track.is_analysed) return place;
  }
}

void WriteScript(const sources::DemoCatalogue& catalogue, std::uint64_t seed, base::UtcMs now,
                 const SpotifyWorld& world, WorldListener& listener) {
  sources::DemoRandom random(seed, "live");
  std::int64_t at_ms = now.value - kBehindMs;
  bool is_first = true;
  while (at_ms < now.value + kAheadMs) {
    ScriptPlay play;
    play.item = AnyTrack(catalogue, random);
    const std::int64_t length_ms = world.tracks[play.item].duration_ms;
    if (is_first && at_ms + length_ms > now.value) {  // so placed that it ends when it should
      at_ms = now.value + kFirstEndMs - length_ms;
      is_first = false;
    }
    play.started = {at_ms};
    const bool is_skipped = random.Chance(0.12);
    play.played_ms = is_skipped ? std::min<std::int64_t>(length_ms, 20'000) : length_ms;
    if (is_skipped) play.ending = PlayEnding::kSkipped;
    play.device = "Living room";
    play.device_type = "Speaker";
    play.context = "spotify:album:" + world.albums[world.tracks[play.item].album].id;
    at_ms += play.played_ms;
    listener.script.Add(std::move(play));
  }
}

}  // namespace

DemoSpotify::DemoSpotify(SpotifyWorld world, base::UtcMs now)
    : clock_(now, 1), spotify_(std::move(world), clock_) {}

base::Result<std::unique_ptr<DemoSpotify>> DemoSpotify::Start(const sources::DemoCatalogue& catalogue,
                                                              std::uint64_t seed, base::UtcMs now) {
  SpotifyWorld world = InventWorld(
      {.seed = seed, .listeners = 1, .from = {now.value - 30 * base::kMsPerDay}, .days = 0}, catalogue);
  WriteScript(catalogue, seed, now, world, world.listeners.front());
  std::unique_ptr<DemoSpotify> demo(new DemoSpotify(std::move(world), now));
  auto server = WebServer::Start(
      [&spotify = demo->spotify_](const WebRequest& request) { return spotify.Answer(request); });
  if (!server) return std::unexpected(server.error());
  demo->server_ = std::move(*server);
  return demo;
}

std::string DemoSpotify::AgreeTo(const std::string& login_url) {
  const std::string query = login_url.substr(login_url.find('?') + 1);
  const WebAnswer agreed = spotify_.Answer({.method = "POST",
                                            .target = "/authorize?" + query,
                                            .path = "/authorize",
                                            .query = ParseForm(query),
                                            .headers = {},
                                            .body = "listener=listener1&decision=agree"});
  const std::string back = Find(agreed.headers, "location").value_or("?");
  return back.substr(back.find('?') + 1);
}

}  // namespace earprint::fakes
