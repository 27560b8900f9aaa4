#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "app/asker.hpp"
#include "app/data_folder.hpp"
#include "app/pipeline.hpp"
#include "app/stores/publish_desk.hpp"
#include "app/stores/published_stores.hpp"
#include "metrics/publishing/published_relations.hpp"

namespace earprint::app {

/// One go over the listeners of a folder, to one store.
class PublishPass {
 public:
  struct House {
    const DataFolder& folder;
    Pipeline& pipeline;
    Asker& asker;
    const std::string& default_tz;
  };

  /// `cancel` ends it early; all must outlive it.
  PublishPass(const House& house, const PublishWish& wish, const PublishObserver& observer,
              std::stop_token cancel)
      : house_(house), wish_(wish), observer_(observer), cancel_(std::move(cancel)) {}

  /// Errors: as PublishDesk::Publish.
  base::Result<void> Run();

 private:
  base::Result<void> Patiently(const std::function<base::Result<void>()>& work) const;
  base::Result<void> ForgetTheGone(const std::vector<std::string>& listeners);
  base::Result<void> PublishGroup(std::span<const std::string> group);

  const House house_;
  const PublishWish& wish_;
  const PublishObserver& observer_;
  const std::stop_token cancel_;
  std::vector<metrics::publishing::PublishedRelation> relations_;
  std::unique_ptr<ports::MetricStore> store_;
  std::unique_ptr<PublishedStores> published_;
};

}  // namespace earprint::app
