#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sources/spotify/sync/player_watch.hpp"

namespace earprint::sources::spotify {

/// Holds back a look that contradicts the one before, until a second one says the same: Spotify tells at
/// times that no player is there while music plays, and one of its machines may tell what was so some seconds
/// ago. One that is only late is dated back: what plays has come as far as time has run, unless the state has
/// changed since.
///
/// Shape:   looks in, in the order in which they came; out, those to believe: none while one is doubted, two
///          where the second agrees with the doubted one, else one. Never are two in a row held back. What
///          the last one was can be written out and read by the next process.
/// Source:  docs/decisions/20261128_doubted_looks.md
class LookCheck {
 public:
  /// A document that cannot be read, or is of before there was one, is as none.
  static LookCheck FromDocument(std::string_view document);
  /// Writes itself into a document that may hold something else too.
  void Write(boost::json::object& document) const;

  std::vector<PlayerLook> Believed(const PlayerLook& look);

  /// One is held back: look again soon.
  bool IsInDoubt() const { return doubted_.has_value(); }

 private:
  std::int64_t LagMs(const PlayerLook& look) const;
  bool IsDoubtful(const PlayerLook& look) const;

  std::optional<PlayerLook> last_;  ///< the last one that was believed, with the instant of its answer
  std::optional<PlayerLook> doubted_;
};

inline constexpr std::int64_t kDoubtMs = 2'000;

}  // namespace earprint::sources::spotify
