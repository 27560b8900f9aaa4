#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "audit/lake/lake_events.hpp"
#include "base/error.hpp"

namespace earprint::audit {

/// Numbers for the tracks, albums and names that events tell of.
std::uint32_t TrackNumber(LakeEvents& lake, std::string_view item_id, std::string_view title,
                          std::string_view artist);

/// Takes the play lines of a frame apart.
class PlayLineReader {
 public:
  explicit PlayLineReader(LakeEvents& lake);
  ~PlayLineReader();

  /// `lines` must have room for the parser's padding behind them. Errors: kCorrupt a line is no play.
  base::Result<void> Read(const std::string& lines);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

/// Takes the lines of every other type apart.
class StatedLineReader {
 public:
  explicit StatedLineReader(LakeEvents& lake);
  ~StatedLineReader();

  /// `arrived_day`: UTC day on which the lines came into the lake. Errors: kCorrupt a line is no event.
  base::Result<void> Read(model::EventType type, const std::string& lines, std::int64_t arrived_day);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

/// A failure that shows the line's front.
base::Failure DamagedLine(std::string_view line, std::string_view cause);

/// Reads the 30 digits of an id; false where they are none.
bool ReadId(std::string_view digits, model::EventId& id);

}  // namespace earprint::audit
