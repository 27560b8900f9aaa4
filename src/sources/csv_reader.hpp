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

/// One record of a CSV file. Views are good until the next call of CsvReader::Next.
struct CsvRecord {
  std::vector<std::string_view> cells;  ///< unquoted, without blanks at their ends
  std::string_view raw;                 ///< the record as it stands in the file, without its line end
  std::uint64_t number = 0;             ///< 0-based
  std::uint64_t byte = 0;               ///< where it begins
  bool is_broken = false;               ///< a quote that is never closed, or far too long; cells is empty
};

/// Reads CSV as people have it: BOM, any line end, quotes with doubled quotes and line breaks inside, blanks around cells
/// and quotes, UTF-8 or Windows-1252 (decided cell by cell) or UTF-16 with BOM.
///
/// Shape:  a record longer than kRecordBytesMax, or whose quote is never closed, is given as broken up to the end of its
///         first line, and reading goes on with the next line. Cells are always valid UTF-8.
/// Errors: the reader's own, after everything before them was given.
class CsvReader {
 public:
  static constexpr std::size_t kRecordBytesMax = 1U << 20;

  explicit CsvReader(std::unique_ptr<ports::ByteReader> reader);

  /// The next record that is not an empty line; false at the end.
  base::Result<bool> Next(CsvRecord& record);

  char delimiter() const { return delimiter_; }

 private:
  struct Extent {
    std::size_t end = 0;   ///< one past the record's last byte
    std::size_t next = 0;  ///< where the next record begins
    bool quoted = false, broken = false;
  };

  void Fill();
  void Begin();
  void DetectDelimiter();
  bool FindExtent(Extent& extent);
  bool FindQuotedExtent(Extent& extent);
  void SplitPlain(std::string_view raw, CsvRecord& record);
  void SplitQuoted(std::string_view raw, CsvRecord& record);
  std::string_view Kept(std::string&& cell);
  std::string_view Clean(std::string_view cell);

  std::unique_ptr<ports::ByteReader> reader_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t byte_ = 0;  ///< file position of buffer_'s front
  std::uint64_t number_ = 0;
  std::vector<std::unique_ptr<std::string>> kept_;  ///< cells that are no mere views, of the current record
  std::string pending_utf16_;
  char delimiter_ = ',';
  int utf16_ = 0;  ///< 0 no, 1 little endian, 2 big endian
  bool begun_ = false, ended_ = false;
  std::optional<base::Error> broken_;
};

}  // namespace earprint::sources
