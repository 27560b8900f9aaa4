#include "app/stores/publish_pass.hpp"

#include <algorithm>
#include <utility>

#include "app/stores/store_choice.hpp"
#include "base/embedded_file.hpp"
#include "metrics/publishing/slice_schema.hpp"

namespace earprint::app {

namespace {

namespace publishing = metrics::publishing;

}  // namespace

base::Result<void> PublishPass::GoOn() const {
  if (!cancel_.stop_requested()) return {};
  return base::Fail(base::ErrorCode::kRetryLater, "publish", store_->Place(), "it was broken off",
                    "publish again; what was sent is not sent twice");
}

/// Those who were published from here and are no more.
base::Result<void> PublishPass::ForgetTheGone(const std::vector<std::string>& listeners) {
  for (const std::string& listener : published_->ListenersAt(wish_.url)) {
    if (std::ranges::find(listeners, listener) != listeners.end()) continue;
    if (auto goes_on = GoOn(); !goes_on) return goes_on;
    auto forgotten = store_->Forget(listener);
    if (forgotten) forgotten = published_->Drop(wish_.url, listener);
    if (!forgotten) return forgotten;
    if (observer_.on_forgotten) observer_.on_forgotten(listener);
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
    if (auto goes_on = GoOn(); !goes_on) return goes_on;
    if (auto noted = published_->Note(wish_.url, listener); !noted) return noted;
    auto report = publisher.Publish(listener, *store_);
    if (!report) return std::unexpected(report.error());
    done_.insert(listener);
    if (observer_.on_published) observer_.on_published(*report);
  }
  return {};
}

base::Result<void> PublishPass::Run() {
  auto store = ChooseStore(wish_.url);
  if (!store) return std::unexpected(store.error());
  store_ = std::move(*store);
  // Parts are asked between two of them whether to go on; a server that does not answer is not waited for.
  const std::stop_callback break_off(cancel_, [this] { store_->BreakOff(); });
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
  std::erase_if(*listeners, [this](const std::string& listener) { return done_.contains(listener); });
  if (listeners->empty()) return {};
  // A store that is away says so before a history is copied for it.
  if (auto there = store_->State(listeners->front()); !there) return std::unexpected(there.error());
  auto groups = publishing::GroupForCopies(house_.pipeline.engine(), *listeners);
  if (!groups) return std::unexpected(groups.error());
  for (const std::vector<std::string>& group : *groups) {
    if (auto goes_on = GoOn(); !goes_on) return goes_on;
    if (auto done = PublishGroup(group); !done) return done;
  }
  return {};
}

}  // namespace earprint::app
