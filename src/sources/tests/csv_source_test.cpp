#include "sources/csv_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utc_time.hpp"
#include "tests/support/gathered_source.hpp"
#include "tests/support/string_reader.hpp"

namespace earprint::sources {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::Gathered;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::int64_t kNow = 1'800'000'000'000;
constexpr std::string_view kHistoryHeader =
    "spotify_track_uri,ts,platform,ms_played,track_name,artist_name,album_name,reason_start,reason_end,"
    "shuffle,skipped\r\n";

base::Result<std::unique_ptr<ports::EventSource>> Open(std::string text, std::string name = "x.csv",
                                                       std::string as = "auto") {
  return OpenCsvSource(std::make_unique<testing::StringReader>(std::move(text), 1000),
                       {std::move(name), "me", kNow, std::move(as)});
}

Gathered Read(std::string text, std::string name = "x.csv") {
  auto source = Open(std::move(text), std::move(name));
  EXPECT_TRUE(source) << source.error().Text();
  return source ? testing::Gather(**source) : Gathered{};
}

std::string TextOf(const boost::json::object& data, std::string_view key) {
  const auto* value = data.if_contains(key);
  return value == nullptr ? "(none)" : boost::json::serialize(*value);
}

TEST(CsvSource, ReadsAPublishedHistory) {
  auto source =
      Open(std::string(kHistoryHeader) +
           "2J3n32GeLmMjwuAzyhcSNe,2013-07-08 02:44:34,web player,3185,\"Say It, Just Say It\",The Mowgli's,"
           "Waiting For The Dawn,autoplay,clickrow,FALSE,TRUE\r\n");
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->Kind(), "streaming history (CSV)");
  const Gathered all = testing::Gather(**source);
  ASSERT_THAT(all.data, SizeIs(1));
  EXPECT_EQ(all.data[0],
            boost::json::parse(R"({"kind": "track", "ended_at_ms": 1373251474000, "played_ms": 3185,
      "item_id": "2J3n32GeLmMjwuAzyhcSNe", "title": "Say It, Just Say It", "artist": "The Mowgli's",
      "album": "Waiting For The Dawn", "platform": "web player", "reason_start": "autoplay", "reason_end": "clickrow",
      "shuffle": false, "skipped": true})")
                .as_object());
}

TEST(CsvSource, ReadsALongHistoryWholeAndKnowsRowsAgain) {
  std::string text(kHistoryHeader);
  std::int64_t ms = 0;
  const auto row = [](int i) {
    return "2J3n32GeLmMjwuAzyhcSNe,2019-01-" + std::to_string(10 + i / 1'440) + " " +
           base::FormatInstant({i * 60'000}).substr(11, 8) + ",ios," + std::to_string(1'000 + i) +
           ",\"a, \"\"b\"\"\",A,B,trackdone,trackdone,FALSE,TRUE\r\n";
  };
  for (int i = 0; i < 6'000; ++i) {
    text += row(i) + (i % 40 == 0 ? row(i / 2) : "");
    ms += 1'000 + i;
  }
  const Gathered all = Read(std::move(text));
  EXPECT_EQ(all.read, 6'150U);
  EXPECT_THAT(all.rejects, SizeIs(0));
  EXPECT_THAT(all.identities, SizeIs(6'000));
  EXPECT_THAT(all.ids, SizeIs(6'000));
  EXPECT_EQ(testing::MsOfDistinctPlays(all), ms);
}

TEST(CsvSource, ReadsAHistoryInMinutesAndTellsTwinsApart) {
  const Gathered all = Read(
      "endTime,artistName,trackName,msPlayed\n2015-01-12 21:31,A,x,5000\n2015-01-12 "
      "21:31,A,x,5000\n2015-01-12 21:31,B,x,5000\n");
  ASSERT_THAT(all.data, SizeIs(3));
  EXPECT_EQ(TextOf(all.data[0], "ended_precision_ms"), "60000");
  EXPECT_EQ(TextOf(all.data[0], "twin"), "0");
  EXPECT_EQ(TextOf(all.data[1], "twin"), "1");
  EXPECT_EQ(TextOf(all.data[2], "twin"), "0");
  EXPECT_THAT(all.identities, SizeIs(3));
}

TEST(CsvSource, ReadsOtherOrdersUnitsAndForms) {
  const Gathered all =
      Read("sep=;\nextra;track_name;seconds_played;ts;artist_name\n?;x;3,185;2013-07-08T02:44:34Z;A\n");
  ASSERT_THAT(all.data, SizeIs(1)) << all.rejects.at(0).reason;
  EXPECT_EQ(TextOf(all.data[0], "ended_at_ms"), "1373251474000");
}

TEST(CsvSource, ReadsSecondsWithAPoint) {
  EXPECT_EQ(
      TextOf(Read("track_name,seconds_played,ts\nx,3.185,2013-07-08T02:44:34Z\n").data.at(0), "played_ms"),
      "3185");
}

TEST(CsvSource, ReadsTheFieldsOfTheExtendedExport) {
  const Gathered all = Read(
      "ts,ms_played,master_metadata_track_name,master_metadata_album_artist_name,spotify_track_uri,episode_"
      "name,"
      "episode_show_name,spotify_episode_uri,offline_timestamp,incognito_mode\n"
      "2020-01-01T00:00:00Z,1000,x,A,spotify:track:2J3n32GeLmMjwuAzyhcSNe,,,,1577836000,True\n"
      "2020-01-01T00:00:01Z,1000,,,,Ep,Show,spotify:episode:2J3n32GeLmMjwuAzyhcSNf,,False\n"
      "2020-01-01T00:00:02Z,1000,x,A,spotify:local:A::x:1,,,,,\n"
      "2020-01-01T00:00:03Z,1000,NA,NA,NA,,,,,\n");
  ASSERT_THAT(all.data, SizeIs(4));
  EXPECT_EQ(TextOf(all.data[0], "item_id"), "\"2J3n32GeLmMjwuAzyhcSNe\"");
  EXPECT_EQ(TextOf(all.data[0], "offline_at_ms"), "1577836000000");
  EXPECT_EQ(TextOf(all.data[0], "private"), "true");
  EXPECT_EQ(TextOf(all.data[1], "kind"), "\"episode\"");
  EXPECT_EQ(TextOf(all.data[1], "artist"), "\"Show\"");
  EXPECT_EQ(TextOf(all.data[2], "item_id"), "\"spotify:local:A::x:1\"");
  EXPECT_EQ(TextOf(all.data[3], "kind"), "\"unknown\"");
}

TEST(CsvSource, RefusesBadRowsOneByOneAndSaysWhy) {
  const std::string good = "2J3n32GeLmMjwuAzyhcSNe,2013-07-08 02:44:34,web,1,x,A,B,r,r,FALSE,FALSE\n";
  const Gathered all = Read(std::string(kHistoryHeader) + good +
                            "id,yesterday,web,1,x,A,B,r,r,FALSE,FALSE\n"
                            "id,2013-07-08 02:44:34,web,abc,x,A,B,r,r,FALSE,FALSE\n"
                            "id,2013-07-08 02:44:34,web,,x,A,B,r,r,FALSE,FALSE\n"
                            "id,,web,5,x,A,B,r,r,FALSE,FALSE\n"
                            "id,1970-01-01 00:00:00,web,5,x,A,B,r,r,FALSE,FALSE\n"
                            "id,2100-01-01 00:00:00,web,5,x,A,B,r,r,FALSE,FALSE\n"
                            "id,2013-07-08 02:44:34,web,-5,x,A,B,r,r,FALSE,FALSE\n"
                            "id,2013-07-08 02:44:34,web,5,x,A,B,r,r,FALSE,FALSE,more\n" +
                            good);
  EXPECT_THAT(all.data, SizeIs(2));
  std::vector<std::string> reasons;
  for (const model::Reject& reject : all.rejects) reasons.push_back(reject.reason);
  EXPECT_THAT(reasons,
              ElementsAre("ts is not an instant: 'yesterday'", "ms_played is not a whole number: 'abc'",
                          "the time played is missing", "the end of the play is missing",
                          HasSubstr("before Spotify"), HasSubstr("in the future"), HasSubstr("negative"),
                          HasSubstr("12 cells where the header has 11")));
  EXPECT_EQ(all.rejects[1].raw, "id,2013-07-08 02:44:34,web,abc,x,A,B,r,r,FALSE,FALSE");
  EXPECT_EQ(all.read, 10U);
  EXPECT_TRUE(all.adds_up);
}

TEST(CsvSource, NeverKeepsPersonalCells) {
  const Gathered all = Read(
      "ts,username,ms_played,track_name,ip_addr,user_agent\n"
      "2020-01-01T00:00:00Z,jane,1000,x,10.0.0.1,Mozilla\n"
      "2020-01-01T00:00:00Z,jane,abc,x,10.0.0.1,Mozilla\n"
      "2020-01-01T00:00:00Z,jane,1000,x,y,10.0.0.1,Mozilla\n"
      "2020-01-01T00:00:00Z,jane,1000,\"x,10.0.0.1,Mozilla\n");
  ASSERT_THAT(all.data, SizeIs(1));
  ASSERT_THAT(all.rejects, SizeIs(3));
  for (const model::Reject& reject : all.rejects) {
    EXPECT_THAT(reject.raw + reject.reason, AllOf(HasSubstr("2020-01-01"), Not(HasSubstr("jane")),
                                                  Not(HasSubstr("10.0")), Not(HasSubstr("Mozilla"))));
  }
  EXPECT_EQ(all.rejects[0].raw, "2020-01-01T00:00:00Z,,abc,x,,");
}

TEST(CsvSource, KeepsRejectsShort) {
  const Gathered all =
      Read("ts,ms_played,track_name\n2020-01-01T00:00:00Z,x," + std::string(3'999, 'a') + "\u00e9\n" +
           "2020-01-01T00:00:00Z,1,\"" + std::string(1'977, 'a') + "\u00e9\u00e9\n");
  ASSERT_THAT(all.rejects, SizeIs(2));
  for (const model::Reject& reject : all.rejects) EXPECT_LE(reject.raw.size(), model::kRejectRawMax);
}

TEST(CsvSource, RejectsALastRowThatIsCutOff) {
  const Gathered all = Read("ts,ms_played,track_name\n2020-01-01T00:00:00Z,1000,x\n2020-01-01T00:00:00Z,31");
  EXPECT_THAT(all.data, SizeIs(1));
  ASSERT_THAT(all.rejects, SizeIs(1));
  EXPECT_THAT(all.rejects[0].reason, HasSubstr("breaks off"));
  EXPECT_THAT(Read("ts,ms_played,track_name\n2020-01-01T00:00:00Z,1000,x").data, SizeIs(1));
}

TEST(CsvSource, ReadsTheLayoutOfTheLargeCatalogue) {
  auto source = Open(
      ",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,danceability,energy,key,"
      "loudness,mode,"
      "speechiness,acousticness,instrumentalness,liveness,valence,tempo,time_signature,track_genre\n"
      "0,5SuOikwiRyPMVoIQDJUgSV,Gen "
      "Hoshino,Comedy,Comedy,73,230666,False,0.676,0.461,1,-6.746,0,0.143,0.0322,1.01e-06,"
      "0.358,0.715,87.917,4,acoustic\n"
      "2,1iJBSr7s7jYXzM8EGcbK5b,Ingrid Michaelson;ZAYN,To Begin Again,To Begin "
      "Again,57,210826,True,0.438,0.359,0,-9.734,"
      "1,0.0557,0.21,0.0,0.117,0.12,76.332,4,acoustic\n",
      "dataset.v2.csv.gz");
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->Kind(), "catalogue dataset.v2");
  const Gathered all = testing::Gather(**source);
  ASSERT_THAT(all.data, SizeIs(2));
  EXPECT_EQ(all.data[0],
            boost::json::parse(R"({"catalogue": "dataset.v2", "track_id": "5SuOikwiRyPMVoIQDJUgSV",
      "title": "Comedy", "artist": "Gen Hoshino", "artists": ["Gen Hoshino"], "album": "Comedy", "duration_ms": 230666,
      "popularity": 73, "explicit": false, "genres": ["acoustic"], "danceability_e6": 676000, "energy_e6": 461000,
      "loudness_e6": -6746000, "speechiness_e6": 143000, "acousticness_e6": 32200, "instrumentalness_e6": 1,
      "liveness_e6": 358000, "valence_e6": 715000, "tempo_e6": 87917000, "key": 1, "mode": 0, "time_signature": 4})")
                .as_object());
  EXPECT_EQ(TextOf(all.data[1], "artists"), R"(["Ingrid Michaelson","ZAYN"])");
}

TEST(CsvSource, ReadsPercentsKeysByNameAndDatesInThreeColumns) {
  const Gathered all = Read(
      "\xEF\xBB\xBFtrack_name,artist(s)_name,released_year,released_month,released_day,bpm,key,mode,"
      "danceability_%,energy_%\r\n"
      "Seven,\"Latto, Jung Kook\",2023,7,14,125,C#,Major,80,83\r\nx,y,2023,,,90,,Minor,50,7\r\n");
  ASSERT_THAT(all.data, SizeIs(2));
  EXPECT_EQ(all.data[0], boost::json::parse(R"({"catalogue": "x", "title": "Seven", "artist": "Latto",
      "artists": ["Latto", "Jung Kook"], "release_date": "2023-07-14", "release_year": 2023, "danceability_e6": 800000,
      "energy_e6": 830000, "tempo_e6": 125000000, "key": 1, "mode": 1})")
                             .as_object());
  EXPECT_EQ(TextOf(all.data[1], "release_date"), "\"2023\"");
  EXPECT_EQ(TextOf(all.data[1], "key"), "(none)");
}

TEST(CsvSource, ReadsSemicolonsWithDecimalCommas) {
  const Gathered all = Read("title;artist;energy;valence;tempo;loudness\nx;A, B;0,676;0,5;120,125;-6,746\n");
  ASSERT_THAT(all.data, SizeIs(1));
  EXPECT_EQ(TextOf(all.data[0], "energy_e6"), "676000");
  EXPECT_EQ(TextOf(all.data[0], "tempo_e6"), "120125000");
  EXPECT_EQ(TextOf(all.data[0], "loudness_e6"), "-6746000");
  EXPECT_EQ(TextOf(all.data[0], "artist"), "\"A, B\"");
}

TEST(CsvSource, LeavesOutCellsThatCannotBeAndNamesThem) {
  const std::string good = "t,A,0.5,0.5,120\n";
  const Gathered all = Read("title,artist,Danceability,energy,tempo\n" + good + good + good +
                            "u,A,7.3,0.5,nan\nv,A,much,0.5,inf\nw,A,7.3,-1,9999\n");
  ASSERT_THAT(all.data, SizeIs(5));
  EXPECT_EQ(TextOf(all.data[3], "dropped"), R"(["Danceability"])");
  EXPECT_EQ(TextOf(all.data[3], "danceability_e6"), "(none)");
  EXPECT_EQ(TextOf(all.data[3], "energy_e6"), "500000");
  EXPECT_EQ(TextOf(all.data[4], "dropped"), R"(["Danceability","tempo"])");
  ASSERT_THAT(all.rejects, SizeIs(1));
  EXPECT_THAT(all.rejects[0].reason, HasSubstr("Danceability"));
}

TEST(CsvSource, TakesIdsInEveryForm) {
  for (const std::string cell : {"3tjFYV6RSFtuktYl3ZtYcq", "spotify:track:3tjFYV6RSFtuktYl3ZtYcq",
                                 "https://open.spotify.com/track/3tjFYV6RSFtuktYl3ZtYcq?si=x",
                                 "https://api.spotify.com/v1/tracks/3tjFYV6RSFtuktYl3ZtYcq"}) {
    for (const std::string header : {"id", "uri", "Song ID", "track_href", "spotify_id", "URL"}) {
      const Gathered all = Read(header + ",name,energy,valence,tempo\n" + cell + ",x,0.5,0.5,120\n");
      ASSERT_THAT(all.data, SizeIs(1)) << cell;
      EXPECT_EQ(TextOf(all.data[0], "track_id"), "\"3tjFYV6RSFtuktYl3ZtYcq\"") << cell;
    }
  }
}

TEST(CsvSource, NeedsIdOrNames) {
  const Gathered all =
      Read("id,name,artist,energy,valence,tempo\n1,x,A,0.5,0.5,120\n2,NA,NA,0.5,0.5,120\n3,x,,0.5,0.5,120\n");
  EXPECT_THAT(all.data, SizeIs(1));
  ASSERT_THAT(all.rejects, SizeIs(2));
  EXPECT_THAT(all.rejects[0].reason, HasSubstr("names no track"));
}

TEST(CsvSource, KeepsNamesThatLookLikeNothing) {
  const Gathered all = Read("name,artist,energy,valence,tempo\n-,None,0.5,0.5,120\n");
  EXPECT_EQ(TextOf(all.data.at(0), "title"), "\"-\"");
  EXPECT_EQ(TextOf(all.data.at(0), "artist"), "\"None\"");
}

TEST(CsvSource, BoundsWhatAColumnOfTheLakeMustHold) {
  const Gathered all = Read("name,artist,energy,valence,tempo,popularity,duration_ms,year\n" +
                            ("x,A,0.5,0.5,120,99999999999,99999999999999,99999\n" + std::string(5'000, 'x')) +
                            ",A,0.5,0.5,120,1,1,2000\n");
  ASSERT_THAT(all.data, SizeIs(1));
  for (const auto* key : {"popularity", "duration_ms", "release_year"})
    EXPECT_EQ(TextOf(all.data[0], key), "(none)");
  EXPECT_THAT(all.rejects.at(0).reason, HasSubstr("4096 bytes"));
}

TEST(CsvSource, ReadsAChartBelowItsNote) {
  auto source = Open(
      ",,,\"Note that these figures are generated\",\nPosition,\"Track Name\",Artist,Streams,URL\n"
      "1,\"Mood (feat. Iann Dior)\",24kGoldn,5875077,https://open.spotify.com/track/3tjFYV6RSFtuktYl3ZtYcq\n",
      "daily.csv");
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->Kind(), "chart daily");
  EXPECT_EQ(TextOf(testing::Gather(**source).data.at(0), "track_id"), "\"3tjFYV6RSFtuktYl3ZtYcq\"");
}

TEST(CsvSource, RefusesWhatIsNoTableOfTracks) {
  for (const std::string text :
       {"", "hello\nworld\n", "a,b,c\n1,2,3\n", "id,city\n1,Lyon\n", "\"", ",,,\n,,\n"}) {
    const auto source = Open(text, "other.csv");
    ASSERT_FALSE(source) << text;
    EXPECT_EQ(source.error().code, base::ErrorCode::kUnsupported);
    EXPECT_EQ(source.error().subject, "other.csv");
    EXPECT_FALSE(source.error().hint.empty());
  }
  EXPECT_THAT(Open("id,city\n1,Lyon\n").error().cause, HasSubstr("id,city"));
  std::string wide = "ts,ms_played,track_name";
  for (int i = 0; i < 3'000; ++i) wide += ",x";
  EXPECT_THAT(Open(wide + "\n").error().cause, HasSubstr("3003 columns"));
}

TEST(CsvSource, TellsOfABrokenStreamAfterTheGoodRows) {
  const base::Error fault{base::ErrorCode::kCorrupt, "unpack", "x.gz", "ends early", ""};
  auto source = OpenCsvSource(
      std::make_unique<testing::StringReader>(
          "ts,ms_played,track_name\n2020-01-01T00:00:00Z,1000,x\n2020-01-01T00:00:01Z,10", 7, fault),
      {"x.csv.gz", "me", kNow});
  ASSERT_TRUE(source);
  const Gathered all = testing::Gather(**source);
  EXPECT_THAT(all.data, SizeIs(1));
  EXPECT_THAT(all.rejects, SizeIs(1));
  ASSERT_TRUE(all.error);
  EXPECT_EQ(all.error->code, base::ErrorCode::kCorrupt);
}

TEST(CsvSource, GivesBoundedBatches) {
  std::string text = "ts,ms_played,track_name\n";
  for (int i = 0; i < 9'000; ++i) text += "2020-01-01T00:00:00Z," + std::to_string(i) + ",x\n";
  auto source = Open(text);
  std::vector<std::uint64_t> sizes;
  for (auto task = (*source)->Next(); task && *task; task = (*source)->Next())
    sizes.push_back((**task)().read);
  EXPECT_THAT(sizes, ElementsAre(4'000U, 4'000U, 1'000U));
}

}  // namespace
}  // namespace earprint::sources
