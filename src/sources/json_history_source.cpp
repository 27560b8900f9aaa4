#include "sources/json_history_source.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "model/play_fact.hpp"
#include "sources/json_history_record.hpp"
#include "sources/personal_fields.hpp"

namespace earprint::sources {

namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

// A piece that does not parse may have been cut inside a string; so many neighbours are joined before giving
// up.
constexpr int kJoinsMax = 3;
// offset timestamps above this are milliseconds, below seconds (10 digits last until 2286).
constexpr std::int64_t kLargestSeconds = 100'000'000'000;

/// Makes of a record what the house calls a play; the reason why not in `fault`.
model::PlayFact ToPlay(const Record& record, const HistoryOptions& options, Fault& fault) {
  model::PlayFact play;
  play.source = options.shape == HistoryShape::kExtended ? "extended" : "account";
  const bool has_ts = !record.Text(Field::kTs).empty();
  const std::string_view when = record.Text(has_ts ? Field::kTs : Field::kEndTime);
  const std::string_view when_name = options.shape == HistoryShape::kExtended ? "ts" : "endTime";
  const auto ended = base::ParseInstant(when);
  if (when.empty()) {
    fault.reason = fmt::format("{} is missing", when_name);
    return play;
  }
  if (!ended || ended->precision_ms == base::kMsPerDay) {
    fault.reason = fmt::format("{} is no instant: '{}'", when_name, when.substr(0, 40));
    return play;
  }
  if (!record.ms_played) {
    fault.reason =
        fmt::format("{} is missing", options.shape == HistoryShape::kExtended ? "ms_played" : "msPlayed");
    return play;
  }
  play.ended_at_ms = ended->at.value;
  play.ended_precision_ms =
      ended->precision_ms == base::kMsPerMinute ? base::kMsPerMinute : base::kMsPerSecond;
  play.played_ms = *record.ms_played;
  const std::string_view track_uri = record.Text(Field::kTrackUri);
  if (!track_uri.empty() || !record.Text(Field::kTrack).empty()) {
    play.kind = model::PlayKind::kTrack;
    play.item_id = model::ItemId(track_uri, "track");
    if (play.item_id.empty())
      play.item_id = track_uri;  // local files and what Spotify invents next: as stated
    play.title = record.Text(Field::kTrack);
    play.artist = record.Text(Field::kArtist);
    play.album = record.Text(Field::kAlbum);
  } else if (!record.Text(Field::kBookUri).empty() || !record.Text(Field::kBookTitle).empty()) {
    play.kind = model::PlayKind::kAudiobook;
    play.item_id = model::ItemId(record.Text(Field::kChapterUri), "episode");
    play.title = record.Text(Field::kChapterTitle);
    play.artist = record.Text(Field::kBookTitle);
    play.album = record.Text(Field::kBookAuthor);
  } else if (!record.Text(Field::kEpisodeUri).empty() || !record.Text(Field::kEpisode).empty()) {
    play.kind = model::PlayKind::kEpisode;
    play.item_id = model::ItemId(record.Text(Field::kEpisodeUri), "episode");
    play.title = record.Text(Field::kEpisode);
    play.artist = record.Text(Field::kShow);
  }
  play.platform = record.Text(Field::kPlatform);
  play.country = record.Text(Field::kCountry);
  play.reason_start = record.Text(Field::kReasonStart);
  play.reason_end = record.Text(Field::kReasonEnd);
  play.shuffle = record.shuffle;
  play.skipped = record.skipped;
  play.offline = record.offline;
  play.is_private = record.is_private;
  if (record.offline_at && *record.offline_at > 0) {
    const bool in_ms = *record.offline_at > kLargestSeconds;
    play.offline_at_ms = in_ms ? *record.offline_at : *record.offline_at * base::kMsPerSecond;
  }
  play.is_video = options.is_video;
  if (auto impossible = model::WhyImpossible(play, options.latest_ms)) fault.reason = *impossible;
  return play;
}

/// Parses one stretch: at a stroke when it is sound, piece by piece when it is not.
class ChunkParser {
 public:
  ChunkParser(const HistoryOptions& options, std::unordered_map<std::uint64_t, std::uint32_t>* twins)
      : options_(options), twins_(twins) {}

  model::EventBatch Parse(const JsonChunk& chunk) {
    batch_.lines.reserve(chunk.text.size() / 2);
    byte_ = chunk.byte;
    const auto twins_before =
        twins_ == nullptr ? std::unordered_map<std::uint64_t, std::uint32_t>() : *twins_;
    if (ParseArray(chunk.text, chunk.text.capacity())) return std::move(batch_);
    if (twins_ != nullptr) *twins_ = twins_before;
    batch_ = {};
    ParsePieces(chunk.elements(), chunk.byte);
    return std::move(batch_);
  }

 private:
  /// Parses "[…]"; false when the JSON is broken somewhere. Elements of a wrong shape are rejects and go on.
  bool ParseArray(std::string_view text, std::size_t capacity) {
    ondemand::document document;
    if (parser_.iterate(simdjson::padded_string_view(text.data(), text.size(), capacity)).get(document))
      return false;
    ondemand::array array;
    if (document.get_array().get(array)) return false;
    for (auto element : array) {
      ondemand::value value;
      if (element.get(value) || !ParseElement(value, text)) return false;
    }
    // More after the array's end means that a bracket stood where none belongs.
    const char* rest = nullptr;
    return document.current_location().get(rest) == simdjson::OUT_OF_BOUNDS;
  }

  bool ParseElement(ondemand::value& value, std::string_view text) {
    ondemand::json_type type;
    if (value.type().get(type)) return false;
    const std::string_view token = value.raw_json_token();
    const char* begin = token.data();
    if (type != ondemand::json_type::object) {
      AddReject(fmt::format("the record is no object: {}", base::Trim(token).substr(0, 40)), token,
                begin - text.data() - 1);
      return true;
    }
    ondemand::object object;
    if (value.get_object().get(object)) return false;
    Record record;
    Fault fault = ReadRecord(object, record);
    if (fault.json != simdjson::SUCCESS) return false;
    model::PlayFact play;
    if (!fault) play = ToPlay(record, options_, fault);
    if (fault) {
      std::string_view raw;
      bool empty = false;  // reset tells whether the object is
      if (object.reset().get(empty) || object.raw_json().get(raw)) return false;
      AddReject(std::move(fault.reason), raw, begin - text.data() - 1);
      return true;
    }
    if (twins_ != nullptr && play.ended_precision_ms == base::kMsPerMinute) play.twin = NextTwin(play);
    ++batch_.read;
    model::AddPlay(play, options_.listener, batch_);
    return true;
  }

  std::uint32_t NextTwin(const model::PlayFact& play) {
    const std::string key = fmt::format("{}\x1f{}\x1f{}\x1f{}\x1f{}", model::KindName(play.kind), play.title,
                                        play.artist, play.ended_at_ms, play.played_ms);
    return (*twins_)[base::HashBytes(key).high]++;
  }

  void AddReject(std::string reason, std::string_view raw, std::ptrdiff_t byte) {
    batch_.rejects.push_back({batch_.read, byte_ + static_cast<std::uint64_t>(byte), std::move(reason),
                              WithoutPersonalFields(raw)});
    ++batch_.read;
  }

  /// Splits at every place that looks like a border between records and parses each piece by itself.
  void ParsePieces(std::string_view elements, std::uint64_t first_byte) {
    std::size_t at = 0;
    while (at < elements.size()) {
      std::size_t end = at, next = at;
      bool parsed = false;
      for (int joins = 0; joins <= kJoinsMax && !parsed && next < elements.size(); ++joins) {
        const auto cut = FirstCut(elements, std::max(end, at + 1));
        end = cut ? cut->end : elements.size();
        next = cut ? cut->next : elements.size();
        parsed = ParsePiece(elements.substr(at, end - at), first_byte + at);
        if (joins == 0) {
          first_end_ = end;
          first_next_ = next;
        }
      }
      if (!parsed) {
        end = first_end_;
        next = first_next_;
        byte_ = first_byte + at;
        AddReject(WhyBroken(elements.substr(at, end - at)), elements.substr(at, end - at), 0);
      }
      at = next;
    }
  }

  bool ParsePiece(std::string_view piece, std::uint64_t byte) {
    byte_ = byte;
    std::string text = "[";
    text += base::Trim(piece);
    if (text.ends_with(',')) text.pop_back();
    text += ']';
    if (!simdjson::validate_utf8(text)) text = FromLatin1(text);
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    const auto events = batch_.events.size();
    const auto rejects = batch_.rejects.size();
    const auto read = batch_.read;
    const auto bytes = batch_.lines.size();
    if (ParseArray(text, text.capacity())) return true;
    batch_.events.resize(events);
    batch_.rejects.resize(rejects);
    batch_.read = read;
    batch_.lines.resize(bytes);
    return false;
  }

  /// Text that is no UTF-8 was saved by an editor with an 8-bit encoding; every byte is a letter there.
  static std::string FromLatin1(std::string_view text) {
    std::string utf8;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80) {
        utf8 += c;
      } else {
        utf8 += static_cast<char>(0xC0 | (byte >> 6));
        utf8 += static_cast<char>(0x80 | (byte & 0x3F));
      }
    }
    return utf8;
  }

  std::string WhyBroken(std::string_view piece) {
    simdjson::padded_string padded(piece);
    ondemand::document document;
    error_code error = parser_.iterate(padded).get(document);
    if (!error) {
      ondemand::object object;
      error = document.get_object().get(object);
      Record record;
      if (!error) error = ReadRecord(object, record).json;
    }
    if (!error) return "the record is cut off or damaged";
    return fmt::format("the record is no sound JSON: {}", simdjson::error_message(error));
  }

  const HistoryOptions& options_;
  std::unordered_map<std::uint64_t, std::uint32_t>* twins_;
  ondemand::parser parser_;
  model::EventBatch batch_;
  std::uint64_t byte_ = 0;
  std::size_t first_end_ = 0, first_next_ = 0;
};

}  // namespace

model::EventBatch ParseHistoryChunk(const JsonChunk& chunk, const HistoryOptions& options,
                                    std::unordered_map<std::uint64_t, std::uint32_t>* twins) {
  return ChunkParser(options, twins).Parse(chunk);
}

JsonHistorySource::JsonHistorySource(std::unique_ptr<ports::ByteReader> reader, HistoryOptions options)
    : chunker_(std::move(reader)), options_(std::move(options)) {}

std::string JsonHistorySource::Kind() const {
  if (options_.shape == HistoryShape::kAccount) return "account data history";
  return options_.is_video ? "extended streaming history (video)" : "extended streaming history";
}

base::Result<std::optional<model::BatchTask>> JsonHistorySource::Next() {
  auto chunk = chunker_.Next();
  if (!chunk) return std::unexpected(chunk.error());
  if (!*chunk) {
    if (!chunker_.closed() && !told_cut_off_) {
      told_cut_off_ = true;
      return base::Fail(base::ErrorCode::kCorrupt, "read", "byte " + std::to_string(end_byte_),
                        "the file ends before its closing bracket: it was cut off",
                        "download the export again; what was read up to there is kept");
    }
    return std::nullopt;
  }
  end_byte_ = (*chunk)->byte + (*chunk)->elements().size();
  if (options_.shape == HistoryShape::kAccount) {
    auto batch = std::make_shared<model::EventBatch>(ParseHistoryChunk(**chunk, options_, &twins_));
    return [batch] { return std::move(*batch); };
  }
  return [chunk = std::move(**chunk), this] { return ParseHistoryChunk(chunk, options_, nullptr); };
}

}  // namespace earprint::sources
