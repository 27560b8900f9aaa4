#include "sources/services/told_history_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/source_detector.hpp"
#include "tests/support/gathered_source.hpp"
#include "tests/support/sound_batch.hpp"
#include "tests/support/string_reader.hpp"

namespace earprint::sources {
namespace {

using earprint::testing::Gather;
using earprint::testing::Gathered;
using ::testing::HasSubstr;

constexpr std::int64_t kLatest = 1'900'000'000'000;

/// What the detector makes of a file by its content, read in small steps too.
Gathered Read(const std::string& bytes, const std::string& kind) {
  auto source = DetectSource(earprint::testing::FileOf("export.json", bytes), {"me", kLatest, "auto"});
  if (!source) {
    ADD_FAILURE() << source.error().Text();
    return {};
  }
  EXPECT_EQ((*source)->Kind(), kind);
  return Gather(**source);
}

TEST(ToldHistorySource, ReadsBrainzLineByLine) {
  const auto read = Read(
      R"({"inserted_at": 1748964422.5, "listened_at": 1748964167, "track_metadata": {"track_name": "Golden Brown", "artist_name": "The Stranglers", "release_name": "La Folie", "additional_info": {"isrc": "GBAYE8100053", "spotify_id": "https://open.spotify.com/track/2AX5E86cn9n2dgioZEjirI", "duration_ms": 206760, "music_service": "spotify.com", "submission_client": "listenbrainz"}}}
{"listened_at": 1748967955, "track_metadata": {"artist_name": "", "track_name": "Some Track"}}

{"listened_at": 1748967957, "track_metadata": {"artist_name": "Ann", "track_name": "Cut
{"listened_at": 1748967958, "track_metadata": {"artist_name": "Ann", "track_name": "B", "additional_info": {"duration": 61.5, "duration_played": 60}}, "user_name": "SECRET"}
{"track_metadata": {"artist_name": "Ann", "track_name": "Now", "user_name": "SECRET"}}
)",
      "ListenBrainz history");
  EXPECT_TRUE(read.adds_up);
  EXPECT_EQ(read.read, 5U);
  ASSERT_EQ(read.data.size(), 2U);
  // Its own reader of Spotify hands on Spotify's stamp, which is the end mostly.
  EXPECT_EQ(read.data[0].at("ended_at_ms"), 1748964167000);
  EXPECT_FALSE(read.data[0].contains("began_at_ms"));
  EXPECT_EQ(read.data[0].at("played_ms"), 206760);
  EXPECT_EQ(read.data[0].at("item_id"), "2AX5E86cn9n2dgioZEjirI");
  EXPECT_EQ(read.data[0].at("isrc"), "GBAYE8100053");
  // Any other client's stamp is the start, and what it heard is measured.
  EXPECT_EQ(read.data[1].at("began_at_ms"), 1748967958000);
  EXPECT_EQ(read.data[1].at("ended_at_ms"), 1748967958000 + 60000);
  EXPECT_EQ(read.data[1].at("played_ms"), 60000);
  ASSERT_EQ(read.rejects.size(), 3U);
  EXPECT_EQ(read.rejects[0].reason, "the artist is missing");
  EXPECT_THAT(read.rejects[1].reason, HasSubstr("no sound JSON"));
  EXPECT_THAT(read.rejects[2].reason, HasSubstr("what is playing"));
  EXPECT_EQ(read.rejects[2].raw.find("SECRET"), std::string::npos);
}

TEST(ToldHistorySource, ReadsTheAnswersOfBrainzToo) {
  const auto read = Read(R"({"payload": {"count": 2, "listens": [
    {"inserted_at": "Mon", "listened_at": 1635138793, "track_metadata": {"artist_name": "A", "track_name": "B", "additional_info": {"duration_ms": 1222.6}}, "user_name": "u"},
    {"inserted_at": "Mon", "listened_at": 1635138999, "track_metadata": {"artist_name": "A", "track_name": "C"}}], "user_id": "u"}})",
                         "ListenBrainz history");
  ASSERT_EQ(read.data.size(), 2U);
  EXPECT_EQ(read.data[0].at("played_ms"), 1222);
  EXPECT_EQ(read.data[1].at("played_ms"), 0) << "no length is told, and none is made up here";
  EXPECT_FALSE(read.error);
}

TEST(ToldHistorySource, ReadsMalojaWithLengthAndWhatWasHeard) {
  const auto read = Read(R"({"maloja": {"export_time": 1}, "scrobbles": [
    {"time": 1760532613, "track": {"artists": ["Ann", "Bob"], "title": "T } , {", "album": {"albumtitle": "One"}, "length": 220}, "duration": null, "origin": "client:x"},
    {"time": 1760532855, "track": {"artists": ["Vega"], "title": "S", "album": null, "length": null}, "duration": 245, "origin": "client:x"}]})",
                         "Maloja history");
  ASSERT_EQ(read.data.size(), 2U);
  EXPECT_EQ(read.data[0].at("artist"), "Ann");
  EXPECT_EQ(read.data[0].at("album"), "One");
  EXPECT_EQ(read.data[0].at("ended_at_ms"), 1760532613000);
  EXPECT_EQ(read.data[0].at("played_ms"), 220000);
  EXPECT_EQ(read.data[1].at("began_at_ms"), 1760532855000);
  EXPECT_EQ(read.data[1].at("ended_at_ms"), 1760532855000 + 245000);
}

TEST(ToldHistorySource, ReadsKoitoByItsPrimaryNames) {
  const auto read = Read(R"({
  "version": "1",
  "exported_at": "2026-01-01T00:00:00Z",
  "user": "SECRET",
  "listens": [
    {"listened_at": "2025-05-01T10:00:00Z", "client": "x", "track": {"mbid": null, "duration": 200, "aliases": [{"alias": "old", "source": "a", "is_primary": false}, {"alias": "Song", "source": "b", "is_primary": true}]},
     "album": {"image_url": "", "mbid": null, "aliases": [{"alias": "Al", "source": "a", "is_primary": true}], "various_artists": false},
     "artists": [{"is_primary": false, "aliases": [{"alias": "Guest", "is_primary": true}]}, {"is_primary": true, "aliases": [{"alias": "Ann", "is_primary": true}]}]}
  ]
})",
                         "Koito history");
  ASSERT_EQ(read.data.size(), 1U);
  EXPECT_EQ(read.data[0].at("title"), "Song");
  EXPECT_EQ(read.data[0].at("artist"), "Ann");
  EXPECT_EQ(read.data[0].at("album"), "Al");
  EXPECT_EQ(read.data[0].at("played_ms"), 200000);
}

TEST(ToldHistorySource, ReadsLastFmAsPagesAndAsAList) {
  const auto pages = Read(R"([{"track": [
    {"artist": {"mbid": "", "#text": "Ann"}, "mbid": "", "album": {"mbid": "", "#text": "One"}, "name": "A", "date": {"uts": "1704067200", "#text": "01 Jan 2024, 00:00"}},
    {"artist": {"mbid": "", "#text": "Ann"}, "name": "B", "@attr": {"nowplaying": "true"}}], "@attr": {"page": "1", "user": "SECRET"}},
    {"track": [{"artist": {"mbid": "", "#text": "Bob"}, "album": {"#text": ""}, "name": "C", "date": {"uts": "", "#text": "1 Feb 2024, 10:30"}}]}])",
                          "Last.fm history");
  ASSERT_EQ(pages.data.size(), 2U);
  EXPECT_EQ(pages.data[0].at("began_at_ms"), 1704067200000);
  EXPECT_EQ(pages.data[1].at("ended_precision_ms"), 60000) << "a minute is all that is told";
  ASSERT_EQ(pages.rejects.size(), 1U);
  EXPECT_THAT(pages.rejects[0].reason, HasSubstr("what is playing"));
  EXPECT_FALSE(pages.error);

  const auto list = Read(
      R"({"username": "SECRET", "scrobbles": [{"track": "A", "artist": "Ann", "album": "One", "albumId": "", "date": 1704067200000}]})",
      "Last.fm history");
  ASSERT_EQ(list.data.size(), 1U);
  EXPECT_EQ(list.ids.begin()->first, pages.ids.empty() ? 0 : list.ids.begin()->first);
  EXPECT_EQ(list.data[0].at("began_at_ms"), 1704067200000);
}

TEST(ToldHistorySource, ReadsTheThreeCsvFilesOfLastFm) {
  const auto with_header = Read(
      "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
      "\"1704067200\",\"01 Jan 2024, 00:00\",\"Ann\",\"\",\"One\",\"\",\"A, B\",\"\"\n"
      "\"0\",\"01 Jan 1970, 00:00\",\"Ann\",\"\",\"One\",\"\",\"C\",\"\"\n",
      "Last.fm history (CSV)");
  ASSERT_EQ(with_header.data.size(), 1U);
  EXPECT_EQ(with_header.data[0].at("title"), "A, B");
  ASSERT_EQ(with_header.rejects.size(), 1U) << "a stamp of zero is none";
  const auto stats =
      Read("Artist;Album;AlbumId;Track;Date#SECRET\nAnn;One;;A, B;1704067200000\n", "Last.fm history (CSV)");
  ASSERT_EQ(stats.data.size(), 1U);
  EXPECT_EQ(stats.ids, with_header.ids) << "the same fact has the same id, whichever file tells it";
  const auto bare = Read("Ann,One,A,\"01 Jan 2024, 00:00\"\nAnn,One,A,\"01 Jan 2024, 00:00\"\nAnn,One\n",
                         "Last.fm history (CSV)");
  EXPECT_EQ(bare.identities.size(), 2U) << "two in one minute are two";
  EXPECT_EQ(bare.rejects.size(), 1U);
}

TEST(ToldHistorySource, ADamagedRecordCostsItselfAlone) {
  const auto read = Read(R"({"scrobbles": [
    {"time": 1760532613, "track": {"artists": ["Ann"], "title": "A"}, "origin": "x"},
    {"time": 1760532614, "track": {"artists": ["Ann], "title": "B"}, "origin": "x"},
    {"time": "soon", "track": {"artists": ["Ann"], "title": "C"}, "origin": "x"},
    {"time": 1760532616, "track": {"artists": ["Ann"], "title": "D"}, "origin": "x"},
    {"time": 1760532617, "track": {"artists": ["Ann"], "ti)",
                         "Maloja history");
  EXPECT_EQ(read.read, 5U);
  EXPECT_EQ(read.data.size(), 2U);
  EXPECT_EQ(read.rejects.size(), 3U);
  ASSERT_TRUE(read.error);
  EXPECT_THAT(read.error->cause, HasSubstr("cut off"));
}

TEST(RecordCutter, GivesTheSameRecordsWhateverTheReadsAndStretches) {
  std::string text = R"({"scrobbles":[)";
  for (int i = 0; i < 60'000; ++i)
    text += (i == 0 ? "" : ",") + std::string(R"({"time":17605)") + std::to_string(10'000 + i) +
            R"(,"track":{"artists":["Ann"],"title":"A \" } ] x"},"origin":"x"})";
  text += "]}";
  for (const std::size_t step : {std::size_t{7'777}, text.size()}) {
    RecordCutter cutter(std::make_unique<earprint::testing::StringReader>(text, step), {"time"});
    std::size_t records = 0;
    for (;;) {
      auto stretch = cutter.Next();
      ASSERT_TRUE(stretch);
      if (!*stretch) break;
      for (const CutRecord& cut : (*stretch)->records) {
        ++records;
        ASSERT_TRUE(cut.is_whole);
        ASSERT_EQ(text.substr((*stretch)->byte + cut.begin, cut.size),
                  (*stretch)->text.substr(cut.begin, cut.size));
      }
    }
    EXPECT_EQ(records, 60'000U);
  }
}

TEST(SourceDetector, LeavesTheRestOfABrainzExportAlone) {
  for (const char* const name : {"user.json", "feedback.jsonl", "pinned_recording.jsonl"})
    EXPECT_NE(WhyLeftAlone(name), "") << name;
  EXPECT_EQ(WhyLeftAlone("6.jsonl"), "");
}

}  // namespace
}  // namespace earprint::sources
