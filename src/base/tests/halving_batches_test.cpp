#include "base/halving_batches.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace earprint::base {
namespace {

std::vector<std::string> Ids(int from, int to) {
  std::vector<std::string> ids;
  for (int n = from; n < to; ++n) ids.push_back(std::to_string(n));
  return ids;
}

/// A service that refuses every batch with one of some ids; what it answered, and who was found guilty.
struct Service {
  std::set<std::string> bad;
  std::vector<std::string> answered, guilty;
  int requests = 0;

  bool Run(HalvingBatches& batches) {
    while (!batches.empty()) {
      ++requests;
      const std::vector<std::string>& ids = batches.Next();
      if (std::ranges::any_of(ids, [this](const std::string& id) { return bad.contains(id); })) {
        if (!batches.Refused()) return false;
        continue;
      }
      answered.insert(answered.end(), ids.begin(), ids.end());
      guilty.insert(guilty.end(), batches.suspects().begin(), batches.suspects().end());
      batches.Answered();
    }
    return true;
  }
};

TEST(HalvingBatches, AsksInOrderAndInBatchesOfTheSize) {
  HalvingBatches batches(40);
  batches.Refill(Ids(0, 100));
  EXPECT_EQ(batches.Next(), Ids(0, 40));
  Service service;
  EXPECT_TRUE(service.Run(batches));
  EXPECT_EQ(service.answered, Ids(0, 100));
  EXPECT_EQ(service.requests, 3);
  batches.Refill({});
  EXPECT_TRUE(batches.empty());
}

TEST(HalvingBatches, FindsTheOnesThatAreRefusedAndAsksAboutAllOthers) {
  for (const int size : {2, 3, 40}) {
    HalvingBatches batches(static_cast<std::size_t>(size));
    batches.Refill(Ids(0, 100));
    Service service{.bad = {"0", "39", "40", "77"}};
    EXPECT_TRUE(service.Run(batches));
    EXPECT_THAT(service.guilty, ::testing::UnorderedElementsAre("0", "39", "40", "77"));
    EXPECT_EQ(std::set(service.answered.begin(), service.answered.end()).size(), 96U);
    EXPECT_LE(service.requests, 100);
  }
}

TEST(HalvingBatches, WhereEverythingIsRefusedNoOneIsGuiltyAndOthersComeFirstNextTime) {
  HalvingBatches batches(40);
  batches.Refill(Ids(0, 1'000));
  Service service;
  for (const std::string& id : Ids(0, 1'000)) service.bad.insert(id);
  EXPECT_FALSE(service.Run(batches));
  EXPECT_TRUE(batches.empty());
  EXPECT_TRUE(service.guilty.empty());
  EXPECT_EQ(service.requests, 40) << "it is not asked for ever";
  service.bad.clear();
  batches.Refill(Ids(0, 1'000));
  EXPECT_NE(batches.Next().front(), "0");
  EXPECT_TRUE(service.Run(batches));
  EXPECT_TRUE(service.guilty.empty());
  EXPECT_EQ(service.answered.size(), 1'000U);
}

TEST(HalvingBatches, WhoWasRefusedWhileTheServiceWasAwayIsNotGuilty) {
  for (int away = 1; away < 40; ++away) {
    HalvingBatches batches(8);
    batches.Refill(Ids(0, 40));
    for (int i = 0; i < away; ++i) ASSERT_TRUE(batches.Refused()) << away;
    Service service;
    EXPECT_TRUE(service.Run(batches));
    EXPECT_TRUE(service.guilty.empty()) << away;
    EXPECT_EQ(std::set(service.answered.begin(), service.answered.end()).size(), 40U) << away;
  }
}

TEST(HalvingBatches, TheLastOneIsFoundGuiltyToo) {
  for (const int size : {2, 3, 40}) {
    HalvingBatches batches(static_cast<std::size_t>(size));
    batches.Refill(Ids(0, 80));
    Service service{.bad = {"78", "79", "x"}};
    EXPECT_TRUE(service.Run(batches));
    EXPECT_THAT(service.guilty, ::testing::UnorderedElementsAre("78", "79"));
    batches.Refill({"x"});
    EXPECT_TRUE(service.Run(batches)) << "others were answered before";
    EXPECT_EQ(service.guilty.back(), "x");
  }
}

TEST(HalvingBatches, OneAloneIsFoundGuiltyByAnothersAnswerOnly) {
  HalvingBatches batches(40);
  batches.Refill({"x"});
  Service service{.bad = {"x"}};
  EXPECT_FALSE(service.Run(batches));
  EXPECT_TRUE(service.guilty.empty());
  batches.Refill({"x", "y"});
  EXPECT_TRUE(service.Run(batches));
  EXPECT_EQ(service.guilty, std::vector<std::string>{"x"});
  EXPECT_EQ(service.answered, std::vector<std::string>{"y"});
}

}  // namespace
}  // namespace earprint::base
