#include "app/catalogues/reccobeats_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <mutex>

#include "adapters/curl/curl_http_client.hpp"
#include "app/command.hpp"

namespace earprint::app {

namespace reccobeats = sources::reccobeats;

namespace {

/// An agreement that was given or withdrawn by a command is noticed by then.
constexpr std::int64_t kLookEveryMs = base::kMsPerMinute;

/// What is told on stderr, each trouble once.
class Teller {
 public:
  void Tell(const std::string& trouble) {
    if (!trouble.empty() && trouble != told_) fmt::print(stderr, "earprint: {}\n", trouble);
    told_ = trouble;
  }

 private:
  std::string told_;
};

}  // namespace

ReccoBeatsDesk::ReccoBeatsDesk(Pipeline& pipeline)
    : wanted_(pipeline.engine()), http_(adapters::MakeWebClient("earprint/" EARPRINT_VERSION)) {}

base::Result<std::unique_ptr<ReccoBeatsDesk>> ReccoBeatsDesk::Open(Pipeline& pipeline,
                                                                   const ports::Clock& clock) {
  const char* const url = std::getenv("EARPRINT_RECCOBEATS_URL");
  std::unique_ptr<ReccoBeatsDesk> desk(new ReccoBeatsDesk(pipeline));
  auto api = reccobeats::ReccoBeatsApi::Make(
      *desk->http_, clock,
      url == nullptr || *url == '\0' ? std::string(reccobeats::kReccoBeatsUrl) : std::string(url));
  if (!api) return std::unexpected(api.error());
  desk->api_.emplace(std::move(*api));
  desk->asker_.emplace(reccobeats::SoundAsker::Hands{*desk->api_, desk->wanted_, pipeline, clock,
                                                     [&pipeline] { return pipeline.erasures(); }});
  return desk;
}

std::string WhatReccoBeatsIsSent() { return std::string(reccobeats::kWhatIsSent); }

base::Result<std::string> ReccoBeatsAgreedAt(const DataFolder& folder) {
  adapters::FileStateStore states(folder.States());
  auto given = reccobeats::Agreement(states).Given();
  if (!given) return std::unexpected(given.error());
  return *given ? base::FormatInstant(**given) : std::string();
}

base::Result<void> AgreeToReccoBeats(const DataFolder& folder, bool agrees, base::UtcMs now) {
  adapters::FileStateStore states(folder.States());
  reccobeats::Agreement agreement(states);
  return agrees ? agreement.Give(now) : agreement.Withdraw();
}

std::jthread KeepReccoBeats(const DataFolder& folder, Pipeline& pipeline, const ports::Clock& clock) {
  return std::jthread([folder, &pipeline, &clock](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    Teller teller;
    adapters::FileStateStore states(folder.States());
    std::unique_ptr<ReccoBeatsDesk> desk;
    while (!stop.stop_requested()) {
      std::int64_t wait_ms = kLookEveryMs;
      const auto agreed = reccobeats::Agreement(states).Given();
      if (agreed && *agreed && !desk) {
        auto opened = ReccoBeatsDesk::Open(pipeline, clock);
        if (!opened) teller.Tell(opened.error().Text());
        if (opened) desk = std::move(*opened);
      }
      // Nor what was wanted before, once somebody agrees again.
      if (agreed && !*agreed) desk.reset();
      if (desk && agreed && *agreed) {
        const base::UtcMs next = desk->asker().Work(stop);
        const auto& trouble = desk->asker().trouble();
        if (!stop.stop_requested()) teller.Tell(trouble ? trouble->Text() : "");
        wait_ms = std::clamp<std::int64_t>(next.value - clock.Now().value, 1, kLookEveryMs);
      }
      stopped.wait_for(lock, stop, std::chrono::milliseconds(wait_ms), [] { return false; });
    }
  });
}

}  // namespace earprint::app
