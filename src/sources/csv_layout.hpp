#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "sources/csv_cell.hpp"
#include "sources/csv_columns.hpp"

namespace earprint::sources {

enum class CsvKind : std::uint8_t { kHistory, kCatalogue, kChart };

/// A column as a file has it.
struct CsvColumn {
  Column meaning = Column::kUnknown;
  std::uint16_t rank = 0;   ///< of several columns of one meaning the lowest is believed
  std::string name;         ///< as the header spells it, for messages
  bool is_percent = false;  ///< a feature that lies in 0..1, given as 0..100
  DurationUnit unit = DurationUnit::kMilliseconds;
};

/// How a CSV is to be read: which column tells what, and in which units.
struct CsvLayout {
  CsvKind kind = CsvKind::kCatalogue;
  std::vector<CsvColumn> columns;
  bool decimal_comma = false;        ///< "0,676"
  bool month_first = false;          ///< "12/31/1999"
  bool comma_joins_artists = false;  ///< "Latto, Jung Kook" is two; else a comma is part of a name
};

/// The cells of a file's first records.
using CsvSample = std::span<const std::vector<std::string>>;

/// How many cells of a record name columns that are known: a header has at least two.
std::size_t KnownColumns(std::span<const std::string_view> cells);

/// Decides a layout by header and content, never by the file's name.
///
/// Shape:  in: the header's cells, and of some hundred first records. A history has an end, a time played and
///         a track; a catalogue a track and at least three features, two of them with believable values; a
///         chart tracks with ids. `as` is "auto", "history" or "catalogue".
/// Errors: kUnsupported none of these; the cause lists what was found and what is missing. Its subject is
///         empty.
base::Result<CsvLayout> DetectLayout(std::span<const std::string_view> header, CsvSample sample,
                                     std::string_view as);

}  // namespace earprint::sources
