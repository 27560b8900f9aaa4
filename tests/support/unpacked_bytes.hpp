#pragma once

#include <zlib.h>

#include <optional>
#include <string>

namespace earprint::testing {

/// The bytes of a file, unpacked when it is gzip; nothing when it is not there. Needs zlib.
inline std::optional<std::string> UnpackedBytes(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return {};
  std::string text, part(1U << 20, '\0');
  for (int count = 0; (count = gzread(file, part.data(), static_cast<unsigned>(part.size()))) > 0;) {
    text.append(part, 0, static_cast<std::size_t>(count));
  }
  gzclose(file);
  return text;
}

}  // namespace earprint::testing
