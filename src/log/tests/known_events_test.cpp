#include "log/known_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/memory_log.hpp"

namespace earprint::log {
namespace {

using model::EventId;
using model::EventRef;
using model::EventType;
using ::testing::Each;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::KnownIdsSession;
using ::testing::Not;
using ::testing::SizeIs;
using Verdict = KnownEvents::Verdict;

EventRef Event(std::uint64_t identity, std::uint64_t details, EventType type = EventType::kPlay) {
  return {type, {identity, details}, 0, 0};
}

Verdict JudgeOne(KnownEvents& known, const EventRef& event) {
  EXPECT_TRUE(known.Prepare({&event, 1}));
  return known.Judge(event);
}

TEST(KnownEvents, TellsNewRetoldAndDuplicateApart) {
  KnownIdsSession warehouse;
  KnownEvents known(warehouse);
  EXPECT_EQ(JudgeOne(known, Event(1, 1)), Verdict::kNew);
  EXPECT_EQ(JudgeOne(known, Event(1, 1)), Verdict::kDuplicate);
  EXPECT_EQ(JudgeOne(known, Event(1, 2)), Verdict::kRetold);
  EXPECT_EQ(JudgeOne(known, Event(1, 2)), Verdict::kDuplicate);
  EXPECT_EQ(JudgeOne(known, Event(2, 1)), Verdict::kNew);
}

TEST(KnownEvents, RemembersWhatTheWarehouseKnewBefore) {
  KnownIdsSession warehouse;
  warehouse.known = {{EventType::kPlay, {1, 1}}, {EventType::kDeadLetter, {7, 7}}};
  KnownEvents known(warehouse);
  EXPECT_EQ(JudgeOne(known, Event(1, 1)), Verdict::kDuplicate);
  EXPECT_EQ(JudgeOne(known, Event(1, 9)), Verdict::kRetold);
  EXPECT_EQ(JudgeOne(known, Event(7, 7, EventType::kDeadLetter)), Verdict::kDuplicate);
  EXPECT_EQ(JudgeOne(known, Event(3, 3)), Verdict::kNew);
}

TEST(KnownEvents, LooksFewEventsUpAndLoadsAllForMany) {
  KnownIdsSession warehouse;
  for (std::uint64_t i = 0; i < 10; ++i) warehouse.known.emplace_back(EventType::kPlay, EventId{i, i});
  KnownEvents known(warehouse);
  EXPECT_EQ(JudgeOne(known, Event(3, 3)), Verdict::kDuplicate);
  EXPECT_THAT(warehouse.questions, SizeIs(model::kEventTypes.size()));
  EXPECT_THAT(warehouse.questions, Each(EndsWith("where identity in (3)")));

  std::vector<EventRef> many;
  for (std::uint64_t i = 0; i < KnownEvents::kLookupsMax; ++i) many.push_back(Event(i, 0));
  warehouse.questions.clear();
  ASSERT_TRUE(known.Prepare(many));
  EXPECT_THAT(warehouse.questions, Each(EndsWith("where true")));
  EXPECT_EQ(known.Judge(Event(9, 9)), Verdict::kDuplicate) << "asked for by nobody, but loaded";
  EXPECT_EQ(known.Judge(Event(9, 1)), Verdict::kRetold);

  warehouse.questions.clear();
  ASSERT_TRUE(known.Prepare(many));
  EXPECT_THAT(warehouse.questions, IsEmpty()) << "all is known already";
}

TEST(KnownEvents, OfOneBatchLoadsNoMoreThanItAsksForHoweverLargeItIs) {
  KnownIdsSession warehouse;
  const std::uint64_t count = KnownEvents::kLookupsMax + 1;
  warehouse.known = {
      {EventType::kPlay, {3, 3}}, {EventType::kDeadLetter, {7, 7}}, {EventType::kPlay, {count, 1}}};
  KnownEvents known(warehouse, KnownEvents::Span::kFewBatches);
  std::vector<EventRef> many;
  for (std::uint64_t i = 0; i < count; ++i) many.push_back(Event(i, 3));
  ASSERT_TRUE(known.Prepare(many));
  EXPECT_THAT(warehouse.questions, Each(Not(EndsWith("where true"))));
  EXPECT_EQ(known.Judge(Event(3, 3)), Verdict::kDuplicate);
  EXPECT_EQ(known.Judge(Event(7, 3)), Verdict::kRetold);
  EXPECT_EQ(known.Judge(Event(8, 3)), Verdict::kNew);
  EXPECT_EQ(JudgeOne(known, Event(count, 1)), Verdict::kDuplicate) << "a batch may be prepared in parts";
}

TEST(KnownEvents, CountsLookupsOverAllBatches) {
  KnownIdsSession warehouse;
  KnownEvents known(warehouse);
  for (std::size_t i = 0; i < KnownEvents::kLookupsMax; ++i) JudgeOne(known, Event(i, i));
  EXPECT_THAT(warehouse.questions.back(), HasSubstr("identity in ("));
  JudgeOne(known, Event(1, 1));
  EXPECT_THAT(warehouse.questions.back(), EndsWith("where true"));
}

TEST(KnownEvents, AsksNothingForNoEvents) {
  KnownIdsSession warehouse;
  KnownEvents known(warehouse);
  ASSERT_TRUE(known.Prepare({}));
  EXPECT_THAT(warehouse.questions, IsEmpty());
}

TEST(KnownEvents, AFaultOfTheWarehouseIsTold) {
  KnownIdsSession warehouse;
  warehouse.fault = base::Error{base::ErrorCode::kCorrupt, "query", "raw_play", "damaged", ""};
  KnownEvents known(warehouse);
  const EventRef event = Event(1, 1);
  const auto ready = known.Prepare({&event, 1});
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().code, base::ErrorCode::kCorrupt);
  EXPECT_THAT(ready.error().Text(), HasSubstr("load known events"));
}

}  // namespace
}  // namespace earprint::log
