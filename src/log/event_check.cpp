#include "log/event_check.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "model/event_line.hpp"
#include "model/play_fact.hpp"

namespace earprint::log {

namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kInstantMax = 4'102'444'800'000;  // 2100: what is later is a broken clock
constexpr std::int64_t kWholeMax = 1'000'000'000'000'000;
constexpr std::int64_t kSmallMax = 2'000'000'000;
constexpr std::size_t kSourceBytesMax = 40;

enum class Kind : std::uint8_t { kInstant, kWhole, kSmall, kText, kFlag, kTexts, kThings, kStretches };

struct FieldRule {
  std::string_view type, field;
  Kind kind;
};

/// What sql/lake.md tells of the data that the builds read.
constexpr auto kRules = std::to_array<FieldRule>({
    {"play", "ended_at_ms", Kind::kInstant},
    {"play", "played_ms", Kind::kWhole},
    {"play", "ended_precision_ms", Kind::kWhole},
    {"play", "twin", Kind::kSmall},
    {"play", "file", Kind::kWhole},
    {"play", "row", Kind::kSmall},
    {"play", "began_at_ms", Kind::kInstant},
    {"play", "looked_before_ms", Kind::kInstant},
    {"play", "last_seen_ms", Kind::kInstant},
    {"play", "looked_after_ms", Kind::kInstant},
    {"play", "shown_at_ms", Kind::kInstant},
    {"play", "kind", Kind::kText},
    {"play", "item_id", Kind::kText},
    {"play", "title", Kind::kText},
    {"play", "artist", Kind::kText},
    {"play", "album", Kind::kText},
    {"play", "platform", Kind::kText},
    {"play", "country", Kind::kText},
    {"play", "reason_start", Kind::kText},
    {"play", "reason_end", Kind::kText},
    {"play", "isrc", Kind::kText},
    {"play", "shuffle", Kind::kFlag},
    {"play", "skipped", Kind::kFlag},
    {"play", "offline", Kind::kFlag},
    {"play", "private", Kind::kFlag},
    {"audio_features", "catalogue", Kind::kText},
    {"audio_features", "track_id", Kind::kText},
    {"audio_features", "isrc", Kind::kText},
    {"audio_features", "title", Kind::kText},
    {"audio_features", "artist", Kind::kText},
    {"audio_features", "artists", Kind::kTexts},
    {"audio_features", "album", Kind::kText},
    {"audio_features", "release_date", Kind::kText},
    {"audio_features", "release_year", Kind::kSmall},
    {"audio_features", "duration_ms", Kind::kWhole},
    {"audio_features", "popularity", Kind::kSmall},
    {"audio_features", "explicit", Kind::kFlag},
    {"audio_features", "genres", Kind::kTexts},
    {"audio_features", "key", Kind::kSmall},
    {"audio_features", "mode", Kind::kSmall},
    {"audio_features", "time_signature", Kind::kSmall},
    {"playlist", "playlist_id", Kind::kText},
    {"playlist", "name", Kind::kText},
    {"playlist", "modified", Kind::kText},
    {"playlist", "held", Kind::kText},
    {"playlist", "tracks", Kind::kThings},
    {"saved_track", "item_id", Kind::kText},
    {"saved_track", "title", Kind::kText},
    {"saved_track", "artist", Kind::kText},
    {"saved_track", "album", Kind::kText},
    {"spotify_list", "list", Kind::kText},
    {"spotify_list", "range", Kind::kText},
    {"spotify_list", "things", Kind::kThings},
    {"edit", "kind", Kind::kText},
    {"edit", "stated_at_ms", Kind::kInstant},
    {"edit", "from_ms", Kind::kInstant},
    {"edit", "to_ms", Kind::kInstant},
    {"edit", "at_ms", Kind::kInstant},
    {"edit", "item_id", Kind::kText},
    {"edit", "title", Kind::kText},
    {"edit", "artist", Kind::kText},
    {"edit", "platform", Kind::kText},
    {"edit", "country", Kind::kText},
    {"edit", "zone", Kind::kText},
    {"edit", "undoes", Kind::kText},
    {"edit", "items", Kind::kTexts},
    {"edit", "note", Kind::kText},
    {"gap", "from_ms", Kind::kInstant},
    {"gap", "to_ms", Kind::kInstant},
    {"gap", "reason", Kind::kText},
    {"source_file", "file_key", Kind::kWhole},
    {"source_file", "file", Kind::kText},
    {"source_file", "kind", Kind::kText},
    {"source_file", "imported_at_ms", Kind::kInstant},
    {"source_file", "part", Kind::kSmall},
    {"source_file", "read", Kind::kSmall},
    {"source_file", "accepted", Kind::kSmall},
    {"source_file", "retold", Kind::kSmall},
    {"source_file", "duplicate", Kind::kSmall},
    {"source_file", "rejected", Kind::kSmall},
    {"source_file", "again", Kind::kStretches},
    {"dead_letter", "source", Kind::kText},
    {"dead_letter", "file", Kind::kText},
    {"dead_letter", "position", Kind::kText},
    {"dead_letter", "reason", Kind::kText},
    {"dead_letter", "raw", Kind::kText},
});

/// The rules of each type, which stand together above.
std::span<const FieldRule> RulesOf(model::EventType of) {
  static const auto kOfEach = [] {
    std::array<std::span<const FieldRule>, model::kEventTypes.size()> all;
    for (const model::EventType type : model::kEventTypes) {
      const auto is_of_it = [type](const FieldRule& rule) { return rule.type == model::TypeName(type); };
      const auto* const begin = std::ranges::find_if(kRules, is_of_it);
      all[static_cast<std::size_t>(type)] = {begin, std::find_if_not(begin, kRules.end(), is_of_it)};
    }
    return all;
  }();
  return kOfEach[static_cast<std::size_t>(of)];
}

bool IsWhole(const dom::element& value, std::int64_t max) {
  std::int64_t whole = 0;
  return value.is_int64() && value.get_int64().get(whole) == simdjson::SUCCESS && whole >= -max &&
         whole <= max;
}

bool AreAll(const dom::element& value, const auto& is_so) {
  dom::array list;
  if (value.get_array().get(list) != simdjson::SUCCESS) return false;
  for (const dom::element one : list) {
    if (!is_so(one)) return false;
  }
  return true;
}

bool IsText(const dom::element& value) { return value.is_string(); }

/// Four whole numbers: a row, records, a file and a row of it.
bool IsStretch(const dom::element& value) {
  dom::array four;
  if (value.get_array().get(four) != simdjson::SUCCESS || four.size() != 4) return false;
  return AreAll(value, [](const dom::element& number) { return IsWhole(number, kWholeMax); });
}

/// Of a name that stands there twice one reader takes the first and another the last, or neither.
bool HasRepeats(std::vector<std::string_view> names) {
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) != names.end();
}

/// Whether a member's name is written with an escape, which a reader that takes names as they stand does not
/// know. The line is sound JSON.
bool HasEscapedName(std::string_view line) {
  if (!line.contains('\\')) return false;
  for (std::size_t at = line.find('"'); at != std::string_view::npos; at = line.find('"', at)) {
    bool has_escape = false;
    for (++at; line[at] != '"'; ++at) {
      if (line[at] != '\\') continue;
      has_escape = true;
      ++at;
    }
    const std::size_t after = line.find_first_not_of(" \t", ++at);
    if (has_escape && after != std::string_view::npos && line[after] == ':') return true;
  }
  return false;
}

/// Things of a list: objects whose members are texts, or not told.
bool IsThing(const dom::element& value) {
  dom::object thing;
  if (value.get_object().get(thing) != simdjson::SUCCESS) return false;
  std::vector<std::string_view> names;
  for (const auto& [name, member] : thing) {
    if (!member.is_string() && !member.is_null()) return false;
    names.push_back(name);
  }
  return !HasRepeats(std::move(names));
}

bool IsOf(Kind kind, const dom::element& value) {
  switch (kind) {
    case Kind::kInstant:
      return IsWhole(value, kInstantMax);
    case Kind::kWhole:
      return IsWhole(value, kWholeMax);
    case Kind::kSmall:
      return IsWhole(value, kSmallMax);
    case Kind::kText:
      return IsText(value);
    case Kind::kFlag:
      return value.is_bool();
    case Kind::kTexts:
      return AreAll(value, IsText);
    case Kind::kThings:
      return AreAll(value, IsThing);
    case Kind::kStretches:
      return AreAll(value, IsStretch);
  }
  return false;
}

/// What only a play must tell.
class PlayCheck {
 public:
  std::string Take(std::string_view name, const dom::element& value) {
    if (name == "ended_at_ms") {
      has_end_ = true;
      if (value.get_int64().value_unsafe() < model::kEarliestPlayMs) return "it ends before Spotify existed";
    } else if (name == "played_ms") {
      has_played_ = true;
      const std::int64_t played_ms = value.get_int64().value_unsafe();
      if (played_ms < 0 || played_ms > model::kPlayedMsMax)
        return "the milliseconds played are not believable";
    } else if (name == "kind") {
      has_kind_ = true;
      const std::string_view kind = value.get_string().value_unsafe();
      if (std::ranges::none_of(kKinds, [kind](model::PlayKind one) { return model::KindName(one) == kind; }))
        return "its kind is none";
    }
    return {};
  }
  bool IsWhole() const { return has_end_ && has_played_ && has_kind_; }

 private:
  static constexpr std::array kKinds = {model::PlayKind::kTrack, model::PlayKind::kEpisode,
                                        model::PlayKind::kAudiobook, model::PlayKind::kUnknown};
  bool has_end_ = false, has_played_ = false, has_kind_ = false;
};

/// What a field of the data must be; nothing where nobody reads it.
std::optional<Kind> KindOf(model::EventType type, std::string_view name) {
  if (type == model::EventType::kAudioFeatures && name.ends_with("_e6")) return Kind::kWhole;
  const auto rules = RulesOf(type);
  const auto found = std::ranges::find(rules, name, &FieldRule::field);
  return found == rules.end() ? std::nullopt : std::optional(found->kind);
}

/// What nobody reads may be anything, and stand there as often as it likes.
std::string WhyNoData(model::EventType type, const dom::object& data) {
  PlayCheck play;
  const bool is_play = type == model::EventType::kPlay;
  std::vector<std::string_view> names;
  names.reserve(data.size());
  for (const auto& [name, value] : data) {
    const auto kind = KindOf(type, name);
    if (!kind) continue;
    names.push_back(name);
    if (!IsOf(*kind, value)) return "its " + std::string(name) + " is not what it must be";
    if (!is_play) continue;
    if (std::string why = play.Take(name, value); !why.empty()) return why;
  }
  if (HasRepeats(std::move(names))) return "it tells something twice";
  return is_play && !play.IsWhole() ? "it tells no kind, no end or no milliseconds" : std::string();
}

/// The members that a line has, each once and in this order.
std::string WhyNoLine(model::EventType type, const dom::element& line) {
  constexpr std::array<std::string_view, 7> kMembers = {"specversion", "id",   "source", "type",
                                                        "subject",     "time", "data"};
  dom::object whole, data;
  if (line.get_object().get(whole) != simdjson::SUCCESS) return "it is no object";
  std::size_t at = 0;
  for (const auto& [name, value] : whole) {
    if (at == kMembers.size() || name != kMembers[at]) return "its envelope has other members";
    if (++at < kMembers.size() && !value.is_string()) return "its " + std::string(name) + " is no text";
    if (at == kMembers.size() && value.get_object().get(data) != simdjson::SUCCESS) return "it has no data";
  }
  return at < kMembers.size() ? "it has no data" : WhyNoData(type, data);
}

std::string WhyNoEnvelope(std::string_view type, const std::optional<model::EventLine>& told) {
  if (!told) return "it is no event of the house";
  if (told->type != type) return "it is an event of another type";
  if (told->source.empty() || told->source.size() > kSourceBytesMax) return "its source is none";
  std::string scratch;
  const auto listener = model::ListenerOf(*told, scratch);
  const bool may_be_nobodys = type == "source_file" || type == "dead_letter";  // of a catalogue's file
  if (!listener || (!model::IsListenerName(*listener) && !(may_be_nobodys && listener->empty())))
    return "its listener's name is none";
  return {};
}

base::Failure Refuse(std::string why) {
  return base::Fail(base::ErrorCode::kInvalidInput, "read an event", "", std::move(why));
}

}  // namespace

struct EventCheck::Memory {
  dom::parser parser;
};

EventCheck::EventCheck() : memory_(std::make_unique<Memory>()) {}
EventCheck::~EventCheck() = default;

base::Result<model::EventRef> EventCheck::Check(model::EventType type, std::string_view line) {
  if (line.contains('\n') || line.contains('\r')) return Refuse("it is more than one line");
  const auto told = model::ReadEventLine(line);
  if (std::string why = WhyNoEnvelope(model::TypeName(type), told); !why.empty())
    return Refuse(std::move(why));
  dom::element value;
  if (const auto error = memory_->parser.parse(line.data(), line.size()).get(value))
    return Refuse(std::string("it is no JSON: ") + simdjson::error_message(error));
  if (std::string why = WhyNoLine(type, value); !why.empty()) return Refuse(std::move(why));
  if (HasEscapedName(line)) return Refuse("a name in it is written with an escape");
  model::EventRef event;
  event.type = type;
  event.id = told->id;
  event.size = static_cast<std::uint32_t>(line.size()) + 1;
  return event;
}

}  // namespace earprint::log
