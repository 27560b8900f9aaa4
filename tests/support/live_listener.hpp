#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "fakes/fake_clock.hpp"
#include "fakes/world/invented_world.hpp"
#include "sources/spotify/sync/spotify_household.hpp"
#include "tests/support/fake_web.hpp"

namespace earprint::testing {

/// Every track of a world, until as many features were told.
class EveryTrack final : public ports::WantedFeatures {
 public:
  explicit EveryTrack(const fakes::SpotifyWorld& world) {
    for (const auto& track : world.tracks) ids_.push_back(track.id);
  }
  base::Result<std::vector<std::string>> Next(const Question& question) override {
    const std::size_t count = std::min(question.limit, ids_.size() - asked_);
    const auto begin = ids_.begin() + static_cast<std::ptrdiff_t>(asked_);
    asked_ += count;
    return std::vector(begin, begin + static_cast<std::ptrdiff_t>(count));
  }

 private:
  std::vector<std::string> ids_;
  std::size_t asked_ = 0;
};

/// A listener of the invented Spotify who is followed for days by the product's own client, as fast as the
/// machine can; what it learns goes to a sink.
class LiveListener {
 public:
  struct Options {
    std::string name = "ann";
    int days = 30, plays_a_day = 100;
  };

  LiveListener(const Options& options, ports::FactSink& sink)
      : options_(options), sink_(sink), fake_(world_, time_, Switches()), wanted_(world_) {
    http_.Answer([this](const ports::HttpRequest& request) {
      time_.Set(clock_.Now());
      return ToldByFake(fake_.Answer(AskedOfFake(request)));
    });
  }

  void Live() {
    clock_.now_ms = kBegin;
    auto household =
        spotify::SpotifyHousehold::Open({.client_id = fake_.app().client_id,
                                         .accounts_url = "https://accounts.spotify.example",
                                         .api_url = "http://api.spotify.example/v1"},
                                        {http_, states_, tokens_, sink_, clock_, dice_, &wanted_});
    ASSERT_TRUE(household) << household.error().Text();
    ASSERT_TRUE((*household)->SetRedirect("http://127.0.0.1:8300/callback"));
    const auto url = (*household)->BeginLogin(options_.name);
    ASSERT_TRUE(url) << url.error().Text();
    time_.Set(clock_.Now());
    const auto finished = (*household)->FinishLogin(AgreeAtFake(fake_, *url, "listener1"));
    ASSERT_TRUE(finished) << finished.error().Text();
    const std::int64_t end_ms = kBegin + options_.days * base::kMsPerDay;
    while (clock_.now_ms < end_ms)
      clock_.now_ms = std::max(clock_.now_ms + 1, (*household)->SyncOnce().value);
  }

  /// Plays of the script.
  std::size_t plays() const { return fake_.Truth("listener1").size(); }

 private:
  static constexpr std::int64_t kBegin = 1'610'000'000'000;  ///< 2021-01-07: after the histories there are

  static fakes::SpotifySwitches Switches() {
    fakes::SpotifySwitches switches;
    switches.profile = fakes::Profile::kExtended;
    switches.show = {
        .start_stamped_share = 0.1, .skipped_listed_share = 0.3, .lag_ms = 7 * base::kMsPerMinute, .seed = 1};
    switches.rotates_refresh = true;
    switches.playlist_change_share = 0.02;
    switches.failures = {{"500", 0.01},  {"503", 0.01},     {"cut", 0.02},   {"reset", 0.02},
                         {"rate", 0.01}, {"expired", 0.01}, {"stale", 0.02}, {"nothing", 0.01}};
    return switches;
  }

  Options options_;
  ports::FactSink& sink_;
  const fakes::SpotifyWorld world_ = fakes::InventWorld({.seed = 1,
                                                         .listeners = 1,
                                                         .from = {kBegin},
                                                         .days = options_.days,
                                                         .plays_a_day = options_.plays_a_day});
  fakes::FakeClock time_{{kBegin}};
  fakes::FakeSpotify fake_;
  EveryTrack wanted_;
  StoppedClock clock_;
  ScriptedHttp http_;
  MemoryStateStore states_;
  MemoryTokenStore tokens_;
  SeededRandom dice_;
};

}  // namespace earprint::testing
