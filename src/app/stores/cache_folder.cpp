#include "app/stores/cache_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <utility>

namespace earprint::app {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "earprint-store-";
constexpr int kTriesMax = 5;

/// Removes folders whose process is gone. One that has no lock is just being made.
void RemoveTheAbandoned(const std::string& parent) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(parent, failed)) {
    const DataFolder folder{entry.path().string(), {}};
    std::error_code ignored;
    if (!entry.path().filename().string().starts_with(kPrefix) || !fs::exists(folder.Lock(), ignored))
      continue;
    if (const auto lock = FolderLock::Take(folder)) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace

base::Result<std::unique_ptr<CacheFolder>> CacheFolder::Make(const std::string& parent) {
  RemoveTheAbandoned(parent);
  std::string name;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    name = (fs::path(parent) / (std::string(kPrefix) + "XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) break;
    const DataFolder folder{name, {}};
    auto lock = FolderLock::Take(folder);
    // Somebody who removes the abandoned may have come between the lock's file and the lock.
    if (lock && fs::exists(folder.Lock()))
      return std::unique_ptr<CacheFolder>(new CacheFolder(name, std::move(*lock)));
  }
  return base::Fail(base::ErrorCode::kRetryLater, "make a folder for temporary files", name,
                    "it cannot be made", "set TMPDIR to a folder that has room");
}

CacheFolder::~CacheFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace earprint::app
