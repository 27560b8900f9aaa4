#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "app/asker.hpp"
#include "app/data_folder.hpp"
#include "app/pipeline.hpp"
#include "app/stores/published_stores.hpp"
#include "metrics/publishing/metric_publisher.hpp"
#include "metrics/publishing/published_relations.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::app {

/// What is to be published where.
struct PublishWish {
  std::string url;                   ///< as WholeStoreUrl gives it: it is remembered, for forget
  std::string listener = {};         ///< empty: everyone
  std::string zone = {};             ///< that somebody asks for; empty: the house's
  std::chrono::seconds patience{0};  ///< for how long a store that fails is tried again
  std::stop_token cancel = {};
};

/// Who is told how publishing goes; any of them may be missing.
struct PublishObserver {
  std::function<void(const metrics::publishing::PublishProgress&)> on_progress = {};
  std::function<void(const metrics::publishing::PublishedReport&)> on_published = {};
  std::function<void(const std::string& listener)> on_forgotten = {};
  std::function<void(const base::Error&, std::chrono::milliseconds pause)> on_retry = {};
  /// It begins, from data of this version or a later one; once more whenever it was broken off.
  std::function<void(const std::string& data_version)> on_begin = {};
};

/// One go over the listeners of a folder, to one store.
class PublishPass {
 public:
  struct House {
    const DataFolder& folder;
    Pipeline& pipeline;
    Asker& asker;
    const std::string& default_tz;
  };

  /// Who is among `done` is left out, and who was published is added. `cancel` ends it early; all must
  /// outlive it.
  PublishPass(const House& house, const PublishWish& wish, const PublishObserver& observer,
              std::set<std::string>& done, std::stop_token cancel)
      : house_(house), wish_(wish), observer_(observer), done_(done), cancel_(std::move(cancel)) {}

  /// Errors: kInvalidInput the URL · kNotFound the listener · those of publisher and store · kRetryLater
  /// cancelled.
  base::Result<void> Run();

 private:
  base::Result<void> GoOn() const;
  base::Result<void> ForgetTheGone(const std::vector<std::string>& listeners);
  base::Result<void> PublishGroup(std::span<const std::string> group);

  const House house_;
  const PublishWish& wish_;
  const PublishObserver& observer_;
  std::set<std::string>& done_;
  const std::stop_token cancel_;
  std::vector<metrics::publishing::PublishedRelation> relations_;
  std::unique_ptr<ports::MetricStore> store_;
  std::unique_ptr<PublishedStores> published_;
};

}  // namespace earprint::app
