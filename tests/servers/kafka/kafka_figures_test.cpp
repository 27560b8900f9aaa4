// What /metrics tells of a shared log, by value, and what travels on it, packed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/event_stores.hpp"
#include "tests/support/kafka_run.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/told_events.hpp"
#include "tests/support/told_figures.hpp"

namespace earprint::testing {
namespace {

using model::EventType;
using ::testing::HasSubstr;

constexpr const char* kLag = "earprint_kafka_lag_events";

void WritePlays(const KafkaTopics& topics, int first, int count) {
  std::vector<std::string> lines;
  for (int i = first; i < first + count; ++i)
    lines.push_back(PlayLine(i, "listener " + std::to_string(i % 30)));
  topics.Write(EventType::kPlay, lines);
}

TEST(KafkaFigures, LagRatesAndErrorsAreToldByValueWhileEventsComeHome) {
  OwnServer broker("kafka");
  const KafkaTopics topics(broker.address());
  TempFolder folder;
  WritePlays(topics, 0, 4'000);
  ProgramRun consume({"--log", topics.url(), "--data", folder / "lake", "consume", "--batch", "500",
                      "--metrics", "127.0.0.1:0"});
  const ToldFigures figures(consume);
  EXPECT_TRUE(figures.Becomes(kLag, ".play\"", [](double lag) { return lag > 0 && lag < 4'000; }))
      << figures.Text();
  EXPECT_TRUE(figures.Becomes(
      "earprint_kafka_landed_events_total", "accepted", [](double landed) { return landed == 4'000; },
      std::chrono::seconds(240)))
      << figures.Text();
  EXPECT_TRUE(figures.Becomes(kLag, "", [](double lag) { return lag == 0; })) << figures.Text();
  EXPECT_EQ(figures.Of("earprint_kafka_landed_events_total", "duplicate"), 0);
  EXPECT_EQ(figures.Of("earprint_kafka_skipped_events_total"), 0);
  EXPECT_EQ(figures.Of("earprint_kafka_landing_failures_total"), 0);
  EXPECT_GT(figures.Of("earprint_kafka_commits_total", "done"), 0);
  EXPECT_GT(figures.Of("earprint_kafka_read_bytes_total"), 4'000 * 100);
  const double errors = figures.Of("earprint_kafka_errors_total", "reader");
  broker.Kill();
  // A commit that is on its way when the broker dies is waited for first, a minute or so.
  EXPECT_TRUE(figures.Becomes(
      "earprint_kafka_errors_total", "reader", [errors](double now) { return now > errors; },
      std::chrono::seconds(240)))
      << figures.Text();
  broker.Start();
  WritePlays(topics, 4'000, 100);
  EXPECT_TRUE(figures.Becomes(
      "earprint_kafka_landed_events_total", "accepted", [](double landed) { return landed == 4'100; },
      std::chrono::seconds(240)))
      << figures.Text();
  consume.Ask(SIGTERM);
  EXPECT_EQ(consume.Wait(), 0) << consume.Words();
}

TEST(KafkaFigures, WhoBringsEventsToAStoreTellsOfItTooAndAnswersNothingElse) {
  const KafkaTopics topics(ServerAddress("kafka"));
  const PostgresPlace store;
  WritePlays(topics, 0, 300);
  ProgramRun consume({"--log", topics.url(), "consume", "--to", store.url(), "--metrics", "127.0.0.1:0"});
  const ToldFigures figures(consume);
  EXPECT_TRUE(figures.Becomes("earprint_kafka_landed_events_total", "accepted", [](double landed) {
    return landed == 300;
  })) << figures.Text();
  for (const char* path : {"/", "/api/v1/metrics/overview", "/api/v1/listeners"}) {
    const std::string words = consume.Words();
    const std::size_t at = words.find("127.0.0.1:");
    tests::RawClient client(static_cast<std::uint16_t>(std::atoi(words.c_str() + at + 10)));
    client.Send(std::string("GET ") + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.ReadAll(), HasSubstr(" 404 ")) << path;
  }
  consume.Ask(SIGTERM);
  EXPECT_EQ(consume.Wait(), 0) << consume.Words();
  ProgramRun wrong({"--log", topics.url(), "consume", "--to", store.url(), "--metrics", "nowhere"});
  EXPECT_EQ(wrong.Wait(), 2) << wrong.Words();
}

TEST(KafkaFigures, EventsTravelPackedWithZstdUnlessSomebodyWishesOtherwise) {
  // What one machine's disk holds of a topic tells how its batches are packed: byte 22 of a batch, lowest
  // bits.
  const auto packing = [](const std::vector<std::pair<std::string, std::string>>& properties) {
    TempFolder folder;
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    OwnServer broker("kafka", "", folder.path());
    const KafkaTopics topics(broker.address(), 1, properties);
    WritePlays(topics, 0, 500);
    broker.Stop();
    const std::string path = folder.path() + "/data/" + topics.settings().TopicOf(EventType::kPlay) +
                             "-0/00000000000000000000.log";
    std::ifstream in(path, std::ios::binary);
    std::string head(64, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    EXPECT_TRUE(in.good()) << path;
    return static_cast<int>(head[22]) & 7;
  };
  EXPECT_EQ(packing({}), 4);  // zstd
  EXPECT_EQ(packing({{"compression.type", "lz4"}}), 3);
}

}  // namespace
}  // namespace earprint::testing
