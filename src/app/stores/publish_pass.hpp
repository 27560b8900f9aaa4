#pragma once

#include <chrono>
#include <cstddef>
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
#include "app/stores/store_choice.hpp"
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

/// Whether a failure to publish a listener says nothing of the next one: else the store is away, is full or
/// lets nobody in.
bool IsListenersOwn(base::ErrorCode code);

/// One go over the listeners of a folder, to one store.
///
/// Shape:   who cannot be published holds up nobody else; a failure that is the store's ends it.
class PublishPass {
 public:
  using OpenStore = std::function<base::Result<std::unique_ptr<ports::MetricStore>>(const std::string& url)>;
  struct House {
    const DataFolder& folder;
    Pipeline& pipeline;
    Asker& asker;
    const std::string& default_tz;
    OpenStore open_store = ChooseStore;
  };

  /// Who is among `done` is left out, and who was published is added. `cancel` ends it early; all must
  /// outlive it.
  PublishPass(const House& house, const PublishWish& wish, const PublishObserver& observer,
              std::set<std::string>& done, std::stop_token cancel)
      : house_(house), wish_(wish), observer_(observer), done_(done), cancel_(std::move(cancel)) {}

  /// Errors: kInvalidInput the URL · kNotFound the listener · those of publisher and store · kRetryLater
  ///         cancelled. Of several listeners that failed the first is told, and how many there are; one whose
  ///         failure may pass comes before the others.
  base::Result<void> Run();

 private:
  base::Result<void> GoOn() const;
  base::Result<void> GoOnAfter(base::Error failure);
  base::Result<void> Sum() const;
  base::Result<void> ForgetTheGone(const std::vector<std::string>& listeners);
  base::Result<void> PublishGroup(std::span<const std::string> group);

  const House house_;
  const PublishWish& wish_;
  const PublishObserver& observer_;
  std::set<std::string>& done_;
  const std::stop_token cancel_;
  std::size_t tried_ = 0;              ///< listeners, those who are done among them
  std::vector<base::Error> failures_;  ///< of listeners, each their own
  std::vector<metrics::publishing::PublishedRelation> relations_;
  std::unique_ptr<ports::MetricStore> store_;
  std::unique_ptr<PublishedStores> published_;
};

}  // namespace earprint::app
