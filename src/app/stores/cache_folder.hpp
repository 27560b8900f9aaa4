#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/data_folder.hpp"
#include "base/error.hpp"

namespace earprint::app {

/// A folder for temporary files, this process's alone, gone with it. What a process left that was killed goes
/// when the next one is made.
///
/// Effects: a folder below `parent` with a lock, which the kernel lets go when the process dies.
/// Errors:  kRetryLater it cannot be made.
class CacheFolder {
 public:
  static base::Result<std::unique_ptr<CacheFolder>> Make(const std::string& parent);
  ~CacheFolder();
  CacheFolder(const CacheFolder&) = delete;
  CacheFolder& operator=(const CacheFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  CacheFolder(std::string path, FolderLock lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  FolderLock lock_;
};

}  // namespace earprint::app
