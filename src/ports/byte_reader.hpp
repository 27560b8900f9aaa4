#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace earprint::ports {

/// Hands out the bytes of one outside file, unpacked, from the beginning to the end, once.
class ByteReader {
 public:
  virtual ~ByteReader() = default;

  /// Fills the front of `buffer` and says how many bytes that were; 0 means the end.
  ///
  /// Errors: kCorrupt the packed stream is damaged or ends early (what came before it is good) ·
  ///         kNotFound the file vanished · kUnsupported more bytes than a limit allows (a bomb).
  virtual base::Result<std::size_t> Read(std::span<char> buffer) = 0;

  /// Bytes of the outside file taken so far as they lie on disk (packed), for progress. Monotone.
  virtual std::uint64_t PackedBytesRead() const = 0;
};

/// A file to import: a plain file, a .gz, or one entry of a zip.
struct InputFile {
  std::string name;  ///< as shown to a person: "my_data.zip/MyData/endsong_0.json"
  std::string base_name;
  std::uint64_t packed_bytes = 0;  ///< size on disk, for progress
  std::function<base::Result<std::unique_ptr<ByteReader>>()> open;
};

/// What stands under the paths of a person: files to look into, and what could not be looked into.
struct InputListing {
  std::vector<InputFile> files;
  std::vector<base::Error> refused;
};

}  // namespace earprint::ports
