#include "app/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace earprint::app {

namespace {
std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}
}  // namespace

DataFolder ChooseDataFolder(const std::string& option) {
  std::string path = option.empty() ? Environment("EARPRINT_DATA") : option;
  if (path.empty()) {
    const std::string xdg = Environment("XDG_DATA_HOME");
    path = (xdg.empty() ? Environment("HOME") + "/.local/share" : xdg) + "/earprint";
  }
  // Absolute and normal, because SQL is allowed to read below exactly this path.
  return {std::filesystem::absolute(path).lexically_normal().string(), {}};
}

base::Result<FolderLock> FolderLock::Take(const DataFolder& folder) {
  std::error_code failed;
  const bool made = std::filesystem::create_directories(folder.path, failed);
  if (failed)
    return base::Fail(base::ErrorCode::kRetryLater, "open the data folder", folder.path, failed.message());
  if (made) std::filesystem::permissions(folder.path, std::filesystem::perms::owner_all, failed);
  const int descriptor = ::open(folder.Lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return base::Fail(base::ErrorCode::kRetryLater, "open the data folder", folder.path,
                      std::strerror(errno));
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    return base::Fail(
        base::ErrorCode::kConflict, "open the data folder", folder.path, "another earprint uses it",
        "wait for the other import to end; while a server runs, commands reach it by themselves");
  }
  return FolderLock(descriptor);
}

base::Result<std::optional<FolderLock>> FolderLock::TakeLogins(const DataFolder& folder) {
  if (folder.logins.empty()) return std::nullopt;
  auto lock = Take({folder.logins, {}});
  if (lock) return std::optional(std::move(*lock));
  base::Error error = std::move(lock).error();
  error.op = "open the folder of logins";
  if (error.code == base::ErrorCode::kConflict)
    error.hint = "end the other one; --share on both has each listener followed by one of them";
  return std::unexpected(std::move(error));
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace earprint::app
