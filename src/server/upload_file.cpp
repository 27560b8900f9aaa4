#include "server/upload_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace earprint::server {

namespace {
constexpr std::string_view kPrefix = "upload-";
constexpr std::string_view kHint = "make room on the disk, then import again";
}  // namespace

base::Result<UploadFile> UploadFile::Make(const std::string& folder, std::uint64_t bytes_expected) {
  std::error_code failed;
  const auto space = std::filesystem::space(folder, failed);
  if (!failed && space.available < bytes_expected) {
    return base::Fail(base::ErrorCode::kRetryLater, "keep upload", "", "the disk has not enough room for it",
                      std::string(kHint));
  }
  std::string path = folder + "/" + std::string(kPrefix) + "XXXXXX";
  const int descriptor = ::mkostemp(path.data(), O_CLOEXEC);  // for its owner only, under a name of its own
  if (descriptor < 0) {
    return base::Fail(base::ErrorCode::kRetryLater, "keep upload", "", std::strerror(errno),
                      std::string(kHint));
  }
  return UploadFile(std::move(path), descriptor);
}

UploadFile::UploadFile(UploadFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

UploadFile::~UploadFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(path_.c_str());
}

base::Result<void> UploadFile::Append(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return base::Fail(base::ErrorCode::kRetryLater, "keep upload", "", std::strerror(errno),
                        std::string(kHint));
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

void RemoveOldUploads(const std::string& folder) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    std::error_code ignored;
    if (entry.path().filename().string().starts_with(kPrefix)) std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace earprint::server
