#include <signal.h>

#include <array>
#include <cstdint>
#include <pqxx/pqxx>

#include "adapters/postgres/postgres_metric_store.hpp"
#include "tests/contract/kept_store_fault_contract.hpp"
#include "tests/contract/served_store_contract.hpp"
#include "tests/contract/store_fault_contract.hpp"
#include "tests/support/frozen_postgres.hpp"

// libpqxx 6.4 drops a result when a line breaks in the middle of a COPY: two kilobytes for each lost
// connection.
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx"; }

namespace earprint::testing {

/// How PostgreSQL is made to fail.
struct PostgresKind : PostgresPlace {
  using OnSmallDisk = PostgresOnSmallDisk;
  static constexpr const char* kServer = "postgres";
  static constexpr const char* kWithLogin = "";  // whoever is not its administrator needs a password
  static constexpr const char* kFewConnections =
      "PG_SETTINGS='-c max_connections=6 -c superuser_reserved_connections=1'";
  static constexpr std::array<std::uint64_t, 4> kPublisherDiesAfterBytes = {4'000, 30'000, 60'000, 90'000};

  static std::string QuickToGiveUp(const std::string& url) { return url; }
  static std::string WithLogin(const std::string& url, const std::string& name, const std::string& password) {
    return "postgresql://" + name + ":" + password + url.substr(url.find('@'));
  }
  static void MakeLogin(const std::string& url, const std::string& name, const std::string& password) {
    RunPsql(url, "create role " + name + " login password '" + password + "'");
    RunPsql(url, "grant create on database earprint to " + name);
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, StoreFaults, PostgresKind);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, KeptStoreFaults, PostgresKind);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, ServedStore, PostgresKind);

TEST(PostgresFaults, WhoReadsMayNotWriteAndMayReadAll) {
  const PostgresPlace place;
  const StoredState state = StateOf("me", 1, 30);
  MustPublish(*place.Open(), "me", "v1", state);
  const std::string name = FreshName();
  RunPsql(place.url(), "create role " + name + " login password 'x' in role earprint_reader");
  const auto reader =
      Must(app::ChooseStore("postgresql://" + name + ":x" + place.url().substr(place.url().find('@'))));
  ExpectHeld(*reader, "me", "v1", state);
  const auto refused = reader->Forget("me");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kUnauthorized) << refused.error().Text();
  ExpectHeld(*reader, "me", "v1", state);
  RunPsql(place.url(), "drop role " + name);
}

TEST(PostgresFaults, TheOwnerOfTheSchemaPublishesWithoutTheRightToMakeOne) {
  const PostgresPlace place;
  const std::string name = FreshName();
  RunPsql(place.url(), "create role " + name + " login password 'x'");
  RunPsql(place.url(), "create schema earprint authorization " + name);
  const std::string url = PostgresKind::WithLogin(place.url(), name, "x");
  const StoredState first = StateOf("me", 1, 30), second = StateOf("me", 2, 30);
  MustPublish(*Must(app::ChooseStore(url)), "me", "v1", first);
  MustPublish(*Must(app::ChooseStore(url)), "me", "v2", second);  // of a connection of its own
  ExpectHeld(*place.Open(), "me", "v2", second);
  RunPsql(place.url(), "drop owned by " + name);
  RunPsql(place.url(), "drop role " + name);
}

TEST(PostgresFaults, StoreOfALaterVersionIsLeftAlone) {
  const PostgresPlace place;
  MustPublish(*place.Open(), "me", "v1", StateOf("me", 1, 30));
  RunPsql(place.url(), "insert into earprint.migrations (number, name) values (999, 'later')");
  const auto refused = place.Open()->Begin("me", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kUnsupported) << refused.error().Text();
}

namespace {

std::unique_ptr<ports::MetricStore> OpenImpatient(const std::string& url) {
  return adapters::MakePostgresMetricStore({url, {}, std::chrono::milliseconds(1'500)});
}

}  // namespace

TEST(PostgresFaults, ServerThatIsThereAndDoesNotAnswerIsGivenUpAndTakenUpAgain) {
  const OwnServer server("postgres");
  MustPublish(*Must(app::ChooseStore(server.address())), "me", "v1", StateOf("me", 1, 30));
  const auto store = OpenImpatient(server.address());
  ASSERT_EQ(Must(store->State("me")).data_version, "v1");
  {
    const FrozenPostgres frozen(server.address());
    const auto begin = std::chrono::steady_clock::now();
    const auto refused = store->State("me");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kRetryLater);
    EXPECT_NE(refused.error().Text().find("has not answered"), std::string::npos) << refused.error().Text();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
    EXPECT_EQ(Must(store->State("me")).data_version, "v1") << "on another connection it answers";
  }
}

TEST(PostgresFaults, WhatWaitsForAServerIsBrokenOffAtOnce) {
  const OwnServer server("postgres");
  const StoredState state = StateOf("me", 1, 300);
  const auto store = Must(app::ChooseStore(server.address()));
  auto change = Must(store->Begin("me", state.target));
  const FrozenPostgres frozen(server.address());
  std::thread breaking([&store] {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    store->BreakOff();
  });
  const auto begin = std::chrono::steady_clock::now();
  const bool is_put = TryPut(state, *change);
  const auto done = change->Commit("v1");
  ASSERT_FALSE(is_put && done);
  EXPECT_EQ(done.error().code, base::ErrorCode::kRetryLater) << done.error().Text();
  change.reset();
  EXPECT_FALSE(store->State("me")) << "it is to be dropped";
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
  breaking.join();
}

TEST(PostgresFaults, ServerThatPublishesEndsThoughItsDatabaseDoesNotAnswer) {
  const OwnServer database("postgres");
  SlowProxy proxy(static_cast<std::uint16_t>(std::stoi(
      database.address().substr(database.address().rfind(':', database.address().rfind('/')) + 1))));
  KeptHouse house;
  house.Import("ann", 1);
  proxy.delay_ms = 30;
  std::string url = database.address();
  url.replace(url.rfind(':', url.rfind('/')) + 1, url.rfind('/') - url.rfind(':', url.rfind('/')) - 1,
              std::to_string(proxy.port()));
  ProgramRun server = house.Serve(url);
  ASSERT_TRUE(ComesAbout([&proxy] { return proxy.bytes > 10'000U; })) << server.Words();
  const FrozenPostgres frozen(database.address());
  const auto begin = std::chrono::steady_clock::now();
  server.Ask(SIGTERM);
  EXPECT_EQ(server.Wait(), 0) << server.Words();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(90));
}

}  // namespace earprint::testing
