// What ports::EventFeed promises, on a real broker.
#include "adapters/kafka/kafka_event_feed.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "tests/support/kafka_topics.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::testing {
namespace {

using model::EventType;

/// Plays of many listeners.
std::vector<std::string> Plays(int count, int listeners = 30) {
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) lines.push_back(PlayLine(i, "listener " + std::to_string(i % listeners)));
  return lines;
}

/// How often each line was read, and whether a feed has said that there is no more.
struct Seen {
  std::map<std::string, int> times;
  std::map<ports::FeedShare, std::int64_t> of_share;
  std::set<std::string> uncommitted;  ///< the group shared out anew just then: they come again
  bool at_end = false;
  std::uint64_t behind = 0;  ///< as the last batch had it

  std::size_t Read(adapters::KafkaEventFeed& feed, std::size_t messages_max, bool commits) {
    ports::FeedLimits limits;
    limits.messages_max = messages_max;
    limits.wait = std::chrono::milliseconds(300);
    auto batch = feed.Read(limits);
    EXPECT_TRUE(batch) << batch.error().Text();
    if (!batch) return 0;
    for (const ports::FedMessage& one : batch->messages) {
      ++times[batch->bytes.substr(one.begin, one.size)];
      ++of_share[one.share];
    }
    if (commits) {
      auto committed = feed.Commit(batch->next);
      EXPECT_TRUE(committed || committed.error().code == base::ErrorCode::kConflict)
          << committed.error().Text();
      for (const ports::FedMessage& one : batch->messages) {
        if (!committed) uncommitted.insert(batch->bytes.substr(one.begin, one.size));
      }
    }
    at_end = batch->at_end;
    behind = batch->behind;
    return batch->messages.size();
  }
  void ReadAll(adapters::KafkaEventFeed& feed, bool commits) {
    do Read(feed, 1'000, commits);
    while (!at_end);
  }
};

class KafkaEventFeedTest : public ::testing::Test {
 protected:
  KafkaTopics topics{ServerAddress("kafka"), 4};
  const std::string group = FreshName("group");
};

TEST_F(KafkaEventFeedTest, ANewHolderGoesOnWhereTheLastOneHasCommitted) {
  topics.Write(EventType::kPlay, Plays(300));
  Seen first, second, third;
  {
    auto feed = topics.Feed(group);
    while (first.times.size() < 100) first.Read(*feed, 100, true);
    Seen lost;
    lost.Read(*feed, 50, false);  // and ends before it has committed
  }
  second.ReadAll(*topics.Feed(group), true);
  EXPECT_EQ(first.times.size() + second.times.size(), 300U);
  for (const auto& [line, times] : first.times) EXPECT_FALSE(second.times.contains(line));
  third.ReadAll(*topics.Feed(group), true);
  EXPECT_TRUE(third.times.empty());
}

TEST_F(KafkaEventFeedTest, BeginsWhereTheSinkHasItsPlacesWhateverWasCommittedAndElseWhereTheGroupIs) {
  topics.Write(EventType::kPlay, Plays(200));
  Seen all, since;
  all.ReadAll(*topics.Feed(group), true);
  const ports::FeedShare first{EventType::kPlay, 0}, second{EventType::kPlay, 1};
  ASSERT_GT(all.of_share[first], 5);
  since.ReadAll(*topics.Feed(group, {{{first, 5}, {second, 0}}, false}), true);
  EXPECT_EQ(since.of_share, (std::map<ports::FeedShare, std::int64_t>{{first, all.of_share[first] - 5},
                                                                      {second, all.of_share[second]}}));
}

TEST_F(KafkaEventFeedTest, ASinkIsToldWhereSharesBeginThatItHasNoPlaceOf) {
  topics.Write(EventType::kPlay, Plays(200));
  Seen all;
  all.ReadAll(*topics.Feed(group), true);
  const ports::FeedShare known{EventType::kPlay, 0};
  ports::FeedPlaces told;
  auto feed = adapters::KafkaEventFeed::Open(
      topics.settings(),
      {.group = group,
       .known = [known]() -> base::Result<ports::SinkPlaces> { return ports::SinkPlaces{{{known, 2}}}; },
       .on_beginnings =
           [&told](const ports::FeedPlaces& places) { told.insert(places.begin(), places.end()); }});
  ASSERT_TRUE(feed) << feed.error().Text();
  Seen rest;
  rest.ReadAll(**feed, false);
  EXPECT_FALSE(told.contains(known));
  for (std::int32_t share = 1; share < 4; ++share) {
    const ports::FeedShare one{EventType::kPlay, share};
    EXPECT_EQ(told.at(one), all.of_share[one]);
  }
  EXPECT_EQ(told.at({EventType::kGap, 0}), 0);
}

TEST_F(KafkaEventFeedTest, BeginsWhereTheSinkKnowsItselfToBe) {
  topics.Write(EventType::kPlay, Plays(200));
  ports::FeedPlaces known;
  for (std::int32_t share = 0; share < 4; ++share) known[{EventType::kPlay, share}] = 10;
  Seen seen;
  auto feed = topics.Feed(group, {known});
  seen.ReadAll(*feed, true);
  std::size_t skipped = 0;
  for (const auto& [share, lag] : feed->Figures().lag) {
    EXPECT_EQ(lag, 0);
    if (share.type == EventType::kPlay) skipped += 10;
  }
  EXPECT_EQ(seen.times.size(), 200U - skipped);
}

TEST_F(KafkaEventFeedTest, BeginsWhereASinkThatKnowsAllItsPlacesHasItWhateverWasCommitted) {
  topics.Write(EventType::kPlay, Plays(200));
  Seen all, since, anew;
  all.ReadAll(*topics.Feed(group), true);
  EXPECT_EQ(all.times.size(), 200U);
  ports::SinkPlaces yesterday{{{{EventType::kPlay, 0}, 5}}, true};
  since.ReadAll(*topics.Feed(group, yesterday), true);
  EXPECT_EQ(since.times.size(), 195U);
  anew.ReadAll(*topics.Feed(group, {{}, true}), true);
  EXPECT_EQ(anew.times, all.times);
}

TEST_F(KafkaEventFeedTest, ReadersWhoComeAndGoWhileItIsLoadedReadEachEventThatWasCommittedOnce) {
  topics.Write(EventType::kPlay, Plays(2'000));
  Seen seen;
  auto first = topics.Feed(group);
  while (seen.times.size() < 200) seen.Read(*first, 50, true);
  auto second = topics.Feed(group);
  std::size_t by_second = 0;
  for (int turn = 0; turn < 400 && by_second < 200; ++turn) {
    seen.Read(*first, 20, true);
    by_second += seen.Read(*second, 20, true);
  }
  EXPECT_GT(by_second, 0U) << "the second was given nothing to do";
  EXPECT_GT(first->Figures().rebalances, 1U);
  first.reset();  // leaves
  for (int turn = 0; turn < 200 && seen.times.size() < 2'000; ++turn) seen.Read(*second, 1'000, true);
  EXPECT_EQ(seen.times.size(), 2'000U);
  for (const auto& [line, times] : seen.times) {
    EXPECT_LE(times, seen.uncommitted.contains(line) ? 2 : 1) << line;
  }
  EXPECT_LE(seen.uncommitted.size(), 60U);
}

TEST_F(KafkaEventFeedTest, TellsHowFarItIsBehind) {
  topics.Write(EventType::kPlay, Plays(100, 1));
  auto feed = topics.Feed(group);
  Seen seen;
  while (seen.times.size() < 30) seen.Read(*feed, 30, true);
  std::int64_t behind = 0;
  for (const auto& [share, lag] : feed->Figures().lag) behind += std::max<std::int64_t>(lag, 0);
  EXPECT_EQ(behind, 100 - static_cast<std::int64_t>(seen.times.size()));
  EXPECT_EQ(seen.behind, 100 - seen.times.size());
  seen.ReadAll(*feed, true);
  EXPECT_EQ(seen.behind, 0U);
  const ports::FeedFigures figures = feed->Figures();
  EXPECT_EQ(figures.messages, 100U);
  for (const auto& [share, lag] : figures.lag) EXPECT_EQ(lag, 0);
}

TEST_F(KafkaEventFeedTest, WhoReadsInAnotherGroupReadsItAll) {
  topics.Write(EventType::kPlay, Plays(50));
  Seen one, other;
  one.ReadAll(*topics.Feed(group), true);
  other.ReadAll(*topics.Feed(FreshName("group")), true);
  EXPECT_EQ(one.times, other.times);
  EXPECT_EQ(one.times.size(), 50U);
}

TEST(KafkaAway, ABrokerThatNobodyIsAtIsToldWithWhatToTry) {
  const auto settings = adapters::ReadKafkaSettings("kafka://127.0.0.1:1", {});
  ASSERT_TRUE(settings);
  const auto made = adapters::MakeTopics(*settings);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, base::ErrorCode::kRetryLater);
  EXPECT_THAT(made.error().Text(), ::testing::HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(made.error().hint, ::testing::HasSubstr("broker"));
}

}  // namespace
}  // namespace earprint::testing
