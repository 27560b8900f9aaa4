#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/utc_time.hpp"

namespace earprint::fakes {

struct KaggleFile {
  std::string name;  ///< with folders: "audio/tracks.csv"
  std::string bytes;
};

struct KaggleVersion {
  int number = 1;
  base::UtcMs created;
  std::vector<KaggleFile> files;  ///< by name
};

/// Who gets a dataset's files.
enum class KaggleAccess : std::uint8_t {
  kAnyone,   ///< without an account, too
  kAccount,  ///< whoever has one
  kConsent,  ///< whoever accepted its terms on its page: nobody, until it is kAccount
  kOwner,    ///< its owner: nobody else may know of it
};

struct KaggleDataset {
  std::string owner, slug;
  KaggleAccess access = KaggleAccess::kAnyone;
  std::vector<KaggleVersion> versions;

  std::string Ref() const { return owner + "/" + slug; }
  /// Nothing when there is none of this number; without a number, the newest.
  const KaggleVersion* Version(std::optional<int> number) const;
};

/// The datasets that there are. A dataset only grows: a new version stands beside the old ones.
///
/// Effects: safe from any thread.
class KaggleShelf {
 public:
  /// Adds a version of a dataset, which is made when it is new. Gives the version's number.
  int Put(const std::string& owner, const std::string& slug, std::vector<KaggleFile> files,
          base::UtcMs created = {1'767'225'600'000});

  /// Reads `<root>/<owner>/<slug>/` with its files at any depth as a version of each dataset that changed.
  ///
  /// Errors:  kNotFound no such folder. What begins with a dot is left out.
  base::Result<void> ReadFolder(const std::string& root);

  /// False when there is none of this name.
  bool SetAccess(const std::string& ref, KaggleAccess access);

  std::optional<KaggleDataset> Find(const std::string& owner, const std::string& slug) const;

 private:
  KaggleDataset* FindLocked(const std::string& owner, const std::string& slug);
  mutable std::mutex mutex_;
  std::vector<KaggleDataset> datasets_;
};

/// A zip with these files; the same files give the same bytes.
std::string ZipOf(const std::vector<KaggleFile>& files);

}  // namespace earprint::fakes
