// Events that are more than a topic takes become dead letters with their reason, and hold up nobody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::testing {
namespace {

using model::EventType;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

/// Text that no packing makes much smaller.
std::string Noise(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> letter('0', 'z');
  std::string text;
  while (text.size() < bytes) {
    const char c = static_cast<char>(letter(random));
    if (std::isalnum(c) != 0) text += c;
  }
  return text;
}

class KafkaLargeEvents : public ::testing::Test {
 protected:
  /// Has the topic of plays take 20,000 bytes in one piece. The broker answers before it keeps to that: gives
  /// what it took until it did.
  std::vector<std::string> MakeSmaller() {
    KafkaAdmin admin(topics.settings());
    admin.Set(topics.settings().TopicOf(EventType::kPlay), "max.message.bytes", "20000");
    std::vector<std::string> taken;
    const auto early = topics.Writer();
    for (int i = 0; early->figures().too_large == 0; ++i) {
      if (i == 1'000) ADD_FAILURE() << "the broker never kept to the setting";
      if (::testing::Test::HasFailure()) return {};
      taken.push_back(PlayLine(3'000 + i, "early", Noise(40'000, static_cast<unsigned>(3'000 + i))));
      EXPECT_TRUE(early->Append(EventType::kPlay, taken.back() + "\n"));
      EXPECT_TRUE(early->Sync());
    }
    taken.pop_back();
    return taken;
  }

  KafkaTopics topics{ServerAddress("kafka"), 1};
};

TEST_F(KafkaLargeEvents, WhatNoTopicOfOursTakesIsADeadLetterAndTheOthersGoOn) {
  auto writer = topics.Writer();
  const std::string large = PlayLine(1, "ann", std::string(17 << 20, 'x'));
  const auto appended =
      writer->Append(EventType::kPlay, PlayLine(0, "ann") + "\n" + large + "\n" + PlayLine(2, "ann") + "\n");
  ASSERT_TRUE(appended) << appended.error().Text();
  const auto synced = writer->Sync();
  ASSERT_TRUE(synced) << synced.error().Text();
  EXPECT_THAT(topics.LinesOf(EventType::kPlay), ElementsAre(PlayLine(0, "ann"), PlayLine(2, "ann")));
  const auto letters = topics.LinesOf(EventType::kDeadLetter);
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_THAT(letters[0],
              HasSubstr("it has " + std::to_string(large.size()) + " bytes, more than its topic takes"));
  EXPECT_THAT(letters[0], HasSubstr("\"subject\":\"ann\""));
  EXPECT_EQ(writer->figures().too_large, 1U);
  EXPECT_EQ(writer->figures().failed, 0U);
  EXPECT_GT(large.size(), writer->EventBytesMax());
}

TEST_F(KafkaLargeEvents, WhatATopicThatSomebodyMadeSmallerDoesNotTakeIsADeadLetterAndTheOthersGoOn) {
  std::vector<std::string> taken = MakeSmaller();
  std::vector<std::string> small;
  std::string frame;
  for (int i = 0; i < 100; ++i) {  // together more than the topic takes in one piece
    small.push_back(PlayLine(i, "ann", Noise(1'000, static_cast<unsigned>(i))));
    frame += small.back() + "\n";
    if (i == 50) frame += PlayLine(1'000, "bob", Noise(40'000, 1'000)) + "\n";
  }
  auto writer = topics.Writer();
  ASSERT_TRUE(writer->Append(EventType::kPlay, frame));
  const auto synced = writer->Sync();
  ASSERT_TRUE(synced) << synced.error().Text();
  taken.insert(taken.end(), small.begin(), small.end());
  EXPECT_THAT(topics.LinesOf(EventType::kPlay), ::testing::UnorderedElementsAreArray(taken));
  EXPECT_THAT(topics.LinesOf(EventType::kDeadLetter),
              UnorderedElementsAre(HasSubstr("\"subject\":\"early\""), HasSubstr("\"subject\":\"bob\"")));
  EXPECT_EQ(writer->figures().too_large, 1U);
  // It is no trouble for what comes next.
  topics.Write(EventType::kPlay, {PlayLine(2'000, "ann")});
  EXPECT_THAT(topics.LinesOf(EventType::kPlay), Contains(PlayLine(2'000, "ann")));
}

TEST_F(KafkaLargeEvents, HoweverManyThereAreNoMoreThanSomeWaitInMemory) {
  MakeSmaller();
  const auto writer = topics.Writer();
  const std::string noise = Noise(1'000'000, 1);
  constexpr int kEvents = 160;  // 160 MB
  std::uint64_t waiting_most = 0;
  for (int i = 0; i < kEvents; ++i) {
    const auto appended = writer->Append(EventType::kPlay, PlayLine(i, "ann", noise) + "\n");
    ASSERT_TRUE(appended) << appended.error().Text();
    waiting_most = std::max(waiting_most, writer->figures().waiting);
  }
  ASSERT_TRUE(writer->Sync());
  EXPECT_EQ(writer->figures().too_large, kEvents);
  EXPECT_EQ(topics.LinesOf(EventType::kDeadLetter).size(), kEvents + 1U);
  // The producer's queue has 64 MB, what is to be sent alone half of that.
  EXPECT_LT(waiting_most, 120U);
}

}  // namespace
}  // namespace earprint::testing
