#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "adapters/kafka/kafka_event_feed.hpp"
#include "adapters/kafka/kafka_event_writer.hpp"
#include "adapters/kafka/kafka_topics.hpp"

namespace earprint::testing {

/// A name that no other test has used for its topics or groups.
inline std::string FreshName(const std::string& what) {
  static std::atomic<int> count = 0;
  return what + "-" + std::to_string(::getpid()) + "-" + std::to_string(count++);
}

/// Topics of a test's own on a broker.
class KafkaTopics {
 public:
  explicit KafkaTopics(const std::string& broker, int partitions = 3,
                       const std::vector<std::pair<std::string, std::string>>& properties = {})
      : url_("kafka://" + broker + "/" + FreshName("test")) {
    auto settings = adapters::ReadKafkaSettings(url_, properties);
    EXPECT_TRUE(settings) << settings.error().Text();
    if (settings) settings_ = std::move(*settings);
    auto made = adapters::MakeTopics(settings_, {.partitions = partitions});
    EXPECT_TRUE(made) << made.error().Text();
  }

  const std::string& url() const { return url_; }
  const adapters::KafkaSettings& settings() const { return settings_; }

  std::unique_ptr<adapters::KafkaEventWriter> Writer() const {
    auto writer = adapters::KafkaEventWriter::Open(settings_);
    EXPECT_TRUE(writer) << writer.error().Text();
    return std::move(*writer);
  }

  std::unique_ptr<adapters::KafkaEventFeed> Feed(const std::string& group,
                                                 const ports::SinkPlaces& known = {}) const {
    auto feed = adapters::KafkaEventFeed::Open(
        settings_, {.group = group, .known = [known]() -> base::Result<ports::SinkPlaces> { return known; }});
    EXPECT_TRUE(feed) << feed.error().Text();
    return std::move(*feed);
  }

  void Write(model::EventType type, const std::vector<std::string>& lines) const {
    auto writer = Writer();
    std::string frame;
    for (const std::string& line : lines) frame += line + '\n';
    auto appended = writer->Append(type, writer->Pack(frame));
    ASSERT_TRUE(appended) << appended.error().Text();
    auto synced = writer->Sync();
    ASSERT_TRUE(synced) << synced.error().Text();
  }

  /// All there is of a type, each share's in order.
  std::vector<std::string> LinesOf(model::EventType type) const {
    std::vector<std::string> lines;
    auto feed = Feed(FreshName("eyes"));
    for (bool at_end = false; !at_end;) {
      auto batch = feed->Read({});
      if (!batch) {
        ADD_FAILURE() << batch.error().Text();
        break;
      }
      for (const ports::FedMessage& one : batch->messages) {
        if (one.share.type == type) lines.push_back(batch->bytes.substr(one.begin, one.size));
      }
      at_end = batch->at_end;
    }
    return lines;
  }

 private:
  std::string url_;
  adapters::KafkaSettings settings_;
};

}  // namespace earprint::testing
