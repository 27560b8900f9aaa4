// The ReccoBeats that is acted out, asked over sockets about tracks of a store.
#include "sources/reccobeats/sound_asker.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "adapters/curl/curl_http_client.hpp"
#include "app/asker.hpp"
#include "base/text.hpp"
#include "fakes/reccobeats/fake_reccobeats.hpp"
#include "metrics/answer_writer.hpp"
#include "metrics/wanted_tracks.hpp"
#include "model/library_fact.hpp"
#include "tests/support/memory_store.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/program_run.hpp"

namespace earprint::app {
namespace {

namespace json = boost::json;
namespace reccobeats = sources::reccobeats;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kTracks = 100, kUnknown = 10;  // tracks that were played; the last of them are known to no one

std::string Id(int n) { return fmt::format("{:022}", n); }

json::object Sound(int n) {
  return {
      {"acousticness", 0.1},        {"danceability", 0.5}, {"energy", n / 1000.0}, {"instrumentalness", 0},
      {"key", n % 2 == 0 ? -1 : 4}, {"liveness", 0.2},     {"loudness", -7.5},     {"mode", 1},
      {"speechiness", 0.04},        {"tempo", 120.004},    {"valence", 0.25}};
}

class SoundAskerTest : public ::testing::Test {
 protected:
  SoundAskerTest() {
    const std::string history = folder / "history.csv";
    {
      std::ofstream out(history);
      out << "spotify_track_uri,ts,ms_played,track_name,artist_name\n";
      for (int n = 0; n < kTracks; ++n) {
        // The later ones more often.
        for (int play = 0; play <= n; ++play) {
          out << Id(n) << ",2024-01-" << fmt::format("{:02} {:02}:{:02}:00", n % 28 + 1, play / 60, play % 60)
              << ",200000,Song " << n << ",Ann\n";
        }
      }
    }
    EXPECT_TRUE(pipeline->Import({.paths = {history}}, {}));
    for (int n = 0; n < kTracks - kUnknown; ++n) fake.Know(Id(n), "", Sound(n));
    auto server =
        fakes::WebServer::Start([this](const fakes::WebRequest& request) { return fake.Answer(request); });
    EXPECT_TRUE(server);
    web = std::move(*server);
    auto made = reccobeats::ReccoBeatsApi::Make(*http, clock, web->address());
    EXPECT_TRUE(made) << made.error().Text();
    api.emplace(std::move(*made));
    Restart();
  }

  void Restart() {
    asker.emplace(reccobeats::SoundAsker::Hands{*api, wanted, *pipeline, clock,
                                                [this] { return pipeline->erasures(); }});
  }

  /// Works for so long.
  void Work(std::int64_t for_ms) {
    const std::int64_t end_ms = clock.now_ms + for_ms;
    while (clock.now_ms < end_ms) {
      const std::int64_t next_ms = asker->Work().value;
      clock.now_ms = std::clamp(next_ms, clock.now_ms + 1, end_ms);
    }
  }

  std::string Told(const std::string& metric) {
    auto made = Asker::Make(*pipeline, "UTC");
    auto table = (*made)->Ask(metric, "me", {});
    EXPECT_TRUE(table) << table.error().Text();
    std::string told = metrics::AnswerCsv(**table);
    std::erase(told, '\r');
    return told;
  }

  testing::TempFolder folder;
  testing::StoppedClock clock;
  std::unique_ptr<Pipeline> pipeline = testing::OpenAt(folder / "s");
  metrics::WantedTracks wanted{pipeline->engine()};
  fakes::FakeReccoBeats fake;
  std::unique_ptr<fakes::WebServer> web;
  std::unique_ptr<ports::HttpClient> http = adapters::MakeWebClient("earprint/test");
  std::optional<reccobeats::ReccoBeatsApi> api;
  std::optional<reccobeats::SoundAsker> asker;
};

void ExpectAllIsTold(const std::string& sources, int refused = 0) {
  EXPECT_THAT(sources, HasSubstr(fmt::format("reccobeats,{},", kTracks - kUnknown - refused)));
  EXPECT_THAT(sources, HasSubstr(fmt::format("none,{},", kUnknown + refused)));
}

TEST_F(SoundAskerTest, EveryTrackIsAskedAboutOnceInFortiesAndJoinedByItsHref) {
  Work(60'000);
  const std::vector<std::string> seen = fake.Seen();
  ASSERT_EQ(seen.size(), 3U);
  std::vector<std::string> all;
  for (const std::string& ids : seen) {
    const auto some = base::Split(ids, ',');
    EXPECT_LE(some.size(), 40U) << "more would be left out without a word";
    for (const std::string_view id : some) all.emplace_back(id);
  }
  EXPECT_THAT(seen.front(), HasSubstr(Id(kTracks - 1))) << "most played first";
  EXPECT_THAT(seen.back(), HasSubstr(Id(0)));
  std::ranges::sort(all);
  EXPECT_TRUE(std::ranges::adjacent_find(all) == all.end());
  EXPECT_EQ(all.size(), kTracks);
  EXPECT_TRUE(asker->is_done());
  EXPECT_EQ(asker->found(), kTracks - kUnknown);
  ExpectAllIsTold(Told("feature_sources"));
  // Each has its own sound, whatever the order of the rows.
  auto table =
      (*pipeline->engine().Connect())
          ->Query(
              "select count(*) from silver_track t join silver_track_feature f on f.track_key = "
              "t.track_key where f.energy_e6 = cast(t.track_id as bigint) * 1000 and (f.key is null) "
              "= (cast(t.track_id as bigint) % 2 = 0) and f.time_signature is null");
  EXPECT_EQ(std::get<std::int64_t>(table->rows[0][0]), kTracks - kUnknown);
  EXPECT_THAT(Told("catalogue"), HasSubstr("reccobeats,90,")) << "what it does not know is not counted";
  Restart();
  Work(60'000);
  EXPECT_EQ(fake.Seen().size(), 3U) << "nor is that asked for again";
}

TEST_F(SoundAskerTest, ItWaitsAsLongAsItIsTold) {
  fake.Change({.retry_after_seconds = 600, .requests_max = 1});
  Work(500'000);
  EXPECT_EQ(fake.Seen().size(), 2U);
  ASSERT_TRUE(asker->trouble());
  EXPECT_THAT(asker->trouble()->Text(), HasSubstr("too many requests"));
  fake.Change({});
  Work(200'000);
  ExpectAllIsTold(Told("feature_sources"));
  EXPECT_FALSE(asker->trouble());
}

TEST_F(SoundAskerTest, FailuresOfTheirsAndOfTheNetworkAreOvercome) {
  fake.Change({.fail_times = 2, .cut_times = 1, .page_times = 1});
  Work(30 * base::kMsPerMinute);
  ExpectAllIsTold(Told("feature_sources"));
  EXPECT_FALSE(asker->trouble());
}

TEST_F(SoundAskerTest, AnIdThatIsRefusedIsFoundAndToldAndAllOthersAreAskedAbout) {
  fake.Change({.refused_ids = {Id(99), Id(50), Id(3)}});
  Work(10 * base::kMsPerMinute);
  EXPECT_TRUE(asker->is_done());
  EXPECT_FALSE(asker->trouble());
  ExpectAllIsTold(Told("feature_sources"), 2);  // 99 is of no known sound anyway
  const std::string rejects = Told("rejects");
  for (const int n : {99, 50, 3}) {
    EXPECT_THAT(Told("rejects"), HasSubstr("does not take this id: it answers with status 400"));
    EXPECT_LE(std::ranges::count(fake.Seen(), Id(n)), 2) << "once more, and not again";
  }
  const std::size_t requests = fake.Seen().size();
  EXPECT_LT(requests, 45U);
  Restart();
  Work(60'000);
  EXPECT_EQ(fake.Seen().size(), requests);
}

TEST_F(SoundAskerTest, WhereEverythingIsRefusedNoTrackIsBlamedAndItIsTold) {
  fake.Change({.fail_times = 100, .fail_status = 400});
  Work(42'000);  // forty requests
  ASSERT_TRUE(asker->trouble());
  EXPECT_THAT(asker->trouble()->Text(), HasSubstr("status 400"));
  EXPECT_THAT(Told("rejects"), Not(HasSubstr("does not take")));
  fake.Change({});
  Work(60 * base::kMsPerMinute);
  ExpectAllIsTold(Told("feature_sources"));
  EXPECT_FALSE(asker->trouble());
}

TEST_F(SoundAskerTest, ALocalFilesIdIsSentToNobody) {
  const std::string local = "local:A:B:Yesterday:12", other = "0000000000000000000-ab";
  ASSERT_EQ(local.size(), 22U);
  model::EventBatch batch;
  batch.read = 1;
  model::AddServedPlaylist({.playlist_id = "p",
                            .name = "P",
                            .snapshot = "s",
                            .stated_at_ms = 1,
                            .tracks = {{.item_id = local, .title = "Yesterday", .artist = "B"},
                                       {.item_id = other, .title = "Odd", .artist = "B"}}},
                           "me", batch);
  ASSERT_TRUE(pipeline->Take(std::move(batch), "playlists", "me"));
  for (const bool with_known : {false, true}) {
    const auto ids = wanted.Next({.service = "spotify", .listener = "me", .with_known = with_known});
    ASSERT_TRUE(ids) << ids.error().Text();
    EXPECT_EQ(ids->size(), kTracks);
    EXPECT_EQ(std::ranges::count(*ids, local) + std::ranges::count(*ids, other), 0);
  }
}

TEST_F(SoundAskerTest, AKillBetweenAnswersLosesAndDoublesNothing) {
  for (int i = 0; i < 20 && !asker->is_done(); ++i) {
    (void)asker->Work();
    clock.now_ms += 2'000;
    Restart();
  }
  (void)asker->Work();
  ExpectAllIsTold(Told("feature_sources"));
  EXPECT_EQ(fake.Seen().size(), 3U);
}

TEST_F(SoundAskerTest, WhoIsErasedMeanwhileIsAskedAboutNoMore) {
  asker->Work();
  const std::size_t before = fake.Seen().size();
  ASSERT_GT(before, 0U);
  ASSERT_TRUE(pipeline->Erase({.listener = "me"}));
  Work(60'000);
  EXPECT_EQ(fake.Seen().size(), before);
}

TEST_F(SoundAskerTest, ACatalogueAndTheSameNamesBeatIt) {
  Work(60'000);
  const std::string catalogue = folder / "catalogue.csv";
  std::ofstream(catalogue) << "id,name,artists,danceability,energy,valence\n"
                           << Id(5) << ",Song 5,Ann,0.1,0.9,0.9\n"
                           << ",Song 6,Ann,0.1,0.9,0.9\n";
  ASSERT_TRUE(pipeline->Import({.paths = {catalogue}}, {}));
  const std::string sources = Told("feature_sources");
  EXPECT_THAT(sources, HasSubstr("catalogue id,1,"));
  EXPECT_THAT(sources, HasSubstr("catalogue names,1,"));
  EXPECT_THAT(sources, HasSubstr(fmt::format("reccobeats,{},", kTracks - kUnknown - 2)));
}

TEST_F(SoundAskerTest, AnotherIdOfTheRecordingIsKnownByItsIsrc) {
  // A playlist over the API tells the ISRC of a track that only has another id there.
  fake.Know(Id(1), "SEXXX0000001", Sound(1));
  model::EventBatch batch;
  batch.read = 1;
  model::AddServedPlaylist(
      {.playlist_id = "p",
       .name = "P",
       .snapshot = "s",
       .stated_at_ms = 1,
       .tracks = {{.item_id = "local:a", .title = "Reissue", .artist = "Bob", .isrc = "SEXXX0000001"}}},
      "me", batch);
  ASSERT_TRUE(pipeline->Take(std::move(batch), "playlists", "me"));
  Work(60'000);
  auto table = (*pipeline->engine().Connect())
                   ->Query(
                       "select f.provenance from silver_track t join silver_track_feature f on f.track_key = "
                       "t.track_key where t.title = 'Reissue'");
  ASSERT_EQ(table->rows.size(), 1U);
  EXPECT_EQ(std::get<std::string>(table->rows[0][0]), "reccobeats");
}

TEST_F(SoundAskerTest, NothingIsSentBeforeAPersonAgreedAndNothingAfterTheyWithdrew) {
  ::setenv("EARPRINT_RECCOBEATS_URL", web->address().c_str(), 1);
  testing::ProgramRuns catalogue{{"--data", folder / "s", "catalogue"}};
  EXPECT_EQ(catalogue.Run({"add", "reccobeats"}), 2);
  EXPECT_THAT(catalogue.Words(), HasSubstr("are sent to reccobeats.com"));
  EXPECT_EQ(catalogue.Run({"refresh", "reccobeats"}), 2);
  EXPECT_EQ(catalogue.Run({"add", "reccobeats", "--agree"}), 0);
  EXPECT_THAT(catalogue.Words(), HasSubstr("the running server asks")) << "this one holds the store";
  EXPECT_THAT(fake.Seen(), IsEmpty());
  asker.reset();
  pipeline.reset();
  EXPECT_EQ(catalogue.Run({"refresh", "reccobeats"}), 0);
  EXPECT_THAT(catalogue.Words(), HasSubstr("100 tracks asked about, the sound of 90 is known now"));
  EXPECT_EQ(catalogue.Run({"list"}), 0);
  EXPECT_THAT(catalogue.Words(), HasSubstr("asked about tracks of unknown sound, as agreed on 20"));
  EXPECT_EQ(catalogue.Run({"remove", "reccobeats"}), 0);
  EXPECT_EQ(catalogue.Run({"refresh", "reccobeats"}), 2);
  EXPECT_EQ(fake.Seen().size(), 3U);
  pipeline = testing::OpenAt(folder / "s");
  ExpectAllIsTold(Told("feature_sources"));
}

TEST(ReccoBeatsApi, GoesOverHttpsOrToThisMachineOnly) {
  const testing::StoppedClock clock;
  const auto http = adapters::MakeWebClient("earprint/test");
  for (const std::string url :
       {"http://api.reccobeats.com", "ftp://127.0.0.1", "", "http://127.0.0.1.evil.example"}) {
    EXPECT_FALSE(reccobeats::ReccoBeatsApi::Make(*http, clock, url)) << url;
  }
  EXPECT_TRUE(reccobeats::ReccoBeatsApi::Make(*http, clock, "https://api.reccobeats.com/"));
}

TEST(Agreement, IsKeptUntilItIsWithdrawn) {
  testing::MemoryStateStore states;
  reccobeats::Agreement agreement(states);
  const auto is_given = [&agreement] {
    const auto given = agreement.Given();
    return given && given->has_value();
  };
  EXPECT_FALSE(is_given());
  ASSERT_TRUE(agreement.Give({1'795'000'000'000}));
  EXPECT_TRUE(is_given());
  ASSERT_TRUE(agreement.Withdraw());
  EXPECT_FALSE(is_given());
}

}  // namespace
}  // namespace earprint::app
