#include "fakes/kaggle/kaggle_shelf.hpp"

#include <zip.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/ensure.hpp"

namespace earprint::fakes {

namespace {

namespace fs = std::filesystem;

std::vector<KaggleFile> FilesBelow(const fs::path& folder) {
  std::vector<KaggleFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().filename().string().starts_with('.')) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files.push_back({.name = entry.path().lexically_relative(folder).generic_string(),
                     .bytes = {std::istreambuf_iterator<char>(file), {}}});
  }
  return files;
}

bool AreSame(const std::vector<KaggleFile>& left, const std::vector<KaggleFile>& right) {
  return std::ranges::equal(left, right, [](const KaggleFile& a, const KaggleFile& b) {
    return a.name == b.name && a.bytes == b.bytes;
  });
}

}  // namespace

const KaggleVersion* KaggleDataset::Version(std::optional<int> number) const {
  if (!number) return versions.empty() ? nullptr : &versions.back();
  const auto found = std::ranges::find(versions, *number, &KaggleVersion::number);
  return found == versions.end() ? nullptr : &*found;
}

KaggleDataset* KaggleShelf::FindLocked(const std::string& owner, const std::string& slug) {
  const auto found = std::ranges::find_if(
      datasets_, [&](const KaggleDataset& one) { return one.owner == owner && one.slug == slug; });
  return found == datasets_.end() ? nullptr : &*found;
}

int KaggleShelf::Put(const std::string& owner, const std::string& slug, std::vector<KaggleFile> files,
                     base::UtcMs created) {
  const std::lock_guard lock(mutex_);
  std::ranges::sort(files, {}, &KaggleFile::name);
  KaggleDataset* dataset = FindLocked(owner, slug);
  if (dataset == nullptr) dataset = &datasets_.emplace_back(KaggleDataset{.owner = owner, .slug = slug});
  const int number = static_cast<int>(dataset->versions.size()) + 1;
  dataset->versions.push_back({.number = number, .created = created, .files = std::move(files)});
  return number;
}

base::Result<void> KaggleShelf::ReadFolder(const std::string& root) {
  std::error_code failed;
  if (!fs::is_directory(root, failed)) {
    return base::Fail(base::ErrorCode::kNotFound, "read the datasets", root, "it is no folder",
                      "a folder with <owner>/<slug>/<files>");
  }
  for (const auto& owner : fs::directory_iterator(root)) {
    if (!owner.is_directory()) continue;
    for (const auto& slug : fs::directory_iterator(owner.path())) {
      if (!slug.is_directory()) continue;
      const std::string names[] = {owner.path().filename().string(), slug.path().filename().string()};
      auto files = FilesBelow(slug.path());
      std::ranges::sort(files, {}, &KaggleFile::name);
      const auto known = Find(names[0], names[1]);
      if (known && AreSame(known->versions.back().files, files)) continue;
      Put(names[0], names[1], std::move(files));
    }
  }
  return {};
}

bool KaggleShelf::SetAccess(const std::string& ref, KaggleAccess access) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(datasets_, [&](const auto& one) { return one.Ref() == ref; });
  if (found == datasets_.end()) return false;
  found->access = access;
  return true;
}

std::optional<KaggleDataset> KaggleShelf::Find(const std::string& owner, const std::string& slug) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(
      datasets_, [&](const KaggleDataset& one) { return one.owner == owner && one.slug == slug; });
  if (found == datasets_.end()) return {};
  return *found;
}

std::string ZipOf(const std::vector<KaggleFile>& files) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* whole = zip_source_buffer_create(nullptr, 0, 0, &error);
  ENSURE(whole != nullptr, "an empty buffer is a source");
  zip_t* archive = zip_open_from_source(whole, ZIP_TRUNCATE, &error);
  ENSURE(archive != nullptr, "a buffer opens as a new archive");
  zip_source_keep(whole);  // the archive gives it back when it closes
  for (const KaggleFile& file : files) {
    zip_source_t* part = zip_source_buffer(archive, file.bytes.data(), file.bytes.size(), 0);
    const zip_int64_t at = zip_file_add(archive, file.name.c_str(), part, ZIP_FL_ENC_UTF_8);
    ENSURE(at >= 0, "names of a dataset's files differ");
    zip_file_set_mtime(archive, static_cast<zip_uint64_t>(at), 1'767'225'600, 0);
  }
  ENSURE(zip_close(archive) == 0, "an archive is written to memory");
  zip_stat_t told;
  zip_source_stat(whole, &told);
  std::string bytes(told.size, '\0');
  zip_source_open(whole);
  zip_source_read(whole, bytes.data(), bytes.size());
  zip_source_close(whole);
  zip_source_free(whole);
  return bytes;
}

}  // namespace earprint::fakes
