#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace earprint::sources {

/// What a field of a history record tells, whichever of its names it goes by.
enum class Field : std::uint8_t {
  kTs,
  kEndTime,
  kMsPlayed,
  kTrack,
  kArtist,
  kAlbum,
  kTrackUri,
  kEpisode,
  kShow,
  kEpisodeUri,
  kBookTitle,
  kBookUri,
  kChapterUri,
  kChapterTitle,
  kPlatform,
  kCountry,
  kReasonStart,
  kReasonEnd,
  kShuffle,
  kSkipped,
  kOffline,
  kOfflineAt,
  kPrivate,
  kBookAuthor,
  kOther,
};

/// One record's fields as text and numbers; what is absent or null stays empty.
struct Record {
  std::array<std::string_view, static_cast<std::size_t>(Field::kOther)> texts;
  std::optional<std::int64_t> ms_played, offline_at;
  std::optional<bool> shuffle, skipped, offline, is_private;

  std::string_view Text(Field field) const { return texts[static_cast<std::size_t>(field)]; }
};

/// Why a record was refused; empty while all is well. Parsing errors of the JSON itself are told apart.
struct Fault {
  simdjson::error_code json = simdjson::SUCCESS;
  std::string reason;
  explicit operator bool() const { return json != simdjson::SUCCESS || !reason.empty(); }
};

/// Reads every field of an object. A wrong type is remembered, and the rest is read on, so that the document
/// goes on.
Fault ReadRecord(simdjson::ondemand::object& object, Record& record);

}  // namespace earprint::sources
