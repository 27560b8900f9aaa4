#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "tests/contract/kept_store_contract.hpp"
#include "tests/contract/store_fault_contract.hpp"

/// What goes wrong with the store that a server keeps up to date. Instantiated with what StoreFaults is, and
///   kPublisherDiesAfterBytes.
namespace earprint::testing {

template <typename Kind>
class KeptStoreFaults : public StoreFaults<Kind> {};

TYPED_TEST_SUITE_P(KeptStoreFaults);

TYPED_TEST_P(KeptStoreFaults, StoreThatIsGoneIsSaidAndCaughtUpWith) {
  OwnServer database(TypeParam::kServer);
  const std::string url = TypeParam::QuickToGiveUp(database.address());
  database.Stop();
  KeptHouse house;
  house.Import("ann", 1);
  ProgramRun server = house.Serve(url);
  ASSERT_TRUE(server.HasSaid("it is tried again until it succeeds", KeptHouse::kLimit)) << server.Words();
  EXPECT_THAT(house.Run({"query", "overview"}), ::testing::HasSubstr("plays"));
  database.Start();
  ASSERT_TRUE(server.HasSaid("is up to date again", KeptHouse::kLimit)) << server.Words();
  EXPECT_THAT(house.Run({"audit", "--samples", "1", "--store", url}), ::testing::HasSubstr(", 0 differ"));
  // Killed while nobody looks: the next play finds its way all the same.
  database.Kill();
  house.HearOneMore("ann");
  database.Start();
  ASSERT_TRUE(ComesAbout([&] {
    ProgramRun audit(house.Command({"audit", "--samples", "1", "--store", url}));
    return audit.Wait() == 0;
  })) << server.Words();
}

TYPED_TEST_P(KeptStoreFaults, WhoIsForgottenWhilePublishedIsGoneAndAServerEndsMeanwhile) {
  TypeParam place;
  SlowProxy proxy(this->PortOf(place.url()));
  KeptHouse house;
  house.Import("ann", 1);
  house.Import("bob", 2);
  proxy.delay_ms = 30;
  ProgramRun server = house.Serve(this->ThroughProxy(place.url(), proxy.port()));
  const auto is_sending = [&proxy] { return proxy.bytes > 50'000U; };
  ASSERT_TRUE(ComesAbout(is_sending)) << server.Words();
  house.Run({"forget", "ann", "--yes"});
  proxy.delay_ms = 0;
  const auto store = place.Open();
  ASSERT_TRUE(ComesAbout([&] { return VersionIn(*store, "bob") != ""; })) << server.Words();
  EXPECT_EQ(VersionIn(*store, "ann"), "");
  EXPECT_THAT(house.Run({"audit", "--samples", "1", "--store", place.url()}),
              ::testing::HasSubstr(", 0 differ"));
  // It ends though much is still to be sent.
  proxy.delay_ms = 30;
  const std::size_t sent = proxy.bytes;
  house.Import("carl", 3);
  ASSERT_TRUE(ComesAbout([&] { return proxy.bytes > sent + 50'000U; })) << server.Words();
  server.Ask(SIGTERM);
  EXPECT_EQ(server.Wait(), 0) << server.Words();
  EXPECT_EQ(VersionIn(*store, "carl"), "");
}

TYPED_TEST_P(KeptStoreFaults, PublisherKilledInMidPublicationLeavesOneVersionAndTheNextOneFinishes) {
  TypeParam place;
  SlowProxy proxy(this->PortOf(place.url()));
  KeptHouse house;
  house.Import("ann", 1);
  house.Run({"publish", place.url()});
  const auto store = place.Open();
  const std::string before = VersionIn(*store, "ann");
  const std::int64_t plays = PlaysIn(*store, "ann");
  house.Import("ann", 2);
  proxy.delay_ms = 5;
  const std::vector<std::string> publish =
      house.Command({"publish", this->ThroughProxy(place.url(), proxy.port())});
  for (const std::uint64_t bytes : TypeParam::kPublisherDiesAfterBytes) {
    // A server may keep what a dead client had begun for a while, and refuse the next one meanwhile.
    EXPECT_TRUE(ComesAbout([&] {
      const std::uint64_t sent = proxy.bytes;
      ProgramRun run(publish);
      while (!run.IsOver() && proxy.bytes < sent + bytes)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      const bool dies_meanwhile = !run.IsOver();
      run.Kill();
      return dies_meanwhile;
    })) << "nobody was killed after "
        << bytes << " bytes";
    EXPECT_EQ(VersionIn(*store, "ann"), before);
    EXPECT_EQ(PlaysIn(*store, "ann"), plays);
    EXPECT_EQ(Must(store->ReadRows("ann", Relation("plays"))).size(), static_cast<std::size_t>(plays));
  }
  proxy.delay_ms = 0;
  std::string words;
  EXPECT_TRUE(ComesAbout([&] {
    ProgramRun run(publish);
    const int code = run.Wait();
    words = run.Words();
    return code == 0;
  })) << words;
  EXPECT_NE(VersionIn(*store, "ann"), before);
  EXPECT_GT(PlaysIn(*store, "ann"), plays);
  EXPECT_THAT(house.Run({"audit", "--samples", "1", "--store", place.url()}),
              ::testing::HasSubstr(", 0 differ"));
}

REGISTER_TYPED_TEST_SUITE_P(KeptStoreFaults, StoreThatIsGoneIsSaidAndCaughtUpWith,
                            PublisherKilledInMidPublicationLeavesOneVersionAndTheNextOneFinishes,
                            WhoIsForgottenWhilePublishedIsGoneAndAServerEndsMeanwhile);

}  // namespace earprint::testing
