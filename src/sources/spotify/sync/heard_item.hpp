#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/utc_time.hpp"
#include "model/play_fact.hpp"
#include "sources/spotify/answers/spotify_things.hpp"

namespace earprint::sources::spotify {

/// So that lengths and places can be added up whatever an answer says: more than anything that is believed.
inline constexpr std::int64_t kLengthMsMax = 30 * base::kMsPerDay;

/// What was heard, as exports would name it: the artist is the album's, a local file's id begins with
/// "local:".
struct HeardItem {
  model::PlayKind kind = model::PlayKind::kUnknown;
  std::string item_id, title, artist, album, isrc;
  std::int64_t length_ms = 0;  ///< 0: not told; at most kLengthMsMax

  /// The same recording is meant, however it is spelled.
  bool IsSame(const HeardItem& other) const;
  /// Writes itself into a fact, which then refers to it.
  void Describe(model::PlayFact& fact) const;
};

HeardItem ItemOf(const SpotifyTrack& track);
HeardItem ItemOf(const SpotifyItem& item);

/// An item as it is kept between two processes; nothing where what is read is none.
boost::json::object WriteItem(const HeardItem& item);
std::optional<HeardItem> ReadItem(const boost::json::value& value);

}  // namespace earprint::sources::spotify
