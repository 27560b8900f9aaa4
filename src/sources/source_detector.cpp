#include "sources/source_detector.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "sources/csv_source.hpp"
#include "sources/json_history_source.hpp"
#include "sources/json_library_source.hpp"
#include "sources/lastfm_csv_source.hpp"
#include "sources/personal_fields.hpp"
#include "sources/services/told_history_source.hpp"

namespace earprint::sources {

namespace {

using base::ErrorCode;

constexpr std::size_t kHeadBytes = 64U << 10;
constexpr std::string_view kWhatIsRead =
    "Earprint reads Spotify's extended streaming history, account data, histories of ListenBrainz, Last.fm, "
    "Maloja and Koito, and CSV files with plays or audio features";

/// Gives the head that was looked at once more, then the rest.
class ReplayReader final : public ports::ByteReader {
 public:
  ReplayReader(std::string head, std::unique_ptr<ports::ByteReader> rest)
      : head_(std::move(head)), rest_(std::move(rest)) {}

  base::Result<std::size_t> Read(std::span<char> buffer) override {
    if (given_ == head_.size()) return rest_->Read(buffer);
    const std::size_t count = std::min(buffer.size(), head_.size() - given_);
    std::copy_n(head_.data() + given_, count, buffer.data());
    given_ += count;
    return count;
  }
  std::uint64_t PackedBytesRead() const override { return rest_->PackedBytesRead(); }

 private:
  std::string head_;
  std::unique_ptr<ports::ByteReader> rest_;
  std::size_t given_ = 0;
};

base::Result<std::string> ReadHead(ports::ByteReader& reader) {
  std::string head(kHeadBytes, '\0');
  std::size_t size = 0;
  while (size < head.size()) {
    auto count = reader.Read(std::span(head).subspan(size));
    if (!count && size > 0) break;  // the source meets the fault again and tells it
    if (!count) return std::unexpected(count.error());
    if (*count == 0) break;
    size += *count;
  }
  head.resize(size);
  return head;
}

bool HasKey(std::string_view head, std::string_view key) {
  const std::string quoted = '"' + std::string(key) + '"';
  return head.find(quoted) != std::string_view::npos;
}

bool HasAnyKey(std::string_view head, std::initializer_list<std::string_view> keys) {
  return std::ranges::any_of(keys, [head](std::string_view key) { return HasKey(head, key); });
}

base::Failure Refuse(const std::string& name, std::string cause) {
  return base::Fail(ErrorCode::kUnsupported, "import", name, std::move(cause), std::string(kWhatIsRead));
}

/// Whether an object begins with one of the lists of YourLibrary.json; the first of them may fill the whole
/// head.
bool BeginsLikeLibrary(std::string_view head) {
  static constexpr std::array<std::string_view, 8> kLists = {
      "tracks", "albums", "shows", "episodes", "bannedTracks", "artists", "bannedArtists", "other"};
  const std::size_t open = head.find('"');
  const std::size_t close = open == std::string_view::npos ? open : head.find('"', open + 1);
  if (close == std::string_view::npos) return false;
  const std::string_view key = head.substr(open + 1, close - open - 1);
  const std::size_t value = head.find_first_not_of(" \t\r\n:", close + 1);
  return std::ranges::find(kLists, key) != kLists.end() && value != std::string_view::npos &&
         head[value] == '[';
}

/// Names the well-known strangers, so that the refusal helps.
std::string WhatItLooksLike(std::string_view head) {
  if (HasAnyKey(head, {"href", "external_urls", "audio_features", "devices", "currently_playing", "meta"})) {
    return "it is an answer of Spotify's Web API, not an export";
  }
  return "it is JSON, but none of the files of a Spotify privacy export";
}

base::Result<std::unique_ptr<ports::EventSource>> DetectJson(const ports::InputFile& file,
                                                             std::string_view head,
                                                             std::unique_ptr<ports::ByteReader> reader,
                                                             const DetectOptions& options) {
  const std::string name = base::AsciiLower(file.base_name);
  const bool is_array = head.starts_with('[');
  if (const auto told = DetectToldHistory(head)) {
    return std::make_unique<ToldHistorySource>(
        std::move(reader), *told,
        ToldPlayOptions{options.listener, options.latest_ms, &WithoutPersonalFields});
  }
  if (is_array) {
    HistoryOptions history{options.listener, options.latest_ms, HistoryShape::kExtended,
                           name.find("video") != std::string::npos};
    const bool is_empty = base::Trim(head.substr(1)) == "]";
    const bool is_extended_name = name.starts_with("streaming_history") || name.starts_with("end");
    if (HasAnyKey(head, {"ms_played", "spotify_track_uri", "master_metadata_track_name"}) ||
        (is_empty && is_extended_name)) {
      return std::make_unique<JsonHistorySource>(std::move(reader), history);
    }
    if (HasKey(head, "endTime") || HasKey(head, "msPlayed") ||
        (is_empty && name.starts_with("streaminghistory"))) {
      history.shape = HistoryShape::kAccount;
      return std::make_unique<JsonHistorySource>(std::move(reader), history);
    }
    return Refuse(file.name, WhatItLooksLike(head));
  }
  const bool is_api_answer = HasAnyKey(head, {"href", "external_urls"});
  if (HasKey(head, "playlists") && !is_api_answer) {
    return std::make_unique<JsonLibrarySource>(std::move(reader), options.listener, LibraryShape::kPlaylists);
  }
  if (BeginsLikeLibrary(head) && !is_api_answer) {
    return std::make_unique<JsonLibrarySource>(std::move(reader), options.listener,
                                               LibraryShape::kYourLibrary);
  }
  return Refuse(file.name, WhatItLooksLike(head));
}

/// Why a beginning is no text at all; nothing when it may be text.
std::string WhyNoText(std::string_view head) {
  if (head.starts_with("%PDF")) return "it is a PDF document";
  if (head.starts_with("\x89PNG") || head.starts_with("\xFF\xD8\xFF")) return "it is a picture";
  if (head.starts_with("SQLite format 3")) return "it is a SQLite database";
  if (head.starts_with("PAR1")) return "it is a Parquet file; save it as CSV";
  const bool is_utf16 = head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
  const auto zeros = std::ranges::count(head.substr(0, 4096), '\0');
  if (!is_utf16 && zeros > 16) return "it is not a text file";
  return {};
}

}  // namespace

std::string_view WhyLeftAlone(std::string_view base_name) {
  static constexpr std::array<std::string_view, 14> kPersonal = {
      "userdata",    "identity",      "identifiers",        "follow",   "searchqueries",
      "payments",    "userprompts",   "inferences",         "marquee",  "wrapped",
      "messagedata", "yoursoundcaps", "podcastinteractivi", "technical"};
  const std::string name = base::AsciiLower(base_name);
  const auto begins = [&name](std::string_view stem) { return name.starts_with(stem); };
  if (std::ranges::any_of(kPersonal, begins)) return "personal data that no figure needs";
  // Of ListenBrainz: who one is, and what one likes or pinned.
  if (name == "user.json" || name == "feedback.jsonl" || begins("pinned_recording"))
    return "it tells of no play";
  if (begins("readme") || begins("read_me") || name.ends_with(".pdf")) return "a text about other files";
  if (name == ".ds_store" || begins("._")) return "a file of the system, not of the export";
  return "";
}

base::Result<std::unique_ptr<ports::EventSource>> DetectSource(const ports::InputFile& file,
                                                               const DetectOptions& options) {
  auto reader = file.open();
  if (!reader) return std::unexpected(reader.error());
  auto head = ReadHead(**reader);
  if (!head) return std::unexpected(head.error());
  std::string_view text = *head;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text = text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (text.empty()) return Refuse(file.name, "it is empty");
  if (std::string why = WhyNoText(*head); !why.empty()) return Refuse(file.name, std::move(why));
  const std::string kept(text);
  auto replay = std::make_unique<ReplayReader>(std::move(*head), std::move(*reader));
  if (kept.starts_with('[') || kept.starts_with('{')) {
    if (options.as == "catalogue") return Refuse(file.name, "it is JSON; a catalogue is a CSV file");
    return DetectJson(file, kept, std::move(replay), options);
  }
  if (options.as != "catalogue" && IsLastFmCsv(kept))
    return OpenLastFmCsv(std::move(replay), {options.listener, options.latest_ms});
  return OpenCsvSource(std::move(replay), {file.base_name, options.listener, options.latest_ms, options.as});
}

}  // namespace earprint::sources
