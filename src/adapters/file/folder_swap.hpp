#pragma once

#include <string>

#include "base/error.hpp"

namespace earprint::adapters {

/// Puts one folder in another's place, so that a kill at any moment leaves one or the other, whole.
///
/// Shape:   beside `folder`: `folder`.next is what will stand in its place, `folder`.gone what stood there.
class FolderSwap {
 public:
  explicit FolderSwap(std::string folder) : folder_(std::move(folder)) {}

  std::string NextPath() const { return folder_ + ".next"; }
  std::string GonePath() const { return folder_ + ".gone"; }

  /// Ends what a kill broke off: once Swap has begun it is done, else what was to come is removed. True where
  /// the folder has been replaced, and GonePath is there still. Errors: kRetryLater the disk.
  base::Result<bool> Settle();

  /// NextPath, which must be durable, takes the folder's place, which goes to GonePath. Errors: kRetryLater
  /// the disk; the folder is as it was.
  base::Result<void> Swap();

  /// Removes what Settle or Swap left in GonePath. Errors: kRetryLater the disk; Settle finds it again.
  base::Result<void> RemoveGone();

 private:
  base::Result<void> Rename(const std::string& from, const std::string& to) const;
  std::string folder_;
};

}  // namespace earprint::adapters
