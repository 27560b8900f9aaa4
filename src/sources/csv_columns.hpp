#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/feature_fact.hpp"

namespace earprint::sources {

/// What a column of a CSV can tell. The features come first, in the order of model::Feature.
enum class Column : std::uint8_t {
  kFeatureFirst = 0,
  kTrackId = model::kFeatureCount,
  kIsrc,
  kTitle,
  kArtist,
  kAlbum,
  kReleaseDate,
  kReleaseYear,
  kReleaseMonth,
  kReleaseDay,
  kDuration,
  kPopularity,
  kExplicit,
  kGenre,
  kEndedAt,
  kPlayedMs,
  kPlayedSeconds,
  kEpisodeId,
  kEpisodeTitle,
  kShow,
  kChapterId,
  kChapterTitle,
  kBookTitle,
  kPlatform,
  kCountry,
  kReasonStart,
  kReasonEnd,
  kShuffle,
  kSkipped,
  kOffline,
  kOfflineAt,
  kPrivate,
  kChart,  ///< tells a chart by its presence: position, rank, streams
  kUnknown,
  kPersonal,
};

constexpr Column ColumnOf(model::Feature feature) { return static_cast<Column>(feature); }
constexpr bool IsFeature(Column column) { return column < Column::kTrackId; }

/// What a header cell means, and how well its spelling says so: of two columns of one meaning the lower rank
/// is believed.
struct HeaderMeaning {
  Column column = Column::kUnknown;
  std::uint16_t rank = 0;
};

/// Says what a header cell means; kUnknown for what no figure needs, kPersonal for what must not be kept.
HeaderMeaning MeaningOf(std::string_view header_cell);

/// A header cell in lower case, with letters and digits only: "Duration (ms)" -> "durationms".
std::string PlainHeader(std::string_view header_cell);

}  // namespace earprint::sources
