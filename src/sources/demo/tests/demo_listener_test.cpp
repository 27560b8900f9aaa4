#include "sources/demo/demo_listener.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/hash.hpp"
#include "base/utc_time.hpp"
#include "tests/support/file_bytes.hpp"

namespace earprint::sources {
namespace {

using testing::BytesOf;
using ::testing::ElementsAre;
using ::testing::StartsWith;

/// A record as its lines say it: key to value, quotes included.
using Row = std::map<std::string, std::string, std::less<>>;

struct DemoFile {
  std::string name;
  std::string bytes;
};

/// A written history with its truth.
struct Written {
  std::vector<DemoFile> files;
  DemoTruth truth;
};

Written Write(const DemoOptions& options) {
  Written written;
  const DemoListener listener(options);
  written.truth = listener.WriteHistory([&written](std::string_view name) {
    written.files.push_back({std::string(name), {}});
    const std::size_t index = written.files.size() - 1;
    return [&written, index](std::string_view bytes) { written.files[index].bytes += bytes; };
  });
  return written;
}

/// The default person, written once for all tests that only look.
const Written& Default() {
  static const Written written = Write({});
  return written;
}

std::vector<Row> RowsOf(const DemoFile& file) {
  std::vector<Row> rows;
  std::istringstream lines(file.bytes);
  for (std::string line; std::getline(lines, line);) {
    if (line == "  {") rows.emplace_back();
    if (!line.starts_with("    \"")) continue;
    if (line.ends_with(',')) line.pop_back();
    const std::size_t key_end = line.find("\": ");
    rows.back()[line.substr(5, key_end - 5)] = line.substr(key_end + 3);
  }
  return rows;
}

/// A row that an import must accept, or nothing.
struct Good {
  std::int64_t ended_ms = 0, played_ms = 0;
  std::string item;  // uri, or null
  const Row* row = nullptr;
};

std::optional<Good> Accept(const Row& row, const DemoOptions& options) {
  const auto ts = row.find("ts"), ms = row.find("ms_played");
  if (ts == row.end() || ms == row.end() || ms->second.front() == '"' || ms->second.front() == '-') return {};
  const auto ended = base::ParseInstant(std::string_view(ts->second).substr(1, ts->second.size() - 2));
  if (!ended || ended->at > options.now) return {};
  const std::string& track = row.at("spotify_track_uri");
  return Good{ended->at.value, std::stoll(ms->second),
              track == "null" ? row.at("spotify_episode_uri") : track, &row};
}

struct Read {
  std::vector<std::vector<Row>> rows_by_file;
  std::vector<Good> plays;  // distinct, audio and video, in order of the files
  std::uint64_t rows = 0, duplicates = 0, rejects = 0;
};

Read ReadBack(const Written& written, const DemoOptions& options) {
  Read read;
  for (const DemoFile& file : written.files) read.rows_by_file.push_back(RowsOf(file));
  std::set<std::tuple<std::string, std::int64_t, std::int64_t>> seen;
  for (const auto& rows : read.rows_by_file) {
    for (const Row& row : rows) {
      ++read.rows;
      const auto good = Accept(row, options);
      if (!good) {
        ++read.rejects;
      } else if (!seen.emplace(good->item, good->ended_ms, good->played_ms).second) {
        ++read.duplicates;
      } else {
        read.plays.push_back(*good);
      }
    }
  }
  return read;
}

const Read& DefaultRead() {
  static const Read read = ReadBack(Default(), {});
  return read;
}

std::string Fingerprint(const Written& written) {
  std::string all, hex;
  for (const DemoFile& file : written.files) all += file.name + '\n' + file.bytes;
  const base::Hash128 hash = base::HashBytes(all);
  base::AppendHex(hash.high, 16, hex);
  base::AppendHex(hash.low, 16, hex);
  return hex;
}

TEST(DemoListener, WritesTheSameBytesForTheSameSeed) {
  const DemoOptions options{.seed = 7, .plays = 3'000};
  EXPECT_EQ(Fingerprint(Write(options)), Fingerprint(Write(options)));
}

TEST(DemoListener, WritesOtherBytesForAnotherSeed) {
  EXPECT_NE(Fingerprint(Write({.seed = 7, .plays = 3'000})), Fingerprint(Write({.seed = 8, .plays = 3'000})));
}

TEST(DemoListener, WritesTheseBytesOnEveryMachine) {
  EXPECT_EQ(Fingerprint(Write({.seed = 7, .plays = 3'000})), "55f48783599bf9b9be3fe735ab62ba17");
}

TEST(DemoListener, WritesTheseCataloguesAndPlaylistsOnEveryMachine) {
  const DemoListener listener({.seed = 7, .plays = 3'000});
  Written written{{{"catalogue", {}}, {"by name", {}}, {"playlists", {}}, {"library", {}}}, {}};
  const auto into = [&written](std::size_t index) {
    return [&written, index](std::string_view bytes) { written.files[index].bytes += bytes; };
  };
  listener.WriteCatalogue(into(0), written.truth);
  listener.WriteCatalogueByName(into(1), written.truth);
  listener.WritePlaylistFile(into(2), written.truth);
  listener.WriteLibraryFile(into(3), written.truth);
  EXPECT_EQ(Fingerprint(written), "3f60e12781077b3d37abe64377665085");
}

TEST(DemoListener, TellsTheTruthAboutTheRows) {
  const DemoTruth& truth = Default().truth;
  const Read& read = DefaultRead();
  EXPECT_EQ(truth.plays_true, DemoOptions{}.plays);
  EXPECT_EQ(read.plays.size(), truth.plays_true);
  EXPECT_EQ(read.duplicates, truth.duplicates_planted);
  EXPECT_EQ(read.rejects, truth.rejects_planted);
  EXPECT_EQ(read.rows, truth.rows_written);
  EXPECT_EQ(truth.rows_written, truth.plays_true + truth.duplicates_planted + truth.rejects_planted);
  EXPECT_EQ(truth.plays_true, truth.tracks + truth.podcasts + truth.videos + truth.withheld);
}

TEST(DemoListener, TellsTheTruthAboutThePlays) {
  DemoTruth counted;
  std::map<std::string, std::uint64_t> by_artist, by_track;
  for (const Good& play : DefaultRead().plays) {
    const auto ms = static_cast<std::uint64_t>(play.played_ms);
    counted.played_ms += ms;
    if (ms >= 30'000) ++counted.streams, counted.streams_ms += ms;
    if (play.row->at("skipped") == "true") ++counted.skipped;
    if (play.row->at("shuffle") == "true") ++counted.shuffled;
    if (play.row->at("offline") == "true") ++counted.offline;
    if (play.row->at("incognito_mode") == "true") ++counted.in_private;
    if (play.row->at("conn_country") != "\"FR\"") ++counted.abroad;
    if (play.item.starts_with("\"spotify:episode:")) ++counted.podcasts;
    if (play.item == "null") ++counted.withheld;
    if (!play.item.starts_with("\"spotify:track:")) continue;
    ++by_track[play.item];
    ++by_artist[play.row->at("master_metadata_album_artist_name")];
  }
  const DemoTruth& truth = Default().truth;
  EXPECT_EQ(counted.played_ms, truth.played_ms);
  EXPECT_EQ(counted.streams, truth.streams);
  EXPECT_EQ(counted.streams_ms, truth.streams_ms);
  EXPECT_EQ(counted.skipped, truth.skipped);
  EXPECT_EQ(counted.shuffled, truth.shuffled);
  EXPECT_EQ(counted.offline, truth.offline);
  EXPECT_EQ(counted.in_private, truth.in_private);
  EXPECT_EQ(counted.abroad, truth.abroad);
  EXPECT_EQ(counted.podcasts, truth.podcasts);
  EXPECT_EQ(counted.withheld, truth.withheld);
  EXPECT_EQ(by_track.size(), truth.distinct_tracks);
  EXPECT_EQ(by_artist.size(), truth.distinct_artists);
  EXPECT_EQ(by_artist['"' + truth.top_artist + '"'], truth.top_artist_plays);
}

TEST(DemoListener, WritesTheKeysOfTheExportInTheirOrder) {
  const std::string& bytes = Default().files.front().bytes;
  std::vector<std::string> keys;
  std::istringstream lines(bytes.substr(0, bytes.find("  }")));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("    \"")) keys.push_back(line.substr(5, line.find("\": ") - 5));
  }
  EXPECT_THAT(keys,
              ElementsAre("ts", "platform", "ms_played", "conn_country", "ip_addr",
                          "master_metadata_track_name", "master_metadata_album_artist_name",
                          "master_metadata_album_album_name", "spotify_track_uri", "episode_name",
                          "episode_show_name", "spotify_episode_uri", "audiobook_title", "audiobook_uri",
                          "audiobook_chapter_uri", "audiobook_chapter_title", "reason_start", "reason_end",
                          "shuffle", "skipped", "offline", "offline_timestamp", "incognito_mode"));
}

TEST(DemoListener, NamesFilesByYearsAndCutsThemAtFifteenThousandRows) {
  const Written& written = Default();
  ASSERT_EQ(written.files.size(), 5U);
  EXPECT_EQ(written.truth.history_files, 5U);
  for (std::size_t i = 0; i < 4; ++i) {
    const std::vector<Row>& rows = DefaultRead().rows_by_file[i];
    EXPECT_NEAR(static_cast<double>(rows.size()), 15'000, 300) << written.files[i].name;
    const std::string first = rows.front().at("ts").substr(1, 4), last = rows.back().at("ts").substr(1, 4);
    const std::string years = first == last ? first : first + "-" + last;
    EXPECT_EQ(written.files[i].name, "Streaming_History_Audio_" + years + "_" + std::to_string(i) + ".json");
  }
  EXPECT_THAT(written.files[4].name, StartsWith("Streaming_History_Video_2024"));
  EXPECT_EQ(DefaultRead().rows_by_file[4].size(), written.truth.rows_video);
  EXPECT_EQ(written.truth.rows_video, written.truth.videos);
  EXPECT_GT(written.truth.videos, 20U);
}

TEST(DemoListener, TellsSomePlaysTwiceInTwoFiles) {
  const auto& files = DefaultRead().rows_by_file;
  for (std::size_t i = 0; i + 2 < files.size(); ++i) {
    EXPECT_EQ(files[i + 1][0], files[i][files[i].size() - 4]);
    EXPECT_EQ(files[i + 1][3], files[i].back());
  }
  EXPECT_EQ(Default().truth.duplicates_planted, 3U * 4U + 3U);
}

TEST(DemoListener, KeepsPlaysInOrderAndApartButForThosePlanted) {
  std::vector<Good> plays = DefaultRead().plays;
  std::ranges::stable_sort(plays, {}, &Good::ended_ms);
  std::uint64_t same_second = 0, overlapping = 0;
  for (std::size_t i = 1; i < plays.size(); ++i) {
    if (plays[i].ended_ms == plays[i - 1].ended_ms) ++same_second;
    if (plays[i].ended_ms - plays[i].played_ms < plays[i - 1].ended_ms) ++overlapping;
  }
  const DemoTruth& truth = Default().truth;
  EXPECT_EQ(same_second, truth.same_second_planted);
  EXPECT_GE(truth.same_second_planted, 11U);
  EXPECT_LE(overlapping, truth.same_second_planted + 6);  // the play after a moved one may begin too early
  EXPECT_EQ(plays.front().ended_ms, truth.first_ended_ms);
  EXPECT_EQ(plays.back().ended_ms, truth.last_ended_ms);
  for (std::size_t f = 0; f < DefaultRead().rows_by_file.size(); ++f) {
    std::int64_t before = 0;
    for (const Row& row : DefaultRead().rows_by_file[f]) {
      const auto good = Accept(row, {});
      if (!good) continue;
      ASSERT_GE(good->ended_ms, before) << Default().files[f].name << " " << row.at("ts");
      before = good->ended_ms;
    }
  }
}

TEST(DemoListener, PlantsEveryKindOfBadRow) {
  EXPECT_THAT(Default().truth.rejects_by_fault, ElementsAre(2, 2, 2, 1, 1));
  std::array<std::uint64_t, kDemoFaults> found{};
  for (const auto& rows : DefaultRead().rows_by_file) {
    for (const Row& row : rows) {
      if (!row.contains("ts")) {
        ++found[static_cast<std::size_t>(DemoFault::kMissingTs)];
      } else if (!row.contains("ms_played")) {
        ++found[static_cast<std::size_t>(DemoFault::kMissingMs)];
      } else if (row.at("ms_played").starts_with('-')) {
        ++found[static_cast<std::size_t>(DemoFault::kNegativeMs)];
      } else if (row.at("ms_played").starts_with('"')) {
        ++found[static_cast<std::size_t>(DemoFault::kTextMs)];
      } else if (row.at("ts").starts_with("\"2100-")) {
        ++found[static_cast<std::size_t>(DemoFault::kFarFuture)];
      }
    }
  }
  EXPECT_EQ(found, Default().truth.rejects_by_fault);
}

TEST(DemoListener, LeavesNamesOutOfSomePlaysThatHaveATime) {
  EXPECT_GT(Default().truth.withheld, 3U);
  for (const Good& play : DefaultRead().plays) {
    if (play.item == "null") {
      EXPECT_GT(play.played_ms, 0);
    }
  }
}

/// The hour and weekday (0 = Monday) in a Paris winter, which is right for half of the plays and enough for
/// shares.
std::pair<std::size_t, std::size_t> WinterHour(const Good& play) {
  const std::int64_t hours = play.ended_ms / 3'600'000 + 1;
  return {static_cast<std::size_t>(hours % 24), static_cast<std::size_t>((hours / 24 + 3) % 7)};
}

TEST(DemoListener, SleepsCommutesAndLivesByTheWeek) {
  std::array<double, 24> hours{};
  std::array<double, 7> weekdays{};
  const double part = 1.0 / static_cast<double>(DefaultRead().plays.size());
  for (const Good& play : DefaultRead().plays) {
    const auto [hour, weekday] = WinterHour(play);
    hours[hour] += part;
    weekdays[weekday] += part;
  }
  EXPECT_LT(hours[3] + hours[4] + hours[5], 0.03);
  EXPECT_GT(hours[8], hours[10]);
  EXPECT_GT(hours[18], 1.3 * hours[15]);
  EXPECT_GT(hours[18], 0.06);
  EXPECT_EQ(std::ranges::max_element(weekdays) - weekdays.begin(), 4);
  EXPECT_EQ(std::ranges::min_element(weekdays) - weekdays.begin(), 6);
  for (const double share : weekdays) EXPECT_NEAR(share, 1.0 / 7, 0.04);
}

TEST(DemoListener, LovesFewArtistsMuchAndManyALittle) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const DemoTruth truth = Write({.seed = seed}).truth;
    const double top = static_cast<double>(truth.top_artist_plays) / static_cast<double>(truth.plays_true);
    EXPECT_GT(top, 0.03) << "seed " << seed;
    EXPECT_LT(top, 0.08) << "seed " << seed;
    EXPECT_GT(truth.distinct_artists, 300U) << "seed " << seed;
    EXPECT_GT(truth.distinct_tracks, 4'000U) << "seed " << seed;
    const double skipped = static_cast<double>(truth.skipped) / static_cast<double>(truth.plays_true);
    EXPECT_NEAR(skipped, 0.14, 0.05) << "seed " << seed;
  }
}

TEST(DemoListener, TravelsFarOnceForThreeWeeks) {
  std::int64_t first = INT64_MAX, last = 0;
  for (const Good& play : DefaultRead().plays) {
    if (play.row->at("conn_country") != "\"JP\"") continue;
    first = std::min(first, play.ended_ms);
    last = std::max(last, play.ended_ms);
  }
  EXPECT_NEAR(static_cast<double>(last - first) / base::kMsPerDay, 21, 2.5);
}

TEST(DemoListener, HearsDecemberMusicInDecemberOnly) {
  const DemoListener listener{DemoOptions{}};
  std::set<std::string> holiday;
  for (std::size_t i = listener.catalogue().FirstArtistOf(kDemoHolidayGenre);
       i < listener.catalogue().artists().size(); ++i) {
    holiday.insert('"' + listener.catalogue().artists()[i].name + '"');
  }
  std::uint64_t in_december = 0, otherwise = 0;
  for (const Good& play : DefaultRead().plays) {
    if (!holiday.contains(play.row->at("master_metadata_album_artist_name"))) continue;
    ++(play.row->at("ts").substr(6, 2) == "12" ? in_december : otherwise);
  }
  EXPECT_GT(in_december, 300U);
  EXPECT_EQ(otherwise, 0U);
}

TEST(DemoListener, GrowsQuieterOverTheYears) {
  const DemoListener listener{DemoOptions{}};
  std::map<std::string, const DemoTrack*, std::less<>> tracks;
  for (const DemoTrack& track : listener.catalogue().tracks()) {
    tracks.emplace("\"spotify:track:" + std::string(track.Id()) + '"', &track);
  }
  struct Mean {
    double energy = 0, acousticness = 0, plays = 0;
  };
  std::map<std::string, Mean> by_year;
  for (const Good& play : DefaultRead().plays) {
    const auto track = tracks.find(play.item);
    if (track == tracks.end()) continue;
    Mean& mean = by_year[play.row->at("ts").substr(1, 4)];
    mean.energy += track->second->features.energy;
    mean.acousticness += track->second->features.acousticness;
    mean.plays += 1;
  }
  const Mean& first = by_year.at("2018");
  const Mean& last = by_year.at("2025");
  EXPECT_GT(first.energy / first.plays, last.energy / last.plays + 60'000);
  EXPECT_LT(first.acousticness / first.plays, last.acousticness / last.plays - 60'000);
}

TEST(DemoListener, NeverPlaysLaterThanNow) {
  DemoOptions options{.seed = 3, .plays = 2'000, .first_day = 20'000, .last_day = 20'100};
  options.now = base::UtcMs{20'100 * base::kMsPerDay + 9 * 3'600'000};
  const Written written = Write(options);
  EXPECT_EQ(written.truth.plays_true, 2'000U);
  EXPECT_LE(written.truth.last_ended_ms, options.now.value);
  EXPECT_GT(written.truth.last_ended_ms, options.now.value - 3 * base::kMsPerDay);
}

TEST(DemoListener, SharesManyPlaysOutToSeveralDevicesWithoutTwins) {
  const DemoOptions options{.seed = 5, .plays = 40'000, .first_day = 20'000, .last_day = 20'059};
  EXPECT_GT(DemoListener(options).devices(), 5U);
  const Written written = Write(options);
  const Read read = ReadBack(written, options);
  EXPECT_EQ(written.truth.plays_true, options.plays);
  EXPECT_EQ(read.plays.size(), options.plays);
  EXPECT_EQ(read.duplicates, written.truth.duplicates_planted);
}

TEST(DemoListener, WritesNothingForNoPlays) {
  const Written written = Write({.plays = 0});
  EXPECT_TRUE(written.files.empty());
  EXPECT_EQ(written.truth.rows_written, 0U);
}

TEST(DemoListener, KnowsMostTracksInItsCatalogues) {
  const DemoListener listener{DemoOptions{}};
  DemoTruth truth;
  std::string by_id, by_name;
  listener.WriteCatalogue([&by_id](std::string_view bytes) { by_id += bytes; }, truth);
  listener.WriteCatalogueByName([&by_name](std::string_view bytes) { by_name += bytes; }, truth);
  const auto all = static_cast<double>(listener.catalogue().tracks().size());
  EXPECT_NEAR(static_cast<double>(truth.catalogue_tracks) / all, 0.92, 0.015);
  EXPECT_THAT(
      by_id,
      StartsWith(",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,danceability,"
                 "energy,key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,"
                 "tempo,time_signature,track_genre\n0,"));
  EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::count(by_id, '\n')), truth.catalogue_rows + 1);
  EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::count(by_name, '\n')), truth.named_catalogue_rows + 1);
  EXPECT_GT(truth.catalogue_rows, truth.catalogue_tracks);
  EXPECT_GT(truth.catalogue_unanalysed, 0U);
  EXPECT_GT(truth.named_catalogue_disagreeing, 5U);
  EXPECT_GT(truth.named_catalogue_rows - truth.named_catalogue_disagreeing, 100U);
}

TEST(DemoListener, KeepsIdsAndNamesApart) {
  const DemoListener listener{DemoOptions{}};
  const DemoCatalogue& catalogue = listener.catalogue();
  std::set<std::string_view> ids, artists;
  std::set<std::pair<std::uint32_t, std::string_view>> titles;
  for (const DemoTrack& track : catalogue.tracks()) {
    ids.insert(track.Id());
    titles.emplace(track.artist, track.title);
    EXPECT_TRUE(std::ranges::all_of(track.Id(),
                                    [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }));
  }
  std::set<std::pair<std::uint32_t, std::string_view>> records;
  for (const DemoAlbum& album : catalogue.albums()) records.emplace(album.artist, album.title);
  for (const DemoArtist& artist : catalogue.artists()) artists.insert(artist.name);
  EXPECT_EQ(records.size(), catalogue.albums().size());
  EXPECT_EQ(ids.size(), catalogue.tracks().size());
  EXPECT_EQ(titles.size(), catalogue.tracks().size());
  EXPECT_EQ(artists.size(), catalogue.artists().size());
}

TEST(WriteDemo, WritesTheWholeFolder) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "earprint_demo_listener_test";
  std::filesystem::remove_all(folder);
  const DemoOptions options{.seed = 7, .plays = 3'000};
  const auto truth = WriteDemo(folder, options);
  ASSERT_TRUE(truth.has_value()) << truth.error().Text();
  const Written written = Write(options);
  EXPECT_EQ(truth->rows_written, written.truth.rows_written);
  for (const DemoFile& file : written.files) {
    EXPECT_EQ(BytesOf(folder / "Spotify Extended Streaming History" / file.name), file.bytes) << file.name;
  }
  EXPECT_EQ(truth->playlists, 14U);
  const std::string playlists = BytesOf(folder / "Spotify Account Data" / "Playlist1.json");
  std::uint64_t uris = 0;
  for (std::size_t at = 0; (at = playlists.find("\"trackUri\"", at)) != std::string::npos; ++at) ++uris;
  EXPECT_EQ(uris + 1, truth->playlist_tracks);  // and one file of the listener's own
  EXPECT_THAT(BytesOf(folder / "Spotify Account Data" / "YourLibrary.json"),
              StartsWith("{\n  \"tracks\": [\n"));
  EXPECT_THAT(BytesOf(folder / "catalogues" / "tracks.csv"), StartsWith(",track_id,"));
  EXPECT_THAT(BytesOf(folder / "catalogues" / "tracks_by_name.csv"), StartsWith("track_name,artist,"));
  std::filesystem::remove_all(folder);
}

TEST(WriteDemo, RefusesAFolderThatCannotBeMade) {
  const auto file = std::filesystem::path(::testing::TempDir()) / "earprint_demo_listener_test_file";
  std::ofstream(file) << "in the way";
  const auto truth = WriteDemo(file / "below", {.plays = 10});
  ASSERT_FALSE(truth.has_value());
  EXPECT_EQ(truth.error().code, base::ErrorCode::kRetryLater);
  EXPECT_THAT(truth.error().subject, ::testing::HasSubstr("earprint_demo_listener_test_file"));
  std::filesystem::remove(file);
}

TEST(WriteDemo, RefusesALifeThatEndsBeforeItBegins) {
  const auto truth = WriteDemo(::testing::TempDir(), {.first_day = 20'000, .last_day = 19'999});
  ASSERT_FALSE(truth.has_value());
  EXPECT_EQ(truth.error().code, base::ErrorCode::kInvalidInput);
}

}  // namespace
}  // namespace earprint::sources
