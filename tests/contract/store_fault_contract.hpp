#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/server_places.hpp"
#include "tests/support/slow_proxy.hpp"

/// What goes wrong with a real server: nothing is lost, nothing double, and it goes on by itself once the
/// server does. A suite is instantiated with a type that has kServer, its name.
namespace earprint::testing {

template <typename Kind>
class StoreFaults : public ::testing::Test {
 protected:
  static std::unique_ptr<ports::MetricStore> OpenAt(const std::string& url) {
    return Must(app::ChooseStore(url));
  }
  static std::string WithPort(const std::string& url, std::uint16_t port) {
    const std::size_t colon = url.rfind(':', url.find('/', url.find("://") + 3));
    const std::size_t end = url.find('/', colon);
    return url.substr(0, colon + 1) + std::to_string(port) + url.substr(end);
  }
  static std::uint16_t PortOf(const std::string& url) {
    const std::size_t colon = url.rfind(':', url.find('/', url.find("://") + 3));
    return static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1)));
  }
  /// Through a proxy a replica set's own address must not be followed.
  static std::string ThroughProxy(const std::string& url, std::uint16_t port) {
    std::string through = WithPort(url, port);
    if (const std::size_t set = through.find("replicaSet=rs0"); set != std::string::npos)
      through.replace(set, 14, "directConnection=true");
    return through;
  }
};

TYPED_TEST_SUITE_P(StoreFaults);

/// Publishes again and again until it is done, as the command does; gives how often it failed.
inline int PublishUntilDone(ports::MetricStore& store, const std::string& version, const StoredState& state) {
  for (int failures = 0; failures < 200; ++failures) {
    auto change = store.Begin("me", state.target);
    if (!change) LastRefusal() = change.error().Text();
    const base::ErrorCode code = change ? base::ErrorCode::kRetryLater : change.error().code;
    EXPECT_TRUE(code == base::ErrorCode::kRetryLater || code == base::ErrorCode::kConflict)
        << change.error().Text();
    if (change && TryPut(state, **change) && IsDone((*change)->Commit(version))) return failures;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  ADD_FAILURE() << "never done: " << LastRefusal();
  return -1;
}

TYPED_TEST_P(StoreFaults, KilledInMidstreamAndStartedAgainItLosesNothing) {
  OwnServer server(TypeParam::kServer);
  const auto store = this->OpenAt(server.address());
  const StoredState first = StateOf("me", 1, 300), large = StateOf("me", 2, 15'000);
  MustPublish(*store, "me", "v1", first);
  std::atomic<bool> is_begun = false;
  int failures = 0;
  std::thread publishing([&] {
    auto change = Must(store->Begin("me", large.target));
    const auto& [name, rows] = *large.rows.find({"plays", "2020-01-01"});
    ASSERT_TRUE(change->PutRows(Relation("plays"), name, large.target.at(name), rows));
    is_begun = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_FALSE(TryPut(large, *change) && change->Commit("v2")) << "the server was killed meanwhile";
    change.reset();
    failures = PublishUntilDone(*store, "v2", large);
  });
  while (!is_begun) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  server.Kill();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  server.Start();
  {
    // What readers see was and is whole, whichever of the two it is.
    const auto reader = this->OpenAt(server.address());
    const std::string version = Must(reader->State("me")).data_version;
    EXPECT_TRUE(version == "v1" || version == "v2");
  }
  publishing.join();
  EXPECT_GE(failures, 0);
  ExpectHeld(*store, "me", "v2", large);
  server.Kill();
  server.Start();
  ExpectHeld(*this->OpenAt(server.address()), "me", "v2", large);
}

TYPED_TEST_P(StoreFaults, ServerThatIsNotThereIsSaidAndComesBackByItself) {
  OwnServer server(TypeParam::kServer);
  const std::string url = TypeParam::QuickToGiveUp(server.address());
  const auto store = this->OpenAt(url);
  const StoredState state = StateOf("me", 1, 30);
  MustPublish(*store, "me", "v1", state);
  server.Stop();
  const auto failed = store->State("me");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, base::ErrorCode::kRetryLater) << failed.error().Text();
  EXPECT_NE(failed.error().hint, "");
  EXPECT_NE(failed.error().subject, "");
  server.Start();
  EXPECT_GE(PublishUntilDone(*store, "v2", StateOf("me", 2, 60)), 0);
  ExpectHeld(*store, "me", "v2", StateOf("me", 2, 60));
}

TYPED_TEST_P(StoreFaults, SlowServerIsWaitedForAndACutLineIsTakenUpAgain) {
  TypeParam place;
  SlowProxy proxy(this->PortOf(place.url()));
  const auto store = this->OpenAt(this->ThroughProxy(place.url(), proxy.port()));
  MustPublish(*store, "me", "v0", StateOf("me", 0, 30));
  proxy.delay_ms = 15;
  const StoredState slow = StateOf("me", 1, 90);
  MustPublish(*store, "me", "v1", slow);
  proxy.delay_ms = 0;
  EXPECT_GT(proxy.bytes, 10'000U);
  const auto direct = place.Open();
  ExpectHeld(*direct, "me", "v1", slow);
  const StoredState next = StateOf("me", 2, 120);
  auto change = Must(store->Begin("me", next.target));
  proxy.is_cut = true;
  EXPECT_FALSE(TryPut(next, *change) && change->Commit("v2"));
  change.reset();
  ExpectHeld(*direct, "me", "v1", slow);
  proxy.is_cut = false;
  EXPECT_GE(PublishUntilDone(*store, "v2", next), 0);
  ExpectHeld(*direct, "me", "v2", next);
}

TYPED_TEST_P(StoreFaults, WrongCredentialsAreSaidWithoutThePassword) {
  OwnServer server(TypeParam::kServer, TypeParam::kWithLogin);
  const std::string wrong = TypeParam::WithLogin(server.address(), "earprint", "wr0ngsecret");
  const auto store = this->OpenAt(wrong);
  for (const base::Error& error :
       {store->State("me").error(), store->Begin("me", {}).error(), store->Forget("me").error()}) {
    EXPECT_EQ(error.code, base::ErrorCode::kUnauthorized) << error.Text();
    EXPECT_EQ(error.Text().find("wr0ngsecret"), std::string::npos) << error.Text();
    EXPECT_NE(error.hint, "");
  }
  TypeParam::MakeLogin(server.address(), "earprint", "right");
  const auto right = this->OpenAt(TypeParam::WithLogin(server.address(), "earprint", "right"));
  MustPublish(*right, "me", "v1", StateOf("me", 1, 30));
  ExpectHeld(*right, "me", "v1", StateOf("me", 1, 30));
}

TYPED_TEST_P(StoreFaults, ServerOutOfConnectionsIsSaidAndTakenUpOnceThereIsOne) {
  OwnServer server(TypeParam::kServer, TypeParam::kFewConnections);
  const std::string url = TypeParam::QuickToGiveUp(server.address());
  std::vector<std::unique_ptr<ports::MetricStore>> others;
  base::Result<ports::StoredListener> refused;
  for (int i = 0; i < 40 && refused; ++i) {
    others.push_back(this->OpenAt(url));
    refused = others.back()->State("me");
  }
  ASSERT_FALSE(refused) << "the server let everybody in";
  EXPECT_EQ(refused.error().code, base::ErrorCode::kRetryLater) << refused.error().Text();
  EXPECT_NE(refused.error().hint.find("connections"), std::string::npos) << refused.error().Text();
  const auto waiting = std::move(others.back());
  others.clear();
  const StoredState state = StateOf("me", 1, 30);
  EXPECT_GE(PublishUntilDone(*waiting, "v1", state), 0);
  ExpectHeld(*waiting, "me", "v1", state);
}

TYPED_TEST_P(StoreFaults, AFullDiskIsSaidLeavesWhatWasAndIsTakenUpOnceThereIsRoom) {
  typename TypeParam::OnSmallDisk place;
  if (!place.disk().is_there()) GTEST_SKIP() << "no full disk to test with: this user may not mount one";
  const auto store = this->OpenAt(place.url());
  const StoredState first = StateOf("me", 1, 300), large = StateOf("me", 2, 15'000);
  MustPublish(*store, "me", "v1", first);
  place.disk().Fill(256U << 10);
  base::Error said;
  for (int tries = 0; tries < 3; ++tries) {
    auto change = store->Begin("me", large.target);
    if (!change) said = change.error();
    if (!change) break;
    const bool is_put = TryPut(large, **change);
    const auto done = (*change)->Commit("v2");
    EXPECT_FALSE(is_put && done) << "there was room for all of it";
    said = done.error();
  }
  EXPECT_EQ(said.code, base::ErrorCode::kRetryLater) << said.Text();
  EXPECT_NE(said.hint.find("disk"), std::string::npos) << said.Text();
  place.Free();
  // What readers see is what was, whole.
  ExpectHeld(*this->OpenAt(place.url()), "me", "v1", first);
  EXPECT_GE(PublishUntilDone(*store, "v2", large), 0);
  ExpectHeld(*this->OpenAt(place.url()), "me", "v2", large);
}

REGISTER_TYPED_TEST_SUITE_P(StoreFaults, KilledInMidstreamAndStartedAgainItLosesNothing,
                            ServerThatIsNotThereIsSaidAndComesBackByItself,
                            SlowServerIsWaitedForAndACutLineIsTakenUpAgain,
                            WrongCredentialsAreSaidWithoutThePassword,
                            AFullDiskIsSaidLeavesWhatWasAndIsTakenUpOnceThereIsRoom,
                            ServerOutOfConnectionsIsSaidAndTakenUpOnceThereIsOne);

}  // namespace earprint::testing
