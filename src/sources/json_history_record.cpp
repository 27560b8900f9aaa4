#include "sources/json_history_record.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"

namespace earprint::sources {

namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

struct FieldName {
  std::string_view name;
  Field field;
};

// In the order of Spotify's records, so that the search below nearly always hits at once.
constexpr std::array kFieldNames = {
    FieldName{"ts", Field::kTs},
    FieldName{"platform", Field::kPlatform},
    FieldName{"ms_played", Field::kMsPlayed},
    FieldName{"conn_country", Field::kCountry},
    FieldName{"master_metadata_track_name", Field::kTrack},
    FieldName{"master_metadata_album_artist_name", Field::kArtist},
    FieldName{"master_metadata_album_album_name", Field::kAlbum},
    FieldName{"spotify_track_uri", Field::kTrackUri},
    FieldName{"episode_name", Field::kEpisode},
    FieldName{"episode_show_name", Field::kShow},
    FieldName{"spotify_episode_uri", Field::kEpisodeUri},
    FieldName{"audiobook_title", Field::kBookTitle},
    FieldName{"audiobook_uri", Field::kBookUri},
    FieldName{"audiobook_chapter_uri", Field::kChapterUri},
    FieldName{"audiobook_chapter_title", Field::kChapterTitle},
    FieldName{"reason_start", Field::kReasonStart},
    FieldName{"reason_end", Field::kReasonEnd},
    FieldName{"shuffle", Field::kShuffle},
    FieldName{"skipped", Field::kSkipped},
    FieldName{"offline", Field::kOffline},
    FieldName{"offline_timestamp", Field::kOfflineAt},
    FieldName{"incognito_mode", Field::kPrivate},
    FieldName{"endTime", Field::kEndTime},
    FieldName{"artistName", Field::kArtist},
    FieldName{"trackName", Field::kTrack},
    FieldName{"msPlayed", Field::kMsPlayed},
    FieldName{"podcastName", Field::kShow},
    FieldName{"episodeName", Field::kEpisode},
    FieldName{"audiobookName", Field::kBookTitle},
    FieldName{"authorName", Field::kBookAuthor},
    FieldName{"chapterName", Field::kChapterTitle},
};

const FieldName& FieldOf(ondemand::raw_json_string name, std::size_t& guess) {
  static constexpr FieldName kUnknown{"", Field::kOther};
  for (std::size_t i = 0; i < kFieldNames.size(); ++i) {
    const std::size_t at = guess + i < kFieldNames.size() ? guess + i : guess + i - kFieldNames.size();
    if (name.unsafe_is_equal(kFieldNames[at].name)) {
      guess = at + 1 == kFieldNames.size() ? 0 : at + 1;
      return kFieldNames[at];
    }
  }
  return kUnknown;
}

Fault WrongType(std::string_view name, std::string_view wanted, ondemand::value& value) {
  const std::string_view found = base::Trim(value.raw_json_token()).substr(0, 40);
  return {simdjson::SUCCESS, fmt::format("{} is not {}: {}", name, wanted, found)};
}

Fault ReadNull(ondemand::value& value) {
  bool is_null = false;
  if (const error_code error = value.is_null().get(is_null)) return {error, {}};
  return is_null ? Fault{} : Fault{simdjson::N_ATOM_ERROR, {}};
}

Fault ReadText(ondemand::value& value, std::string_view name, std::string_view& text) {
  ondemand::json_type type;
  if (const error_code error = value.type().get(type)) return {error, {}};
  if (type == ondemand::json_type::null) return ReadNull(value);
  if (type != ondemand::json_type::string) return WrongType(name, "a text", value);
  return {value.get_string().get(text), {}};
}

Fault ReadInteger(ondemand::value& value, std::string_view name, std::optional<std::int64_t>& number) {
  ondemand::json_type type;
  if (const error_code error = value.type().get(type)) return {error, {}};
  if (type == ondemand::json_type::null) return ReadNull(value);
  if (type != ondemand::json_type::number) return WrongType(name, "a whole number", value);
  std::int64_t integer = 0;
  if (value.get_int64().get(integer) == simdjson::SUCCESS) {
    number = integer;
    return {};
  }
  double real = 0;  // some libraries write 204053.0
  constexpr double kExact = 9'007'199'254'740'992.0;
  if (value.get_double().get(real) == simdjson::SUCCESS && real > -kExact && real < kExact &&
      real == static_cast<double>(static_cast<std::int64_t>(real))) {
    number = static_cast<std::int64_t>(real);
    return {};
  }
  return WrongType(name, "a whole number", value);
}

Fault ReadFlag(ondemand::value& value, std::string_view name, std::optional<bool>& flag) {
  ondemand::json_type type;
  if (const error_code error = value.type().get(type)) return {error, {}};
  if (type == ondemand::json_type::null) return ReadNull(value);
  if (type != ondemand::json_type::boolean) return WrongType(name, "true or false", value);
  bool read = false;
  if (const error_code error = value.get_bool().get(read)) return {error, {}};
  flag = read;
  return {};
}

Fault ReadField(Field field, std::string_view name, ondemand::value& value, Record& record) {
  switch (field) {
    case Field::kMsPlayed:
      return ReadInteger(value, name, record.ms_played);
    case Field::kOfflineAt:
      return ReadInteger(value, name, record.offline_at);
    case Field::kShuffle:
      return ReadFlag(value, name, record.shuffle);
    case Field::kSkipped:
      return ReadFlag(value, name, record.skipped);
    case Field::kOffline:
      return ReadFlag(value, name, record.offline);
    case Field::kPrivate:
      return ReadFlag(value, name, record.is_private);
    case Field::kOther:
      return {};
    default:
      return ReadText(value, name, record.texts[static_cast<std::size_t>(field)]);
  }
}

}  // namespace

Fault ReadRecord(ondemand::object& object, Record& record) {
  Fault first;
  std::size_t guess = 0;
  for (auto item : object) {
    ondemand::raw_json_string name;
    if (const error_code error = item.key().get(name)) return {error, {}};
    ondemand::value value;
    if (const error_code error = item.value().get(value)) return {error, {}};
    const FieldName& known = FieldOf(name, guess);
    Fault fault = ReadField(known.field, known.name, value, record);
    if (fault.json != simdjson::SUCCESS) return fault;
    if (fault && !first) first = std::move(fault);
  }
  return first;
}

}  // namespace earprint::sources
