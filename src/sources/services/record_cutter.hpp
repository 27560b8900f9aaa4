#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ports/byte_reader.hpp"

namespace earprint::sources {

/// A record of a file as it stands: where it begins in its stretch, and whether its braces match.
struct CutRecord {
  std::size_t begin = 0, size = 0;
  bool is_whole = true;
};

/// Some records of a file, and the bytes that they lie in.
struct RecordStretch {
  std::string text;
  std::uint64_t byte = 0;  ///< where `text` begins in the file
  std::vector<CutRecord> records;
};

/// How a file holds its records.
struct RecordLayout {
  /// The name that every record begins with; empty: a record is a line.
  std::string first_name;
};

/// Cuts a file into its records without parsing them.
///
/// Shape:  in: lines, or objects in lists wherever these stand, each beginning with the same name. What
///         stands around the lists is passed over. A brace before that name cannot stand within a sound
///         string, so a damaged record ends where the next one begins. Memory stays below kRecordBytesMax
///         plus a stretch.
/// Errors: kCorrupt the file was cut off, after everything before was given; the reader's own.
class RecordCutter {
 public:
  static constexpr std::size_t kStretchBytes = 2U << 20;
  static constexpr std::size_t kRecordBytesMax = 16U << 20;

  RecordCutter(std::unique_ptr<ports::ByteReader> reader, RecordLayout layout);

  /// The next records; nothing at the end.
  base::Result<std::optional<RecordStretch>> Next();

 private:
  base::Result<bool> Fill();
  std::size_t FindLastRecord() const;
  RecordStretch TakeFront(std::size_t size);
  void CutLines(RecordStretch& stretch) const;
  void CutObjects(RecordStretch& stretch);
  void CutRest(RecordStretch& stretch, std::size_t begin, std::size_t end);

  std::unique_ptr<ports::ByteReader> reader_;
  RecordLayout layout_;
  std::string buffer_;
  std::uint64_t byte_ = 0;
  std::optional<base::Error> broken_;
  bool has_ended_ = false, is_done_ = false;
  bool is_closed_ = true;  ///< the list that the last record stood in was closed
};

/// One past the brace that closes the one at `open`; nothing where none does, or a string holds a line end.
std::optional<std::size_t> ObjectEnd(std::string_view text, std::size_t open);

/// The first name of the first object in a list under one of some names; empty where there is none.
std::string FirstNameOf(std::string_view head, std::initializer_list<std::string_view> lists);

}  // namespace earprint::sources
