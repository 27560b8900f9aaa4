// Several who write through one producer, and a program that is to end while its broker is away: nobody takes
// for written what was lost, and nobody waits for ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "app/local_client.hpp"
#include "tests/support/kafka_run.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/told_events.hpp"
#include "tests/support/told_figures.hpp"

namespace earprint::testing {
namespace {

using adapters::KafkaEventWriter;
using model::EventType;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::HasSubstr;

/// A wait that no broker's answer ends.
const std::vector<std::pair<std::string, std::string>> kForEver = {{"message.timeout.ms", "0"}};

void AppendTo(KafkaEventWriter& writer, EventType type, const std::string& line) {
  const auto appended = writer.Append(type, line + "\n");
  ASSERT_TRUE(appended) << appended.error().Text();
}

base::Result<void> Write(KafkaEventWriter& writer, EventType type, const std::string& line) {
  auto done = writer.Append(type, line + "\n");
  return done ? writer.Sync() : done;
}

/// The broker may not have its topics yet.
base::Result<void> WriteInTime(KafkaEventWriter& writer, EventType type, const std::string& line) {
  base::Result<void> done;
  for (int attempt = 0; attempt < 5; ++attempt) {
    done = Write(writer, type, line);
    if (done) break;
  }
  return done;
}

TEST(KafkaWriters, ALossIsToldToEachWhoseEventsAreLostWhoeverIsToldFirst) {
  OwnServer broker("kafka");
  const KafkaTopics topics(broker.address(), 1, {{"message.timeout.ms", "2000"}});
  const auto facts = topics.Writer();
  const auto letters = facts->ForAnother(), idle = facts->ForAnother();
  ASSERT_TRUE(WriteInTime(*facts, EventType::kPlay, PlayLine(0)));
  broker.Kill();
  const std::string letter = LineOf(EventType::kDeadLetter, 1);
  AppendTo(*facts, EventType::kPlay, PlayLine(1));
  AppendTo(*letters, EventType::kDeadLetter, letter);
  EXPECT_FALSE(facts->Forget("ann"));
  EXPECT_TRUE(idle->Sync()) << "it has lost nothing";
  for (const auto& writer : {letters.get(), facts.get()}) {
    const auto synced = writer->Sync();
    ASSERT_FALSE(synced);
    EXPECT_EQ(synced.error().code, base::ErrorCode::kRetryLater);
    EXPECT_TRUE(writer->Sync()) << "it was told";
  }
  broker.Start();
  const auto done = WriteInTime(*facts, EventType::kPlay, PlayLine(1));
  ASSERT_TRUE(done) << done.error().Text();
  ASSERT_TRUE(WriteInTime(*letters, EventType::kDeadLetter, letter));
  EXPECT_THAT(topics.LinesOf(EventType::kPlay), ::testing::IsSupersetOf({PlayLine(0), PlayLine(1)}));
  EXPECT_THAT(topics.LinesOf(EventType::kDeadLetter), Contains(letter));
}

TEST(KafkaWriters, WhoWritesBesideAnotherHasAnOrderAndAQueueInCommon) {
  const KafkaTopics topics(ServerAddress("kafka"), 1);
  const auto facts = topics.Writer();
  auto others = facts->ForAnother();
  for (int i = 0; i < 4; ++i) AppendTo(i % 2 == 0 ? *facts : *others, EventType::kPlay, PlayLine(i));
  others.reset();  // what it appended goes its way
  ASSERT_TRUE(facts->Sync());
  EXPECT_THAT(topics.LinesOf(EventType::kPlay),
              ::testing::ElementsAre(PlayLine(0), PlayLine(1), PlayLine(2), PlayLine(3)));
  EXPECT_EQ(facts->figures().confirmed, 4U);
  EXPECT_EQ(facts->figures().waiting, 0U);
}

TEST(KafkaWriters, WhoIsBrokenOffWaitsNoLongerForABrokerThatIsAwayAndCountsNothingAsThere) {
  OwnServer broker("kafka");
  const KafkaTopics topics(broker.address(), 1, kForEver);
  const auto writer = topics.Writer();
  ASSERT_TRUE(Write(*writer, EventType::kPlay, PlayLine(0)));
  broker.Kill();
  AppendTo(*writer, EventType::kPlay, PlayLine(1));
  auto synced = std::async(std::launch::async, [&] { return writer->Sync(); });
  EXPECT_EQ(synced.wait_for(seconds(4)), std::future_status::timeout);
  writer->BreakOff();
  EXPECT_EQ(synced.wait_for(seconds(10)), std::future_status::ready);
  writer->BreakOff();
  const auto done = synced.get();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::ErrorCode::kRetryLater);
  EXPECT_THAT(done.error().Text(), HasSubstr("the program ends, and 1 events were not confirmed"));
  EXPECT_EQ(writer->figures().confirmed, 1U);
  EXPECT_EQ(writer->figures().waiting, 1U);
  // Nor does anybody wait who comes later.
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(Write(*writer->ForAnother(), EventType::kPlay, PlayLine(2)));
  EXPECT_FALSE(writer->Forget("ann"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(5));
}

TEST(KafkaWriters, WhoIsBrokenOffWaitsNoLongerForRoom) {
  OwnServer broker("kafka");
  const KafkaTopics topics(broker.address(), 1, kForEver);
  const auto writer = topics.Writer();
  broker.Kill();
  std::string frame;
  for (int i = 0; i < adapters::kQueuedMessagesMax + 1; ++i) frame += PlayLine(i) + '\n';
  auto appended = std::async(std::launch::async, [&] { return writer->Append(EventType::kPlay, frame); });
  ASSERT_TRUE(Eventually([&] { return writer->figures().full > 0; }));
  writer->BreakOff();
  EXPECT_EQ(appended.wait_for(seconds(10)), std::future_status::ready);
  const auto done = appended.get();
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().Text(), HasSubstr("the program ends, and "));
}

TEST(KafkaWriters, WhoIsBrokenOffStillWritesToABrokerThatConfirms) {
  const KafkaTopics topics(ServerAddress("kafka"), 1);
  const auto writer = topics.Writer();
  writer->BreakOff();
  const auto done = Write(*writer, EventType::kPlay, PlayLine(1));
  ASSERT_TRUE(done) << done.error().Text();
  EXPECT_THAT(topics.LinesOf(EventType::kPlay), ::testing::ElementsAre(PlayLine(1)));
}

TEST(KafkaWriters, AServerThatIsAskedToEndWhileItsBrokerIsAwayEndsAndSaysWhatIsNotThere) {
  OwnServer broker("kafka");
  const KafkaTopics topics(broker.address());
  const EmbeddedRun& embedded = EmbeddedRun::Get();
  TempFolder folder;
  const std::string store = folder / "store";
  ProgramRun server({"--log", topics.url(), "--kafka", "message.timeout.ms=0", "--data", store, "serve",
                     "--listen", "127.0.0.1:0"});
  ASSERT_TRUE(server.HasSaid("Earprint is ready")) << server.Words();
  broker.Kill();
  ProgramRun import({"--data", store, "import", embedded.files});  // through the server
  auto client = app::LocalClient::Connect({store});
  ASSERT_TRUE(client) << client.error().Text();
  EXPECT_TRUE(Eventually([&] {
    const auto figures = (*client)->Get("/metrics");
    return figures && FigureIn(*figures, "earprint_kafka_waiting_events") > 0;
  })) << import.Words();
  EXPECT_FALSE(import.IsOver()) << "it was to wait for the broker: " << import.Words();
  server.Ask(SIGTERM);
  ASSERT_TRUE(Eventually([&] { return server.IsOver(); }, seconds(30))) << server.Words();
  EXPECT_EQ(server.Wait(), 0) << server.Words();
  EXPECT_THAT(server.Words(),
              HasSubstr(" events were put on the log and not confirmed by " + broker.address()));
  EXPECT_NE(import.Wait(), 0) << "it was told that all is there: " << import.Words();
  broker.Start();
  MustRun({"--log", topics.url(), "--data", store, "import", embedded.files});
  ExpectFiguresOf(embedded, store);
}

}  // namespace
}  // namespace earprint::testing
