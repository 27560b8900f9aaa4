#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "audit/lake/line_reader.hpp"
#include "audit/lake/plain_text.hpp"
#include "base/text.hpp"

namespace earprint::audit {

namespace {

namespace ondemand = simdjson::ondemand;

enum Text : std::uint8_t {
  kId,
  kSource,
  kSubject,
  kKind,
  kItemId,
  kTitle,
  kArtist,
  kAlbum,
  kPlatform,
  kCountry,
  kReasonStart,
  kReasonEnd,
  kIsrc,
  kTexts
};
constexpr std::array<std::string_view, kTexts> kTextNames = {
    "id",    "source",   "subject", "kind",         "item_id",    "title", "artist",
    "album", "platform", "country", "reason_start", "reason_end", "isrc"};

enum Number : std::uint8_t {
  kEndedAt,
  kPlayed,
  kPrecision,
  kTwin,
  kBeganAt,
  kLookedBefore,
  kLastSeen,
  kLookedAfter,
  kShownAt,
  kFile,
  kRow,
  kNumbers
};
constexpr std::array<std::string_view, kNumbers> kNumberNames = {
    "ended_at_ms",  "played_ms",       "ended_precision_ms", "twin", "began_at_ms", "looked_before_ms",
    "last_seen_ms", "looked_after_ms", "shown_at_ms",        "file", "row"};

enum Flag : std::uint8_t { kShuffle, kSkipped, kOffline, kPrivate, kFlags };
constexpr std::array<std::string_view, kFlags> kFlagNames = {"shuffle", "skipped", "offline", "private"};

constexpr std::array kSpellingTexts = {kKind, kItemId, kTitle, kArtist, kAlbum, kIsrc};
constexpr std::array kCircumstanceTexts = {kSubject, kSource, kPlatform, kCountry, kReasonStart, kReasonEnd};

/// One line as it stands; the texts hold until the parser reads on.
struct Line {
  std::array<std::optional<std::string_view>, kTexts> texts;
  std::array<std::optional<std::int64_t>, kNumbers> numbers;
  std::array<std::optional<bool>, kFlags> flags;

  std::string_view Or(Text text) const { return texts[text].value_or(""); }
};

template <std::size_t kSize>
std::size_t PlaceOf(const std::array<std::string_view, kSize>& names, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

ToldAs ToldAsOf(std::string_view source) {
  static constexpr std::string_view kServices[] = {"listenbrainz", "lastfm", "maloja", "koito"};
  if (source == "player" || source == "recent") return ToldAs::kLive;
  return std::ranges::find(kServices, source) != std::end(kServices) ? ToldAs::kService : ToldAs::kExport;
}

simdjson::error_code ReadField(std::string_view name, ondemand::value& value, Line& line);

simdjson::error_code ReadObject(ondemand::object& object, Line& line) {
  for (auto field : object) {
    std::string_view name;
    ondemand::value value;
    if (const auto error = field.unescaped_key().get(name)) return error;
    if (const auto error = field.value().get(value)) return error;
    if (const auto error = ReadField(name, value, line)) return error;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code ReadField(std::string_view name, ondemand::value& value, Line& line) {
  if (name == "data") {
    ondemand::object data;
    if (const auto error = value.get_object().get(data)) return error;
    return ReadObject(data, line);
  }
  if (const std::size_t at = PlaceOf(kTextNames, name); at < kTexts)
    return value.get_string().get(line.texts[at].emplace());
  if (const std::size_t at = PlaceOf(kNumberNames, name); at < kNumbers)
    return value.get_int64().get(line.numbers[at].emplace());
  if (const std::size_t at = PlaceOf(kFlagNames, name); at < kFlags)
    return value.get_bool().get(line.flags[at].emplace());
  return simdjson::SUCCESS;  // no figure asks for it
}

}  // namespace

struct PlayLineReader::Parser {
  explicit Parser(LakeEvents& to) : lake(to) {}

  LakeEvents& lake;
  ondemand::parser parser;
  std::string joined = {};
  boost::unordered_flat_map<std::string, std::uint32_t> spellings = {}, circumstances = {};
  boost::unordered_flat_map<std::int64_t, std::uint32_t> files = {{0, 0}};

  base::Result<void> ReadLine(std::string_view text, std::size_t capacity) {
    ondemand::document document;
    ondemand::object object;
    Line line;
    auto error = parser.iterate(text.data(), text.size(), capacity).get(document);
    if (!error) error = document.get_object().get(object);
    if (!error) error = ReadObject(object, line);
    if (error) return DamagedLine(text, simdjson::error_message(error));
    PlayEvent event;
    if (!ReadId(line.Or(kId), event.id)) return DamagedLine(text, "it has no id of 30 digits");
    if (!line.numbers[kEndedAt] || !line.numbers[kPlayed])
      return DamagedLine(text, "it tells no end or no milliseconds");
    event.ended_at_ms = *line.numbers[kEndedAt];
    event.played_ms = *line.numbers[kPlayed];
    event.precision_ms = line.numbers[kPrecision].value_or(event.precision_ms);
    event.file = FileOf(line.numbers[kFile].value_or(0));
    event.row = static_cast<std::uint32_t>(line.numbers[kRow].value_or(0));
    event.spelling = SpellingOf(line);
    event.circumstances = CircumstancesOf(line);
    lake.Digest(lake.circumstances[event.circumstances].listener, text);
    switch (lake.circumstances[event.circumstances].told_as) {
      case ToldAs::kLive:
        lake.live.push_back(LiveOf(event, line));
        break;
      case ToldAs::kService:
        lake.services.push_back(ServiceOf(event, line));
        break;
      case ToldAs::kExport:
        lake.exports.push_back(event);
    }
    return {};
  }

  std::uint32_t FileOf(std::int64_t key) {
    const auto next = static_cast<std::uint32_t>(lake.file_keys.size());
    const auto [found, is_new] = files.try_emplace(key, next);
    if (is_new) lake.file_keys.push_back(key);
    return found->second;
  }

  static ServiceEvent ServiceOf(const PlayEvent& event, const Line& line) {
    ServiceEvent service;
    static_cast<PlayEvent&>(service) = event;
    service.began_at_ms = line.numbers[kBeganAt];
    // What tells any more than an export does tells a beginning too, if only by the milliseconds.
    const bool tells_more = line.numbers[kShownAt].value_or(0) > 0 || line.numbers[kTwin].value_or(0) > 0;
    if (!service.began_at_ms && tells_more) service.began_at_ms = event.ended_at_ms - event.played_ms;
    return service;
  }

  static LiveEvent LiveOf(const PlayEvent& event, const Line& line) {
    LiveEvent live;
    static_cast<PlayEvent&>(live) = event;
    live.is_player = line.Or(kSource) == "player";
    live.is_skipped = line.flags[kSkipped].value_or(false);
    live.began_at_ms = line.numbers[kBeganAt].value_or(event.ended_at_ms - event.played_ms);
    live.looked_before_ms = line.numbers[kLookedBefore].value_or(0);
    live.last_seen_ms = line.numbers[kLastSeen].value_or(0);
    live.looked_after_ms = line.numbers[kLookedAfter].value_or(0);
    live.shown_at_ms = line.numbers[kShownAt].value_or(0);
    live.twin = line.numbers[kTwin].value_or(0);
    return live;
  }

  void Join(const Line& line, std::span<const Text> texts) {
    joined.clear();
    for (const Text text : texts) {
      if (line.texts[text]) joined += *line.texts[text];
      joined += line.texts[text] ? '\x1f' : '\x1e';
    }
  }

  std::uint32_t Taken(const Line& line, Text text) {
    return line.texts[text] ? lake.texts.Take(*line.texts[text]) : kNone;
  }

  std::uint32_t SpellingOf(const Line& line) {
    Join(line, kSpellingTexts);
    const auto next = static_cast<std::uint32_t>(lake.spellings.size());
    const auto [found, is_new] = spellings.try_emplace(joined, next);
    if (!is_new) return found->second;
    Spelling spelling;
    spelling.kind = Taken(line, kKind);
    spelling.item_id = Taken(line, kItemId);
    spelling.title = Taken(line, kTitle);
    spelling.artist = Taken(line, kArtist);
    spelling.album = Taken(line, kAlbum);
    spelling.isrc = Taken(line, kIsrc);
    spelling.track = TrackNumber(lake, line.Or(kItemId), line.Or(kTitle), line.Or(kArtist));
    spelling.artist_no = lake.texts.Take(line.Or(kArtist));
    spelling.names = lake.texts.Take(NamesText(line.Or(kTitle), line.Or(kArtist)));
    if (line.texts[kAlbum]) {
      const std::string key = std::string(line.Or(kAlbum)) + '\x1f' + std::string(line.Or(kArtist));
      spelling.album_no = lake.album_keys.Take(key);
      if (spelling.album_no == lake.album_texts.size())
        lake.album_texts.emplace_back(spelling.album, spelling.artist_no);
    }
    lake.spellings.push_back(spelling);
    return next;
  }

  std::uint32_t CircumstancesOf(const Line& line) {
    Join(line, kCircumstanceTexts);
    for (const auto& flag : line.flags) joined += flag ? (*flag ? 'y' : 'n') : '-';
    const auto next = static_cast<std::uint32_t>(lake.circumstances.size());
    const auto [found, is_new] = circumstances.try_emplace(joined, next);
    if (!is_new) return found->second;
    lake.circumstances.push_back({.listener = Taken(line, kSubject),
                                  .source = Taken(line, kSource),
                                  .platform = Taken(line, kPlatform),
                                  .country = Taken(line, kCountry),
                                  .reason_start = Taken(line, kReasonStart),
                                  .reason_end = Taken(line, kReasonEnd),
                                  .shuffle = line.flags[kShuffle],
                                  .skipped = line.flags[kSkipped],
                                  .offline = line.flags[kOffline],
                                  .is_private = line.flags[kPrivate],
                                  .told_as = ToldAsOf(line.Or(kSource))});
    return next;
  }
};

PlayLineReader::PlayLineReader(LakeEvents& lake) : parser_(std::make_unique<Parser>(lake)) {}
PlayLineReader::~PlayLineReader() = default;

base::Result<void> PlayLineReader::Read(const std::string& lines) {
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    const std::string_view line(lines.data() + at, end - at);
    if (!line.empty()) {
      if (auto read = parser_->ReadLine(line, lines.capacity() - at); !read) return read;
    }
    at = end + 1;
  }
  return {};
}

base::Failure DamagedLine(std::string_view line, std::string_view cause) {
  return base::Fail(base::ErrorCode::kCorrupt, "audit the lake",
                    "the event " + base::ToValidUtf8(line.substr(0, 80)), std::string(cause),
                    "restore the lake folder from a backup");
}

bool ReadId(std::string_view digits, model::EventId& id) {
  constexpr std::size_t kHalf = 15;
  if (digits.size() != 2 * kHalf) return false;
  const auto half = [](std::string_view part, std::uint64_t& value) {
    const auto read = std::from_chars(part.data(), part.data() + part.size(), value, 16);
    return read.ec == std::errc() && read.ptr == part.data() + part.size();
  };
  return half(digits.substr(0, kHalf), id.identity) && half(digits.substr(kHalf), id.details);
}

std::uint32_t TrackNumber(LakeEvents& lake, std::string_view item_id, std::string_view title,
                          std::string_view artist) {
  return lake.track_keys.Take(item_id.empty() ? NamesText(title, artist) : std::string(item_id));
}

}  // namespace earprint::audit
