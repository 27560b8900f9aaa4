#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "ports/clock.hpp"
#include "ports/importer.hpp"
#include "sources/kaggle/catalogue_book.hpp"
#include "sources/kaggle/kaggle_api.hpp"

namespace earprint::sources::kaggle {

/// Where downloads lie, by a name that is made of a catalogue's.
class PartShelf {
 public:
  virtual ~PartShelf() = default;
  virtual base::Result<std::unique_ptr<ports::PartFile>> Open(const std::string& name) = 0;
  virtual std::string PathOf(const std::string& name) const = 0;
  virtual void Remove(const std::string& name) = 0;
};

/// What a look for a new version came to.
struct RefreshOutcome {
  std::int64_t version = 0;
  std::optional<ports::ImportSummary>
      imported;  ///< nothing: the version was known already, and nothing was read
};

inline constexpr std::int64_t kRetryMs = 60 * base::kMsPerMinute;  ///< after a failure, if not told otherwise

/// Follows catalogues on Kaggle: fetches what is new, hands it to the import, and remembers the version.
///
/// Errors:  as KaggleApi and KaggleDownload · kInvalidInput none of its files is a catalogue · what the
///          import says.
/// Effects: may be killed at any moment and run again: a download goes on, an import is repeated, which
///          changes nothing. One user of a book at a time.
class CatalogueFollower {
 public:
  struct Hands {
    KaggleApi& api;
    ports::HttpClient& http;
    ports::StateStore& states;
    PartShelf& parts;
    ports::Importer& importer;
    const ports::Clock& clock;
  };
  explicit CatalogueFollower(Hands hands) : hands_(hands), book_(hands.states) {}

  ports::ImportObserver observer = {};
  std::function<void(std::uint64_t bytes, std::uint64_t total_bytes)> on_download = {};
  std::stop_token cancel = {};

  /// Follows a dataset from now on, and brings it in. What Kaggle does not have, or what is no catalogue, is
  /// not followed.
  base::Result<RefreshOutcome> Add(const KaggleName& name, const std::string& file);
  /// Looks for a new version, and brings it in.
  base::Result<RefreshOutcome> Refresh(FollowedCatalogue followed);
  /// Refreshes those whose time has come; gives what failed.
  base::Result<std::vector<base::Error>> RefreshDue();

  CatalogueBook& book() { return book_; }

 private:
  base::Result<RefreshOutcome> BringIn(FollowedCatalogue& followed);
  base::Result<ports::ImportSummary> Import(const FollowedCatalogue& followed);

  Hands hands_;
  CatalogueBook book_;
};

/// The name of a catalogue's download: a folder of its own, and in it a file with the catalogue's name.
std::string PartName(const FollowedCatalogue& followed);

}  // namespace earprint::sources::kaggle
