#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/spotify/fake_spotify.hpp"
#include "ports/fact_sink.hpp"
#include "ports/wanted_features.hpp"
#include "tests/support/fake_web.hpp"
#include "tests/support/lossy_sink.hpp"
#include "tests/support/spotify_room.hpp"
#include "tests/support/told_month.hpp"

namespace earprint::testing {

/// Thrown where a kill meets the client: nothing after it happens.
struct Killed {};

/// Kills at the next thing that is sent, kept or given away, or at one soon after.
class Killer {
 public:
  explicit Killer(unsigned seed) : random_(seed) {}
  void Arm() { ++armed_; }
  void Meet() {
    if (armed_ == 0 || random_() % 5 != 0) return;
    --armed_;
    throw Killed();
  }

 private:
  std::mt19937 random_;
  int armed_ = 0;  ///< kills that are to come
};

/// The invented Spotify as a client's web, with what came through noted.
class Wire {
 public:
  Wire(fakes::FakeSpotify& fake, fakes::FakeClock& time, StoppedClock& clock, Killer& killer,
       std::vector<ScriptedPlay>& script)
      : fake_(fake), time_(time), clock_(clock), killer_(killer), script_(script) {}

  base::Result<ports::HttpAnswer> Send(const ports::HttpRequest& request) {
    killer_.Meet();
    time_.Set(clock_.Now());
    const fakes::WebRequest asked = AskedOfFake(request);
    const fakes::WebAnswer answer = fake_.Answer(asked);
    auto came = ToldByFake(answer, request, clock_);
    if (!came) return came;
    killer_.Meet();
    if (answer.status != 200 || answer.cut_after_bytes) return came;
    Note(asked.path, answer.body, time_.Now().value - fake_.LastAgeMs());
    return came;
  }

  /// What the list showed was kept by the client, or died with it.
  void KeepListed() { unkept_.clear(); }
  void DropListed() {
    for (ScriptedPlay* play : unkept_) play->was_shown = false;
    unkept_.clear();
  }

 private:
  void Note(const std::string& path, const std::string& body, std::int64_t true_at_ms) {
    if (path == "/v1/me/player") {
      // One thing plays at a time: the last that began.
      auto next = std::ranges::upper_bound(script_, true_at_ms, {}, &ScriptedPlay::started_ms);
      if (next == script_.begin() || true_at_ms >= std::prev(next)->ended_ms) return;
      ScriptedPlay& play = *std::prev(next);
      if (play.first_seen_ms == 0) play.first_seen_ms = true_at_ms;
      if (play.last_seen_ms > 0) play.unseen_ms = std::max(play.unseen_ms, true_at_ms - play.last_seen_ms);
      play.last_seen_ms = std::max(play.last_seen_ms, true_at_ms);
    } else if (path == "/v1/me/player/recently-played") {
      if (listed_.empty()) {
        for (ScriptedPlay& play : script_) {
          if (play.is_listed) listed_.emplace(play.played_at_ms, &play);
        }
      }
      constexpr std::string_view kStamp = "\"played_at\":\"";
      for (std::size_t at = body.find(kStamp); at != std::string::npos; at = body.find(kStamp, at + 1)) {
        const std::size_t begin = at + kStamp.size();
        const auto stamp =
            base::ParseInstant(std::string_view(body).substr(begin, body.find('"', begin) - begin));
        ASSERT_TRUE(stamp);
        const auto [first, last] = listed_.equal_range(stamp->at.value);
        std::for_each(first, last, [this](const auto& each) {
          if (!each.second->was_shown) unkept_.push_back(each.second);
          each.second->was_shown = true;
        });
      }
    }
  }

  fakes::FakeSpotify& fake_;
  fakes::FakeClock& time_;
  StoppedClock& clock_;
  Killer& killer_;
  std::vector<ScriptedPlay>& script_;
  std::multimap<std::int64_t, ScriptedPlay*> listed_;  ///< by their stamps
  std::vector<ScriptedPlay*> unkept_;                  ///< first shown by the list since the client kept any
};

/// Documents that outlive the client; a kill may come before one is kept, or after.
class MortalStates final : public ports::StateStore {
 public:
  explicit MortalStates(Killer& killer) : killer_(killer) {}
  base::Result<std::optional<std::string>> Load(const std::string& name) override { return kept_.Load(name); }
  base::Result<void> Save(const std::string& name, std::string_view document) override {
    killer_.Meet();
    auto saved = kept_.Save(name, document);
    killer_.Meet();
    return saved;
  }
  base::Result<void> Remove(const std::string& name) override { return kept_.Remove(name); }
  base::Result<std::vector<std::string>> Names() override { return kept_.Names(); }

 private:
  Killer& killer_;
  MemoryStateStore kept_;
};

/// A sink that a kill may meet before it takes anything, or after.
class MortalSink final : public ports::FactSink {
 public:
  MortalSink(ports::FactSink& sink, Killer& killer) : sink_(sink), killer_(killer) {}
  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string& kind,
                                        const std::string& listener) override {
    killer_.Meet();
    auto taken = sink_.Take(std::move(batch), kind, listener);
    killer_.Meet();
    return taken;
  }

 private:
  ports::FactSink& sink_;
  Killer& killer_;
};

/// Every track of the world, until features of as many were told.
class AllTracks final : public ports::WantedFeatures {
 public:
  AllTracks(std::vector<std::string> ids, LossySink& sink) : ids_(std::move(ids)), sink_(sink) {}
  base::Result<std::vector<std::string>> Next(const Question& question) override {
    if (sink_.taken["audio features"] >= ids_.size()) return std::vector<std::string>();
    return std::vector(ids_.begin(),
                       ids_.begin() + static_cast<std::ptrdiff_t>(std::min(ids_.size(), question.limit)));
  }

 private:
  std::vector<std::string> ids_;
  LossySink& sink_;
};

}  // namespace earprint::testing
