#include "adapters/duckdb/parquet_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace earprint::adapters {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kNameBytesMax = 200;

base::Failure FolderFail(const std::string& op, const std::string& file, const std::error_code& failed) {
  return base::Failure(FileError(op, file, failed.value()));
}

/// "v12" is 12; 0 where it is no state.
long NumberOf(const std::string& name) {
  long number = 0;
  if (name.size() < 2 || name[0] != 'v') return 0;
  const auto read = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  return read.ptr == name.data() + name.size() ? number : 0;
}

bool IsMissing(const std::error_code& failed) {
  return failed == std::errc::no_such_file_or_directory || failed == std::errc::not_a_directory;
}

/// 0 where no state counts. What cannot be read is no state that is missing.
base::Result<long> CurrentNumber(const std::string& folder) {
  std::error_code failed;
  const fs::path named = fs::read_symlink(folder + "/current", failed);
  if (!failed) return NumberOf(named.string());
  if (IsMissing(failed) || failed == std::errc::invalid_argument) return 0;  // the last: it is no link
  return FolderFail("read the folder", folder, failed);
}

std::string StateOf(const std::string& folder, long number) {
  return number == 0 ? std::string() : folder + "/v" + std::to_string(number);
}

/// What is in a folder, by name.
base::Result<std::vector<std::string>> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed))
    names.push_back(at->path().filename().string());
  if (failed) return FolderFail("read the folder", folder, failed);
  std::ranges::sort(names);
  return names;
}

}  // namespace

base::Error FileError(const std::string& op, const std::string& file, int code) {
  const std::string cause = std::error_code(code, std::generic_category()).message();
  if (code == EACCES || code == EPERM || code == EROFS)
    return {base::ErrorCode::kUnauthorized, op, file, cause, "give this user the right to write there"};
  if (code == ENOSPC || code == EDQUOT)
    return {base::ErrorCode::kRetryLater, op, file, cause, "give the folder's disk room, then run it again"};
  return {base::ErrorCode::kRetryLater, op, file, cause, "see that the folder is there and its disk sound"};
}

ParquetFolder::Lock::~Lock() { ::close(file_); }

base::Result<std::unique_ptr<ParquetFolder::Lock>> ParquetFolder::Take() const {
  std::error_code failed;
  fs::create_directories(path_, failed);
  if (failed) return FolderFail("make the folder", path_, failed);
  const std::string name = LockFile();
  const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return base::Failure(FileError("change the folder", name, errno));
  auto lock = std::make_unique<Lock>(file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0)
    return base::Fail(base::ErrorCode::kConflict, "change the folder", path_, "somebody else publishes there",
                      "run it again when they have ended");
  return lock;
}

base::Result<bool> ParquetFolder::IsThere() const {
  std::error_code failed;
  const bool is_there = fs::exists(LockFile(), failed);
  if (failed && !IsMissing(failed)) return FolderFail("read the folder", path_, failed);
  return is_there;
}

base::Result<std::string> ParquetFolder::Current(const std::string& listener) const {
  auto number = CurrentNumber(Of(listener));
  if (!number) return std::unexpected(number.error());
  return StateOf(Of(listener), *number);
}

base::Result<std::vector<std::string>> ParquetFolder::CurrentAfter(const std::string& listener) const {
  const std::string after = listener.empty() ? std::string() : FileNameOf(listener);
  auto names = NamesIn(path_);
  if (!names) return names;
  std::vector<std::string> states;
  for (const std::string& name : *names) {
    if (name <= after) continue;
    const std::string folder = path_ + "/" + name;
    auto number = CurrentNumber(folder);
    if (!number) return std::unexpected(number.error());
    if (*number > 0) states.push_back(StateOf(folder, *number));
  }
  return states;
}

base::Result<void> ParquetFolder::RemoveOthers(const std::string& folder, long newest,
                                               bool keeps_one_before) {
  auto names = NamesIn(folder);
  if (!names) return std::unexpected(names.error());
  std::error_code failed;
  long before = 0;
  std::vector<long> there;
  for (const std::string& name : *names)
    if (const long number = NumberOf(name); number > 0) there.push_back(number);
  for (const long number : there)
    if (keeps_one_before && number < newest) before = std::max(before, number);
  for (const long number : there) {
    if (number == newest || number == before) continue;
    fs::remove_all(StateOf(folder, number), failed);
    if (failed) return FolderFail("remove what no longer counts", folder, failed);
  }
  return {};
}

base::Result<std::string> ParquetFolder::BeginNext(const std::string& listener) const {
  const std::string folder = Of(listener), next = folder + "/next";
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return FolderFail("make the folder", folder, failed);
  // One that has a number and does not count is of somebody who was killed between the two.
  auto current = CurrentNumber(folder);
  if (!current) return std::unexpected(current.error());
  if (auto removed = RemoveOthers(folder, *current, true); !removed) return std::unexpected(removed.error());
  fs::remove_all(next, failed);
  if (!failed) fs::create_directory(next, failed);
  if (failed) return FolderFail("make the folder", next, failed);
  return next;
}

base::Result<void> ParquetFolder::MakeFolderOf(const std::string& file) const {
  std::error_code failed;
  fs::create_directories(fs::path(file).parent_path(), failed);
  if (failed) return FolderFail("make the folder", file, failed);
  return {};
}

base::Result<void> ParquetFolder::Share(const std::string& from, const std::string& to) const {
  if (auto made = MakeFolderOf(to); !made) return made;
  std::error_code failed;
  fs::create_hard_link(from, to, failed);
  if (failed) fs::copy_file(from, to, failed);  // a disk without links
  if (failed) return FolderFail("keep a part", to, failed);
  return {};
}

base::Result<void> ParquetFolder::Switch(const std::string& listener) const {
  const std::string folder = Of(listener);
  auto current = CurrentNumber(folder);
  if (!current) return std::unexpected(current.error());
  const long number = *current + 1;
  const std::string name = "v" + std::to_string(number), link = folder + "/current.next";
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_durable = file >= 0 && ::syncfs(file) == 0;
  const int fault = errno;
  if (file >= 0) ::close(file);
  if (!is_durable) return base::Failure(FileError("write the folder", folder, fault));
  std::error_code failed;
  fs::rename(folder + "/next", folder + "/" + name, failed);
  if (!failed) fs::remove(link, failed);
  if (!failed) fs::create_symlink(name, link, failed);
  if (!failed) fs::rename(link, folder + "/current", failed);
  if (failed) return FolderFail("write the folder", folder, failed);
  (void)RemoveOthers(folder, number, true);  // it counts already; what is left over goes with the next change
  return {};
}

base::Result<void> ParquetFolder::RemoveBefore(const std::string& listener) const {
  const std::string folder = Of(listener);
  std::error_code failed;
  if (!fs::exists(folder, failed)) return {};
  auto current = CurrentNumber(folder);
  if (!current) return std::unexpected(current.error());
  return RemoveOthers(folder, *current, false);
}

base::Result<void> ParquetFolder::Remove(const std::string& listener) const {
  std::error_code failed;
  fs::remove(Of(listener) + "/current", failed);  // first what readers look for
  if (!failed) fs::remove_all(Of(listener), failed);
  if (failed) return FolderFail("remove a listener", Of(listener), failed);
  return {};
}

std::string ParquetFolder::FileNameOf(const std::string& name) {
  std::string safe;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                          (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '_' || byte == ' ';
    if (is_plain) {
      safe += c;
    } else {
      safe += '%';
      base::AppendHex(byte, 2, safe);
    }
  }
  if (safe.size() <= kNameBytesMax) return safe;
  const auto hash = base::HashBytes(name);
  std::string short_name = "%%";  // which no other name has
  base::AppendHex(hash.high, 16, short_name);
  base::AppendHex(hash.low, 16, short_name);
  return short_name;
}

}  // namespace earprint::adapters
