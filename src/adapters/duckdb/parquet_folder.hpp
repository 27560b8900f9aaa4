#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace earprint::adapters {

/// A folder with a folder for each listener, in which whole states stand beside each other: v1, v2, … and
/// `current`, a link to the one that counts. A state is never changed once it has a number.
///
/// Errors: of every call: kRetryLater the disk · kUnauthorized the folder may not be written.
class ParquetFolder {
 public:
  explicit ParquetFolder(std::string path) : path_(std::move(path)) {}
  const std::string& path() const { return path_; }

  /// Held while something is changed; whoever else comes meanwhile is refused with kConflict.
  class Lock {
   public:
    explicit Lock(int file) : file_(file) {}
    ~Lock();
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

   private:
    int file_;
  };
  base::Result<std::unique_ptr<Lock>> Take() const;

  /// Whether anything was ever published there. It was not where the folder is missing, or is empty: so is
  /// the place at which a disk is mounted, while it is not.
  base::Result<bool> IsThere() const;

  /// The state of a listener that counts; empty where there is none.
  base::Result<std::string> Current(const std::string& listener) const;
  /// All states that count, by their folders' names; of those that follow a listener's, or of all after an
  /// empty one.
  base::Result<std::vector<std::string>> CurrentAfter(const std::string& listener) const;

  /// An empty place for a listener's next state. What was begun before and given up is removed.
  base::Result<std::string> BeginNext(const std::string& listener) const;
  /// A file of a state in the next one too, without writing it again.
  base::Result<void> Share(const std::string& from, const std::string& to) const;
  /// The folder of a file, so that it can be written.
  base::Result<void> MakeFolderOf(const std::string& file) const;
  /// The next state counts from here on, and survives a power cut. The one before stays for who reads it.
  base::Result<void> Switch(const std::string& listener) const;
  /// Removes a listener's states but the one that counts.
  base::Result<void> RemoveBefore(const std::string& listener) const;
  base::Result<void> Remove(const std::string& listener) const;

  /// A name of any bytes as one that a file can have; two names never become one.
  static std::string FileNameOf(const std::string& name);

 private:
  std::string Of(const std::string& listener) const { return path_ + "/" + FileNameOf(listener); }
  std::string LockFile() const { return path_ + "/.lock"; }  ///< made before anything is published
  static base::Result<void> RemoveOthers(const std::string& folder, long newest, bool keeps_one_before);

  std::string path_;
};

/// What became of a file, by errno's number.
base::Error FileError(const std::string& op, const std::string& file, int code);

}  // namespace earprint::adapters
