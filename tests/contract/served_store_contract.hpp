#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/contract/published_store_contract.hpp"
#include "tests/support/program_run.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/server_places.hpp"

/// earprint serve --store over a real server that dies and comes back. Instantiated with what StoreFaults is.
namespace earprint::testing {

/// The program, serving a store, with a folder for temporary files of its own.
class StoreServer {
 public:
  explicit StoreServer(const std::string& url) : folder_(MakeFolder()), run_(Arguments(url)) {
    ::unsetenv("TMPDIR");
    EXPECT_TRUE(run_.HasSaid("Earprint is ready")) << run_.Words();
    const std::string words = run_.Words();
    const std::size_t colon = words.rfind(':', words.find("/  (Ctrl-C"));
    port_ = static_cast<std::uint16_t>(std::atoi(words.c_str() + colon + 1));
  }

  struct Told {
    int status = 0;
    std::string body;
    std::chrono::milliseconds took{};
  };
  Told Get(const std::string& path) const {
    const auto begin = std::chrono::steady_clock::now();
    tests::RawClient client(port_);
    client.Send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    const std::string all = client.ReadAll(std::chrono::seconds(60));
    Told told;
    told.took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    if (all.starts_with("HTTP/1.1 ")) told.status = std::atoi(all.c_str() + 9);
    told.body = all.substr(std::min(all.size(), all.find("\r\n\r\n")));
    return told;
  }
  bool MetricsSay(const std::string& line) const { return Get("/metrics").body.contains(line + "\n"); }
  std::uint16_t port() const { return port_; }
  ProgramRun& run() { return run_; }

  /// Folders of temporary files that are there.
  static int Folders() {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(Temporary()))
      count += entry.path().filename().string().starts_with("earprint-store-") ? 1 : 0;
    return count;
  }

 private:
  static const std::string& Temporary() {
    static const TempFolder folder;
    static const std::string path = folder.path();
    return path;
  }
  static bool MakeFolder() { return ::setenv("TMPDIR", Temporary().c_str(), 1) == 0; }
  static std::vector<std::string> Arguments(const std::string& url) {
    return {"--zone", "Europe/Paris", "serve", "--store", url, "--listen", "127.0.0.1:0"};
  }

  bool folder_;  ///< made before the program runs
  ProgramRun run_;
  std::uint16_t port_ = 0;
};

template <typename Kind>
class ServedStore : public ::testing::Test {
 protected:
  template <typename Holds>
  static bool ComesTrue(const Holds& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (!holds() && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return holds();
  }
  /// About a second, on a machine that has much else to do.
  static constexpr std::chrono::milliseconds kSoon{4'000};
};

TYPED_TEST_SUITE_P(ServedStore);

TYPED_TEST_P(ServedStore, WhatIsLoadedAnswersWhileTheDatabaseIsAwayAndCatchesUpAfterwards) {
  OwnServer database(TypeParam::kServer);
  Household house;
  const auto store = Must(app::ChooseStore(TypeParam::QuickToGiveUp(database.address())));
  for (const std::string listener : {"ann", "bob"}) house.Publish(listener, *store);
  StoreServer server(database.address());
  const std::string of_ann = "/api/v1/metrics/overview?listener=ann";
  const std::string of_bob = "/api/v1/metrics/overview?listener=bob";
  EXPECT_EQ(server.Get("/readyz").status, 200);
  EXPECT_EQ(server.Get(of_ann).status, 200);
  tests::RawClient live(server.port());
  live.Send("GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  live.ReadUntil(Must(Serve(Must(app::ChooseStore(database.address())))->mirror().Version()));
  database.Kill();
  int asked = 0;
  const auto answers_soon = [&] {
    // Never asked before, and so not kept.
    const auto told = server.Get("/api/v1/metrics/top_tracks?listener=ann&limit=" + std::to_string(++asked));
    EXPECT_EQ(told.status, 200) << told.body;
    EXPECT_LT(told.took, this->kSoon);
    EXPECT_LT(server.Get("/api/v1/listeners").took, this->kSoon);
    EXPECT_EQ(server.Get("/readyz").status, 200) << "it answers";
  };
  ASSERT_TRUE(this->ComesTrue([&] {
    answers_soon();
    return server.MetricsSay("earprint_store_is_there 0");
  })) << server.run().Words();
  for (int i = 0; i < 20; ++i) {
    answers_soon();
    const auto unknown = server.Get(of_bob);
    EXPECT_EQ(unknown.status, 503) << unknown.body;
    EXPECT_LT(unknown.took, this->kSoon) << "nobody waits for a store that is known to be away";
  }
  database.Start();
  house.HearOneMore("ann");
  ASSERT_TRUE(this->ComesTrue([&] { return house.TryPublish("ann", *store).has_value(); }));
  const std::string version = Must(store->State("ann")).data_version;
  const std::string told = Must(Serve(Must(app::ChooseStore(database.address())))->mirror().Version());
  EXPECT_THAT(live.ReadUntil(told, std::chrono::seconds(60)), ::testing::HasSubstr(told));
  EXPECT_THAT(server.Get(of_ann).body, ::testing::HasSubstr(version)) << "it is told when it is there";
  EXPECT_EQ(server.Get(of_bob).status, 200);
  EXPECT_TRUE(server.MetricsSay("earprint_slices_loaded 2"));
  server.run().Ask(SIGTERM);
  EXPECT_EQ(server.run().Wait(), 0) << server.run().Words();
  EXPECT_EQ(StoreServer::Folders(), 0);
}

TYPED_TEST_P(ServedStore, ServerThatIsThereBeforeItsDatabaseSaysSoAndLeavesNothingBehindWhenKilled) {
  OwnServer database(TypeParam::kServer);
  Household house;
  house.Publish("ann", *Must(app::ChooseStore(database.address())));
  database.Stop();
  StoreServer first(database.address());
  const auto told = first.Get("/readyz");
  EXPECT_EQ(told.status, 503) << told.body;
  EXPECT_EQ(first.Get("/healthz").status, 200);
  EXPECT_EQ(first.Get("/api/v1/metrics/overview?listener=ann").status, 503);
  database.Start();
  EXPECT_TRUE(this->ComesTrue([&] { return first.Get("/readyz").status == 200; })) << first.run().Words();
  EXPECT_EQ(first.Get("/api/v1/metrics/overview?listener=ann").status, 200);
  first.run().Kill();
  EXPECT_EQ(StoreServer::Folders(), 1);
  StoreServer second(database.address());
  EXPECT_EQ(StoreServer::Folders(), 1) << "what the killed one left goes when the next begins";
  EXPECT_EQ(second.Get("/api/v1/metrics/overview?listener=ann").status, 200);
  second.run().Ask(SIGTERM);
  EXPECT_EQ(second.run().Wait(), 0) << second.run().Words();
}

REGISTER_TYPED_TEST_SUITE_P(ServedStore, WhatIsLoadedAnswersWhileTheDatabaseIsAwayAndCatchesUpAfterwards,
                            ServerThatIsThereBeforeItsDatabaseSaysSoAndLeavesNothingBehindWhenKilled);

}  // namespace earprint::testing
