#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <set>
#include <string>
#include <string_view>

#include "fakes/spotify/control_answers.hpp"
#include "fakes/spotify/fake_spotify.hpp"
#include "fakes/web_codec.hpp"

namespace earprint::fakes {

inline constexpr base::UtcMs kNoon{1'767'268'800'000};  // 2026-01-01T12:00:00Z
inline constexpr std::int64_t kMinuteMs = base::kMsPerMinute;

/// 22 times the same letter: an id that is easy to read.
inline std::string IdOf(char letter) { return std::string(22, letter); }

/// Two artists, two albums, four tracks of 200 s (the second plays as the first, the third is barred), an
/// episode, a local file, and two listeners who have heard nothing yet.
inline SpotifyWorld SmallWorld() {
  SpotifyWorld world;
  world.artists = {{IdOf('A'), "Arum", {"folk"}, 40, 1'000}, {IdOf('B'), "Birch", {}, 10, 5}};
  world.albums = {
      {.id = IdOf('C'), .name = "Clay", .artists = {0}, .tracks = {0, 1, 2}, .label = "L", .upc = "1"},
      {.id = IdOf('D'), .name = "Dew", .type = "single", .artists = {1}, .tracks = {3}, .upc = "2"}};
  world.tracks = {
      {.id = IdOf('1'), .name = "One", .isrc = "FR1", .artists = {0}, .features = WorldFeatures{}},
      {.id = IdOf('2'), .name = "Two", .isrc = "FR1", .artists = {0}, .plays_as = 0},
      {.id = IdOf('3'), .name = "Three", .isrc = "FR3", .artists = {0}, .is_barred = true},
      {.id = IdOf('4'), .name = "Four", .isrc = "FR4", .album = 1, .artists = {1}}};
  world.shows = {{IdOf('S'), "Talk", "Radio"}};
  world.episodes = {{.id = IdOf('E'), .name = "First"}};
  world.local_files = {{"An Artist", "", "Lullaby & Rain", 95'000}};
  world.listeners.resize(2);
  world.listeners[0].id = "anna";
  world.listeners[0].name = "Anna";
  world.listeners[0].account_id = "account-anna";
  world.listeners[0].email = "anna@example.org";
  world.listeners[1].id = "bruno";
  return world;
}

/// A question as a web server would hand it over.
inline WebRequest Question(const std::string& method, const std::string& target, std::string body = {}) {
  const std::size_t mark = std::min(target.find('?'), target.size());
  WebRequest request{.method = method, .target = target, .path = target.substr(0, mark)};
  if (mark < target.size()) request.query = ParseForm(std::string_view(target).substr(mark + 1));
  request.headers = {{"host", "127.0.0.1:80"}};
  request.body = std::move(body);
  return request;
}

/// A fake at noon, and a listener who has granted everything.
struct AskedFake {
  explicit AskedFake(Profile profile = Profile::kDevNew, SpotifyWorld world = SmallWorld())
      : fake(std::move(world), clock, SwitchesOf(profile)) {
    token = TokenFor("anna", AllScopes());
  }

  static SpotifySwitches SwitchesOf(Profile profile) {
    SpotifySwitches switches;
    switches.profile = profile;
    return switches;
  }

  std::string TokenFor(const std::string& listener, const std::set<std::string>& scopes) {
    const auto answer = boost::json::parse(fake.Mint(listener, scopes));
    return std::string(answer.at("access_token").as_string());
  }

  void Set(std::string_view switches) {
    const auto done = fake.Change(boost::json::parse(switches).as_object());
    ASSERT_TRUE(done) << done.error().Text();
  }

  /// Asks the API below /v1 with the listener's token.
  WebAnswer Ask(const std::string& method, const std::string& path, std::string body = {}) {
    WebRequest request = Question(method, "/v1" + path, std::move(body));
    request.headers.emplace_back("authorization", "Bearer " + token);
    return fake.Answer(request);
  }
  WebAnswer Get(const std::string& path) { return Ask("GET", path); }

  /// The body of an answer that must be a 200 (or 201).
  boost::json::value Read(const std::string& path) {
    const WebAnswer answer = Get(path);
    EXPECT_LT(answer.status, 300) << path << ": " << answer.body;
    return boost::json::parse(answer.body);
  }

  /// "403 Forbidden": the status and the message of a refusal.
  static std::string Told(const WebAnswer& answer) {
    const auto body = boost::json::parse(answer.body);
    EXPECT_EQ(body.at("error").at("status").as_int64(), answer.status);
    return std::to_string(answer.status) + " " + std::string(body.at("error").at("message").as_string());
  }
  std::string Refusal(const std::string& path) { return Told(Get(path)); }

  /// A whole play of a track that began some time before noon.
  void Hear(std::size_t track, std::int64_t before_noon_ms) {
    ASSERT_TRUE(fake.AddPlay(
        "anna", {.item = track, .started = {kNoon.value - before_noon_ms}, .played_ms = 200'000}));
  }

  FakeClock clock{kNoon};
  FakeSpotify fake;
  std::string token;
};

/// A value to compare one of JSON with.
template <typename T>
boost::json::value Said(const T& value) {
  return boost::json::value_from(value);
}

/// A text of JSON, for what must be one.
inline std::string TextOf(const boost::json::value& value) { return std::string(value.as_string()); }

}  // namespace earprint::fakes
