#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "adapters/sodium/vault_keys.hpp"
#include "app/catalogues/catalogue_desk.hpp"
#include "app/command.hpp"

namespace earprint::app {

namespace {

namespace kaggle = sources::kaggle;

constexpr auto kLookEvery = std::chrono::minutes(1);

/// One look; gives what a person should know.
std::string Look(const DataFolder& folder, ports::Importer& importer, const ports::Clock& clock,
                 const std::stop_token& stop) {
  adapters::FileStateStore states(folder.States());
  const auto followed = kaggle::CatalogueBook(states).Load();
  if (followed && followed->empty()) return "";
  adapters::ForbidCoreFiles();  // the token for Kaggle would lie in them
  auto desk = CatalogueDesk::Open(folder, importer, clock);
  // A command fetches just now: it is looked at again in a minute.
  if (!desk) return desk.error().code == base::ErrorCode::kConflict ? "" : desk.error().Text();
  (*desk)->follower().cancel = stop;
  const auto failed = (*desk)->follower().RefreshDue();
  if (!failed) return failed.error().Text();
  return failed->empty() ? "" : failed->front().Text();
}

}  // namespace

std::jthread KeepCatalogues(const DataFolder& folder, ports::Importer& importer, const ports::Clock& clock) {
  return std::jthread([folder, &importer, &clock](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    std::string told;
    while (!stop.stop_requested()) {
      const std::string trouble = Look(folder, importer, clock, stop);
      if (!stop.stop_requested() && !trouble.empty() && trouble != told) {
        fmt::print(stderr, "earprint: {}\n", trouble);
      }
      told = trouble;
      stopped.wait_for(lock, stop, kLookEvery, [] { return false; });
    }
  });
}

}  // namespace earprint::app
