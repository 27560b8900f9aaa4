#include "app/stores/publish_pass.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "app/stores/store_choice.hpp"
#include "base/embedded_file.hpp"
#include "metrics/publishing/slice_schema.hpp"

namespace earprint::app {

namespace {

namespace publishing = metrics::publishing;
using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kFirstPause{500}, kPauseMax{15'000};

/// False where it was ended early.
bool Rest(std::chrono::milliseconds pause, const std::stop_token& cancel) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, cancel, pause, [] { return false; });
  return !cancel.stop_requested();
}

}  // namespace

/// Does it until it is done, fails for good, or has failed for too long.
base::Result<void> PublishPass::Patiently(const std::function<base::Result<void>()>& work) const {
  const auto end = SteadyClock::now() + wish_.patience;
  for (auto pause = kFirstPause;; pause = std::min(pause * 2, kPauseMax)) {
    auto done = work();
    if (done || cancel_.stop_requested()) return done;
    const base::ErrorCode code = done.error().code;
    const bool may_pass = code == base::ErrorCode::kRetryLater || code == base::ErrorCode::kConflict;
    if (!may_pass || SteadyClock::now() + pause > end) return done;
    if (observer_.on_retry) observer_.on_retry(done.error(), pause);
    if (!Rest(pause, cancel_)) return done;
  }
}

/// Those who were published from here and are no more.
base::Result<void> PublishPass::ForgetTheGone(const std::vector<std::string>& listeners) {
  for (const PublishedStores::Store& each : std::vector(published_->all())) {
    if (each.url != wish_.url) continue;
    for (const std::string& listener : each.listeners) {
      if (std::ranges::find(listeners, listener) != listeners.end()) continue;
      auto forgotten = Patiently([&] { return store_->Forget(listener); });
      if (forgotten) forgotten = published_->Drop(each.url, listener);
      if (!forgotten) return forgotten;
      if (observer_.on_forgotten) observer_.on_forgotten(listener);
    }
  }
  return {};
}

/// Listeners whose rows are copied together. One alone is copied by the publisher.
base::Result<void> PublishPass::PublishGroup(std::span<const std::string> group) {
  std::unique_ptr<publishing::SliceSchema> copy;
  if (group.size() > 1) {
    auto copied = publishing::SliceSchema::Copy(house_.pipeline.engine(), EnginePrelude(), group);
    if (!copied) return std::unexpected(copied.error());
    copy = std::move(*copied);
  }
  publishing::MetricPublisher publisher({.engine = copy ? copy->engine() : house_.pipeline.engine(),
                                         .catalogue = house_.asker.catalogue(),
                                         .relations = relations_,
                                         .prelude = EnginePrelude(),
                                         .default_tz = house_.default_tz,
                                         .scratch_folder = house_.folder.Publishing()});
  publisher.on_progress = observer_.on_progress;
  publisher.cancel = cancel_;
  for (const std::string& listener : group) {
    if (auto noted = published_->Note(wish_.url, listener); !noted) return noted;
    auto done = Patiently([&]() -> base::Result<void> {
      auto report = publisher.Publish(listener, *store_);
      if (!report) return std::unexpected(report.error());
      if (observer_.on_published) observer_.on_published(*report);
      return {};
    });
    if (!done) return done;
  }
  return {};
}

base::Result<void> PublishPass::Run() {
  auto store = ChooseStore(wish_.url);
  if (!store) return std::unexpected(store.error());
  store_ = std::move(*store);
  auto relations = publishing::LoadPublishedRelations(base::sql_files());
  if (!relations) return std::unexpected(relations.error());
  relations_ = std::move(*relations);
  auto published = PublishedStores::Open(house_.folder);
  if (!published) return std::unexpected(published.error());
  published_ = std::move(*published);
  auto listeners = house_.asker.answerer().Listeners();
  if (!listeners) return std::unexpected(listeners.error());
  if (auto gone = ForgetTheGone(*listeners); !gone) return gone;
  if (!wish_.listener.empty()) {
    auto chosen = house_.asker.ListenerOr(wish_.listener);
    if (!chosen) return std::unexpected(chosen.error());
    listeners = std::vector{*chosen};
  }
  auto groups = publishing::GroupForCopies(house_.pipeline.engine(), *listeners);
  if (!groups) return std::unexpected(groups.error());
  for (const std::vector<std::string>& group : *groups) {
    if (auto done = PublishGroup(group); !done) return done;
  }
  return {};
}

}  // namespace earprint::app
