#pragma once

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace earprint::testing {

/// The public files that lay beside the repository when the tests were built, as paths below ../shared/data:
/// those that begin with `prefix`, in order. One that has gone since is a failure, so that no test is
/// skipped.
inline std::vector<std::string> RealFiles(std::string_view prefix) {
  std::vector<std::string> files;
  for (const std::string_view file : base::Split(EARPRINT_REAL_FILES, ':')) {
    if (file.starts_with(prefix)) files.emplace_back(file);
  }
  return files;
}

/// Where one of them lies.
inline std::string RealPath(const std::string& file) { return EARPRINT_REAL_DATA "/" + file; }

/// A file's path as the name of a test.
inline std::string TestNameOf(std::string file) {
  for (char& c : file) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return file;
}

}  // namespace earprint::testing
