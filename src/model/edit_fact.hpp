#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/event_batch.hpp"

namespace earprint::model {

/// What a listener corrects.
enum class EditKind : std::uint8_t {
  kDelete,   ///< one play: of this track, the one that ended nearest to an instant
  kExclude,  ///< the plays of a span, or those of them that an artist, track, platform or country narrows
  kHide,     ///< an artist's plays
  kMerge,    ///< tracks that are one recording
  kSplit,    ///< a track that is none of its ISRC's recording
  kTravel,   ///< where the listener was in a span
  kUndo,     ///< another edit
};

/// "delete", "exclude", …
std::string_view EditName(EditKind kind);
/// The kind of a name; nothing for an unknown one.
std::optional<EditKind> EditOf(std::string_view name);

/// A correction as the listener stated it. What does not belong to its kind is absent.
///
/// Units: *_ms since 1970-01-01 UTC; a span is of ends of plays, from inclusive, to exclusive, open where
///        absent.
struct EditFact {
  EditKind kind = EditKind::kUndo;
  std::int64_t stated_at_ms = 0;  ///< makes two statements of one wording two events
  std::optional<std::int64_t> from_ms, to_ms, at_ms;
  std::string item_id, title, artist;  ///< of a track; an artist alone
  std::string platform, country;
  std::string zone;                ///< of a travel, by its IANA name
  std::string undoes;              ///< an edit's id, 30 hexadecimal digits
  std::vector<std::string> items;  ///< track ids of a merge or a split
  std::string note;                ///< in the listener's words
};

/// Appends the edit as one event, and gives its id.
EventId AddEdit(const EditFact& fact, std::string_view listener, EventBatch& batch);

}  // namespace earprint::model
