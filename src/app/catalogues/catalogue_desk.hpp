#pragma once

#include <memory>
#include <optional>

#include "adapters/file/file_state_store.hpp"
#include "app/data_folder.hpp"
#include "ports/clock.hpp"
#include "sources/kaggle/catalogue_follower.hpp"

namespace earprint::app {

/// The follower of catalogues over this data folder, with the credentials that the environment has now.
///
/// Effects: holds the folder of downloads for this process until it is destroyed.
class CatalogueDesk {
 public:
  /// Errors: kConflict another process fetches catalogues · kInvalidInput credentials or an address that
  ///         cannot be used.
  static base::Result<std::unique_ptr<CatalogueDesk>> Open(const DataFolder& folder,
                                                           ports::Importer& importer,
                                                           const ports::Clock& clock);
  sources::kaggle::CatalogueFollower& follower() { return *follower_; }

 private:
  CatalogueDesk(const DataFolder& folder, FolderLock lock);

  FolderLock lock_;
  adapters::FileStateStore states_;
  std::unique_ptr<sources::kaggle::PartShelf> parts_;
  std::unique_ptr<ports::HttpClient> http_;
  std::optional<sources::kaggle::KaggleApi> api_;
  std::unique_ptr<sources::kaggle::CatalogueFollower> follower_;
};

}  // namespace earprint::app
