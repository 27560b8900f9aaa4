// earprint produce and consume, and a server between whose sources and lake there is a Kafka.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/local_client.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_run.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::testing {
namespace {

using ::testing::HasSubstr;

class KafkaCommandsTest : public ::testing::Test {
 protected:
  /// Arguments that name this test's topics and a data folder.
  std::vector<std::string> With(const std::string& data, const std::vector<std::string>& more) const {
    std::vector<std::string> all = {"--log", topics.url(), "--data", data};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  const EmbeddedRun& embedded = EmbeddedRun::Get();
  KafkaTopics topics{ServerAddress("kafka")};
  TempFolder folder;
  const std::string store = folder / "store";
};

TEST_F(KafkaCommandsTest, WhatCameOverKafkaHasTheFiguresOfTheEmbeddedRun) {
  EXPECT_THAT(MustRun(With(folder / "unused", {"produce", embedded.files})),
              HasSubstr("events are on the log"));
  const std::string told = MustRun(With(store, {"consume", "--once"}));
  EXPECT_THAT(told, HasSubstr("0 events behind"));
  ExpectFiguresOf(embedded, store);
}

TEST_F(KafkaCommandsTest, ConsumingAgainBringsNothingAndAFreshFolderReadsItAll) {
  MustRun(With(folder / "unused", {"produce", embedded.files}));
  MustRun(With(store, {"consume", "--once"}));
  EXPECT_THAT(MustRun(With(store, {"consume", "--once"})), HasSubstr("0 read = 0 new"));
  MustRun(With(folder / "second", {"consume", "--once"}));
  ExpectFiguresOf(embedded, folder / "second");
}

TEST_F(KafkaCommandsTest, ALakeIsPutOnKafkaAsItIs) {
  MustRun(With(embedded.store, {"produce", "--lake"}));
  MustRun(With(store, {"consume", "--once"}));
  ExpectFiguresOf(embedded, store);
}

TEST_F(KafkaCommandsTest, DuplicateAndReorderedDeliveryChangesNothing) {
  MustRun(With(folder / "unused", {"produce", embedded.files}));
  // Everything once more from the lake, each type's events backwards.
  for (const model::EventType type : model::kEventTypes) {
    std::vector<std::string> lines = topics.LinesOf(type);
    std::ranges::reverse(lines);
    topics.Write(type, lines);
    topics.Write(type, lines);
  }
  MustRun(With(store, {"consume", "--once", "--batch", "7000"}));
  ExpectFiguresOf(embedded, store);
}

TEST_F(KafkaCommandsTest, PoisonIsAmongTheRejectsWithTopicAndOffsetAndHoldsUpNothing) {
  KafkaAdmin(topics.settings()).WritePoison(topics.settings().TopicOf(model::EventType::kPlay));
  MustRun(With(folder / "unused", {"produce", embedded.files}));
  EXPECT_THAT(MustRun(With(store, {"consume", "--once"})), HasSubstr("+ 2 rejected"));
  const std::string rejects = MustRun({"--data", store, "query", "rejects", "--format", "csv"});
  EXPECT_THAT(rejects, HasSubstr(topics.settings().prefix + ".play/1"));
  EXPECT_THAT(rejects, HasSubstr("offset 0"));
  EXPECT_THAT(rejects, HasSubstr("offset 1"));
  EXPECT_THAT(rejects, HasSubstr("it is no event of the house"));
  EXPECT_THAT(topics.LinesOf(model::EventType::kDeadLetter),
              ::testing::Contains(HasSubstr("\"position\":\"offset 1\",\"reason\"")));
  // Two rejects more, and all else as it was.
  const auto without_rejects = [](std::string fingerprint) {
    const std::size_t begin = fingerprint.find("silver_reject ");
    EXPECT_NE(begin, std::string::npos);
    return fingerprint.erase(begin, fingerprint.find('\n', begin) - begin);
  };
  EXPECT_EQ(without_rejects(SilverFingerprint(*OpenAt(store))), without_rejects(embedded.fingerprint));
}

TEST_F(KafkaCommandsTest, BringsHomeOneListenersEventsWhereOneIsNamed) {
  MustRun(With(folder / "unused", {"--listener", "ann", "produce", embedded.files}));
  MustRun(With(folder / "unused", {"--listener", "bob", "produce", embedded.files}));
  const std::string told = MustRun(With(store, {"--listener", "ann", "consume", "--once"}));
  EXPECT_THAT(told, ::testing::Not(HasSubstr(" + 0 passed by")));
  EXPECT_EQ(CountPlays(*OpenAt(store), "listener <> 'ann'"), 0);
  const auto anns = CountPlays(*OpenAt(store), "true");
  // What was left out has not been read: it comes once nobody is named, and hers is there already.
  MustRun(With(store, {"consume", "--once"}));
  EXPECT_EQ(CountPlays(*OpenAt(store), "listener = 'ann'"), anns);
  EXPECT_EQ(CountPlays(*OpenAt(store), "listener = 'bob'"), anns);
}

TEST_F(KafkaCommandsTest, AnImportForOneListenerBringsHomeEverybody) {
  topics.Write(model::EventType::kPlay, {PlayLine(1, "bob"), PlayLine(2, "bob")});
  MustRun(With(store, {"--listener", "ann", "import", embedded.files}));
  MustRun(With(store, {"consume", "--once"}));
  EXPECT_EQ(CountPlays(*OpenAt(store), "listener = 'bob'"), 2);
  EXPECT_GT(CountPlays(*OpenAt(store), "listener = 'ann'"), 2);
}

TEST_F(KafkaCommandsTest, AnImportGoesThroughKafkaAndIsHomeWhenItEnds) {
  MustRun(With(store, {"import", embedded.files}));
  ExpectFiguresOf(embedded, store);
  EXPECT_FALSE(topics.LinesOf(model::EventType::kPlay).empty());
}

TEST_F(KafkaCommandsTest, AServerWritesToKafkaAndServesWhatComesHome) {
  ProgramRun server(With(store, {"serve", "--listen", "127.0.0.1:0"}));
  ASSERT_TRUE(server.HasSaid("Earprint is ready")) << server.Words();
  MustRun({"--data", store, "import", embedded.files});  // through the server
  const std::string plays = MustRun({"--data", embedded.store, "query", "overview", "--format", "csv"});
  EXPECT_EQ(MustRun({"--data", store, "query", "overview", "--format", "csv"}), plays);
  auto client = app::LocalClient::Connect({store});
  ASSERT_TRUE(client) << client.error().Text();
  const auto figures = (*client)->Get("/metrics");
  ASSERT_TRUE(figures) << figures.error().Text();
  EXPECT_THAT(*figures,
              HasSubstr("earprint_kafka_lag_events{topic=\"" + topics.settings().prefix + ".play\""));
  EXPECT_THAT(*figures, HasSubstr("earprint_kafka_written_events_total{outcome=\"confirmed\"}"));
  // What another machine tells is here soon, by itself.
  topics.Write(model::EventType::kPlay, {PlayLine(1), PlayLine(2)});
  std::string now = plays;
  for (int i = 0; i < 100 && now == plays; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    now = MustRun({"--data", store, "query", "overview", "--format", "csv"});
  }
  EXPECT_NE(now, plays);
  server.Ask(SIGTERM);
  EXPECT_EQ(server.Wait(), 0) << server.Words();
}

TEST_F(KafkaCommandsTest, DoctorSaysWhichLogThereIsAndThatScramIsNot) {
  EXPECT_THAT(MustRun(With(store, {"doctor"})), HasSubstr("Kafka at "));
  const std::string refused = MustRun(With(store, {"--kafka", "sasl.mechanism=SCRAM-SHA-256", "doctor"}));
  EXPECT_THAT(refused, HasSubstr("cannot log in with SCRAM"));
  ProgramRun consume(With(store, {"--kafka", "sasl.mechanism=SCRAM-SHA-256", "consume", "--once"}));
  EXPECT_EQ(consume.Wait(), 1);
  EXPECT_THAT(consume.Words(), HasSubstr("PLAIN over TLS"));
}

}  // namespace
}  // namespace earprint::testing
