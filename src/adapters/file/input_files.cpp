#include "adapters/file/input_files.hpp"

#include <fmt/format.h>
#include <zip.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace earprint::adapters {

namespace {

using base::ErrorCode;
using base::Result;
namespace fs = std::filesystem;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, FileCloser>;

base::Failure Bomb(const std::string& name) {
  return base::Fail(
      ErrorCode::kUnsupported, "unpack", name,
      fmt::format("it unpacks to more than {} times its size, as no export does", kUnpackRatioMax),
      "unpack it yourself if you trust it, and import the unpacked file");
}

class PlainReader final : public ports::ByteReader {
 public:
  PlainReader(FileHandle file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}

  Result<std::size_t> Read(std::span<char> buffer) override {
    const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file_.get());
    if (count < buffer.size() && std::ferror(file_.get()) != 0) {
      return base::Fail(ErrorCode::kRetryLater, "read", name_, std::strerror(errno));
    }
    bytes_ += count;
    return count;
  }
  std::uint64_t PackedBytesRead() const override { return bytes_; }

 private:
  FileHandle file_;
  std::string name_;
  std::uint64_t bytes_ = 0;
};

/// Unpacks gzip, several members in a row included.
class GzipReader final : public ports::ByteReader {
 public:
  GzipReader(FileHandle file, std::string name) : packed_(std::move(file), name), name_(std::move(name)) {
    inflateInit2(&stream_, 15 + 16);
  }
  ~GzipReader() override { inflateEnd(&stream_); }
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  Result<std::size_t> Read(std::span<char> buffer) override {
    if (failed_) return std::unexpected(*failed_);
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(buffer.size());
    while (stream_.avail_out > 0 && !ended_) {
      if (auto step = Step(); !step) {
        failed_ = step.error();
        break;
      }
    }
    const std::size_t count = buffer.size() - stream_.avail_out;
    unpacked_ += count;
    if (unpacked_ > kUnpackFreeBytes && unpacked_ / kUnpackRatioMax > packed_.PackedBytesRead())
      return Bomb(name_);
    if (count == 0 && failed_) return std::unexpected(*failed_);
    return count;  // what was unpacked before a fault is good; the fault is told by the next call
  }
  std::uint64_t PackedBytesRead() const override { return packed_.PackedBytesRead(); }

 private:
  Result<void> Step() {
    const uInt room = stream_.avail_out, given = stream_.avail_in;
    // Without input too: what did not fit into the buffer before is held back.
    const int code = inflate(&stream_, Z_NO_FLUSH);
    if (stream_.avail_in < given) between_members_ = false;
    if (code == Z_STREAM_END) {
      inflateReset(&stream_);
      between_members_ = true;
      return {};
    }
    if (code != Z_OK && code != Z_BUF_ERROR) {
      return base::Fail(ErrorCode::kCorrupt, "unpack", name_,
                        stream_.msg == nullptr ? "damaged gzip data" : stream_.msg, "download it again");
    }
    const bool is_starved = stream_.avail_in == 0 && stream_.avail_out == room;
    return is_starved ? Fill() : Result<void>();
  }

  Result<void> Fill() {
    auto count = packed_.Read(input_);
    if (!count) return std::unexpected(count.error());
    if (*count == 0 && !between_members_) {
      return base::Fail(ErrorCode::kCorrupt, "unpack", name_, "the gzip file ends early",
                        "download it again");
    }
    ended_ = *count == 0;
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(*count);
    return {};
  }

  PlainReader packed_;
  std::string name_;
  z_stream stream_{};
  std::array<char, 1 << 16> input_{};
  bool ended_ = false;
  bool between_members_ = false;
  std::optional<base::Error> failed_;
  std::uint64_t unpacked_ = 0;
};

/// A zip archive that its entries' readers share; libzip handles are not thread-safe, hence the lock.
struct ZipArchive {
  zip_t* archive = nullptr;
  std::mutex mutex;
  ZipArchive() = default;
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;
  ~ZipArchive() {
    if (archive != nullptr) zip_discard(archive);
  }
};

class ZipEntryReader final : public ports::ByteReader {
 public:
  // Shared: the archive must outlive every entry that is being read.
  ZipEntryReader(std::shared_ptr<ZipArchive> archive, zip_file_t* entry, std::string name,
                 std::uint64_t packed, std::uint64_t unpacked)
      : archive_(std::move(archive)),
        entry_(entry),
        name_(std::move(name)),
        packed_(packed),
        unpacked_(unpacked) {}
  ~ZipEntryReader() override {
    const std::lock_guard lock(archive_->mutex);
    zip_fclose(entry_);
  }
  ZipEntryReader(const ZipEntryReader&) = delete;
  ZipEntryReader& operator=(const ZipEntryReader&) = delete;

  Result<std::size_t> Read(std::span<char> buffer) override {
    const std::lock_guard lock(archive_->mutex);
    const zip_int64_t count = zip_fread(entry_, buffer.data(), buffer.size());
    if (count < 0) {
      return base::Fail(ErrorCode::kCorrupt, "unpack", name_, zip_file_strerror(entry_),
                        "download the zip again");
    }
    bytes_ += static_cast<std::uint64_t>(count);
    if (bytes_ > kUnpackFreeBytes && bytes_ / kUnpackRatioMax > packed_) return Bomb(name_);
    return static_cast<std::size_t>(count);
  }
  std::uint64_t PackedBytesRead() const override {
    return unpacked_ == 0 ? packed_
                          : std::min(packed_, static_cast<std::uint64_t>(static_cast<double>(bytes_) *
                                                                         static_cast<double>(packed_) /
                                                                         static_cast<double>(unpacked_)));
  }

 private:
  std::shared_ptr<ZipArchive> archive_;
  zip_file_t* entry_;
  std::string name_;
  std::uint64_t packed_, unpacked_;
  std::uint64_t bytes_ = 0;
};

/// A name as it may be shown.
std::string Shown(std::string_view name) { return base::WithoutControls(name, '?'); }

Result<FileHandle> OpenFile(const std::string& path) {
  FileHandle file(std::fopen(path.c_str(), "rbe"));
  if (!file) return base::Fail(ErrorCode::kNotFound, "open", Shown(path), std::strerror(errno));
  return file;
}

base::Error ZipError(const std::string& path, int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  base::Error told{ErrorCode::kCorrupt, "open zip", Shown(path), zip_error_strerror(&error),
                   "download it again; an unfinished download is the usual reason"};
  zip_error_fini(&error);
  return told;
}

void ListZip(const std::string& path, const std::string& shown, ports::InputListing& listing) {
  // Shared: every entry's reader keeps the archive open.
  auto archive = std::make_shared<ZipArchive>();
  int code = 0;
  archive->archive = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (archive->archive == nullptr) {
    listing.refused.push_back(ZipError(shown, code));
    return;
  }
  const auto entries = static_cast<zip_uint64_t>(zip_get_num_entries(archive->archive, 0));
  if (entries > kZipEntriesMax) {
    listing.refused.push_back({ErrorCode::kUnsupported, "open zip", shown,
                               fmt::format("it has {} entries, more than {}", entries, kZipEntriesMax), ""});
    return;
  }
  std::error_code failed;
  const std::uint64_t zip_bytes = fs::file_size(path, failed);
  for (zip_uint64_t i = 0; i < entries; ++i) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(archive->archive, i, 0, &stat) != 0 || stat.name == nullptr) continue;
    const std::string_view entry_name = stat.name;
    if (entry_name.empty() || entry_name.ends_with('/')) continue;
    const std::string name = shown + "/" + Shown(entry_name);
    const bool encrypted =
        (stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE;
    if (encrypted) {
      listing.refused.push_back({ErrorCode::kUnsupported, "unpack", name, "the entry is encrypted",
                                 "unpack the zip with its password, then import the folder"});
      continue;
    }
    // An entry may claim any size; believed, it would let a bomb pass for a well-packed file.
    const std::uint64_t packed_bytes = std::min<std::uint64_t>(stat.comp_size, zip_bytes);
    listing.files.push_back(
        {name, Shown(base::BaseName(entry_name)), packed_bytes,
         [archive, i, name, packed = packed_bytes,
          unpacked = stat.size]() -> Result<std::unique_ptr<ports::ByteReader>> {
           const std::lock_guard lock(archive->mutex);
           zip_file_t* entry = zip_fopen_index(archive->archive, i, 0);
           if (entry == nullptr) {
             return base::Fail(ErrorCode::kCorrupt, "unpack", name, zip_strerror(archive->archive));
           }
           return std::make_unique<ZipEntryReader>(archive, entry, name, packed, unpacked);
         }});
  }
}

/// First bytes of a file, to tell packed files by content rather than by name.
std::string Magic(const std::string& path) {
  auto file = OpenFile(path);
  if (!file) return {};
  std::string head(4, '\0');
  head.resize(std::fread(head.data(), 1, head.size(), file->get()));
  return head;
}

void ListFile(const std::string& path, const std::string& shown, ports::InputListing& listing) {
  const std::string magic = Magic(path);
  if (magic.starts_with("PK\x03\x04") || magic.starts_with("PK\x05\x06"))
    return ListZip(path, shown, listing);
  std::error_code failed;
  const std::uint64_t size = fs::file_size(path, failed);
  if (failed) {
    listing.refused.push_back({ErrorCode::kNotFound, "open", shown, failed.message(), ""});
    return;
  }
  const bool gzip = magic.starts_with("\x1f\x8b");
  std::string base_name(base::BaseName(shown));
  if (gzip && base_name.ends_with(".gz")) base_name.resize(base_name.size() - 3);
  listing.files.push_back(
      {shown, base_name, size, [path, shown, gzip]() -> Result<std::unique_ptr<ports::ByteReader>> {
         auto file = OpenFile(path);
         if (!file) return std::unexpected(file.error());
         if (gzip) return std::make_unique<GzipReader>(std::move(*file), shown);
         return std::make_unique<PlainReader>(std::move(*file), shown);
       }});
}

void ListFolder(const std::string& path, ports::InputListing& listing) {
  std::error_code failed;
  std::vector<std::string> found;
  auto walk = fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied, failed);
  for (; !failed && walk != fs::recursive_directory_iterator(); walk.increment(failed)) {
    if (walk->path().filename().string().starts_with('.')) {
      walk.disable_recursion_pending();
      continue;
    }
    std::error_code ignored;
    if (walk->is_regular_file(ignored)) found.push_back(walk->path().string());
  }
  if (failed)
    listing.refused.push_back({ErrorCode::kNotFound, "list folder", Shown(path), failed.message(), ""});
  std::ranges::sort(found);
  for (const std::string& file : found) ListFile(file, Shown(file), listing);
  if (found.empty() && !failed) {
    listing.refused.push_back({ErrorCode::kNotFound, "list folder", Shown(path), "it holds no file", ""});
  }
}

}  // namespace

ports::InputListing ListInputs(const std::vector<std::string>& paths) {
  ports::InputListing listing;
  for (const std::string& path : paths) {
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    if (fs::is_directory(status)) {
      ListFolder(path, listing);
    } else if (fs::is_regular_file(status)) {
      ListFile(path, Shown(path), listing);
    } else {
      listing.refused.push_back(
          {ErrorCode::kNotFound, "open", Shown(path),
           fs::exists(status) ? "neither a file nor a folder" : "no such file or folder", "check the path"});
    }
  }
  return listing;
}

}  // namespace earprint::adapters
