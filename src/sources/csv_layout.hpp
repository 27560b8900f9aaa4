#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/feature_fact.hpp"

namespace earprint::sources {

/// What a column of a CSV can tell. The features come first, in the order of model::Feature.
enum class Column : std::uint8_t {
  kFeatureFirst = 0,
  kTrackId = model::kFeatureCount,
  kIsrc, kTitle, kArtist, kAlbum, kReleaseDate, kReleaseYear, kReleaseMonth, kReleaseDay, kDuration, kPopularity,
  kExplicit, kGenre, kEndedAt, kPlayedMs, kPlatform, kCountry, kReasonStart, kReasonEnd, kShuffle, kSkipped,
  kOffline, kOfflineAt, kPrivate, kChartPosition,
  kUnknown, kPersonal,
};

enum class CsvKind : std::uint8_t { kHistory, kCatalogue, kChart };

/// Unit in which a file gives durations.
enum class DurationUnit : std::uint8_t { kMilliseconds, kSeconds, kMinutes };

/// How a CSV is to be read: which column tells what, and in which units.
struct CsvLayout {
  CsvKind kind = CsvKind::kCatalogue;
  std::vector<Column> columns;
  std::vector<std::string> names;  ///< as the header spells them, for messages
  bool shares_in_percent = false;  ///< features that lie in 0..1 are given as 0..100
  DurationUnit duration_unit = DurationUnit::kMilliseconds;
  bool decimal_comma = false;
};

/// Says what a header cell means; kUnknown for what no figure needs.
Column ColumnOf(std::string_view header_cell);

/// How many cells of a record name columns that are known: a header has at least two.
std::size_t KnownColumns(std::span<const std::string_view> cells);

/// Decides a layout by header and content, never by the file's name.
///
/// Shape:  in: the header's cells, the cells of up to some hundred first records. A history has an end, milliseconds and
///         a track; a catalogue a track and at least three features; a chart a track with its id.
/// Errors: kUnsupported neither; the cause lists what was found and what is missing.
base::Result<CsvLayout> DetectLayout(std::span<const std::string_view> header,
                                     std::span<const std::vector<std::string>> sample, std::string_view as,
                                     char delimiter);

/// A cell's number: thousands separators, decimal comma and scientific notation are understood. Nothing for "", NA, text.
std::optional<double> ParseNumber(std::string_view cell, bool decimal_comma);

/// Whether a cell says that there is no value: "", NA, N/A, nan, null, none, -, --.
bool IsMissing(std::string_view cell);

}  // namespace earprint::sources
