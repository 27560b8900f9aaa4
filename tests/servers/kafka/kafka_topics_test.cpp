// The topics that the program makes, as the broker tells of them.
#include "adapters/kafka/kafka_topics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/test_server.hpp"

namespace earprint::testing {
namespace {

using ::testing::Contains;
using ::testing::Pair;

/// Topics are made when the controller says so; a broker hears of them a little later.
void WaitFor(const KafkaTopics& topics, KafkaAdmin& admin) {
  for (int i = 0; i < 400 && admin.PartitionsOf(topics.settings().ListenersTopic()) == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

TEST(KafkaTopicsMade, HavePartitionsRetentionAndCompactionAsDocumented) {
  const KafkaTopics topics(ServerAddress("kafka"), 5);
  KafkaAdmin admin(topics.settings());
  WaitFor(topics, admin);
  std::vector<std::string> for_ever, compacted = {topics.settings().ListenersTopic()};
  for (const model::EventType type : model::kEventTypes) {
    if (type == model::EventType::kDeadLetter) continue;
    (type == model::EventType::kAudioFeatures ? compacted : for_ever)
        .push_back(topics.settings().TopicOf(type));
  }
  EXPECT_THAT(for_ever, Contains(topics.settings().prefix + ".edit"));
  EXPECT_THAT(for_ever, Contains(topics.settings().prefix + ".source_file"));
  const auto expect_all = [&](const std::string& topic) {
    EXPECT_EQ(admin.PartitionsOf(topic), 5) << topic;
    const auto settings = admin.SettingsOf(topic);
    EXPECT_THAT(settings, Contains(Pair("retention.bytes", "-1"))) << topic;
    EXPECT_THAT(settings, Contains(Pair("max.message.bytes", std::to_string(16 << 20)))) << topic;
    return settings;
  };
  for (const std::string& topic : for_ever) {
    const auto settings = expect_all(topic);
    EXPECT_THAT(settings, Contains(Pair("cleanup.policy", "delete"))) << topic;
    EXPECT_THAT(settings, Contains(Pair("retention.ms", "-1"))) << topic;
  }
  for (const std::string& topic : compacted) {
    const auto settings = expect_all(topic);
    EXPECT_THAT(settings, Contains(Pair("cleanup.policy", "compact"))) << topic;
    EXPECT_THAT(settings, Contains(Pair("max.compaction.lag.ms", "604800000"))) << topic;
  }
  const auto letters = expect_all(topics.settings().TopicOf(model::EventType::kDeadLetter));
  EXPECT_THAT(letters, Contains(Pair("cleanup.policy", "delete")));
  EXPECT_THAT(letters, Contains(Pair("retention.ms", "2592000000")));
}

TEST(KafkaTopicsMade, TopicsThatAreThereStayAsTheyAre) {
  const KafkaTopics topics(ServerAddress("kafka"), 2);
  KafkaAdmin admin(topics.settings());
  WaitFor(topics, admin);
  const std::string play = topics.settings().TopicOf(model::EventType::kPlay);
  admin.Set(play, "retention.ms", "86400000");
  ASSERT_TRUE(adapters::MakeTopics(topics.settings(), {.partitions = 7}));
  for (int i = 0; i < 200 && admin.SettingsOf(play)["retention.ms"] == "-1"; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_THAT(admin.SettingsOf(play), Contains(Pair("retention.ms", "86400000")));
  EXPECT_EQ(admin.PartitionsOf(play), 2);
}

}  // namespace
}  // namespace earprint::testing
