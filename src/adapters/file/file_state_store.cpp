#include "adapters/file/file_state_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace earprint::adapters {

namespace {

constexpr std::size_t kNameBytesMax = 100;
constexpr std::size_t kDocumentBytesMax = 16 << 20;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

base::Failure NoName(const std::string& op) {
  return base::Fail(base::ErrorCode::kInvalidInput, op, "", "not a document's name",
                    "use 1 to 100 of a-z, 0-9, '-' and '_'");
}

base::Failure Refused(const std::string& op, const std::string& path) {
  return base::Fail(base::ErrorCode::kRetryLater, op, path, std::strerror(errno),
                    "look at the disk's space and the folder's owner");
}

bool WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0;
}

/// What was renamed or removed in a folder is on the disk only after the folder is.
bool SyncFolder(const std::string& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.is_open() && ::fsync(opened.number()) == 0;
}

bool MakeFolder(const std::string& folder) {
  std::error_code failed;
  if (std::filesystem::is_directory(folder, failed)) return true;
  std::filesystem::create_directories(std::filesystem::path(folder).parent_path(), failed);
  return ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST;
}

}  // namespace

base::Result<std::optional<std::string>> FileStateStore::Load(const std::string& name) {
  const std::string op = "read a kept document";
  if (!IsName(name)) return NoName(op);
  const std::lock_guard lock(mutex_);
  const std::string path = folder_ + "/" + name;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::nullopt;
    return Refused(op, path);
  }
  std::string document;
  char bytes[16'384];
  for (;;) {
    const ssize_t read = ::read(file.number(), bytes, sizeof(bytes));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return Refused(op, path);
    if (read == 0) return document;
    document.append(bytes, static_cast<std::size_t>(read));
    if (document.size() > kDocumentBytesMax) {
      return base::Fail(base::ErrorCode::kInvalidInput, op, path, "the document is too large");
    }
  }
}

base::Result<void> FileStateStore::Save(const std::string& name, std::string_view document) {
  const std::string op = "keep a document";
  if (!IsName(name)) return NoName(op);
  const std::string path = folder_ + "/" + name;
  if (document.size() > kDocumentBytesMax) {
    return base::Fail(base::ErrorCode::kInvalidInput, op, path, "the document is too large");
  }
  const std::lock_guard lock(mutex_);
  if (!MakeFolder(folder_)) return Refused(op, folder_);
  const std::string beside = folder_ + "/." + name + ".new";  // a name that no document can have
  {
    const Descriptor file(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.is_open() || !WriteAll(file.number(), document)) return Refused(op, path);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0 || !SyncFolder(folder_)) return Refused(op, path);
  return {};
}

base::Result<void> FileStateStore::Remove(const std::string& name) {
  const std::string op = "remove a kept document";
  if (!IsName(name)) return NoName(op);
  const std::lock_guard lock(mutex_);
  const std::string path = folder_ + "/" + name;
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return Refused(op, path);
  }
  if (!SyncFolder(folder_)) return Refused(op, path);
  return {};
}

base::Result<std::vector<std::string>> FileStateStore::Names() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  std::error_code failed;
  for (std::filesystem::directory_iterator at(folder_, failed), end; !failed && at != end;
       at.increment(failed)) {
    std::string name = at->path().filename().string();
    if (IsName(name)) names.push_back(std::move(name));
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    return base::Fail(base::ErrorCode::kRetryLater, "list kept documents", folder_, failed.message());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace earprint::adapters
