#pragma once

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>

#include "adapters/kafka/kafka_client.hpp"

namespace earprint::testing {

/// What an administrator, or another program, does with a broker's topics.
class KafkaAdmin {
 public:
  explicit KafkaAdmin(const adapters::KafkaSettings& settings) {
    auto made = adapters::MakeClient(RD_KAFKA_PRODUCER, settings, {}, ears_);
    EXPECT_TRUE(made) << made.error().Text();
    if (made) client_ = std::move(*made);
    queue_.reset(rd_kafka_queue_new(client_.get()));
  }

  /// Removes what lies before an offset, as retention does.
  void DeleteRecords(const std::string& topic, int partition, std::int64_t before) {
    const adapters::KafkaPlaces places(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(places.get(), topic.c_str(), partition)->offset = before;
    rd_kafka_DeleteRecords_t* what = rd_kafka_DeleteRecords_new(places.get());
    rd_kafka_DeleteRecords(client_.get(), &what, 1, nullptr, queue_.get());
    (void)Answer();
    rd_kafka_DeleteRecords_destroy(what);
  }

  /// Keeps everybody out of a group, where the broker looks at such rules.
  void DenyGroup(const std::string& group) {
    std::array<char, 256> words{};
    rd_kafka_AclBinding_t* what = rd_kafka_AclBinding_new(
        RD_KAFKA_RESOURCE_GROUP, group.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:ANONYMOUS", "*",
        RD_KAFKA_ACL_OPERATION_READ, RD_KAFKA_ACL_PERMISSION_TYPE_DENY, words.data(), words.size());
    ASSERT_NE(what, nullptr) << words.data();
    rd_kafka_CreateAcls(client_.get(), &what, 1, nullptr, queue_.get());
    (void)Answer();
    rd_kafka_AclBinding_destroy(what);
  }

  void DeleteTopic(const std::string& topic) {
    rd_kafka_DeleteTopic_t* what = rd_kafka_DeleteTopic_new(topic.c_str());
    rd_kafka_DeleteTopics(client_.get(), &what, 1, nullptr, queue_.get());
    (void)Answer();
    rd_kafka_DeleteTopic_destroy(what);
  }

  /// Puts what is no event into a topic's second partition, and an event of nobody.
  void WritePoison(const std::string& topic) {
    for (std::string poison : {"poison", R"({"specversion":"1.0","id":"x"})"}) {
      ASSERT_EQ(rd_kafka_producev(client_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(1),
                                  RD_KAFKA_V_KEY("me", 2), RD_KAFKA_V_VALUE(poison.data(), poison.size()),
                                  RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
                RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    ASSERT_EQ(rd_kafka_flush(client_.get(), 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  /// Gives a topic this setting, and of all others the broker's own.
  void Set(const std::string& topic, const char* name, const std::string& value) {
    rd_kafka_ConfigResource_t* what = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str());
    EXPECT_EQ(rd_kafka_ConfigResource_set_config(what, name, value.c_str()), 0);
    rd_kafka_AlterConfigs(client_.get(), &what, 1, nullptr, queue_.get());
    (void)Answer();
    rd_kafka_ConfigResource_destroy(what);
  }

  /// A topic's settings, as the broker has them.
  std::map<std::string, std::string> SettingsOf(const std::string& topic) {
    rd_kafka_ConfigResource_t* what = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str());
    rd_kafka_DescribeConfigs(client_.get(), &what, 1, nullptr, queue_.get());
    const adapters::KafkaEvent event = Answer();
    rd_kafka_ConfigResource_destroy(what);
    std::map<std::string, std::string> settings;
    if (!event) return settings;
    std::size_t count = 0, entries = 0;
    const rd_kafka_ConfigResource_t** told =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
    EXPECT_EQ(count, 1U);
    const rd_kafka_ConfigEntry_t** each = rd_kafka_ConfigResource_configs(told[0], &entries);
    for (std::size_t i = 0; i < entries; ++i) {
      const char* value = rd_kafka_ConfigEntry_value(each[i]);
      settings[rd_kafka_ConfigEntry_name(each[i])] = value == nullptr ? "" : value;
    }
    return settings;
  }

  /// Into how many a topic is cut; 0 where there is none.
  int PartitionsOf(const std::string& topic) {
    const rd_kafka_metadata_t* told = nullptr;
    EXPECT_EQ(rd_kafka_metadata(client_.get(), 1, nullptr, &told, 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    int count = 0;
    for (int i = 0; told != nullptr && i < told->topic_cnt; ++i) {
      if (told->topics[i].topic == topic) count = told->topics[i].partition_cnt;
    }
    if (told != nullptr) rd_kafka_metadata_destroy(told);
    return count;
  }

 private:
  adapters::KafkaEvent Answer() {
    adapters::KafkaEvent event(rd_kafka_queue_poll(queue_.get(), 20'000));
    EXPECT_TRUE(event) << "no answer";
    if (event) {
      EXPECT_EQ(rd_kafka_event_error(event.get()), 0) << rd_kafka_event_error_string(event.get());
    }
    return event;
  }

  adapters::KafkaEars ears_;
  adapters::KafkaHandle client_;
  adapters::KafkaQueue queue_;
};

}  // namespace earprint::testing
