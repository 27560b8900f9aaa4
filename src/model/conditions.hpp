#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace earprint::model {

/// A bound on an audio feature: energy >= 0.8.
struct FeatureBound {
  std::string feature;
  std::string comparison;  ///< "<", "<=", ">" or ">="
  std::int64_t value_e6 = 0;
  std::string text;  ///< as it was asked
};

/// The filter under which a metric is answered; every field as understood, defaults included.
///
/// Units:  from/to as stated (local date or instant), from inclusive, to exclusive; hours local, from
///         inclusive, to exclusive, wrapping over midnight, never the same; weekdays 1 = Monday; several
///         values of one name mean any of them.
struct Conditions {
  std::string from, to;
  std::string tz = "UTC";
  std::int64_t min_ms = 30'000;
  std::optional<std::pair<int, int>> hours;
  std::vector<int> weekdays;
  std::vector<std::string> playlists, artists, albums, tracks, genres, sources, platforms, countries;
  std::optional<std::pair<int, int>> released;
  std::optional<bool> shuffle, skipped, offline;
  std::vector<FeatureBound> features;
  std::vector<std::int64_t> plays;  ///< ids (PlayIdText); several mean any of them
  std::string file, bucket;         ///< of the ledger; empty: any
  std::int64_t limit = 100;
  std::string by = "track";      ///< track | recording
  std::string grain = "month";   ///< day | week | month | quarter | year
  std::string weight = "plays";  ///< plays | ms
  std::string x = "valence", y = "energy";
  std::string rule = "any", against = "30s";  ///< two of kCountingRules
  std::int64_t year = 0;                      ///< that a Wrapped told of; 0: the last one with plays
  /// What a Wrapped said, by kSaidFigures, as texts.
  std::vector<std::pair<std::string, std::string>> said;
  std::string home_tz = "UTC";  ///< where the listener is when `tz` is kLocalZone and nothing tells better
};

/// The zone that is wherever the listener was.
inline constexpr std::string_view kLocalZone = "local";

/// What may count as a play: any; 30 s; half of it or four minutes; to its end; as Spotify's Wrapped counts.
inline constexpr std::array<std::string_view, 5> kCountingRules = {"any", "30s", "half", "end", "wrapped"};

/// Figures that a Wrapped tells; the last two are names.
inline constexpr std::array<std::string_view, 8> kSaidFigures = {
    "minutes",         "plays",      "artists",  "tracks", "top_artist_minutes",
    "top_track_plays", "top_artist", "top_track"};
inline constexpr std::size_t kSaidNumbers = 6;

/// The id of a play as text: 15 hexadecimal digits, since a page's numbers end at 53 bits.
std::string PlayIdText(std::int64_t play_id);

inline constexpr std::int64_t kLimitMax = 100'000;
inline constexpr std::size_t kConditionValuesMax = 100;

/// A condition as asked, by command line or HTTP: names with '_' or '-' alike.
using ConditionPair = std::pair<std::string, std::string>;

/// Reads conditions. Errors: kInvalidInput an unknown name or malformed value; the subject names it, the hint
/// what is allowed. Nothing is ignored.
base::Result<Conditions> ParseConditions(std::span<const ConditionPair> pairs, const std::string& default_tz);

/// The conditions as JSON, as understood, keys in a fixed order.
std::string ConditionsJson(const Conditions& conditions);

/// Every condition's name, in the order of the contract, with one sentence.
struct ConditionHelp {
  std::string_view name, value, meaning;
};
std::span<const ConditionHelp> ConditionHelps();

}  // namespace earprint::model
