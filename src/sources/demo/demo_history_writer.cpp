#include "sources/demo/demo_history_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "base/utc_time.hpp"

namespace earprint::sources {

namespace {

constexpr std::size_t kPieceBytes = 1U << 18;
constexpr std::size_t kRowsTwice = 4;       // of a file's last rows, told again by the next file
constexpr std::size_t kOverlapsMax = 8;     // so many files overlap
constexpr std::size_t kNearDuplicates = 3;  // rows told twice within a file
constexpr std::int64_t kStreamMs = 30'000;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kOfflineStampSinceDay =
    19'358;  // 2023-01-01: newer records carry it for online plays too
constexpr std::int64_t kYear2100 = 4'102'444'800;
constexpr std::array kFaults = {DemoFault::kMissingTs, DemoFault::kNegativeMs, DemoFault::kTextMs,
                                DemoFault::kFarFuture, DemoFault::kMissingTs,  DemoFault::kNegativeMs,
                                DemoFault::kTextMs,    DemoFault::kMissingMs};

constexpr std::string_view kNoBook =
    "    \"audiobook_title\": null,\n    \"audiobook_uri\": null,\n    \"audiobook_chapter_uri\": null,\n"
    "    \"audiobook_chapter_title\": null,\n";
constexpr std::string_view kNoEpisode =
    "    \"episode_name\": null,\n    \"episode_show_name\": null,\n    \"spotify_episode_uri\": null,\n";
constexpr std::string_view kNoTrack =
    "    \"master_metadata_track_name\": null,\n    \"master_metadata_album_artist_name\": null,\n"
    "    \"master_metadata_album_album_name\": null,\n    \"spotify_track_uri\": null,\n";

void AppendText(std::string_view key, std::string_view value, std::string& out) {
  out += "    \"";
  out += key;
  out += "\": ";
  base::AppendJsonString(value, out);
  out += ",\n";
}

void AppendInt(std::int64_t value, std::string& out) {
  std::array<char, 24> digits{};
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

void AppendTwoDigits(std::int64_t value, std::string& out) {
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

std::string_view Flag(bool is_so) { return is_so ? "true" : "false"; }

/// Removes the line of a key from the row that begins at `row`.
void RemoveLine(std::string_view key, std::size_t row, std::string& out) {
  const std::size_t at = out.find("    \"" + std::string(key) + "\"", row);
  if (at != std::string::npos) out.erase(at, out.find('\n', at) + 1 - at);
}

}  // namespace

DemoHistoryWriter::DemoHistoryWriter(const DemoOptions& options, const DemoCatalogue& catalogue,
                                     const DemoOpenFile& open, DemoTruth& truth)
    : options_(options),
      catalogue_(catalogue),
      open_(open),
      truth_(truth),
      plays_by_track_(catalogue.tracks().size(), 0) {
  names_.reserve(catalogue.tracks().size());
  for (const DemoTrack& track : catalogue.tracks()) {
    std::string names;
    AppendText("master_metadata_track_name", track.title, names);
    AppendText("master_metadata_album_artist_name", catalogue.ArtistOf(track).name, names);
    AppendText("master_metadata_album_album_name", catalogue.AlbumOf(track).title, names);
    AppendText("spotify_track_uri", "spotify:track:" + std::string(track.Id()), names);
    names += kNoEpisode;
    names += kNoBook;
    names.shrink_to_fit();
    names_.push_back(std::move(names));
  }
}

void DemoHistoryWriter::BeginAudioFile(int first_year, int last_year) {
  if (audio_files_ > 0) Close();
  std::string name = "Streaming_History_Audio_" + std::to_string(first_year);
  if (last_year != first_year) name += "-" + std::to_string(last_year);
  Open(name + "_" + std::to_string(audio_files_++) + ".json");
  if (audio_files_ - 1 <= kOverlapsMax) {
    for (const DemoPlay& play : latest_) {
      AddRow(play);
      ++truth_.duplicates_planted;
    }
  }
  latest_.clear();
}

void DemoHistoryWriter::Open(const std::string& name) {
  write_ = open_(name);
  ++truth_.history_files;
  is_first_row_ = true;
  out_ += "[";
}

void DemoHistoryWriter::Close() {
  out_ += "\n]\n";
  Flush(0);
}

void DemoHistoryWriter::Add(const DemoPlay& play) {
  CountTruth(play);
  // Spread evenly: the i-th of n goes after the share (i + 1/2) / n of all plays.
  while (faults_ < kFaults.size() &&
         truth_.plays_true * 2 * kFaults.size() >= options_.plays * (2 * faults_ + 1)) {
    AddFault(play);
  }
  if (play.kind == DemoItem::kVideo) {
    videos_.push_back(play);
    return;
  }
  AddRow(play);
  if (near_duplicates_ < kNearDuplicates &&
      truth_.plays_true * (kNearDuplicates + 1) >= options_.plays * (near_duplicates_ + 1)) {
    AddRow(play);
    ++near_duplicates_;
    ++truth_.duplicates_planted;
  }
  if (latest_.size() == kRowsTwice) latest_.erase(latest_.begin());
  latest_.push_back(play);
}

void DemoHistoryWriter::Finish() {
  if (audio_files_ > 0) Close();
  if (!videos_.empty()) {
    const auto year = [](const DemoPlay& play) {
      return base::FormatEpochDay(play.ended_s / kDaySeconds).substr(0, 4);
    };
    std::string years = year(videos_.front());
    if (year(videos_.back()) != years) years += "-" + year(videos_.back());
    Open("Streaming_History_Video_" + years + ".json");
    for (const DemoPlay& play : videos_) AddRow(play);
    truth_.rows_video = videos_.size();
    Close();
  }
  std::vector<std::uint64_t> by_artist(catalogue_.artists().size(), 0);
  for (std::size_t i = 0; i < plays_by_track_.size(); ++i) {
    by_artist[catalogue_.tracks()[i].artist] += plays_by_track_[i];
    if (plays_by_track_[i] > 0) ++truth_.distinct_tracks;
  }
  for (std::size_t i = 0; i < by_artist.size(); ++i) {
    if (by_artist[i] > 0) ++truth_.distinct_artists;
    if (by_artist[i] <= truth_.top_artist_plays) continue;
    truth_.top_artist_plays = by_artist[i];
    truth_.top_artist = catalogue_.artists()[i].name;
  }
}

void DemoHistoryWriter::CountTruth(const DemoPlay& play) {
  const auto ms = static_cast<std::uint64_t>(play.played_ms);
  const std::int64_t ended_ms = play.ended_s * base::kMsPerSecond;
  if (truth_.plays_true++ == 0) truth_.first_ended_ms = ended_ms;
  truth_.last_ended_ms = ended_ms;
  truth_.played_ms += ms;
  if (play.played_ms >= kStreamMs) {
    ++truth_.streams;
    truth_.streams_ms += ms;
  }
  switch (play.kind) {
    case DemoItem::kTrack:
      ++truth_.tracks;
      break;
    case DemoItem::kVideo:
      ++truth_.videos;
      break;
    case DemoItem::kEpisode:
      ++truth_.podcasts;
      break;
    case DemoItem::kWithheld:
      ++truth_.withheld;
      break;
  }
  if (play.kind == DemoItem::kTrack || play.kind == DemoItem::kVideo) ++plays_by_track_[play.item];
  if (play.is_skipped) ++truth_.skipped;
  if (play.is_shuffled) ++truth_.shuffled;
  if (play.is_offline) ++truth_.offline;
  if (play.is_private) ++truth_.in_private;
  if (play.country != 0) ++truth_.abroad;
}

void DemoHistoryWriter::AddRow(const DemoPlay& play) {
  out_ += is_first_row_ ? "\n  {\n" : ",\n  {\n";
  is_first_row_ = false;
  AppendRow(play);
  out_ += "  }";
  ++truth_.rows_written;
  Flush(kPieceBytes);
}

void DemoHistoryWriter::AddFault(const DemoPlay& play) {
  const DemoFault fault = kFaults[faults_++];
  DemoPlay bad = play;
  if (fault == DemoFault::kNegativeMs) bad.played_ms = -1 - play.played_ms;
  if (fault == DemoFault::kFarFuture) bad.ended_s = kYear2100 + play.ended_s % kDaySeconds;
  Flush(0);  // what follows is the last row in the buffer
  AddRow(bad);
  if (fault == DemoFault::kMissingTs) RemoveLine("ts", 0, out_);
  if (fault == DemoFault::kMissingMs) RemoveLine("ms_played", 0, out_);
  if (fault == DemoFault::kTextMs) {
    constexpr std::string_view kKey = "\"ms_played\": ";
    const std::size_t at = out_.find(kKey) + kKey.size();
    out_.replace(at, out_.find(',', at) - at, "\"three minutes\"");
  }
  ++truth_.rejects_planted;
  ++truth_.rejects_by_fault[static_cast<std::size_t>(fault)];
}

void DemoHistoryWriter::AppendRow(const DemoPlay& play) {
  out_ += "    \"ts\": \"";
  AppendInstant(play.ended_s);
  out_ += "\",\n";
  AppendText("platform", DemoPlatformName(play.platform), out_);
  out_ += "    \"ms_played\": ";
  AppendInt(play.played_ms, out_);
  out_ += ",\n    \"conn_country\": \"";
  out_ += kDemoCountries[play.country];
  out_ += "\",\n    \"ip_addr\": \"x.x.x.x\",\n";
  AppendNames(play);
  out_ += "    \"reason_start\": \"";
  out_ += DemoReasonName(play.started_by);
  out_ += "\",\n    \"reason_end\": \"";
  out_ += DemoReasonName(play.ended_by);
  out_ += "\",\n    \"shuffle\": ";
  out_ += Flag(play.is_shuffled);
  out_ += ",\n    \"skipped\": ";
  out_ += Flag(play.is_skipped);
  out_ += ",\n    \"offline\": ";
  out_ += Flag(play.is_offline);
  out_ += ",\n    \"offline_timestamp\": ";
  if (play.is_offline || play.ended_s / kDaySeconds >= kOfflineStampSinceDay) {
    AppendInt(play.ended_s - play.played_ms / base::kMsPerSecond, out_);
  } else {
    out_ += "null";
  }
  out_ += ",\n    \"incognito_mode\": ";
  out_ += Flag(play.is_private);
  out_ += '\n';
}

void DemoHistoryWriter::AppendInstant(std::int64_t at_s) {
  const std::int64_t day = at_s / kDaySeconds, second = at_s % kDaySeconds;
  if (day != date_day_) {
    date_ = base::FormatEpochDay(day);
    date_day_ = day;
  }
  out_ += date_;
  out_ += 'T';
  AppendTwoDigits(second / 3'600, out_);
  out_ += ':';
  AppendTwoDigits(second / 60 % 60, out_);
  out_ += ':';
  AppendTwoDigits(second % 60, out_);
  out_ += 'Z';
}

void DemoHistoryWriter::AppendNames(const DemoPlay& play) {
  if (play.kind == DemoItem::kTrack || play.kind == DemoItem::kVideo) {
    out_ += names_[play.item];
    return;
  }
  out_ += kNoTrack;
  if (play.kind == DemoItem::kEpisode) {
    const DemoShow& show = catalogue_.shows()[play.item / kDemoEpisodesMax];
    const auto id = DemoItemId(options_.seed, "episode", play.item);
    AppendText("episode_name", "#" + std::to_string(play.item % kDemoEpisodesMax), out_);
    AppendText("episode_show_name", show.title, out_);
    AppendText("spotify_episode_uri", "spotify:episode:" + std::string(id.data(), id.size()), out_);
  } else {
    out_ += kNoEpisode;
  }
  out_ += kNoBook;
}

void DemoHistoryWriter::Flush(std::size_t above) {
  if (out_.size() <= above) return;
  truth_.history_bytes += out_.size();
  write_(out_);
  out_.clear();
}

}  // namespace earprint::sources
