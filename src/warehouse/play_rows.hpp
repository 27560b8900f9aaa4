#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace earprint::warehouse {

/// Texts that many plays share, under a key made of them: the same texts have the same key, always.
template <std::size_t kTexts>
struct SharedTexts {
  std::int64_t key = 0;
  std::array<std::optional<std::string>, kTexts> texts;
};

/// What was played: kind, item_id, title, artist, album, isrc.
using PlayItem = SharedTexts<6>;

/// Who told of it and how it went: listener, source, platform, country, reason_start, reason_end, shuffle,
/// skipped, offline, private ("true" or "false").
using PlayContext = SharedTexts<10>;

/// Play events as columns of equal length, of some more columns, and each item and context that they
/// name once.
///
/// Units: *_ms milliseconds; keys and ids 60 bits; row_no from 1, and 0 with file_key 0 where no file is
///        told.
struct PlayRows {
  std::vector<std::int64_t> identity, details, item_key, context_key, ended_at_ms, ended_precision_ms,
      played_ms, file_key, row_no;
  /// Of the few plays of which more is told: their ids, when they began (their end less what was heard, where
  /// that is not told), the looks around them and when they were shown (0 where that is not told), and which
  /// they are of several that agree.
  std::vector<std::int64_t> more_identity, more_details, began_at_ms, looked_before_ms, last_seen_ms,
      looked_after_ms, shown_at_ms, twin;
  std::vector<PlayItem> items;
  std::vector<PlayContext> contexts;
};

/// Reads lines of the lake's type `play` (sql/lake.md), as model::AddPlay writes them; U+0000 in a text is
/// U+FFFD from here on (model::ReplaceZeros).
/// Errors: kCorrupt a line is no JSON, or lacks its id, end or milliseconds.
base::Result<PlayRows> ReadPlayLines(std::string lines);

}  // namespace earprint::warehouse
