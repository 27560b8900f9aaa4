// A log that no longer has what a reader wants next: by its retention, or since a topic was made anew. What
// is gone is told and counted, and what there is comes in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <thread>

#include "tests/support/event_stores.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_run.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::testing {
namespace {

using model::EventType;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> Plays(int first, int count) {
  std::vector<std::string> lines;
  for (int i = first; i < first + count; ++i) lines.push_back(PlayLine(i, "ann"));
  return lines;
}

std::set<std::string> IdsIn(const std::vector<std::string>& lines) {
  std::set<std::string> ids;
  for (const std::string& line : lines) ids.insert(std::string(model::ReadEventLine(line)->id_text));
  return ids;
}

/// One partition, so that offsets are what they look like.
class KafkaLosses : public ::testing::Test {
 protected:
  std::string Consume(const std::string& data, const std::vector<std::string>& more = {"--once"}) const {
    std::vector<std::string> all = {"--log", topics.url(), "--data", data, "consume"};
    all.insert(all.end(), more.begin(), more.end());
    return MustRun(all);
  }
  void RemakeTopic() {
    admin.DeleteTopic(play);
    for (int i = 0; i < 200 && admin.PartitionsOf(play) > 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto made = adapters::MakeTopics(topics.settings(), {.partitions = 1});
    ASSERT_TRUE(made) << made.error().Text();
  }

  KafkaTopics topics{ServerAddress("kafka"), 1};
  KafkaAdmin admin{topics.settings()};
  const std::string play = topics.settings().TopicOf(EventType::kPlay);
  TempFolder folder;
};

TEST_F(KafkaLosses, WhatRetentionTookBeforeALakeCameThereIsToldAndCounted) {
  topics.Write(EventType::kPlay, Plays(0, 20));
  EXPECT_THAT(Consume(folder / "lake"), Not(HasSubstr("no longer has")));
  topics.Write(EventType::kPlay, Plays(20, 30));
  admin.DeleteRecords(play, 0, 35);
  const std::string told = Consume(folder / "lake");
  EXPECT_THAT(told, HasSubstr(play + "/0: the log no longer has 15 events, offsets 20 to 34"));
  EXPECT_THAT(told, HasSubstr("15 read = 15 new"));
  EXPECT_THAT(told, HasSubstr("15 events were gone from the log before they were read"));
  std::set<std::string> there = IdsIn(Plays(0, 20));
  there.merge(IdsIn(Plays(35, 15)));
  EXPECT_EQ(IdsOfLake(folder / "lake"), there);
  EXPECT_THAT(Consume(folder / "lake"), Not(HasSubstr("no longer has")));  // told once
}

TEST_F(KafkaLosses, ADataFolderThatIsPutBackToYesterdaysCopyGoesOnFromYesterday) {
  namespace fs = std::filesystem;
  topics.Write(EventType::kPlay, Plays(0, 20));
  Consume(folder / "lake");
  fs::copy(folder / "lake", folder / "copy", fs::copy_options::recursive);
  topics.Write(EventType::kPlay, Plays(20, 30));
  topics.Write(EventType::kGap, {LineOf(EventType::kGap, 77)});  // the first of its share
  Consume(folder / "lake");
  const std::set<std::string> there = IdsOfLake(folder / "lake");
  EXPECT_EQ(there.size(), 51U);
  fs::remove_all(folder / "lake");
  fs::rename(folder / "copy", folder / "lake");
  EXPECT_THAT(Consume(folder / "lake"), HasSubstr("31 read = 31 new"));
  EXPECT_EQ(IdsOfLake(folder / "lake"), there);
}

TEST_F(KafkaLosses, WhoeverComesNewSkipsNothing) {
  topics.Write(EventType::kPlay, Plays(0, 20));
  admin.DeleteRecords(play, 0, 5);
  EXPECT_THAT(Consume(folder / "lake"), Not(HasSubstr("no longer has")));
  EXPECT_EQ(IdsOfLake(folder / "lake"), IdsIn(Plays(5, 15)));
}

TEST_F(KafkaLosses, WhatRetentionTakesWhileItIsReadIsCountedAndReadingGoesOn) {
  topics.Write(EventType::kPlay, Plays(0, 40));
  const std::string group = FreshName("group");
  const auto known = [] { return base::Result<ports::SinkPlaces>(ports::SinkPlaces{}); };
  std::vector<std::string> words;
  const auto open = [&] {
    auto feed = adapters::KafkaEventFeed::Open(
        topics.settings(), {.group = group, .known = known, .on_loss = [&words](const std::string& told) {
                              words.push_back(told);
                            }});
    EXPECT_TRUE(feed) << feed.error().Text();
    return std::move(*feed);
  };
  auto feed = open();
  std::size_t read = 0;
  while (read < 40) {
    auto batch = feed->Read({});
    ASSERT_TRUE(batch) << batch.error().Text();
    read += batch->messages.size();
    ASSERT_TRUE(feed->Commit(batch->next));
  }
  feed.reset();
  // The group's place is known by the broker alone.
  topics.Write(EventType::kPlay, Plays(40, 20));
  admin.DeleteRecords(play, 0, 50);
  feed = open();
  for (bool at_end = false; !at_end;) {
    auto batch = feed->Read({});
    ASSERT_TRUE(batch) << batch.error().Text();
    read += batch->messages.size();
    at_end = batch->at_end;
  }
  EXPECT_EQ(read, 50U);
  EXPECT_EQ(feed->Figures().skipped, 10U);
  EXPECT_THAT(words, ::testing::ElementsAre(HasSubstr("offsets 40 to 49")));
}

TEST_F(KafkaLosses, ATopicThatWasMadeAnewIsReadFromItsBeginningIntoALake) {
  topics.Write(EventType::kPlay, Plays(0, 20));
  Consume(folder / "lake");
  RemakeTopic();
  topics.Write(EventType::kPlay, Plays(20, 6));
  EXPECT_THAT(Consume(folder / "lake"), HasSubstr(play + "/0: the log ends at offset 6, and was read to 20"));
  EXPECT_EQ(IdsOfLake(folder / "lake"), IdsIn(Plays(0, 26)));
  // The place is that of the new topic: beyond the old one's end nothing is passed over.
  topics.Write(EventType::kPlay, Plays(26, 30));
  EXPECT_THAT(Consume(folder / "lake"), HasSubstr("30 read = 30 new"));
  EXPECT_EQ(IdsOfLake(folder / "lake"), IdsIn(Plays(0, 56)));
}

TEST_F(KafkaLosses, ATopicThatIsMadeAnewUnderAReaderIsReadFromItsBeginning) {
  topics.Write(EventType::kPlay, Plays(0, 20));
  Consume(folder / "lake");
  ProgramRun consume({"--log", topics.url(), "--kafka", "topic.metadata.refresh.interval.ms=1000", "--data",
                      folder / "lake", "consume"});
  topics.Write(EventType::kPlay, Plays(20, 1));
  for (int i = 0; i < 600 && IdsOfLake(folder / "lake").size() < 21; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  RemakeTopic();
  topics.Write(EventType::kPlay, Plays(21, 6));
  EXPECT_TRUE(consume.HasSaid(play + "/0: the log ends at offset 6, and was read to 21")) << consume.Words();
  for (int i = 0; i < 600 && IdsOfLake(folder / "lake").size() < 27; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  consume.Ask(SIGTERM);
  EXPECT_EQ(consume.Wait(), 0) << consume.Words();
  EXPECT_EQ(IdsOfLake(folder / "lake"), IdsIn(Plays(0, 27)));
}

template <typename Store>
class KafkaStoreLosses : public KafkaLosses {};
struct PostgresLines : PostgresPlace {
  std::vector<std::string> Lines() const { return PostgresEventLines(url()); }
};
struct MongoLines : MongoPlace {
  std::vector<std::string> Lines() const { return MongoEventLines(url()); }
};
using LossyStores = ::testing::Types<PostgresLines, MongoLines>;
TYPED_TEST_SUITE(KafkaStoreLosses, LossyStores);

TYPED_TEST(KafkaStoreLosses, WhatIsGoneIsToldAndATopicMadeAnewIsReadFromItsBeginning) {
  const TypeParam store;
  const auto consume = [&] {
    return MustRun({"--log", this->topics.url(), "consume", "--to", store.url(), "--once"});
  };
  this->topics.Write(EventType::kPlay, Plays(0, 20));
  consume();
  this->topics.Write(EventType::kPlay, Plays(20, 10));
  this->admin.DeleteRecords(this->play, 0, 25);
  EXPECT_THAT(consume(), HasSubstr("no longer has 5 events, offsets 20 to 24"));
  this->RemakeTopic();
  this->topics.Write(EventType::kPlay, Plays(30, 6));
  EXPECT_THAT(consume(), HasSubstr("the log ends at offset 6, and was read to 30"));
  this->topics.Write(EventType::kPlay, Plays(36, 40));
  EXPECT_THAT(consume(), HasSubstr("40 read = 40 new"));
  std::set<std::string> there = IdsIn(Plays(0, 20));
  there.merge(IdsIn(Plays(25, 51)));
  EXPECT_EQ(IdsOf(store.Lines()), there);
}

}  // namespace
}  // namespace earprint::testing
