#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/error.hpp"

namespace earprint::server {

/// A file in which an upload lies until it is imported; readable by its owner only, removed with the object.
class UploadFile {
 public:
  /// Makes the file, empty. Errors: kRetryLater the folder cannot be written, or has not room for
  /// `bytes_expected`.
  static base::Result<UploadFile> Make(const std::string& folder, std::uint64_t bytes_expected);

  UploadFile(UploadFile&& other) noexcept;
  UploadFile& operator=(UploadFile&&) = delete;
  ~UploadFile();

  /// Adds bytes at the end. Errors: kRetryLater the disk is full or broken.
  base::Result<void> Append(std::span<const char> bytes);

  const std::string& path() const { return path_; }

 private:
  UploadFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::string path_;
  int descriptor_;
};

/// Removes what an earlier process left behind when it was killed. Only for who holds the folder alone.
void RemoveOldUploads(const std::string& folder);

}  // namespace earprint::server
