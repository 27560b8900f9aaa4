// earprint consume --to a store that is slow, or lets nobody in: it is waited for, and what is there is there
// once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/event_stores.hpp"
#include "tests/support/frozen_postgres.hpp"
#include "tests/support/kafka_run.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/slow_proxy.hpp"
#include "tests/support/test_server.hpp"

namespace earprint::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

struct PostgresTarget {
  static constexpr const char* kServer = "postgres";
  static constexpr const char* kFewConnections =
      "PG_SETTINGS='-c max_connections=6 -c superuser_reserved_connections=1'";
  static std::vector<std::string> LinesAt(const std::string& url) { return PostgresEventLines(url); }
  static std::string Impatient(const std::string& url) { return url; }
};

struct MongoTarget {
  static constexpr const char* kServer = "mongo";
  static constexpr const char* kFewConnections = "MONGO_ARGS='--maxConns 12'";
  static std::vector<std::string> LinesAt(const std::string& url) { return MongoEventLines(url); }
  static std::string Impatient(const std::string& url) { return url + "&serverSelectionTimeoutMS=1500"; }
};

template <typename Target>
class KafkaStoreFaults : public ::testing::Test {
 protected:
  KafkaStoreFaults() { MustRun({"--log", topics.url(), "produce", embedded.files}); }
  std::vector<std::string> To(const std::string& url) const {
    return {"--log", topics.url(), "--kafka", "session.timeout.ms=6000", "consume", "--to",
            url,     "--batch",    "200"};
  }
  std::size_t all() const { return IdsOfLake(embedded.store).size(); }
  template <typename Holds>
  static bool ComesTrue(const Holds& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(180);
    while (!holds() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(milliseconds(100));
    return holds();
  }
  static std::string ThroughProxy(const std::string& url, std::uint16_t port) {
    const std::size_t colon = url.rfind(':', url.find('/', url.find("://") + 3));
    std::string through = url.substr(0, colon + 1) + std::to_string(port) + url.substr(url.find('/', colon));
    if (const std::size_t set = through.find("replicaSet=rs0"); set != std::string::npos)
      through.replace(set, 14, "directConnection=true");  // its own address must not be followed
    return through;
  }
  static std::uint16_t PortOf(const std::string& url) {
    const std::size_t colon = url.rfind(':', url.find('/', url.find("://") + 3));
    return static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1)));
  }

  const EmbeddedRun& embedded = EmbeddedRun::Get();
  KafkaTopics topics{ServerAddress("kafka")};
};

using Targets = ::testing::Types<PostgresTarget, MongoTarget>;
TYPED_TEST_SUITE(KafkaStoreFaults, Targets);

TYPED_TEST(KafkaStoreFaults, ASlowStoreIsWaitedForAndACutLineIsTakenUpAgain) {
  const OwnServer server(TypeParam::kServer);
  SlowProxy proxy(this->PortOf(server.address()));
  proxy.delay_ms = 10;
  ProgramRun consume(this->To(this->ThroughProxy(server.address(), proxy.port())));
  ASSERT_TRUE(this->ComesTrue([&] { return TypeParam::LinesAt(server.address()).size() >= 200; }))
      << consume.Words();
  EXPECT_FALSE(consume.IsOver()) << consume.Words();
  proxy.is_cut = true;
  ASSERT_TRUE(consume.HasSaid("tried again by itself")) << consume.Words();
  EXPECT_LT(TypeParam::LinesAt(server.address()).size(), this->all()) << "it was to be cut in mid-stream";
  proxy.is_cut = false;
  proxy.delay_ms = 1;
  EXPECT_TRUE(this->ComesTrue([&] { return TypeParam::LinesAt(server.address()).size() >= this->all(); }))
      << consume.Words();
  consume.Ask(SIGTERM);
  EXPECT_EQ(consume.Wait(), 0) << consume.Words();
  EXPECT_EQ(IdsOf(TypeParam::LinesAt(server.address())), IdsOfLake(this->embedded.store));
}

TYPED_TEST(KafkaStoreFaults, AStoreOutOfConnectionsIsSaidAndTakenUpOnceThereIsOne) {
  const OwnServer server(TypeParam::kServer, TypeParam::kFewConnections);
  const std::string url = TypeParam::Impatient(server.address());
  std::vector<std::unique_ptr<ports::MetricStore>> others;
  base::Result<ports::StoredListener> refused;
  for (int i = 0; i < 40 && refused; ++i) {
    others.push_back(Must(app::ChooseStore(url)));
    refused = others.back()->State("me");
  }
  ASSERT_FALSE(refused) << "the server let everybody in";
  ProgramRun consume(this->To(url));
  ASSERT_TRUE(consume.HasSaid("tried again by itself")) << consume.Words();
  EXPECT_THAT(consume.Words(), HasSubstr("connections"));
  others.clear();
  EXPECT_TRUE(this->ComesTrue([&] { return TypeParam::LinesAt(server.address()).size() >= this->all(); }))
      << consume.Words();
  EXPECT_FALSE(consume.IsOver()) << consume.Words();
  consume.Ask(SIGTERM);
  EXPECT_EQ(consume.Wait(), 0) << consume.Words();
  EXPECT_EQ(IdsOf(TypeParam::LinesAt(server.address())), IdsOfLake(this->embedded.store));
}

TEST(KafkaPostgresFaults, AReaderEndsThoughItsDatabaseDoesNotAnswer) {
  const OwnServer database("postgres");
  const KafkaTopics topics(ServerAddress("kafka"));
  const EmbeddedRun& embedded = EmbeddedRun::Get();
  MustRun({"--log", topics.url(), "produce", embedded.files});
  const auto there = [&] { return PostgresEventLines(database.address()).size(); };
  std::vector<std::string> arguments = {"--log", topics.url(), "--kafka", "session.timeout.ms=6000"};
  arguments.insert(arguments.end(), kFetchesLittle.begin(), kFetchesLittle.end());
  arguments.insert(arguments.end(), {"consume", "--to", database.address(), "--batch", "40"});
  ProgramRun consume(arguments);
  ASSERT_TRUE(Eventually([&] { return there() > 0; })) << consume.Words();
  const std::size_t all = IdsOfLake(embedded.store).size();
  EXPECT_LT(there(), all) << "it was to be asked for an end while it brings events";
  {
    const FrozenPostgres frozen(database.address());
    consume.Ask(SIGTERM);
    EXPECT_TRUE(Eventually([&] { return consume.IsOver(); }, std::chrono::seconds(60))) << consume.Words();
  }
  EXPECT_EQ(consume.Wait(), 0) << consume.Words();
  arguments.emplace_back("--once");
  MustRun(arguments);
  EXPECT_EQ(IdsOf(PostgresEventLines(database.address())), IdsOfLake(embedded.store));
}

}  // namespace
}  // namespace earprint::testing
