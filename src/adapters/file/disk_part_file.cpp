#include "adapters/file/disk_part_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace earprint::adapters {

namespace {

constexpr std::size_t kPieceBytes = 256 << 10;

base::Failure Refused(const std::string& path) {
  const bool is_full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  return base::Fail(base::ErrorCode::kRetryLater, "keep a download", path, std::strerror(errno),
                    is_full ? "make room on this disk, or choose another with --data, and run it again: what "
                              "came already is kept"
                            : "look at the folder's owner");
}

class DiskPartFile final : public ports::PartFile {
 public:
  DiskPartFile(std::string path, int file, std::uint64_t size_bytes)
      : path_(std::move(path)), file_(file), size_bytes_(size_bytes) {}
  ~DiskPartFile() override { ::close(file_); }
  DiskPartFile(const DiskPartFile&) = delete;
  DiskPartFile& operator=(const DiskPartFile&) = delete;

  std::uint64_t size_bytes() const override { return size_bytes_; }

  base::Result<void> Append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(size_bytes_));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return Refused(path_);
      size_bytes_ += static_cast<std::uint64_t>(written);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  base::Result<void> Clear() override {
    if (::ftruncate(file_, 0) != 0) return Refused(path_);
    size_bytes_ = 0;
    return {};
  }

  base::Result<void> ReadAll(const std::function<void(std::string_view)>& take) override {
    std::string piece(kPieceBytes, '\0');
    for (std::uint64_t at = 0;;) {
      const ssize_t read = ::pread(file_, piece.data(), piece.size(), static_cast<off_t>(at));
      if (read < 0 && errno == EINTR) continue;
      if (read < 0) return Refused(path_);
      if (read == 0) return {};
      take(std::string_view(piece).substr(0, static_cast<std::size_t>(read)));
      at += static_cast<std::uint64_t>(read);
    }
  }

 private:
  std::string path_;
  int file_;
  std::uint64_t size_bytes_;
};

}  // namespace

base::Result<std::unique_ptr<ports::PartFile>> OpenPartFile(const std::string& path) {
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return Refused(path);
  struct stat told{};
  if (::fstat(file, &told) != 0) {
    const auto refused = Refused(path);
    ::close(file);
    return refused;
  }
  return std::make_unique<DiskPartFile>(path, file, static_cast<std::uint64_t>(told.st_size));
}

}  // namespace earprint::adapters
