#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/utc_time.hpp"
#include "ports/state_store.hpp"
#include "sources/kaggle/kaggle_download.hpp"
#include "sources/kaggle/kaggle_name.hpp"

namespace earprint::sources::kaggle {

inline constexpr std::int64_t kEveryMsDefault = 7 * base::kMsPerDay;

/// A dataset, or one file of it, that is kept up to date.
struct FollowedCatalogue {
  KaggleName name;
  std::string file;                         ///< empty: all files
  std::int64_t version = 0;                 ///< what was imported last; 0: nothing yet
  std::int64_t every_ms = kEveryMsDefault;  ///< how often a server looks for a new one; 0: never
  base::UtcMs due_at;                       ///< when it looks next
  std::optional<PartNote> part = {};        ///< what lies on the disk of a download that is not over

  std::string Text() const { return name.Text() + (file.empty() ? "" : " (" + file + ")"); }
};

/// Remembers the catalogues that are followed, in the order in which they were added.
///
/// Errors:  as StateStore · kCorrupt the document is not what was saved.
class CatalogueBook {
 public:
  explicit CatalogueBook(ports::StateStore& states) : states_(states) {}

  base::Result<std::vector<FollowedCatalogue>> Load();
  /// Puts it in place of the one with the same name and file, or at the end.
  base::Result<void> Put(const FollowedCatalogue& followed);
  base::Result<void> Remove(const FollowedCatalogue& followed);

 private:
  base::Result<void> Save(const std::vector<FollowedCatalogue>& all);
  ports::StateStore& states_;
};

}  // namespace earprint::sources::kaggle
