// Brokers and programs that die at any moment: nothing is lost, nothing is there twice, and the figures are
// those of the embedded run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/support/kafka_run.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

/// How often each event is on the topics of a type.
std::map<std::string, int> TimesOf(const KafkaTopics& topics, model::EventType type) {
  std::map<std::string, int> times;
  for (const std::string& line : topics.LinesOf(type)) ++times[line];
  return times;
}

TEST(KafkaFaults, ABrokerKilledInMidStreamLosesAndDoublesNothing) {
  OwnServer broker("kafka");
  const KafkaTopics topics(broker.address());
  const EmbeddedRun embedded(40'000);
  TempFolder folder;
  // Topics are there and somebody reads them before the long part begins, so that its middle is not missed.
  MustRun({"--log", topics.url(), "produce", embedded.files + "/catalogues"});
  auto eyes = topics.Feed(FreshName("eyes"));
  while (eyes->Read({.messages_max = 5'000})->messages.empty()) {
  }
  ProgramRun produce({"--log", topics.url(), "--kafka", "linger.ms=1", "produce", embedded.files});
  // The broker dies once some of it is there, and once more a little later.
  for (std::size_t seen = 0; seen < 500 && !produce.IsOver();)
    seen += eyes->Read({.messages_max = 500})->messages.size();
  EXPECT_FALSE(produce.IsOver()) << "the broker was to die while it is written to: " << produce.Words();
  eyes.reset();
  for (int i = 0; i < 2; ++i) {
    broker.Kill();
    std::this_thread::sleep_for(milliseconds(500));
    broker.Start();
    std::this_thread::sleep_for(milliseconds(700));
  }
  ASSERT_EQ(produce.Wait(), 0) << produce.Words();
  for (const auto& [line, times] : TimesOf(topics, model::EventType::kPlay)) EXPECT_EQ(times, 1) << line;
  const std::string store = folder / "store";
  std::vector<std::string> arguments = {"--log", topics.url(), "--data", store};
  arguments.insert(arguments.end(), kFetchesLittle.begin(), kFetchesLittle.end());
  arguments.insert(arguments.end(), {"consume", "--batch", "500"});
  ProgramRun consume(arguments);
  const std::size_t all = IdsOfLake(embedded.store).size();
  ASSERT_TRUE(Eventually([&] { return EventsInLake(store) > 0; })) << consume.Words();
  broker.Kill();
  const std::size_t there = EventsInLake(store);
  EXPECT_LT(there, all) << "the broker was to die while it is read from";
  std::this_thread::sleep_for(milliseconds(500));
  broker.Start();
  ASSERT_TRUE(Eventually([&] { return EventsInLake(store) > there; })) << consume.Words();
  consume.Ask(SIGTERM);
  EXPECT_EQ(consume.Wait(), 0) << consume.Words();
  MustRun({"--log", topics.url(), "--data", store, "consume", "--once"});
  ExpectFiguresOf(embedded, store);
}

TEST(KafkaFaults, AConsumerKilledTwentyTimesAtRandomLosesAndDoublesNothing) {
  const KafkaTopics topics(ServerAddress("kafka"));
  const EmbeddedRun& embedded = EmbeddedRun::Get();
  TempFolder folder;
  const std::string store = folder / "store";
  MustRun({"--log", topics.url(), "produce", embedded.files});
  std::mt19937 random(20'261'128);
  std::uniform_int_distribution<int> when_ms(0, 150);
  // Whoever was killed is given up soon, so that the next one has something to read.
  std::vector<std::string> arguments = {
      "--log",  topics.url(), "--kafka", "session.timeout.ms=1500", "--kafka", "heartbeat.interval.ms=300",
      "--data", store};
  arguments.insert(arguments.end(), kFetchesLittle.begin(), kFetchesLittle.end());
  arguments.insert(arguments.end(), {"consume", "--batch", "20"});
  const std::size_t all = IdsOfLake(embedded.store).size();
  std::size_t before = 0;
  int in_mid_stream = 0;
  for (int kill = 0; kill < 20; ++kill) {
    ProgramRun consume(arguments);
    for (int looks = 0; looks < 800 && before < all && EventsInLake(store) == before; ++looks)
      std::this_thread::sleep_for(milliseconds(10));
    std::this_thread::sleep_for(milliseconds(when_ms(random)));
    EXPECT_FALSE(consume.IsOver()) << consume.Words();
    consume.Kill();
    const std::size_t there = IdsOfLake(store).size();
    if (there > before && there < all) ++in_mid_stream;
    before = there;
  }
  EXPECT_GE(in_mid_stream, 5) << "too few kills fell between the first event and the last";
  MustRun(
      {"--log", topics.url(), "--kafka", "session.timeout.ms=6000", "--data", store, "consume", "--once"});
  ExpectFiguresOf(embedded, store);
}

TEST(KafkaFaults, AGroupThatIsSharedOutAnewWhileItLoadsLosesNothing) {
  const KafkaTopics topics(ServerAddress("kafka"), 4);
  const EmbeddedRun& embedded = EmbeddedRun::Get();
  TempFolder folder;
  int listeners = 0;
  const auto produce_more = [&](int count) {
    for (const int end = listeners + count; listeners < end; ++listeners) {
      MustRun({"--log", topics.url(), "--listener", "listener " + std::to_string(listeners), "produce",
               embedded.files});
    }
  };
  produce_more(3);
  const std::string group = FreshName("group");
  const auto consume = [&](const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> arguments = {"--log",  topics.url(),  "--kafka", "session.timeout.ms=6000",
                                          "--data", folder / name, "consume", "--group",
                                          group,    "--batch",     "600"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return std::make_unique<ProgramRun>(arguments);
  };
  const auto there = [&](const std::string& name) { return EventsInLake(folder / name); };
  auto first = consume("first", {});
  ASSERT_TRUE(Eventually([&] { return there("first") > 0; })) << first->Words();
  EXPECT_THAT(first->Words(), HasSubstr("hold a part of each listener's facts"));
  auto second = consume("second", {});
  produce_more(1);
  ASSERT_TRUE(Eventually([&] { return there("second") > 0; })) << second->Words();
  // Shares are read one after the other: what comes now is in all of them, and not read yet.
  const std::size_t by_first = there("first");
  produce_more(4);
  ASSERT_TRUE(Eventually([&] { return there("first") > by_first; }))
      << "the first was to go on with its share: " << first->Words();
  produce_more(4);
  first->Kill();
  const std::size_t at_death = there("first") + there("second");
  MustRun({"--log", topics.url(), "--data", folder / "one", "consume", "--once"});
  EXPECT_LT(at_death, IdsOfLake(folder / "one").size()) << "the first was to die before the end";
  auto third = consume("third", {});
  ASSERT_TRUE(Eventually([&] {
    produce_more(1);  // the second may have read all there was before the third was let in
    return there("third") > 0;
  })) << third->Words();
  for (ProgramRun* reader : {third.get(), second.get()}) {
    reader->Ask(SIGTERM);
    EXPECT_EQ(reader->Wait(), 0) << reader->Words();
  }
  EXPECT_EQ(consume("fourth", {"--once"})->Wait(), 0);
  for (const char* name : {"first", "second", "third"}) EXPECT_GT(there(name), 0U) << name;
  MustRun({"--log", topics.url(), "--data", folder / "one", "consume", "--once"});
  // The lakes together hold everything. Put into one, through Kafka again, they have it once.
  const KafkaTopics gathered(ServerAddress("kafka"));
  for (const char* name : {"first", "second", "third", "fourth"})
    MustRun({"--log", gathered.url(), "--data", folder / name, "produce", "--lake"});
  MustRun({"--log", gathered.url(), "--data", folder / "all", "consume", "--once"});
  EXPECT_EQ(IdsOfLake(folder / "all"), IdsOfLake(folder / "one"));
  EXPECT_EQ(SilverFingerprint(*OpenAt(folder / "all")), SilverFingerprint(*OpenAt(folder / "one")));
}

TEST(KafkaFaults, AProducerThatIsKilledAndRunAgainLeavesTheSameFigures) {
  const KafkaTopics topics(ServerAddress("kafka"));
  const EmbeddedRun& embedded = EmbeddedRun::Get();
  TempFolder folder;
  // Topics are there and somebody reads them before the long part begins, so that its middle is not missed.
  MustRun({"--log", topics.url(), "produce", embedded.files + "/catalogues"});
  auto eyes = topics.Feed(FreshName("eyes"));
  while (eyes->Read({.messages_max = 5'000})->messages.empty()) {
  }
  std::mt19937 random(20'261'130);
  std::uniform_int_distribution<int> when_ms(0, 100);
  int in_mid_stream = 0;
  for (int kill = 0; kill < 6; ++kill) {
    while (!eyes->Read({})->messages.empty()) {
    }
    ProgramRun produce({"--log", topics.url(), "--kafka", "linger.ms=1", "produce", embedded.files});
    bool is_any_there = false;
    while (!is_any_there && !produce.IsOver())
      is_any_there = !eyes->Read({.messages_max = 1})->messages.empty();
    std::this_thread::sleep_for(milliseconds(when_ms(random)));
    if (is_any_there && !produce.IsOver()) ++in_mid_stream;
    produce.Kill();
  }
  EXPECT_GE(in_mid_stream, 2) << "it was to die while it writes";
  eyes.reset();
  MustRun({"--log", topics.url(), "produce", embedded.files});
  MustRun({"--log", topics.url(), "--data", folder / "store", "consume", "--once"});
  ExpectFiguresOf(embedded, folder / "store");
}

TEST(KafkaFaults, AWriterWaitsForRoomAndDropsNothingWhileTheBrokerIsAway) {
  OwnServer broker("kafka");
  const KafkaTopics topics(broker.address());
  auto writer = topics.Writer();
  broker.Kill();
  std::jthread later([&broker, &writer] {
    for (int i = 0; i < 1'200 && writer->figures().full == 0; ++i)
      std::this_thread::sleep_for(milliseconds(100));
    broker.Start();
  });
  const int count = adapters::kQueuedMessagesMax + 5'000;
  std::string frame;
  for (int i = 0; i < count; ++i) frame += PlayLine(i, "me", "") + '\n';
  const auto appended = writer->Append(model::EventType::kPlay, frame);
  ASSERT_TRUE(appended) << appended.error().Text();
  const auto synced = writer->Sync();
  ASSERT_TRUE(synced) << synced.error().Text();
  EXPECT_GT(writer->figures().full, 0U);  // it had to wait
  EXPECT_EQ(writer->figures().confirmed, static_cast<std::uint64_t>(count));
  EXPECT_EQ(topics.LinesOf(model::EventType::kPlay).size(), static_cast<std::size_t>(count));
}

TEST(KafkaFaults, AWriterWhoseBrokerStaysAwaySaysThatItIsNotOnTheLog) {
  OwnServer broker("kafka");
  const KafkaTopics topics(broker.address(), 1, {{"message.timeout.ms", "2000"}});
  auto writer = topics.Writer();
  broker.Kill();
  ASSERT_TRUE(writer->Append(model::EventType::kPlay, PlayLine(1) + "\n"));
  const auto synced = writer->Sync();
  ASSERT_FALSE(synced);
  EXPECT_EQ(synced.error().code, base::ErrorCode::kRetryLater);
  EXPECT_THAT(synced.error().Text(), HasSubstr(broker.address()));
}

TEST(KafkaFaults, AWriterWhoseEventWasGivenUpSaysSoOnceAndGoesOn) {
  OwnServer broker("kafka");
  const KafkaTopics topics(broker.address(), 1, {{"message.timeout.ms", "4000"}});
  auto writer = topics.Writer();
  ASSERT_TRUE(writer->Append(model::EventType::kPlay, PlayLine(0) + "\n"));
  ASSERT_TRUE(writer->Sync());
  broker.Kill();
  ASSERT_TRUE(writer->Append(model::EventType::kPlay, PlayLine(1) + "\n"));
  ASSERT_FALSE(writer->Sync());
  broker.Start();
  base::Result<void> synced;
  for (int attempt = 0; attempt < 5; ++attempt) {  // the broker may not have its topics yet
    const auto appended = writer->Append(model::EventType::kPlay, PlayLine(1) + "\n");
    ASSERT_TRUE(appended) << appended.error().Text();
    synced = writer->Sync();
    if (synced) break;
  }
  EXPECT_TRUE(synced) << synced.error().Text();
  EXPECT_THAT(topics.LinesOf(model::EventType::kPlay), ::testing::Contains(PlayLine(1)));
}

TEST(KafkaFaults, ACommitThatNoBrokerAnswersIsGivenUpAndMadeGoodWithTheNext) {
  OwnServer broker("kafka");
  const KafkaTopics topics(broker.address(), 1, {{"session.timeout.ms", "6000"}});
  topics.Write(model::EventType::kPlay, {PlayLine(1), PlayLine(2), PlayLine(3)});
  const std::string group = FreshName("group");
  {
    auto feed = topics.Feed(group);
    ports::FeedLimits one;
    one.messages_max = 1;
    base::Result<ports::FedBatch> batch;
    while (!batch || batch->messages.empty()) {
      batch = feed->Read(one);
      ASSERT_TRUE(batch) << batch.error().Text();
    }
    broker.Kill();
    const auto committed = feed->Commit(batch->next);
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code, base::ErrorCode::kRetryLater) << committed.error().Text();
    broker.Start();
    // Whether it still is a member or comes anew: in the end the group knows.
    base::Result<void> again;
    for (int attempt = 0; attempt < 60; ++attempt) {
      again = feed->Commit(batch->next);
      if (again) break;
      ASSERT_TRUE(feed->Read(one));
    }
    EXPECT_TRUE(again) << again.error().Text();
  }
  std::vector<std::string> rest;
  auto next = topics.Feed(group);
  for (bool at_end = false; !at_end;) {
    const auto batch = next->Read({});
    ASSERT_TRUE(batch) << batch.error().Text();
    for (const ports::FedMessage& one : batch->messages)
      rest.push_back(batch->bytes.substr(one.begin, one.size));
    at_end = batch->at_end;
  }
  EXPECT_THAT(rest, ::testing::UnorderedElementsAre(PlayLine(2), PlayLine(3)));
}

}  // namespace
}  // namespace earprint::testing
