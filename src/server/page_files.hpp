#pragma once

#include <map>
#include <mutex>
#include <span>
#include <string>

#include "base/embedded_file.hpp"
#include "server/http_message.hpp"

namespace earprint::server {

/// The built page, held in the binary: its files, and index.html under the addresses of its views.
///
/// Effects: packs a file the first time somebody takes it packed, and keeps that. Thread-safe.
class PageFiles {
 public:
  explicit PageFiles(std::span<const base::EmbeddedFile> files);

  /// Gives a file (200 or 304) or a problem (404).
  Response Answer(const Request& request);

 private:
  struct Entry {
    base::EmbeddedFile file;
    std::once_flag packed_once;
    std::string packed;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace earprint::server
