#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "ports/byte_reader.hpp"

namespace earprint::sources {

/// A stretch of a JSON array, itself a JSON array: "[", whole elements with the commas between them, "]".
struct JsonChunk {
  std::string text;        ///< with kPaddingBytes of spare capacity, as the parser wants it
  std::uint64_t byte = 0;  ///< where the first element begins in the file

  std::string_view elements() const { return std::string_view(text).substr(1, text.size() - 2); }
};

/// Cuts one huge JSON array of objects into stretches of whole elements without parsing it.
///
/// Shape:  a cut is made where `}`, `,`, `{`, `"` and a name stand in the text, blanks between them or not.
///         In sound JSON no string can hold that; in a damaged file the parser notices and goes on piece by
///         piece. Memory stays below kElementBytesMax plus one stretch.
/// Errors: kCorrupt the bytes broke off (everything before was given); the reader's own errors.
class JsonChunker {
 public:
  static constexpr std::size_t kChunkBytes = 2U << 20;
  /// An element longer than this is no record of any export.
  static constexpr std::size_t kElementBytesMax = 16U << 20;

  static constexpr std::size_t kPaddingBytes = 64;

  explicit JsonChunker(std::unique_ptr<ports::ByteReader> reader);

  /// The next stretch; nothing at the end.
  base::Result<std::optional<JsonChunk>> Next();

  /// Whether the array was closed by its bracket; false for a file that was cut off. Known after the end.
  bool closed() const { return closed_; }

 private:
  base::Result<bool> Fill(std::size_t bytes);
  JsonChunk TakeFront(std::size_t end, std::size_t next);
  std::optional<JsonChunk> TakeRest();
  void SkipOpening();

  std::unique_ptr<ports::ByteReader> reader_;
  std::string buffer_ = "[";  ///< always begins with the bracket of the stretch to come
  std::uint64_t byte_ = 0;    ///< file position of buffer_'s second character
  std::optional<base::Error> broken_;
  bool begun_ = false;
  bool source_ended_ = false;
  bool done_ = false;
  bool closed_ = false;
};

/// Offset just after the last `}` that is followed by a comma and by `{` with a named field in it, and the
/// offset of that `{`; the search goes backward and stops at `floor`. Nothing when there is no such place.
struct JsonCut {
  std::size_t end = 0;   ///< one past the `}`
  std::size_t next = 0;  ///< the `{`
};
std::optional<JsonCut> LastCut(std::string_view text, std::size_t floor);
/// The first such place at or after `from`.
std::optional<JsonCut> FirstCut(std::string_view text, std::size_t from);

}  // namespace earprint::sources
