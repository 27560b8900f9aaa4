// A history and a live listener go over Kafka into a lake, from there into PostgreSQL and MongoDB, and
// straight into both: every figure is audited, and is that of a run without Kafka.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "app/streams/shared_log_desk.hpp"
#include "audit/audit_report.hpp"
#include "tests/support/event_stores.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/kafka_run.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/live_listener.hpp"
#include "tests/support/metrics_hash.hpp"

namespace earprint::testing {
namespace {

/// EARPRINT_END_TO_END=full: a month of a hundred plays a day and the real history, where it is there; for an
/// optimised build (./dev full).
bool IsFull() {
  const char* asked = std::getenv("EARPRINT_END_TO_END");
  return asked != nullptr && std::string_view(asked) == "full";
}

/// Gives what is learned to a house on Kafka, and keeps it for one without.
class Witnessed final : public ports::FactSink {
 public:
  explicit Witnessed(ports::FactSink& sink) : sink_(sink) {}
  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string& kind,
                                        const std::string& listener) override {
    EXPECT_THAT(batch.rejects, ::testing::IsEmpty());
    for (model::EventRef event : batch.events) {
      const auto begin = static_cast<std::uint32_t>(all.lines.size());
      all.lines.append(batch.lines, event.begin, event.size);
      event.begin = begin;
      all.events.push_back(event);
    }
    return sink_.Take(std::move(batch), kind, listener);
  }
  model::EventBatch all;

 private:
  ports::FactSink& sink_;
};

class KafkaEndToEnd : public ::testing::Test {
 protected:
  KafkaEndToEnd() {
    ::setenv("XDG_CONFIG_HOME", (folder / "config").c_str(), 1);
    const std::string real = EARPRINT_REAL_DATA "/history/spotify_history_2013_2020.csv.gz";
    if (IsFull() && std::filesystem::exists(real)) {
      history = real;
    } else {
      sources::DemoOptions options;
      options.plays = 3'000;
      EXPECT_TRUE(sources::WriteDemo(history, options));
    }
  }
  ~KafkaEndToEnd() override { ::unsetenv("XDG_CONFIG_HOME"); }

  /// A house on the test's Kafka. All houses have the same day, on which a catalogue is new to them.
  std::unique_ptr<app::SharedLogDesk> DeskOf(const std::string& house, app::Pipeline& pipeline) const {
    auto settings = Must(adapters::ReadKafkaSettings(topics.url(), {}));
    return Must(app::SharedLogDesk::Open(std::move(settings), {house}, pipeline, {}));
  }

  /// A house whose sources write to Kafka follows ann, play by play; gives what it was told.
  model::EventBatch FollowAnn() {
    auto pipeline = OpenAt(collector);
    const auto desk = DeskOf(collector, *pipeline);
    desk->Start([] {});
    Witnessed sink(*pipeline);
    const LiveListener::Options options =
        IsFull() ? LiveListener::Options{} : LiveListener::Options{.days = 1, .plays_a_day = 30};
    LiveListener ann(options, sink);
    ann.Live();
    EXPECT_TRUE(Eventually([&] { return desk->WaitUntilHome(); }, std::chrono::minutes(4)))
        << desk->FiguresText();
    desk->Stop();
    const auto plays = static_cast<std::size_t>(CountPlays(*pipeline, "listener = 'ann'"));
    fmt::print("live: {} plays in {} days, {} of them told and stored, {} events\n", ann.plays(),
               options.days, plays, sink.all.events.size());
    EXPECT_GT(plays, ann.plays() * 6 / 10);
    return std::move(sink.all);
  }

  /// As earprint consume does.
  void ConsumeToLake() {
    auto pipeline = OpenAt(lake);
    auto ran = DeskOf(lake, *pipeline)->Run({}, true);
    ASSERT_TRUE(ran) << ran.error().Text();
  }

  /// Audits the lake, or what a store has of it.
  void ExpectNothingDiffers(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"--data", lake, "--format", "json", "audit", "--samples", samples};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto report = Must(audit::ReadReport(MustRun(arguments)));
    EXPECT_EQ(report.differing, 0U) << audit::ReportTable(report);
    EXPECT_EQ(report.listeners, (std::vector<std::string>{"ann", "me"}));
    EXPECT_GT(report.figures, 30'000U);
    fmt::print("audit of {}: {} events, {} plays, {} answers, {} figures, {} differences\n",
               more.empty() ? "the lake" : more.back().substr(0, more.back().find(':')), report.events,
               report.plays, report.answers, report.figures, report.differing);
  }

  std::string Hash(app::Pipeline& pipeline) const {
    const std::vector<std::string> listeners = {"ann", "me"};
    return MetricsHash(pipeline, listeners);
  }

  TempFolder folder;
  const std::string collector = folder / "collector", lake = folder / "lake-house",
                    embedded = folder / "embedded";
  const std::string samples = IsFull() ? "20" : "2";
  std::string history = folder / "files";
  KafkaTopics topics{ServerAddress("kafka"), 6};
};

TEST_F(KafkaEndToEnd, AHistoryAndALiveListenerHaveTheSameFiguresEverywhere) {
  const PostgresPlace postgres;
  const MongoPlace mongo;
  MustRun({"--log", topics.url(), "--listener", "me", "produce", history});
  model::EventBatch live = FollowAnn();
  ConsumeToLake();
  for (const std::string& url : {postgres.url(), mongo.url()}) {
    MustRun({"--data", lake, "publish", url});
    MustRun({"--log", topics.url(), "consume", "--to", url, "--once"});
  }
  std::string without_kafka;
  {
    auto pipeline = OpenAt(embedded);
    Must(pipeline->Import({.paths = {history}, .listener = "me"}, {}));
    live.read = live.events.size();
    Must(pipeline->Take(std::move(live), "live", "ann"));
    without_kafka = SilverFingerprint(*pipeline) + Hash(*pipeline);
  }
  for (const std::string& house : {lake, collector}) {
    auto pipeline = OpenAt(house);
    const std::string hash = Hash(*pipeline);
    EXPECT_EQ(SilverFingerprint(*pipeline) + hash, without_kafka) << house;
    fmt::print("metrics of {}: {}\n", std::filesystem::path(house).filename().string(), hash);
  }
  fmt::print("metrics without Kafka: {}\n", without_kafka.substr(without_kafka.rfind('\n') + 1));
  const auto ids = IdsOfLake(embedded);
  EXPECT_EQ(IdsOfLake(lake), ids);
  EXPECT_EQ(IdsOf(PostgresEventLines(postgres.url())), ids);
  EXPECT_EQ(IdsOf(MongoEventLines(mongo.url())), ids);
  ExpectNothingDiffers();
  ExpectNothingDiffers({"--store", postgres.url()});
  ExpectNothingDiffers({"--store", mongo.url()});
}

}  // namespace
}  // namespace earprint::testing
