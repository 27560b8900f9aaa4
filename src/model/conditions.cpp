#include "model/conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "model/feature_fact.hpp"

namespace earprint::model {

namespace {

using base::ErrorCode;
using base::Result;

constexpr std::size_t kZoneBytesMax = 64;

constexpr auto kHelps = std::to_array<ConditionHelp>({
    {"from", "DATE|INSTANT", "only plays that ended at or after it"},
    {"to", "DATE|INSTANT", "only plays that ended before it"},
    {"tz", "ZONE", "zone of hours, weekdays and dates, e.g. Europe/Paris; local: wherever the listener was"},
    {"min-ms", "N", "only plays of at least N milliseconds (default 30000; 0 counts everything)"},
    {"hours", "FROM-TO", "only these local hours, e.g. 22-2 (22:00 to before 2:00)"},
    {"weekdays", "LIST", "only these local weekdays, e.g. sat,sun"},
    {"playlist", "NAME", "only tracks of this playlist"},
    {"artist", "NAME", "only this artist"},
    {"album", "NAME", "only this album"},
    {"track", "ID|TITLE", "only this track"},
    {"genre", "NAME", "only tracks of this genre"},
    {"source", "NAME", "only plays told best by this source, e.g. extended, account or lastfm"},
    {"platform", "NAME", "only this platform"},
    {"country", "CODE", "only this country of connection"},
    {"released", "FROM-TO", "only tracks released in these years, e.g. 1990-1999"},
    {"shuffle", "yes|no", "only with shuffle on or off"},
    {"skipped", "yes|no", "only skipped plays, or only others"},
    {"offline", "yes|no", "only offline plays, or only others"},
    {"feature", "BOUND", "a bound on an audio feature, e.g. energy>=0.8 (repeatable)"},
    {"play", "ID", "only this play, by its id in `plays_behind` (repeatable)"},
    {"file", "NAME", "of the ledger only this file"},
    {"bucket", "NAME", "of the ledger only this bucket, e.g. merged"},
    {"limit", "N", "at most N rows of a list (default 100)"},
    {"by", "track|recording", "count track ids, or join the ids of one ISRC"},
    {"grain", "day|week|month|quarter|year", "length of a period"},
    {"weight", "plays|ms", "what a taste figure is weighted by"},
    {"x", "FEATURE", "feature on the map's x axis"},
    {"y", "FEATURE", "feature on the map's y axis"},
    {"rule", "any|30s|half|end|wrapped", "what counts as a play, to be compared"},
    {"against", "any|30s|half|end|wrapped", "with this other rule (default 30s)"},
    {"year", "N", "the year that a Wrapped told of"},
    {"said", "FIGURE", "what the Wrapped said, e.g. minutes=41200 (repeatable)"},
});

base::Failure Malformed(std::string_view name, std::string_view value, std::string hint) {
  return base::Fail(ErrorCode::kInvalidInput, "read condition", std::string(name),
                    fmt::format("'{}' is not allowed", base::ToValidUtf8(value.substr(0, 80))),
                    std::move(hint));
}

std::optional<std::int64_t> Whole(std::string_view text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? std::optional(number)
                                                                         : std::nullopt;
}

/// "A-B" with both in [low, high]; a single "A" is A-A.
std::optional<std::pair<int, int>> Span(std::string_view text, int low, int high) {
  const std::size_t dash = text.find('-');
  const auto first = Whole(text.substr(0, dash));
  const auto second = dash == std::string_view::npos ? first : Whole(text.substr(dash + 1));
  if (!first || !second || *first < low || *first > high || *second < low || *second > high) return {};
  return std::pair{static_cast<int>(*first), static_cast<int>(*second)};
}

/// A zone's name as text; whether there is such a zone is for those to say who know the zones.
Result<void> SetZone(std::string& field, std::string_view value) {
  const bool is_name =
      !value.empty() && value.size() <= kZoneBytesMax && std::ranges::all_of(value, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("/_+-").contains(c);
      });
  if (!is_name) return Malformed("tz", value, "a zone such as Europe/Paris");
  field = value;
  return {};
}

Result<void> SetFlag(std::optional<bool>& flag, std::string_view name, std::string_view value) {
  if (value != "yes" && value != "no") return Malformed(name, value, "yes or no");
  flag = value == "yes";
  return {};
}

Result<void> SetChoice(std::string& field, std::string_view name, std::string_view value,
                       std::initializer_list<std::string_view> allowed) {
  if (std::ranges::find(allowed, value) == allowed.end()) {
    std::string hint;
    for (const std::string_view choice : allowed) hint += (hint.empty() ? "" : ", ") + std::string(choice);
    return Malformed(name, value, hint);
  }
  field = value;
  return {};
}

std::string FeatureNames() {
  std::string names;
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    names += (names.empty() ? "" : ", ") + std::string(TraitOf(static_cast<Feature>(i)).name);
  }
  return names;
}

bool IsFeature(std::string_view name) {
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    if (TraitOf(static_cast<Feature>(i)).name == name) return true;
  }
  return false;
}

Result<void> AddFeature(Conditions& conditions, std::string_view value) {
  const std::size_t at = value.find_first_of("<>");
  const std::string hint =
      "a feature, a comparison and a number, e.g. energy>=0.8, at most 100 times; features: " +
      FeatureNames();
  if (at == std::string_view::npos) return Malformed("feature", value, hint);
  FeatureBound bound;
  bound.feature = base::Trim(value.substr(0, at));
  bound.comparison = value.substr(at, at + 1 < value.size() && value[at + 1] == '=' ? 2 : 1);
  const std::string_view number = base::Trim(value.substr(at + bound.comparison.size()));
  double read = 0;
  const auto end = std::from_chars(number.data(), number.data() + number.size(), read);
  if (conditions.features.size() >= kConditionValuesMax || !IsFeature(bound.feature) ||
      end.ec != std::errc() || end.ptr != number.data() + number.size() || !std::isfinite(read) ||
      std::abs(read) > 1e6) {
    return Malformed("feature", value, hint);
  }
  bound.value_e6 = std::llround(read * 1e6);
  bound.text = bound.feature + bound.comparison + std::string(number);
  conditions.features.push_back(std::move(bound));
  return {};
}

Result<void> SetWeekdays(Conditions& conditions, std::string_view value) {
  static constexpr std::array<std::string_view, 7> kNames = {"monday", "tuesday",  "wednesday", "thursday",
                                                             "friday", "saturday", "sunday"};
  for (const std::string_view part : base::Split(value, ',')) {
    const std::string name = base::AsciiLower(base::Trim(part));
    const auto found = std::ranges::find_if(kNames, [&name](std::string_view whole) {
      return name.size() >= 3 && whole.starts_with(name);  // "sat", "satur", "saturday"
    });
    const auto number = Whole(base::Trim(part));
    if (found == kNames.end() && !(number && *number >= 1 && *number <= 7)) {
      return Malformed("weekdays", value, "a list of mon, tue, wed, thu, fri, sat, sun");
    }
    conditions.weekdays.push_back(found != kNames.end() ? static_cast<int>(found - kNames.begin()) + 1
                                                        : static_cast<int>(*number));
  }
  std::ranges::sort(conditions.weekdays);
  const auto twice = std::ranges::unique(conditions.weekdays);
  conditions.weekdays.erase(twice.begin(), twice.end());
  return {};
}

Result<void> AddText(std::vector<std::string>& values, std::string_view name, std::string_view value) {
  std::string text = base::ToValidUtf8(value);
  if (text.empty() || text.size() > 1'000 || values.size() >= kConditionValuesMax) {
    return Malformed(name, value, "a text of 1 to 1000 bytes, at most 100 times");
  }
  values.push_back(std::move(text));
  return {};
}

Result<void> SetText(std::string& field, std::string_view name, std::string_view value) {
  std::vector<std::string> one;
  if (auto added = AddText(one, name, value); !added) return added;
  field = std::move(one[0]);
  return {};
}

Result<void> AddPlayId(Conditions& c, std::string_view value) {
  std::uint64_t id = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), id, 16);
  const bool is_id = value.size() == 15 && read.ec == std::errc() && read.ptr == value.data() + value.size();
  if (!is_id || c.plays.size() >= kConditionValuesMax)
    return Malformed("play", value, "15 hexadecimal digits, at most 100 times");
  c.plays.push_back(static_cast<std::int64_t>(id));
  return {};
}

Result<void> SetWhen(std::string& field, std::string_view name, std::string_view value) {
  if (!base::ParseInstant(value))
    return Malformed(name, value, "a date such as 2020-01-31 or an instant such as 2020-01-31T12:00:00Z");
  field = value;
  return {};
}

Result<void> SetNumber(std::int64_t& field, std::string_view name, std::string_view value, std::int64_t low,
                       std::int64_t high) {
  const auto number = Whole(value);
  if (!number || *number < low || *number > high)
    return Malformed(name, value, fmt::format("a whole number from {} to {}", low, high));
  field = *number;
  return {};
}

/// "22-2", or "22" for 22:00 to before 23:00. From an hour to itself might mean nothing or the whole day.
Result<void> SetHours(Conditions& c, std::string_view value) {
  auto hours = Span(value, 0, 24);
  if (hours && !value.contains('-')) ++hours->second;
  if (!hours || hours->first == hours->second || hours->second > 24)
    return Malformed("hours", value, "two different hours from 0 to 24 such as 22-2, or one such as 22");
  c.hours = hours;
  return {};
}

Result<void> SetReleased(Conditions& c, std::string_view value) {
  const auto years = Span(value, 1000, 2999);
  if (!years || years->first > years->second)
    return Malformed("released", value, "years from 1000 to 2999, the earlier first, such as 1990-1999");
  c.released = years;
  return {};
}

/// "minutes=41200", "top_artist=Ann".
Result<void> AddSaid(Conditions& c, std::string_view value) {
  const std::size_t cut = value.find('=');
  const std::string_view figure = value.substr(0, cut);
  const std::string told =
      cut == std::string_view::npos ? "" : base::ToValidUtf8(base::Trim(value.substr(cut + 1)));
  const auto* const known = std::ranges::find(kSaidFigures, figure);
  const bool is_number = known < kSaidFigures.begin() + kSaidNumbers;
  const std::int64_t number = is_number ? Whole(told).value_or(-1) : 0;
  const bool is_twice = std::ranges::any_of(c.said, [&](const auto& said) { return said.first == figure; });
  if (known == kSaidFigures.end() || told.empty() || told.size() > 1'000 || is_twice || number < 0 ||
      number > 1'000'000'000)
    return Malformed(
        "said", value,
        fmt::format("once each: {}, a sign = and a whole number or a name", fmt::join(kSaidFigures, ", ")));
  c.said.emplace_back(figure, is_number ? std::to_string(number) : told);
  return {};
}

Result<void> SetRule(std::string& field, std::string_view name, std::string_view value) {
  return SetChoice(field, name, value, {"any", "30s", "half", "end", "wrapped"});
}

Result<void> SetOne(Conditions& c, const std::string& name, std::string_view value) {
  if (name == "from") return SetWhen(c.from, name, value);
  if (name == "to") return SetWhen(c.to, name, value);
  if (name == "tz") return SetZone(c.tz, value);
  if (name == "min-ms") return SetNumber(c.min_ms, name, value, 0, 1'000'000'000);
  if (name == "hours") return SetHours(c, value);
  if (name == "weekdays") return SetWeekdays(c, value);
  if (name == "playlist") return AddText(c.playlists, name, value);
  if (name == "artist") return AddText(c.artists, name, value);
  if (name == "album") return AddText(c.albums, name, value);
  if (name == "track") return AddText(c.tracks, name, value);
  if (name == "genre") return AddText(c.genres, name, value);
  if (name == "source") return AddText(c.sources, name, value);
  if (name == "platform") return AddText(c.platforms, name, value);
  if (name == "country") return AddText(c.countries, name, value);
  if (name == "released") return SetReleased(c, value);
  if (name == "shuffle") return SetFlag(c.shuffle, name, value);
  if (name == "skipped") return SetFlag(c.skipped, name, value);
  if (name == "offline") return SetFlag(c.offline, name, value);
  if (name == "feature") return AddFeature(c, value);
  if (name == "play") return AddPlayId(c, value);
  if (name == "file" || name == "bucket") return SetText(name == "file" ? c.file : c.bucket, name, value);
  if (name == "limit") return SetNumber(c.limit, name, value, 1, kLimitMax);
  if (name == "by") return SetChoice(c.by, name, value, {"track", "recording"});
  if (name == "grain") return SetChoice(c.grain, name, value, {"day", "week", "month", "quarter", "year"});
  if (name == "weight") return SetChoice(c.weight, name, value, {"plays", "ms"});
  if (name == "rule") return SetRule(c.rule, name, value);
  if (name == "against") return SetRule(c.against, name, value);
  if (name == "year") return SetNumber(c.year, name, value, 2006, 2999);
  if (name == "said") return AddSaid(c, value);
  if (name == "x" || name == "y") {
    if (!IsFeature(value)) return Malformed(name, value, "a feature: " + FeatureNames());
    (name == "x" ? c.x : c.y) = value;
    return {};
  }
  std::string names;
  for (const ConditionHelp& help : kHelps) names += (names.empty() ? "" : ", ") + std::string(help.name);
  return base::Fail(ErrorCode::kInvalidInput, "read condition", base::ToValidUtf8(name.substr(0, 80)),
                    "there is no such condition", "one of: " + names);
}

void AppendField(std::string_view key, const std::string& json, std::string& out) {
  out += out.size() > 1 ? ",\"" : "\"";
  out += key;
  out += "\":" + json;
}

std::string Quoted(std::string_view text) {
  std::string json;
  base::AppendJsonString(text, json);
  return json;
}

std::string List(const std::vector<std::string>& values) {
  std::string json = "[";
  for (const std::string& value : values) json += (json.size() > 1 ? "," : "") + Quoted(value);
  return json + "]";
}

}  // namespace

std::span<const ConditionHelp> ConditionHelps() { return kHelps; }

Result<Conditions> ParseConditions(std::span<const ConditionPair> pairs, const std::string& default_tz) {
  Conditions conditions;
  conditions.tz = default_tz;
  conditions.home_tz = default_tz;
  for (const auto& [asked, value] : pairs) {
    std::string name = asked;
    std::ranges::replace(name, '_', '-');
    if (auto set = SetOne(conditions, name, base::Trim(value)); !set) return std::unexpected(set.error());
  }
  if (conditions.tz.empty()) return Malformed("tz", "", "a zone such as Europe/Paris");
  return conditions;
}

std::string PlayIdText(std::int64_t play_id) {
  std::string text;
  base::AppendHex(static_cast<std::uint64_t>(play_id), 15, text);
  return text;
}

std::string ConditionsJson(const Conditions& c) {
  std::string json = "{";
  if (!c.from.empty()) AppendField("from", Quoted(c.from), json);
  if (!c.to.empty()) AppendField("to", Quoted(c.to), json);
  AppendField("tz", Quoted(c.tz), json);
  AppendField("min_ms", std::to_string(c.min_ms), json);
  if (c.hours) AppendField("hours", Quoted(fmt::format("{}-{}", c.hours->first, c.hours->second)), json);
  if (!c.weekdays.empty()) AppendField("weekdays", fmt::format("[{}]", fmt::join(c.weekdays, ",")), json);
  const std::pair<std::string_view, const std::vector<std::string>*> lists[] = {
      {"playlist", &c.playlists}, {"artist", &c.artists},   {"album", &c.albums},
      {"track", &c.tracks},       {"genre", &c.genres},     {"source", &c.sources},
      {"platform", &c.platforms}, {"country", &c.countries}};
  for (const auto& [name, values] : lists) {
    if (!values->empty()) AppendField(name, List(*values), json);
  }
  if (c.released)
    AppendField("released", Quoted(fmt::format("{}-{}", c.released->first, c.released->second)), json);
  const std::pair<std::string_view, std::optional<bool>> flags[] = {
      {"shuffle", c.shuffle}, {"skipped", c.skipped}, {"offline", c.offline}};
  for (const auto& [name, flag] : flags) {
    if (flag) AppendField(name, Quoted(*flag ? "yes" : "no"), json);
  }
  if (!c.features.empty()) {
    std::vector<std::string> texts;
    for (const FeatureBound& bound : c.features) texts.push_back(bound.text);
    AppendField("feature", List(texts), json);
  }
  if (!c.plays.empty()) {
    std::vector<std::string> ids;
    for (const std::int64_t id : c.plays) ids.push_back(PlayIdText(id));
    AppendField("play", List(ids), json);
  }
  if (!c.file.empty()) AppendField("file", Quoted(c.file), json);
  if (!c.bucket.empty()) AppendField("bucket", Quoted(c.bucket), json);
  AppendField("limit", std::to_string(c.limit), json);
  AppendField("by", Quoted(c.by), json);
  AppendField("grain", Quoted(c.grain), json);
  AppendField("weight", Quoted(c.weight), json);
  AppendField("x", Quoted(c.x), json);
  AppendField("y", Quoted(c.y), json);
  const Conditions defaults;
  if (c.rule != defaults.rule || c.against != defaults.against) {
    AppendField("rule", Quoted(c.rule), json);
    AppendField("against", Quoted(c.against), json);
  }
  if (c.year != 0) AppendField("year", std::to_string(c.year), json);
  if (!c.said.empty()) {
    std::vector<std::string> texts;
    for (const auto& [figure, value] : c.said) texts.push_back(fmt::format("{}={}", figure, value));
    AppendField("said", List(texts), json);
  }
  return json + "}";
}

}  // namespace earprint::model
