#include <array>
#include <cstdint>

#include "tests/contract/kept_store_fault_contract.hpp"
#include "tests/contract/served_store_contract.hpp"
#include "tests/contract/store_fault_contract.hpp"

namespace earprint::testing {

/// How MongoDB is made to fail.
struct MongoKind : MongoPlace {
  using OnSmallDisk = MongoOnSmallDisk;
  static constexpr const char* kServer = "mongo";
  static constexpr const char* kWithLogin = "MONGO_LOGIN=earprint:right";
  static constexpr const char* kFewConnections = "MONGO_ARGS='--maxConns 12'";
  /// Once: the server keeps the transaction of who died for a minute, and refuses the next publisher.
  static constexpr std::array<std::uint64_t, 1> kPublisherDiesAfterBytes = {60'000};

  static std::string QuickToGiveUp(const std::string& url) { return url + "&serverSelectionTimeoutMS=1500"; }
  static std::string WithLogin(const std::string& url, const std::string& name, const std::string& password) {
    return "mongodb://" + name + ":" + password + "@" + url.substr(url.find("://") + 3) + "&authSource=admin";
  }
  static void MakeLogin(const std::string&, const std::string&, const std::string&) {
  }  // made as the server began
};

INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, StoreFaults, MongoKind);
INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, KeptStoreFaults, MongoKind);
INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, ServedStore, MongoKind);

}  // namespace earprint::testing
