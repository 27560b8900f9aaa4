#include "warehouse/play_rows.hpp"

#include <simdjson.h>

#include <boost/unordered/unordered_flat_set.hpp>
#include <charconv>
#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "model/event.hpp"
#include "model/event_line.hpp"

namespace earprint::warehouse {

namespace {

namespace ondemand = simdjson::ondemand;

enum Field : std::uint8_t {
  kSpecVersion,
  kId,
  kSource,
  kType,
  kListener,
  kTime,
  kKind,
  kEndedAtMs,
  kPlayedMs,
  kEndedPrecisionMs,
  kTwin,
  kItemId,
  kTitle,
  kArtist,
  kAlbum,
  kPlatform,
  kCountry,
  kReasonStart,
  kReasonEnd,
  kShuffle,
  kSkipped,
  kOffline,
  kPrivate,
  kOfflineAtMs,
  kFile,
  kRow,
  kBeganAtMs,
  kLookedBeforeMs,
  kLastSeenMs,
  kLookedAfterMs,
  kIsrc,
  kShownAtMs,
  kFields,
};

// In the order in which the lines have them, so that the next name is mostly the one after the last.
constexpr std::array<std::string_view, kFields> kNames = {"specversion",  "id",
                                                          "source",       "type",
                                                          "subject",      "time",
                                                          "kind",         "ended_at_ms",
                                                          "played_ms",    "ended_precision_ms",
                                                          "twin",         "item_id",
                                                          "title",        "artist",
                                                          "album",        "platform",
                                                          "country",      "reason_start",
                                                          "reason_end",   "shuffle",
                                                          "skipped",      "offline",
                                                          "private",      "offline_at_ms",
                                                          "file",         "row",
                                                          "began_at_ms",  "looked_before_ms",
                                                          "last_seen_ms", "looked_after_ms",
                                                          "isrc",         "shown_at_ms"};

constexpr std::array kItemFields = {kKind, kItemId, kTitle, kArtist, kAlbum, kIsrc};
constexpr std::array kContextFields = {kListener,  kSource,  kPlatform, kCountry, kReasonStart,
                                       kReasonEnd, kShuffle, kSkipped,  kOffline, kPrivate};

constexpr std::size_t kIdHalfDigits = 15;
constexpr char kTextEnd = '\x1f', kNoText = '\x1e';

/// The fields of one line; texts hold until the parser reads on.
struct Line {
  std::array<std::optional<std::string_view>, kFields> texts;
  std::optional<std::int64_t> ended_at_ms, played_ms, began_at_ms;
  std::int64_t ended_precision_ms = base::kMsPerSecond;
  std::int64_t twin = 0, looked_before_ms = 0, last_seen_ms = 0, looked_after_ms = 0, shown_at_ms = 0;
  std::int64_t file = 0, row = 0;
};

/// Reads lines, and gathers what they tell.
class Reader {
 public:
  base::Result<void> Read(std::string_view line, std::size_t capacity) {
    line_ = Line();
    next_ = 0;
    ondemand::document document;
    ondemand::object object;
    auto error = parser_.iterate(line.data(), line.size(), capacity).get(document);
    if (!error) error = document.get_object().get(object);
    if (!error) error = ReadObject(object, false);
    if (error) return Damaged(line, simdjson::error_message(error));
    const std::string_view id = line_.texts[kId].value_or("");
    std::uint64_t identity = 0, details = 0;
    if (id.size() != 2 * kIdHalfDigits || !Hex(id.substr(0, kIdHalfDigits), identity) ||
        !Hex(id.substr(kIdHalfDigits), details)) {
      return Damaged(line, "it has no id of 30 digits");
    }
    if (!line_.ended_at_ms || !line_.played_ms) return Damaged(line, "it tells no end or no milliseconds");
    rows_.identity.push_back(static_cast<std::int64_t>(identity));
    rows_.details.push_back(static_cast<std::int64_t>(details));
    rows_.item_key.push_back(Share(kItemFields, items_seen_, rows_.items));
    rows_.context_key.push_back(Share(kContextFields, contexts_seen_, rows_.contexts));
    rows_.ended_at_ms.push_back(*line_.ended_at_ms);
    rows_.ended_precision_ms.push_back(line_.ended_precision_ms);
    rows_.played_ms.push_back(*line_.played_ms);
    rows_.file_key.push_back(line_.file);
    rows_.row_no.push_back(line_.row);
    if (line_.began_at_ms || line_.shown_at_ms > 0 || line_.twin > 0) {
      rows_.more_identity.push_back(static_cast<std::int64_t>(identity));
      rows_.more_details.push_back(static_cast<std::int64_t>(details));
      rows_.began_at_ms.push_back(line_.began_at_ms.value_or(*line_.ended_at_ms - *line_.played_ms));
      rows_.looked_before_ms.push_back(line_.looked_before_ms);
      rows_.last_seen_ms.push_back(line_.last_seen_ms);
      rows_.looked_after_ms.push_back(line_.looked_after_ms);
      rows_.shown_at_ms.push_back(line_.shown_at_ms);
      rows_.twin.push_back(line_.twin);
    }
    return {};
  }

  PlayRows TakeRows() { return std::move(rows_); }

 private:
  static base::Failure Damaged(std::string_view line, std::string_view cause) {
    return base::Fail(base::ErrorCode::kCorrupt, "read the lake",
                      "the play event " + base::ToValidUtf8(line.substr(0, 80)), std::string(cause),
                      "restore the lake folder from a backup");
  }

  static bool Hex(std::string_view digits, std::uint64_t& value) {
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return read.ec == std::errc() && read.ptr == digits.data() + digits.size();
  }

  /// The field of a name, kFields for those that no model asks for.
  Field Find(const simdjson::ondemand::raw_json_string& name) {
    for (std::size_t i = 0; i < kFields; ++i) {
      const std::size_t at = next_ + i < kFields ? next_ + i : next_ + i - kFields;
      if (!name.unsafe_is_equal(kNames[at])) continue;
      next_ = at + 1 == kFields ? 0 : at + 1;
      return static_cast<Field>(at);
    }
    return kFields;
  }

  /// What the data have under a name of the envelope's is a field that no model asks for.
  simdjson::error_code ReadObject(ondemand::object& object, bool is_data) {
    for (auto field : object) {
      ondemand::raw_json_string name;  // as it stands: no name in these lines has an escape
      ondemand::value value;
      if (const auto error = field.key().get(name)) return error;
      if (const auto error = field.value().get(value)) return error;
      if (!is_data && name.unsafe_is_equal("data")) {
        ondemand::object data;
        if (const auto error = value.get_object().get(data)) return error;
        if (const auto error = ReadObject(data, true)) return error;
        continue;
      }
      const Field field_of = Find(name);
      if (is_data && field_of <= kTime) continue;
      if (const auto error = ReadField(field_of, value)) return error;
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code ReadField(Field field, ondemand::value& value) {
    bool is_true = false;
    switch (field) {
      case kSpecVersion:
      case kType:
      case kTime:
      case kOfflineAtMs:
      case kFields:
        return simdjson::SUCCESS;
      case kEndedAtMs:
        return value.get_int64().get(line_.ended_at_ms.emplace());
      case kPlayedMs:
        return value.get_int64().get(line_.played_ms.emplace());
      case kTwin:
        return value.get_int64().get(line_.twin);
      case kBeganAtMs:
        return value.get_int64().get(line_.began_at_ms.emplace());
      case kLookedBeforeMs:
        return value.get_int64().get(line_.looked_before_ms);
      case kLastSeenMs:
        return value.get_int64().get(line_.last_seen_ms);
      case kLookedAfterMs:
        return value.get_int64().get(line_.looked_after_ms);
      case kShownAtMs:
        return value.get_int64().get(line_.shown_at_ms);
      case kFile:
        return value.get_int64().get(line_.file);
      case kRow:
        return value.get_int64().get(line_.row);
      case kEndedPrecisionMs:
        return value.get_int64().get(line_.ended_precision_ms);
      case kShuffle:
      case kSkipped:
      case kOffline:
      case kPrivate:
        if (const auto error = value.get_bool().get(is_true)) return error;
        line_.texts[field] = is_true ? "true" : "false";
        return simdjson::SUCCESS;
      default:
        return value.get_string().get(line_.texts[field].emplace());
    }
  }

  /// The key of some of the line's texts; they are kept when they are new.
  template <std::size_t kTexts>
  std::int64_t Share(const std::array<Field, kTexts>& fields, boost::unordered_flat_set<std::int64_t>& seen,
                     std::vector<SharedTexts<kTexts>>& shared) {
    joined_.clear();
    for (const Field field : fields) {
      const auto& text = line_.texts[field];
      if (text) joined_ += *text;
      joined_ += text ? kTextEnd : kNoText;
    }
    const auto key = static_cast<std::int64_t>(base::HashBytes(joined_).high & model::kIdMask);
    if (seen.insert(key).second) {
      SharedTexts<kTexts>& texts = shared.emplace_back();
      texts.key = key;
      for (std::size_t i = 0; i < kTexts; ++i) texts.texts[i] = line_.texts[fields[i]];
    }
    return key;
  }

  ondemand::parser parser_;
  Line line_;
  std::size_t next_ = 0;
  std::string joined_;
  boost::unordered_flat_set<std::int64_t> items_seen_, contexts_seen_;
  PlayRows rows_;
};

}  // namespace

base::Result<PlayRows> ReadPlayLines(std::string lines) {
  model::ReplaceZeros(lines);
  lines.reserve(lines.size() + simdjson::SIMDJSON_PADDING);
  Reader reader;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    const std::string_view line(lines.data() + at, end - at);
    if (!line.empty()) {
      if (auto read = reader.Read(line, lines.capacity() - at); !read) return std::unexpected(read.error());
    }
    at = end + 1;
  }
  return reader.TakeRows();
}

}  // namespace earprint::warehouse
