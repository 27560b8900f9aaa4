#pragma once

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
/// inclusive, to
///         exclusive, wrapping over midnight, never the same; weekdays 1 = Monday; several values of one name
///         mean any of them.
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
};

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
