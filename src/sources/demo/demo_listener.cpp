#include "sources/demo/demo_listener.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/utc_time.hpp"
#include "sources/demo/demo_day_player.hpp"
#include "sources/demo/demo_taste.hpp"

namespace earprint::sources {

namespace {

constexpr std::size_t kTracksMin = 2'000, kTracksMax = 60'000, kPlaysATrack = 12;
constexpr std::size_t kPlaysADeviceAndDay = 90;
constexpr std::size_t kRowsAFile = 15'000;
constexpr std::size_t kBurstPlays = 12;  // made offline, all sent at one moment
constexpr double kBurstAt = 0.55;
constexpr std::array<double, 5> kPairsAt = {0.08, 0.25, 0.42, 0.70, 0.93};

std::size_t DevicesFor(const DemoOptions& options) {
  const std::int64_t days = std::max<std::int64_t>(1, options.last_day - options.first_day + 1);
  return options.plays / (static_cast<std::size_t>(days) * kPlaysADeviceAndDay) + 1;
}

/// Moves some plays onto the second at which a later one ended, as happens with plays sent after an offline
/// stretch.
class SameSecondPlanter {
 public:
  void Plant(double progress, std::vector<DemoPlay>& plays, DemoTruth& truth) {
    if (!has_burst_ && progress >= kBurstAt && plays.size() > kBurstPlays) {
      has_burst_ = true;
      MoveTogether(plays, plays.size() / 2 - kBurstPlays / 2, kBurstPlays, truth);
    } else if (pairs_ < kPairsAt.size() && progress >= kPairsAt[pairs_] && plays.size() > 3) {
      ++pairs_;
      MoveTogether(plays, plays.size() / 2, 2, truth);
    }
  }

 private:
  static void MoveTogether(std::vector<DemoPlay>& plays, std::size_t begin, std::size_t count,
                           DemoTruth& truth) {
    const std::int64_t ended_s = plays[begin + count - 1].ended_s;
    for (std::size_t i = begin; i < begin + count; ++i) {
      if (plays[i].ended_s != ended_s) ++truth.same_second_planted;
      plays[i].ended_s = ended_s;
      plays[i].is_offline = true;
    }
  }

  bool has_burst_ = false;
  std::size_t pairs_ = 0;
};

bool IsBefore(const DemoPlay& left, const DemoPlay& right) { return left.ended_s < right.ended_s; }

/// Plays are told apart by item, end and milliseconds: where two agree in all, one gets a millisecond more.
void TellApart(std::vector<DemoPlay>& plays) {
  for (std::size_t i = 1; i < plays.size(); ++i) {
    for (std::size_t j = i; j-- > 0 && plays[j].ended_s == plays[i].ended_s;) {
      const bool are_nameless = plays[j].kind == DemoItem::kWithheld && plays[i].kind == DemoItem::kWithheld;
      const bool is_same = are_nameless || plays[j].item == plays[i].item;
      if (is_same && plays[j].played_ms == plays[i].played_ms) {
        ++plays[i].played_ms;
        j = i;  // the longer one may be like another
      }
    }
  }
}

int YearOf(std::int64_t day) { return std::stoi(base::FormatEpochDay(day)); }

}  // namespace

DemoListener::DemoListener(const DemoOptions& options)
    : options_(options),
      catalogue_(options.seed, std::clamp(kTracksMin + options.plays / kPlaysATrack, kTracksMin, kTracksMax)),
      calendar_(options),
      playlists_(options, catalogue_, calendar_),
      devices_(DevicesFor(options)) {}

DemoTruth DemoListener::WriteHistory(const DemoOpenFile& open) const {
  DemoTruth truth;
  const std::vector<DemoDay>& days = calendar_.days();
  DemoHistoryWriter writer(options_, catalogue_, open, truth);
  DemoTaste taste(options_.seed, catalogue_, days.size());
  std::vector<DemoDayPlayer> devices;
  for (std::size_t i = 0; i < devices_; ++i) devices.emplace_back(options_, catalogue_, playlists_, taste, i);
  SameSecondPlanter planter;
  std::vector<DemoPlay> waiting, finished;
  std::size_t played = 0, file_end = 0;
  for (std::size_t i = 0; i < days.size() && options_.plays > 0; ++i) {
    const bool is_last = i + 1 == days.size();
    if (i == file_end) {
      // A file's years stand in its name, so its last day is chosen beforehand, from the calendar.
      std::size_t full = (i == 0 ? 0 : calendar_.PlaysUntil(i - 1)) + kRowsAFile;
      if (full + kRowsAFile / 10 > options_.plays) full = options_.plays;  // no crumbs in a last file
      while (file_end < days.size() && (file_end == i || calendar_.PlaysUntil(file_end) <= full)) ++file_end;
      writer.BeginAudioFile(YearOf(days[i].day), YearOf(days[file_end - 1].day));
    }
    taste.AdvanceTo(i, days[i]);
    const std::size_t owed = std::max(calendar_.PlaysUntil(i), played) - played;
    for (std::size_t d = 0; d < devices_; ++d) {
      const std::size_t quota = owed * (d + 1) / devices_ - owed * d / devices_;
      played += devices[d].Play(i, days[i], quota, is_last, waiting);
    }
    std::ranges::stable_sort(waiting, IsBefore);
    // The next day may begin before this one is over: on a journey east.
    const auto kept = is_last ? waiting.end() : std::ranges::find_if(waiting, [&](const DemoPlay& play) {
      return play.ended_s >= days[i + 1].begin_s;
    });
    finished.assign(waiting.begin(), kept);
    waiting.erase(waiting.begin(), kept);
    planter.Plant(days[i].progress, finished, truth);
    TellApart(finished);
    for (const DemoPlay& play : finished) writer.Add(play);
  }
  writer.Finish();
  return truth;
}

void DemoListener::WriteCatalogue(const DemoWriter& write, DemoTruth& truth) const {
  const DemoCatalogueRows done = WriteDemoCatalogue(catalogue_, write);
  truth.catalogue_rows = done.rows;
  truth.catalogue_tracks = done.tracks;
  truth.catalogue_unanalysed = done.unanalysed;
}

void DemoListener::WriteCatalogueByName(const DemoWriter& write, DemoTruth& truth) const {
  const DemoCatalogueRows done = WriteDemoCatalogueByName(catalogue_, write);
  truth.named_catalogue_rows = done.rows;
  truth.named_catalogue_disagreeing = done.disagreeing;
}

void DemoListener::WritePlaylistFile(const DemoWriter& write, DemoTruth& truth) const {
  playlists_.WritePlaylistFile(write);
  truth.playlists = playlists_.playlists().size();
  truth.playlist_tracks = 0;
  for (const DemoPlaylist& playlist : playlists_.playlists()) {
    truth.playlist_tracks += playlist.tracks.size() + (playlist.has_local_file ? 1 : 0);
  }
}

void DemoListener::WriteLibraryFile(const DemoWriter& write, DemoTruth& truth) const {
  playlists_.WriteLibraryFile(write);
  truth.saved_tracks = playlists_.saved_tracks().size();
}

namespace {

/// Files of one folder; remembers the first that could not be written.
class DemoFolder {
 public:
  explicit DemoFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) Remember(folder_, error.message());
  }

  DemoWriter Open(std::string_view name) {
    const std::filesystem::path path = folder_ / name;
    // Shared with the writer, which outlives this call and may be copied.
    auto file = std::make_shared<std::ofstream>(path, std::ios::binary | std::ios::trunc);
    if (!*file) Remember(path, "cannot be opened");
    return [this, file, path](std::string_view bytes) {
      file->write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      file->flush();
      if (!*file) Remember(path, "cannot be written");
    };
  }

  const base::Error* error() const { return has_failed_ ? &error_ : nullptr; }

 private:
  void Remember(const std::filesystem::path& path, std::string cause) {
    if (std::exchange(has_failed_, true)) return;
    error_ = {base::ErrorCode::kRetryLater, "write demo", path.string(), std::move(cause),
              "free space, or choose a folder that can be written"};
  }

  std::filesystem::path folder_;
  base::Error error_;
  bool has_failed_ = false;
};

}  // namespace

base::Result<DemoTruth> WriteDemo(const std::filesystem::path& folder, const DemoOptions& options) {
  if (options.last_day < options.first_day) {
    return base::Fail(base::ErrorCode::kInvalidInput, "write demo", base::FormatEpochDay(options.last_day),
                      "the last day lies before the first", "choose a later last day");
  }
  DemoFolder history(folder / "Spotify Extended Streaming History"), account(folder / "Spotify Account Data"),
      catalogues(folder / "catalogues");
  const std::array folders = {&history, &account, &catalogues};
  for (const DemoFolder* each : folders) {
    if (each->error() != nullptr) return base::Failure(*each->error());
  }
  const DemoListener listener(options);
  DemoTruth truth = listener.WriteHistory([&history](std::string_view name) { return history.Open(name); });
  listener.WritePlaylistFile(account.Open("Playlist1.json"), truth);
  listener.WriteLibraryFile(account.Open("YourLibrary.json"), truth);
  listener.WriteCatalogue(catalogues.Open("tracks.csv"), truth);
  listener.WriteCatalogueByName(catalogues.Open("tracks_by_name.csv"), truth);
  for (const DemoFolder* each : folders) {
    if (each->error() != nullptr) return base::Failure(*each->error());
  }
  return truth;
}

}  // namespace earprint::sources
