#include "app/stores/publish_pass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/embedded_file.hpp"
#include "metrics/publishing/slice_schema.hpp"

namespace earprint::app {

namespace {

namespace publishing = metrics::publishing;

}  // namespace

bool IsListenersOwn(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::kInvalidInput:
    case base::ErrorCode::kConflict:  // somebody else publishes the same one
    case base::ErrorCode::kCorrupt:
    case base::ErrorCode::kUnsupported:
      return true;
    case base::ErrorCode::kNotFound:
    case base::ErrorCode::kUnauthorized:
    case base::ErrorCode::kRetryLater:
      return false;
  }
  return false;
}

base::Result<void> PublishPass::GoOn() const {
  if (!cancel_.stop_requested()) return {};
  return base::Fail(base::ErrorCode::kRetryLater, "publish", store_->Place(), "it was broken off",
                    "publish again; what was sent is not sent twice");
}

/// Keeps a listener's failure for the end; ends with one that all others would meet too.
base::Result<void> PublishPass::GoOnAfter(base::Error failure) {
  if (cancel_.stop_requested() || !IsListenersOwn(failure.code)) return std::unexpected(std::move(failure));
  failures_.push_back(std::move(failure));
  return {};
}

base::Result<void> PublishPass::Sum() const {
  if (failures_.empty()) return {};
  const auto passing = std::ranges::find(failures_, base::ErrorCode::kConflict, &base::Error::code);
  base::Error told = passing == failures_.end() ? failures_.front() : *passing;
  if (tried_ > 1)
    told.cause += fmt::format("; {} of {} listeners could not be published", failures_.size(), tried_);
  return std::unexpected(std::move(told));
}

/// Those who were published from here and are no more.
base::Result<void> PublishPass::ForgetTheGone(const std::vector<std::string>& listeners) {
  for (const std::string& listener : published_->ListenersAt(wish_.url)) {
    if (std::ranges::find(listeners, listener) != listeners.end()) continue;
    if (auto goes_on = GoOn(); !goes_on) return goes_on;
    ++tried_;
    if (auto forgotten = store_->Forget(listener); !forgotten) {
      if (auto goes_on = GoOnAfter(std::move(forgotten.error()).Within("forget " + listener)); !goes_on)
        return goes_on;
      continue;
    }
    if (auto dropped = published_->Drop(wish_.url, listener); !dropped) return dropped;
    if (observer_.on_forgotten) observer_.on_forgotten(listener);
  }
  return {};
}

/// Listeners whose rows are copied together. One alone is copied by the publisher, and so is each where one
/// of them spoils the copy.
base::Result<void> PublishPass::PublishGroup(std::span<const std::string> group) {
  std::unique_ptr<publishing::SliceSchema> copy;
  if (group.size() > 1) {
    auto copied = publishing::SliceSchema::Copy(house_.pipeline.engine(), EnginePrelude(), group);
    if (copied) {
      copy = std::move(*copied);
    } else if (!IsListenersOwn(copied.error().code)) {
      return std::unexpected(copied.error());
    }
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
    if (!report) {
      if (auto goes_on_after = GoOnAfter(std::move(report.error())); !goes_on_after) return goes_on_after;
      continue;
    }
    done_.insert(listener);
    if (observer_.on_published) observer_.on_published(*report);
  }
  return {};
}

base::Result<void> PublishPass::Run() {
  auto store = house_.open_store(wish_.url);
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
  tried_ += listeners->size();
  std::erase_if(*listeners, [this](const std::string& listener) { return done_.contains(listener); });
  if (listeners->empty()) return Sum();
  // A store that is away says so before a history is copied for it.
  if (auto there = store_->State(listeners->front()); !there && !IsListenersOwn(there.error().code))
    return std::unexpected(there.error());
  auto groups = publishing::GroupForCopies(house_.pipeline.engine(), *listeners);
  if (!groups) return std::unexpected(groups.error());
  for (const std::vector<std::string>& group : *groups) {
    if (auto goes_on = GoOn(); !goes_on) return goes_on;
    if (auto done = PublishGroup(group); !done) return done;
  }
  return Sum();
}

}  // namespace earprint::app
