// earprint consume --to a store: what Kafka holds is there once, whoever dies on the way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <set>

#include "tests/support/event_stores.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_run.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/told_events.hpp"
#include "tests/support/told_figures.hpp"

namespace earprint::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

struct PostgresEvents : PostgresPlace {
  using OnSmallDisk = PostgresOnSmallDisk;
  using PostgresPlace::PostgresPlace;
  static constexpr const char* kServer = "postgres";
  static constexpr const char* kWithLogin = "";
  static constexpr bool kIsEachFaultTold = true;
  static std::vector<std::string> LinesAt(const std::string& url) { return PostgresEventLines(url); }
  static std::string WithLogin(const std::string& url, const std::string& login) {
    return "postgresql://" + login + url.substr(url.find('@'));
  }
  void Empty() const {
    RunPsql(ServerAddress("postgres"),
            "drop database " + url().substr(url().rfind('/') + 1) + " with (force)");
    RunPsql(ServerAddress("postgres"), "create database " + url().substr(url().rfind('/') + 1));
  }
};

struct MongoEvents : MongoPlace {
  using OnSmallDisk = MongoOnSmallDisk;
  static constexpr const char* kServer = "mongo";
  static constexpr const char* kWithLogin = "MONGO_LOGIN=earprint:right";
  /// The library tries a write again by itself once the server is back, and then nothing was amiss.
  static constexpr bool kIsEachFaultTold = false;
  static std::vector<std::string> LinesAt(const std::string& url) { return MongoEventLines(url); }
  static std::string WithLogin(const std::string& url, const std::string& login) {
    return "mongodb://" + login + "@" + url.substr(url.find("://") + 3) + "&authSource=admin";
  }
  void Empty() const {
    adapters::MongoLink link({.url = url(), .collections_json = ""});
    ASSERT_TRUE(link.Open());
    for (const char* name : {"events", "consumed_offsets", "event_sink"})
      ASSERT_TRUE(link.Delete(name, adapters::Bson(), nullptr));
  }
};

template <typename Store>
class KafkaToStores : public ::testing::Test {
 protected:
  std::vector<std::string> To(const std::string& url, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all = {"--log",   topics.url(), "--kafka", "session.timeout.ms=6000",
                                    "consume", "--to",       url};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  void Produce() const { MustRun({"--log", topics.url(), "produce", embedded.files}); }
  void ExpectAllAt(const std::string& url) const {
    EXPECT_EQ(IdsOf(Store::LinesAt(url)), IdsOfLake(embedded.store));
  }

  const EmbeddedRun& embedded = EmbeddedRun::Get();
  KafkaTopics topics{ServerAddress("kafka")};
};

using Stores = ::testing::Types<PostgresEvents, MongoEvents>;
TYPED_TEST_SUITE(KafkaToStores, Stores);

TYPED_TEST(KafkaToStores, WhatIsOnKafkaIsInTheStoreOnceByteForByte) {
  const TypeParam store;
  this->Produce();
  EXPECT_THAT(MustRun(this->To(store.url(), {"--once"})), HasSubstr("0 events behind"));
  this->ExpectAllAt(store.url());
  std::vector<std::string> told;
  for (const model::EventType type : model::kEventTypes) {
    for (std::string& line : this->topics.LinesOf(type)) told.push_back(std::move(line));
  }
  EXPECT_THAT(store.LinesAt(store.url()), ::testing::UnorderedElementsAreArray(told));
  EXPECT_THAT(MustRun(this->To(store.url(), {"--once"})), HasSubstr("0 read = 0 new"));
}

TYPED_TEST(KafkaToStores, DuplicateAndReorderedDeliveryAndPoisonChangeNothing) {
  const TypeParam store;
  KafkaAdmin(this->topics.settings()).WritePoison(this->topics.settings().TopicOf(model::EventType::kPlay));
  this->Produce();
  std::vector<std::string> plays = this->topics.LinesOf(model::EventType::kPlay);
  std::erase_if(plays, [](const std::string& line) { return !model::ReadEventLine(line); });
  std::ranges::reverse(plays);
  this->topics.Write(model::EventType::kPlay, plays);
  EXPECT_THAT(MustRun(this->To(store.url(), {"--once", "--batch", "700"})), HasSubstr("+ 2 rejected"));
  std::vector<std::string> lines = store.LinesAt(store.url());
  const auto letters = std::ranges::remove_if(
      lines, [](const std::string& line) { return line.contains("it is no event of the house"); });
  EXPECT_EQ(letters.size(), 2U);
  lines.erase(letters.begin(), letters.end());
  EXPECT_EQ(IdsOf(lines), IdsOfLake(this->embedded.store));
}

TYPED_TEST(KafkaToStores, AReaderKilledTwentyTimesAtRandomLosesAndDoublesNothing) {
  const TypeParam store;
  this->Produce();
  const std::size_t all = IdsOfLake(this->embedded.store).size();
  std::mt19937 random(20'261'129);
  std::uniform_int_distribution<int> when_ms(0, 100);
  int in_mid_stream = 0;
  for (int kill = 0; kill < 20; ++kill) {
    const std::size_t before = store.LinesAt(store.url()).size();
    // Whoever was killed is given up soon, so that the next one has something to read.
    ProgramRun consume(this->To(store.url(), {"--batch", "20", "--kafka", "session.timeout.ms=1500",
                                              "--kafka", "heartbeat.interval.ms=300"}));
    for (int looks = 0; looks < 800 && before < all && store.LinesAt(store.url()).size() == before; ++looks)
      std::this_thread::sleep_for(milliseconds(10));
    std::this_thread::sleep_for(milliseconds(when_ms(random)));
    EXPECT_FALSE(consume.IsOver()) << consume.Words();
    consume.Kill();
    const std::size_t there = IdsOf(store.LinesAt(store.url())).size();
    if (there > before && there < all) ++in_mid_stream;
  }
  EXPECT_GE(in_mid_stream, 5) << "too few kills fell between the first event and the last";
  MustRun(this->To(store.url(), {"--once"}));
  this->ExpectAllAt(store.url());
}

TYPED_TEST(KafkaToStores, ABrokerKilledInMidStreamIsWaitedForAndLosesAndDoublesNothing) {
  const TypeParam store;
  OwnServer broker("kafka");
  const KafkaTopics own(broker.address());
  MustRun({"--log", own.url(), "produce", this->embedded.files});
  const std::size_t all = IdsOfLake(this->embedded.store).size();
  std::vector<std::string> arguments = {"--log", own.url()};
  arguments.insert(arguments.end(), kFetchesLittle.begin(), kFetchesLittle.end());
  arguments.insert(arguments.end(), {"consume", "--to", store.url(), "--batch", "40"});
  ProgramRun consume(arguments);
  for (int kill = 0; kill < 3; ++kill) {
    const std::size_t before = store.LinesAt(store.url()).size();
    ASSERT_TRUE(Eventually([&] { return store.LinesAt(store.url()).size() > before; })) << consume.Words();
    broker.Kill();
    const std::size_t there = store.LinesAt(store.url()).size();
    EXPECT_GT(there, 0U);
    EXPECT_LT(there, all) << "the broker was to die while it is read from";
    std::this_thread::sleep_for(milliseconds(500));
    EXPECT_FALSE(consume.IsOver()) << consume.Words();
    broker.Start();
  }
  ASSERT_TRUE(Eventually([&] { return store.LinesAt(store.url()).size() >= all; })) << consume.Words();
  consume.Ask(SIGTERM);
  EXPECT_EQ(consume.Wait(), 0) << consume.Words();
  EXPECT_THAT(consume.Words(), Not(HasSubstr("made anew")));  // it is the same log
  this->ExpectAllAt(store.url());
}

TYPED_TEST(KafkaToStores, ReadersOfOneStoreShareTheWorkAndTheOthersTakeOverFromOneWhoDies) {
  const TypeParam store;
  const KafkaTopics many(ServerAddress("kafka"), 6);
  std::vector<std::string> lines;
  // Shares are read one after the other: what is written last is in all of them, and not read yet.
  const auto write_more = [&] {
    const auto begin = static_cast<std::ptrdiff_t>(lines.size());
    for (int i = 0; i < 3'000; ++i)
      lines.push_back(PlayLine(static_cast<int>(begin) + i, "listener " + std::to_string(i % 40)));
    many.Write(model::EventType::kPlay, {lines.begin() + begin, lines.end()});
  };
  const auto consume = [&] {
    std::vector<std::string> all = {"--log", many.url(), "--kafka", "session.timeout.ms=6000"};
    all.insert(all.end(), kFetchesLittle.begin(), kFetchesLittle.end());
    all.insert(all.end(), {"consume", "--to", store.url(), "--batch", "50", "--metrics", "127.0.0.1:0"});
    return std::make_unique<ProgramRun>(all);
  };
  const auto read_by = [](const ToldFigures& figures) {
    return figures.Of("earprint_kafka_landed_events_total", "accepted");
  };
  const auto there = [&] { return store.LinesAt(store.url()).size(); };
  write_more();
  auto first = consume();
  const ToldFigures of_first(*first);
  ASSERT_TRUE(Eventually([&] { return read_by(of_first) > 0; })) << first->Words();
  auto second = consume();
  const ToldFigures of_second(*second);
  ASSERT_TRUE(Eventually([&] {
    if (read_by(of_first) + 500 > static_cast<double>(lines.size())) write_more();
    return read_by(of_second) > 0;
  })) << second->Words();
  write_more();
  const double before = read_by(of_first);
  ASSERT_TRUE(Eventually([&] { return read_by(of_first) > before; }))
      << "the first was to go on with its share: " << first->Words();
  write_more();
  const double by_first = read_by(of_first);
  first->Kill();
  EXPECT_LT(there(), lines.size()) << "the first was to die before the end";
  ASSERT_TRUE(Eventually([&] { return there() >= lines.size(); })) << second->Words();
  EXPECT_GT(read_by(of_second), 0);
  EXPECT_GE(read_by(of_second) + by_first, static_cast<double>(lines.size()) - 500);
  second->Ask(SIGTERM);
  EXPECT_EQ(second->Wait(), 0) << second->Words();
  EXPECT_THAT(store.LinesAt(store.url()), ::testing::UnorderedElementsAreArray(lines));
}

TYPED_TEST(KafkaToStores, AStoreKilledInMidStreamIsWaitedForAndLosesAndDoublesNothing) {
  OwnServer server(TypeParam::kServer);
  this->Produce();
  ProgramRun consume(this->To(server.address(), {"--batch", "40"}));
  for (int i = 0; i < 2; ++i) {
    std::size_t before = TypeParam::LinesAt(server.address()).size(), now = before;
    for (int looks = 0; looks < 600 && now < before + 40; ++looks) {
      std::this_thread::sleep_for(milliseconds(50));
      now = TypeParam::LinesAt(server.address()).size();
    }
    EXPECT_GE(now, before + 40);
    EXPECT_LT(now, IdsOfLake(this->embedded.store).size()) << "the store was to die while it is written to";
    server.Kill();
    std::this_thread::sleep_for(milliseconds(500));
    EXPECT_FALSE(consume.IsOver()) << consume.Words();
    server.Start();
  }
  const std::size_t all = IdsOfLake(this->embedded.store).size();
  for (int looks = 0; looks < 900 && TypeParam::LinesAt(server.address()).size() < all; ++looks)
    std::this_thread::sleep_for(milliseconds(100));
  if (TypeParam::kIsEachFaultTold) {
    EXPECT_TRUE(consume.HasSaid("are brought in again")) << consume.Words();
  }
  consume.Ask(SIGTERM);
  EXPECT_EQ(consume.Wait(), 0) << consume.Words();
  this->ExpectAllAt(server.address());
  // The second time is told as well, though its words may be those of the first.
  std::size_t told = 0;
  const std::string words = consume.Words();
  for (std::size_t at = words.find("tried again by itself"); at != std::string::npos;
       at = words.find("tried again by itself", at + 1))
    ++told;
  EXPECT_GE(told, TypeParam::kIsEachFaultTold ? 2U : 0U) << words;
  EXPECT_EQ(told > 0, words.contains("are brought in again")) << words;
}

TYPED_TEST(KafkaToStores, AFullDiskIsSaidAndWaitedForAndLosesAndDoublesNothing) {
  typename TypeParam::OnSmallDisk place;
  if (!place.disk().is_there()) GTEST_SKIP() << "no full disk to test with: this user may not mount one";
  MustRun(this->To(place.url(), {"--once"}));  // its tables are there, and empty
  place.disk().Fill(256U << 10);
  this->Produce();
  ProgramRun consume(this->To(place.url(), {"--batch", "20"}));
  ASSERT_TRUE(consume.HasSaid("tried again by itself")) << consume.Words();
  EXPECT_THAT(consume.Words(), HasSubstr("disk"));
  place.Free();
  const std::size_t all = IdsOfLake(this->embedded.store).size();
  for (int looks = 0; looks < 900 && TypeParam::LinesAt(place.url()).size() < all; ++looks)
    std::this_thread::sleep_for(milliseconds(100));
  EXPECT_FALSE(consume.IsOver()) << consume.Words();
  consume.Kill();
  this->ExpectAllAt(place.url());
}

TYPED_TEST(KafkaToStores, AStoreThatIsNotThereYetIsWaitedForButNotWithOnce) {
  OwnServer server(TypeParam::kServer);
  this->Produce();
  server.Stop();
  const std::string url =
      server.address() + (server.address().contains("mongodb") ? "&serverSelectionTimeoutMS=1500" : "");
  ProgramRun once(this->To(url, {"--once"}));
  EXPECT_EQ(once.Wait(), 1);
  EXPECT_THAT(once.Words(), HasSubstr("try: see that the server runs"));
  ProgramRun consume(this->To(url));
  ASSERT_TRUE(consume.HasSaid("tried again by itself")) << consume.Words();
  server.Start();
  const std::size_t all = IdsOfLake(this->embedded.store).size();
  for (int looks = 0; looks < 900 && TypeParam::LinesAt(server.address()).size() < all; ++looks)
    std::this_thread::sleep_for(milliseconds(100));
  this->ExpectAllAt(server.address());
}

TYPED_TEST(KafkaToStores, AnEmptiedStoreReadsItAllAnew) {
  const TypeParam store;
  this->Produce();
  MustRun(this->To(store.url(), {"--once"}));
  store.Empty();
  MustRun(this->To(store.url(), {"--once"}));
  this->ExpectAllAt(store.url());
}

TYPED_TEST(KafkaToStores, WrongCredentialsEndItWithWhatToTryAndWithoutThePassword) {
  OwnServer server(TypeParam::kServer, TypeParam::kWithLogin);
  ProgramRun consume(this->To(TypeParam::WithLogin(server.address(), "earprint:wr0ngsecret")));
  EXPECT_EQ(consume.Wait(), 1);
  EXPECT_THAT(consume.Words(), HasSubstr("try: look at user"));
  EXPECT_THAT(consume.Words(), Not(HasSubstr("wr0ngsecret")));
}

TYPED_TEST(KafkaToStores, AListenerWhoIsForgottenIsGoneFromTheEvents) {
  const TypeParam store;
  this->topics.Write(model::EventType::kPlay, {PlayLine(1, "ann"), PlayLine(2, "ann"), PlayLine(3, "bob")});
  MustRun(this->To(store.url(), {"--once"}));
  ASSERT_TRUE(store.Open()->Forget("ann"));
  EXPECT_THAT(store.LinesAt(store.url()), ::testing::ElementsAre(PlayLine(3, "bob")));
}

TYPED_TEST(KafkaToStores, BringsOneListenersEventsWhereOneIsNamed) {
  const TypeParam store;
  this->topics.Write(model::EventType::kPlay, {PlayLine(1, "ann"), PlayLine(3, "bob")});
  std::vector<std::string> arguments = this->To(store.url(), {"--once"});
  arguments.insert(arguments.begin(), {"--listener", "bob"});
  EXPECT_THAT(MustRun(arguments), HasSubstr(" + 1 passed by"));
  EXPECT_THAT(store.LinesAt(store.url()), ::testing::ElementsAre(PlayLine(3, "bob")));
}

TEST(KafkaToWhat, APlaceThatIsNoneIsToldBeforeAnythingIsAsked) {
  ProgramRun consume({"--log", "kafka://127.0.0.1:1", "consume", "--to", "s3://bucket"});
  EXPECT_EQ(consume.Wait(), 2);
  EXPECT_THAT(consume.Words(), HasSubstr("there is no such kind of store"));
}

}  // namespace
}  // namespace earprint::testing
