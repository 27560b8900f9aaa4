#include "tests/contract/kept_store_fault_contract.hpp"
#include "tests/contract/served_store_contract.hpp"
#include "tests/contract/store_fault_contract.hpp"

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

TEST(PostgresFaults, StoreOfALaterVersionIsLeftAlone) {
  const PostgresPlace place;
  MustPublish(*place.Open(), "me", "v1", StateOf("me", 1, 30));
  RunPsql(place.url(), "insert into earprint.migrations (number, name) values (999, 'later')");
  const auto refused = place.Open()->Begin("me", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kUnsupported) << refused.error().Text();
}

}  // namespace earprint::testing
