#include "adapters/file/folder_swap.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

namespace earprint::adapters {

using base::ErrorCode;
namespace fs = std::filesystem;

base::Result<void> FolderSwap::Rename(const std::string& from, const std::string& to) const {
  std::error_code failed;
  fs::rename(from, to, failed);
  if (failed)
    return base::Fail(ErrorCode::kRetryLater, "replace a folder", to, failed.message(), "check the disk");
  const int parent = ::open(fs::path(folder_).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = parent >= 0 && ::fsync(parent) == 0;
  if (parent >= 0) ::close(parent);
  if (!synced)
    return base::Fail(ErrorCode::kRetryLater, "replace a folder", to, "the disk refused", "check the disk");
  return {};
}

base::Result<bool> FolderSwap::Settle() {
  std::error_code failed;
  if (!fs::exists(GonePath(), failed)) {
    fs::remove_all(NextPath(), failed);
    if (failed) {
      return base::Fail(ErrorCode::kRetryLater, "remove a folder", NextPath(), failed.message(),
                        "check the disk");
    }
    return false;
  }
  if (!fs::exists(folder_, failed)) {
    if (auto renamed = Rename(NextPath(), folder_); !renamed) return std::unexpected(renamed.error());
  }
  return true;
}

base::Result<void> FolderSwap::Swap() {
  if (auto gone = Rename(folder_, GonePath()); !gone) return gone;
  if (auto come = Rename(NextPath(), folder_); !come) {
    (void)Rename(GonePath(), folder_);  // the first failure is the one to tell
    return come;
  }
  return {};
}

base::Result<void> FolderSwap::RemoveGone() {
  std::error_code failed;
  fs::remove_all(GonePath(), failed);
  if (failed) {
    return base::Fail(ErrorCode::kRetryLater, "remove a folder", GonePath(), failed.message(),
                      "check the disk");
  }
  return {};
}

}  // namespace earprint::adapters
