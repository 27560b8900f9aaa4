#include "sources/json_history_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/source_detector.hpp"
#include "tests/support/gathered_source.hpp"
#include "tests/support/string_reader.hpp"

namespace earprint::sources {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::Gathered;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::int64_t kNow = 1'800'000'000'000;

Gathered Read(std::string text, HistoryOptions options = {}, std::size_t step = 1U << 20) {
  options.latest_ms = kNow;
  JsonHistorySource source(std::make_unique<testing::StringReader>(std::move(text), step), options);
  return testing::Gather(source);
}

Gathered ReadAccount(std::string text) { return Read(std::move(text), {.shape = HistoryShape::kAccount}); }

/// A sound extended record, distinct in its number.
std::string Record(int number, std::string_view extra = "") {
  return R"({"ts":"2019-01-01T00:00:)" + std::to_string(10 + number) +
         R"(Z","username":"secret_name","platform":"ios",)" + R"("ms_played":)" +
         std::to_string(60'000 + number) +
         R"(,"conn_country":"DE","ip_addr_decrypted":"203.0.113.7","user_agent_decrypted":"secret_agent",)" +
         R"("master_metadata_track_name":"So, {\"odd\"} }, {","master_metadata_album_artist_name":"Ärtist",)" +
         R"("master_metadata_album_album_name":"Album","spotify_track_uri":"spotify:track:2J3n32GeLmMjwuAzyhcSNe",)" +
         R"("episode_name":null,"reason_start":"trackdone","reason_end":"trackdone","shuffle":false,"skipped":null,)" +
         R"("offline":false,"offline_timestamp":1546300800,"incognito_mode":true)" + std::string(extra) + "}";
}

std::string File(int records) {
  std::string text = "[";
  for (int i = 0; i < records; ++i) text += (i == 0 ? "" : ",\n ") + Record(i);
  return text + "]";
}

TEST(JsonHistorySource, ReadsEveryFieldOfAnExtendedRecord) {
  const Gathered all = Read("[" + Record(0) + "]");
  ASSERT_THAT(all.data, SizeIs(1));
  EXPECT_EQ(boost::json::value(all.data[0]),
            boost::json::parse(R"({"kind": "track", "ended_at_ms": 1546300810000, "played_ms": 60000,
      "item_id": "2J3n32GeLmMjwuAzyhcSNe", "title": "So, {\"odd\"} }, {", "artist": "Ärtist", "album": "Album",
      "platform": "ios", "country": "DE", "reason_start": "trackdone", "reason_end": "trackdone", "shuffle": false,
      "offline": false, "offline_at_ms": 1546300800000, "private": true})"))
      << boost::json::serialize(all.data[0]);
  EXPECT_FALSE(all.error);
}

TEST(JsonHistorySource, ReadsAsManyRecordsAsASecondParserFinds) {
  std::string text = "[";
  for (int i = 0; i < 3'000; ++i) {
    if (i > 0) text += i % 3 == 0 ? ",\n" : ",";
    text += Record(i % 50, i % 7 == 0 ? R"(,"x":[{"y":"}]"}])" : "");
  }
  text += "]\n";
  for (const std::size_t step : {4'099U, 1U << 20U}) {
    const Gathered all = Read(text, {}, step);
    EXPECT_THAT(all.rejects, IsEmpty());
    EXPECT_EQ(all.read, boost::json::parse(text).as_array().size());
    EXPECT_THAT(all.ids, SizeIs(50)) << "records that say the same are one event";
  }
}

TEST(JsonHistorySource, DropsWhoAndWhereFromPlaysAndFromRejects) {
  std::string wrong = Record(1);
  wrong.replace(wrong.find("60001"), 5, "-5");
  const Gathered all = Read("[" + Record(0) + "," + wrong + "]");
  ASSERT_THAT(all.data, SizeIs(1));
  ASSERT_THAT(all.rejects, SizeIs(1));
  const std::string kept = boost::json::serialize(all.data[0]) + all.rejects[0].raw;
  for (const char* personal : {"secret_name", "203.0.113.7", "secret_agent"})
    EXPECT_THAT(kept, Not(HasSubstr(personal)));
  EXPECT_THAT(all.rejects[0].raw, HasSubstr("2J3n32GeLmMjwuAzyhcSNe"));
}

TEST(JsonHistorySource, TellsEpisodesAudiobooksAndUnknownApart) {
  const Gathered all = Read(R"([
    {"ts":"2021-05-05T05:05:05Z","ms_played":1000,"episode_name":"E","episode_show_name":"S",
     "spotify_episode_uri":"spotify:episode:512ojhOuo1ktJprKbVcKyQ","spotify_track_uri":null},
    {"ts":"2023-05-05T05:05:05Z","ms_played":2000,"audiobook_title":"B","audiobook_uri":"spotify:show:512ojhOuo1ktJprKbVcKyQ",
     "audiobook_chapter_uri":"spotify:episode:612ojhOuo1ktJprKbVcKyQ","audiobook_chapter_title":"C"},
    {"ts":"2015-05-05T05:05:05Z","ms_played":3000,"master_metadata_track_name":null,"spotify_track_uri":null}])");
  std::vector<std::string> kinds;
  for (const auto& play : all.data) kinds.emplace_back(play.at("kind").as_string());
  EXPECT_THAT(kinds, ElementsAre("episode", "audiobook", "unknown"));
  EXPECT_THAT(all.rejects, IsEmpty());
}

TEST(JsonHistorySource, TellsEqualMinutesOfAccountDataApart) {
  const std::string row =
      R"({"endTime":"2023-03-01 12:34","artistName":"A","trackName":"T","msPlayed":1000})";
  const Gathered once = ReadAccount("[" + row + "," + row + "]");
  EXPECT_THAT(once.ids, SizeIs(2));
  EXPECT_EQ(once.ids, ReadAccount("[" + row + "," + row + "]").ids);
}

struct Fault {
  const char* from;
  const char* to;
  const char* reason;
};

class JsonHistoryFault : public ::testing::TestWithParam<Fault> {};

TEST_P(JsonHistoryFault, IsOneRejectWithItsReasonAndTheNeighboursStay) {
  std::string wrong = Record(1);
  const auto at = wrong.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  wrong.replace(at, std::string_view(GetParam().from).size(), GetParam().to);
  const Gathered all = Read("[" + Record(0) + "," + wrong + "," + Record(2) + "]");
  EXPECT_THAT(all.data, SizeIs(2));
  ASSERT_THAT(all.rejects, SizeIs(1));
  EXPECT_THAT(all.rejects[0].reason, HasSubstr(GetParam().reason));
  EXPECT_EQ(all.rejects[0].byte, 2 + Record(0).size());
  EXPECT_EQ(all.read, 3U);
  EXPECT_TRUE(all.adds_up);
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonHistoryFault,
    ::testing::Values(Fault{"60001", "\"60001\"", "ms_played is not a whole number: \"60001\""},
                      Fault{"60001", "NaN", "sound JSON"}, Fault{"60001", "1e400", "ms_played"},
                      Fault{"60001", "60001.5", "ms_played is not a whole number"},
                      Fault{"60001", "-5", "-5"},
                      Fault{"60001", "99999999999", "more than a week (99999999999)"},
                      Fault{"60001", "[[[[1]]]]", "ms_played"},
                      Fault{"\"2019-01-01T00:00:11Z\"", "\"2919-01-01T00:00:11Z\"", "in the future"},
                      Fault{"\"2019-01-01T00:00:11Z\"", "\"2019-02-30T00:00:11Z\"", "ts is no instant"},
                      Fault{"\"2019-01-01T00:00:11Z\"", "null", "ts is missing"},
                      Fault{"\"2019-01-01T00:00:11Z\"", "5", "ts is not a text"},
                      Fault{"\"Album\"", "true", "master_metadata_album_album_name is not a text"},
                      Fault{"\"shuffle\":false", "\"shuffle\":\"no\"", "shuffle is not true or false"}));

TEST(JsonHistorySource, NestsAsDeepAsSomeoneLikes) {
  const std::string deep = std::string(5'000, '[') + std::string(5'000, ']');
  const Gathered all = Read("[" + Record(0) + "," + Record(1, R"(,"x":)" + deep) + "," + Record(2) + "]");
  EXPECT_EQ(all.read, 3U);
  EXPECT_TRUE(all.adds_up);
  EXPECT_GE(all.data.size(), 2U);
}

TEST(JsonHistorySource, RecordsThatAreNoObjectsAreRejects) {
  const Gathered all = Read("[" + Record(0) + ", 5, \"text\", [1], null, " + Record(1) + "]");
  EXPECT_EQ(all.data.size(), 2U);
  EXPECT_EQ(all.rejects.size(), 4U);
}

TEST(JsonHistorySource, LettersOfAnEightBitEncodingBecomeUtf8) {
  std::string text = Record(0);
  text.replace(text.find("Ä"), 2, "\xC4");
  const Gathered all = Read("[" + text + "," + Record(1) + "]");
  ASSERT_THAT(all.data, SizeIs(2));
  EXPECT_EQ(all.data[0].at("artist").as_string(), "Ärtist");
}

TEST(JsonHistorySource, TheSizeOfReadsChangesNothing) {
  const Gathered whole = Read(File(20));
  ASSERT_THAT(whole.ids, SizeIs(20));
  for (const std::size_t step : {1, 7, 61, 1000}) EXPECT_EQ(Read(File(20), {}, step).ids, whole.ids) << step;
}

TEST(JsonHistorySource, CutOffAtEveryByteKeepsEveryWholeRecord) {
  const std::string file = File(4);
  const auto all_ids = Read(file).ids;
  ASSERT_THAT(all_ids, SizeIs(4));
  std::vector<std::size_t> ends;  // of each record
  for (int i = 0; i < 4; ++i) ends.push_back(file.find(Record(i)) + Record(i).size());
  for (std::size_t size = 1; size < file.size(); ++size) {
    const Gathered cut = Read(file.substr(0, size));
    const auto whole =
        static_cast<std::size_t>(std::ranges::count_if(ends, [&](auto end) { return end <= size; }));
    ASSERT_EQ(cut.data.size(), whole) << size;
    ASSERT_TRUE(std::ranges::includes(all_ids, cut.ids)) << size;
    ASSERT_TRUE(cut.adds_up) << size;
    ASSERT_TRUE(cut.error) << size;
    ASSERT_THAT(cut.error->Text(), HasSubstr("cut off")) << size;
  }
}

TEST(JsonHistorySource, AFlippedByteHarmsOneRecordAtMost) {
  const std::string file = File(5);
  const auto all_ids = Read(file).ids;
  for (std::size_t at = 1; at + 1 < file.size(); at += 3) {
    for (const char flip : {'\x00', '"', '}', '\xFF'}) {
      std::string damaged = file;
      damaged[at] = flip;
      const Gathered read = Read(damaged);
      ASSERT_TRUE(read.adds_up) << at;
      std::vector<std::pair<std::uint64_t, std::uint64_t>> same;
      std::ranges::set_intersection(read.ids, all_ids, std::back_inserter(same));
      ASSERT_GE(same.size(), 3U) << "byte " << at << " became " << static_cast<int>(flip);
    }
  }
}

TEST(JsonHistorySource, AnEmptyListIsNoError) {
  for (const char* empty : {"[]", " [ ] \n", "\xEF\xBB\xBF[]"}) {
    const Gathered all = Read(empty);
    EXPECT_EQ(all.read, 0U);
    EXPECT_FALSE(all.error) << empty;
  }
}

TEST(SourceDetector, TellsHistoriesByTheirContent) {
  for (const auto& [name, text, kind] :
       {std::tuple{"Streaming_History_Audio_2019_1.json", File(1), "extended streaming history"},
        std::tuple{"Streaming_History_Video_2019.json", File(1), "extended streaming history (video)"},
        std::tuple{"renamed.json", File(1), "extended streaming history"},
        std::tuple{
            "StreamingHistory_music_0.json",
            std::string(
                R"([{"endTime":"2023-03-01 12:34","artistName":"A","trackName":"T","msPlayed":1000}])"),
            "account data history"}}) {
    const auto source = DetectSource(testing::FileOf(name, text), {.latest_ms = kNow});
    ASSERT_TRUE(source) << name << ": " << source.error().Text();
    EXPECT_EQ((*source)->Kind(), kind) << name;
  }
}

TEST(SourceDetector, LeavesAloneWhatIsPersonalOrNoFileOfTheExportAndSaysWhy) {
  EXPECT_EQ(WhyLeftAlone("Userdata.json"), "personal data that no figure needs");
  EXPECT_EQ(WhyLeftAlone("SearchQueries.json"), "personal data that no figure needs");
  EXPECT_EQ(WhyLeftAlone("ReadMeFirst_ExtendedStreamingHistory.pdf"), "a text about other files");
  EXPECT_EQ(WhyLeftAlone("README.md"), "a text about other files");
  EXPECT_EQ(WhyLeftAlone("._Streaming_History_Audio_2015.json"), "a file of the system, not of the export");
  EXPECT_EQ(WhyLeftAlone("Streaming_History_Audio_2015.json"), "");
  EXPECT_EQ(WhyLeftAlone("YourLibrary.json"), "");
}

TEST(SourceDetector, RefusesWhatIsNothingOfTheKindAndSaysWhatWouldBeRead) {
  for (const std::string& text : {std::string("\x89PNG\r\n\x1a\n"), std::string(R"({"a": 1})"),
                                  std::string("<html>"), std::string(4'000, '\0'), std::string()}) {
    const auto source = DetectSource(testing::FileOf("x.json", text), {.latest_ms = kNow});
    ASSERT_FALSE(source) << text.substr(0, 10);
    EXPECT_THAT(source.error().Text(), HasSubstr("x.json"));
  }
}

}  // namespace
}  // namespace earprint::sources
