#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ports/byte_reader.hpp"

namespace earprint::sources {

/// One record of a CSV file. Views are good until the next call of CsvReader::Next.
struct CsvRecord {
  std::vector<std::string_view> cells;  ///< unquoted; without blanks around, but with those inside quotes
  std::string_view raw;                 ///< the record's first bytes as read, without its line end
  std::string_view fault;               ///< why it could not be taken apart, then cells is empty; else empty
  std::uint64_t number = 0;             ///< 0-based
  std::uint64_t byte = 0;               ///< where it begins; of UTF-16, in the text as UTF-8
  bool is_unended = false;              ///< the file ends within it: no line end follows
};

/// Reads CSV as people have it: BOM, any line end, `,` `;` tab or `|`, quotes with doubled quotes and line
/// breaks inside, blanks around cells and quotes, NUL bytes, UTF-8, Windows-1252 or UTF-16 with BOM.
///
/// Shape:  empty lines, and lines of delimiters only, are passed over. Cells are always valid UTF-8: one that
///         is not is taken for Windows-1252, or, where most others are UTF-8, its bad bytes become U+FFFD. A
///         quote that is never closed, or that closes further down amid a text, costs its own line: the lines
///         that it had swallowed are read again. A record over kRecordBytesMax is one fault, and reading goes
///         on after its line.
/// Errors: the byte reader's own, after everything before them was given; from then on every call.
/// Effects: holds little more than kRecordBytesMax bytes.
class CsvReader {
 public:
  static constexpr std::size_t kRecordBytesMax = 1U << 20;

  explicit CsvReader(std::unique_ptr<ports::ByteReader> reader);

  /// The next record; false at the end.
  base::Result<bool> Next(CsvRecord& record);

  /// Says how many cells the header has, so that a record over several lines is believed only when it has as
  /// many.
  void ExpectCells(std::size_t count) { expected_cells_ = count; }

  char delimiter() const { return delimiter_; }

 private:
  /// Where a record lies in the buffer.
  struct Extent {
    std::size_t end = 0;       ///< one past its last byte
    std::size_t next = 0;      ///< where the next record begins
    std::size_t line_end = 0;  ///< one past its first line's last byte; `end` when it has but one line
    bool is_quoted = false;
    bool is_unended = false;
    bool is_endless = false;  ///< too long, and its line's end is not in the buffer
    std::string_view fault;
  };
  /// The next place of a byte, remembered so that no stretch is searched twice.
  struct Mark {
    char byte = 0;
    std::size_t at = 0;
  };

  void Fill();
  void Begin();
  void DetectDelimiter();
  std::size_t Find(Mark& mark);
  bool FindExtent(Extent& extent);
  bool FindQuotedExtent(std::size_t quote, Extent& extent);
  void EndAt(std::size_t line_end, Extent& extent) const;
  bool SkipToLineEnd();
  void Split(std::string_view raw, const Extent& extent, CsvRecord& record);
  void SplitPlain(std::string_view raw, CsvRecord& record);
  void SplitQuoted(std::string_view raw, CsvRecord& record);
  void CleanCells(std::string_view raw, CsvRecord& record);
  bool IsExpected(const CsvRecord& record) const;

  std::unique_ptr<ports::ByteReader> reader_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t byte_ = 0;  ///< file position of buffer_'s front
  std::uint64_t number_ = 0;
  std::array<Mark, 3> marks_ = {Mark{'\n'}, Mark{'\r'}, Mark{'"'}};
  std::string unquoted_, recoded_;  ///< the bytes of cells that are no mere views of the buffer
  std::string pending_utf16_;
  std::size_t expected_cells_ = 0;
  std::uint64_t utf8_cells_ = 0, other_cells_ = 0;
  char delimiter_ = ',';
  int utf16_ = 0;  ///< 0 no, 1 little endian, 2 big endian
  bool begun_ = false, ended_ = false, skipping_ = false;
  std::optional<base::Error> broken_;
};

}  // namespace earprint::sources
