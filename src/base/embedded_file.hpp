#pragma once

#include <span>
#include <string_view>

namespace earprint::base {

/// A file that the build put into the binary: path relative to its folder, bytes, start of its SHA-256.
struct EmbeddedFile {
  std::string_view path, body, tag;
};

/// Every file of `sql/`, sorted by path.
std::span<const EmbeddedFile> sql_files();
/// Every file of the built page, sorted by path; empty when the page was not built.
std::span<const EmbeddedFile> web_files();

}  // namespace earprint::base
