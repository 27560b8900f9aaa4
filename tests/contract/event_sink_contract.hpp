#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "ports/streams/event_sink.hpp"
#include "tests/support/checked_batch.hpp"
#include "tests/support/told_events.hpp"

/// What the comments of ports::EventSink promise, sentence by sentence, for every place where events come to
/// rest.
namespace earprint::testing {

/// A place of a test's own.
class EventPlace {
 public:
  virtual ~EventPlace() = default;
  /// A sink that brings events of a log there; gone before Reopen.
  virtual std::unique_ptr<ports::EventSink> Sink(const std::string& origin = "log") = 0;
  /// As a program finds it that comes after one that was killed.
  virtual void Reopen() {}
  /// The lines that are there, as somebody reads them who comes new.
  virtual std::vector<std::string> Lines() = 0;
};

/// A play, and beside what is known of it something that only its teller knows.
inline std::string LineWith(int number, const std::string& members) {
  std::string line = PlayLine(number);
  return line.insert(line.size() - 2, "," + members);
}

class EventSinkContract : public ::testing::TestWithParam<std::unique_ptr<EventPlace> (*)()> {
 protected:
  static ports::TakenReport Keep(ports::EventSink& sink, const std::vector<std::string>& lines,
                                 const ports::FeedPlaces& next = {}) {
    auto taken = sink.Keep(BatchOf(lines), next);
    EXPECT_TRUE(taken) << taken.error().Text();
    if (!taken) return {};
    EXPECT_EQ(taken->read, lines.size());
    EXPECT_EQ(taken->read, taken->accepted + taken->duplicate + taken->rejected);
    return *taken;
  }
  static ports::FeedPlaces PlacesOf(ports::EventSink& sink) {
    auto places = sink.Places();
    EXPECT_TRUE(places) << places.error().Text();
    return places ? places->next : ports::FeedPlaces{};
  }
  static std::string NameOf(ports::EventSink& sink) {
    auto name = sink.Name();
    EXPECT_TRUE(name) << name.error().Text();
    return name.value_or("");
  }
  static std::vector<std::string> Plays(int first, int count) {
    std::vector<std::string> lines;
    for (int i = first; i < first + count; ++i)
      lines.push_back(PlayLine(i, "listener " + std::to_string(i % 5)));
    return lines;
  }
  void ExpectThere(const std::vector<std::string>& lines) {
    EXPECT_THAT(place->Lines(), ::testing::UnorderedElementsAreArray(lines));
  }

  const ports::FeedShare plays0{model::EventType::kPlay, 0}, plays7{model::EventType::kPlay, 7},
      gaps0{model::EventType::kGap, 0};
  std::unique_ptr<EventPlace> place = GetParam()();
};

TEST_P(EventSinkContract, KeepsEventsOfEveryType) {
  std::vector<std::string> lines;
  for (const model::EventType type : model::kEventTypes) {
    const int number = 10 * static_cast<int>(type);  // events have ids, whatever their types
    lines.push_back(LineOf(type, number));
    lines.push_back(LineOf(type, number + 1));
  }
  EXPECT_EQ(Keep(*place->Sink(), lines).accepted, lines.size());
  ExpectThere(lines);
}

TEST_P(EventSinkContract, KeepsALineByteForByteWhateverIsInIt) {
  const std::vector<std::string> lines = {
      PlayLine(1, "Ann \"the ears\" \\ O'Neil"),
      PlayLine(2, "Ünïcödé 名前 🎧", "tab\there, nul\x01, \"quotes\", \\N and \\."),
      PlayLine(3, "me", std::string("a") + '\0' + "b"),
      PlayLine(4, "me", std::string(3 << 20, 'x')),
      LineWith(5, R"("$set":{"a":1},"b.c":2,"":3,"$oid":"no")"),
      LineWith(6, R"("d.e":[1,2.50,1e3,-0,12345678901234567890],"":{},"zero":"\u0000")"),
      LineWith(7, R"("twice":1,"twice":2,"deep":)" + std::string(60, '[') + std::string(60, ']')),
  };
  EXPECT_EQ(Keep(*place->Sink(), lines).accepted, lines.size());
  ExpectThere(lines);
}

TEST_P(EventSinkContract, ABatchGivenTwiceInPartsOrInAnotherOrderLeavesTheSame) {
  const std::vector<std::string> lines = Plays(0, 120);
  const auto sink = place->Sink();
  EXPECT_EQ(Keep(*sink, {lines.begin(), lines.begin() + 50}).accepted, 50U);
  EXPECT_EQ(Keep(*sink, {lines.begin() + 30, lines.begin() + 80}).duplicate, 20U);
  std::vector<std::string> shuffled = lines;
  std::ranges::shuffle(shuffled, std::mt19937(20'261'129));
  EXPECT_EQ(Keep(*sink, shuffled).accepted, 40U);
  EXPECT_EQ(Keep(*sink, shuffled).duplicate, 120U);
  ExpectThere(lines);
}

TEST_P(EventSinkContract, AnEventThatStandsTwiceInABatchIsThereOnce) {
  const auto taken = Keep(*place->Sink(), {PlayLine(1), PlayLine(2), PlayLine(1), PlayLine(1)});
  EXPECT_EQ(taken.accepted, 2U);
  EXPECT_EQ(taken.duplicate, 2U);
  ExpectThere({PlayLine(1), PlayLine(2)});
}

TEST_P(EventSinkContract, PlacesAreStoredWithTheEventsAndAreThereAfterAKill) {
  const ports::FeedPlaces first = {{plays0, 3}, {gaps0, 1}}, second = {{plays7, 2}, {plays0, 5}};
  EXPECT_TRUE(PlacesOf(*place->Sink()).empty());
  Keep(*place->Sink(), Plays(0, 3), first);
  place->Reopen();
  EXPECT_EQ(PlacesOf(*place->Sink()), first);
  Keep(*place->Sink(), Plays(3, 4), second);
  place->Reopen();
  EXPECT_EQ(PlacesOf(*place->Sink()), (ports::FeedPlaces{{plays0, 5}, {plays7, 2}, {gaps0, 1}}));
  ExpectThere(Plays(0, 7));
}

TEST_P(EventSinkContract, WhatIsStowedIsThereAfterAKillAndKnownWhereItComesAgain) {
  {
    const auto sink = place->Sink();
    const auto stow = [&sink](const std::vector<std::string>& lines, std::int64_t next) {
      auto taken = sink->Stow(BatchOf(lines), {{{model::EventType::kPlay, 0}, next}});
      EXPECT_TRUE(taken) << taken.error().Text();
      return taken.value_or(ports::TakenReport());
    };
    EXPECT_EQ(stow(Plays(0, 30), 30).accepted, 30U);
    const auto again = stow(Plays(20, 30), 60);
    EXPECT_EQ(again.accepted, 20U);
    EXPECT_EQ(again.duplicate, 10U);
    EXPECT_EQ(again.read, 30U);
  }
  place->Reopen();
  ExpectThere(Plays(0, 50));
  const auto sink = place->Sink();
  EXPECT_EQ(Keep(*sink, Plays(40, 20), {{plays0, 70}}).duplicate, 10U);
  ExpectThere(Plays(0, 60));
}

TEST_P(EventSinkContract, TheNextKeepStoresThePlacesOfWhatWasStowed) {
  const auto sink = place->Sink();
  ASSERT_TRUE(sink->Stow(BatchOf(Plays(0, 3)), {{plays0, 3}, {gaps0, 1}}));
  ASSERT_TRUE(sink->Stow(BatchOf(Plays(3, 2)), {{plays0, 5}}));
  Keep(*sink, {});
  EXPECT_EQ(PlacesOf(*sink), (ports::FeedPlaces{{plays0, 5}, {gaps0, 1}}));
  ASSERT_TRUE(sink->Stow(BatchOf(Plays(5, 2)), {{plays0, 7}}));
  Keep(*sink, Plays(7, 1), {{plays0, 6}, {plays7, 1}});
  place->Reopen();
  EXPECT_EQ(PlacesOf(*place->Sink()), (ports::FeedPlaces{{plays0, 7}, {plays7, 1}, {gaps0, 1}}));
  ExpectThere(Plays(0, 8));
}

TEST_P(EventSinkContract, WhatWasStowedIsErasedWithAllElse) {
  const auto sink = place->Sink();
  ASSERT_TRUE(sink->Stow(BatchOf({PlayLine(1, "ann"), PlayLine(2, "bob")}), {{plays0, 2}}));
  ASSERT_TRUE(sink->Forget({{"ann", model::EventType::kPlay}}));
  EXPECT_EQ(Keep(*sink, {PlayLine(2, "bob"), PlayLine(1, "ann")}, {{plays0, 4}}).accepted, 1U);
  ExpectThere({PlayLine(1, "ann"), PlayLine(2, "bob")});
}

TEST_P(EventSinkContract, APlaceNeverMovesBackThoughItsEventsAreGivenAgain) {
  Keep(*place->Sink(), Plays(0, 9), {{plays0, 9}});
  EXPECT_EQ(Keep(*place->Sink(), Plays(0, 4), {{plays0, 4}}).duplicate, 4U);
  EXPECT_EQ(PlacesOf(*place->Sink()), (ports::FeedPlaces{{plays0, 9}}));
}

TEST_P(EventSinkContract, AShareThatWasMadeAnewIsAtItsBeginningAndAllElseStays) {
  Keep(*place->Sink(), Plays(0, 9), {{plays0, 9}, {plays7, 4}});
  Keep(*place->Sink("log/2"), Plays(0, 9), {{plays0, 3}});
  const auto begun = place->Sink()->BeginAnew({plays0, gaps0});
  ASSERT_TRUE(begun) << begun.error().Text();
  place->Reopen();
  const ports::FeedPlaces now = PlacesOf(*place->Sink());
  EXPECT_TRUE(!now.contains(plays0) || now.at(plays0) == 0);
  EXPECT_EQ(now.at(plays7), 4);
  EXPECT_EQ(PlacesOf(*place->Sink("log/2")), (ports::FeedPlaces{{plays0, 3}}));
  EXPECT_EQ(Keep(*place->Sink(), Plays(8, 2), {{plays0, 2}}).duplicate, 1U);
  EXPECT_EQ(PlacesOf(*place->Sink()).at(plays0), 2);
  ExpectThere(Plays(0, 10));
}

TEST_P(EventSinkContract, PlacesOnOneLogAreNotThoseOnAnother) {
  Keep(*place->Sink("log"), Plays(0, 2), {{plays0, 2}});
  EXPECT_TRUE(PlacesOf(*place->Sink("log/2")).empty());
  EXPECT_EQ(Keep(*place->Sink("log/2"), Plays(0, 2), {{plays0, 8}}).duplicate, 2U);
  EXPECT_EQ(PlacesOf(*place->Sink("log")), (ports::FeedPlaces{{plays0, 2}}));
}

TEST_P(EventSinkContract, ABatchOfWhichNothingWasFitToKeepStillMovesThePlace) {
  EXPECT_EQ(Keep(*place->Sink(), {}, {{plays0, 6}}).read, 0U);
  EXPECT_EQ(PlacesOf(*place->Sink()), (ports::FeedPlaces{{plays0, 6}}));
  ExpectThere({});
}

TEST_P(EventSinkContract, ItsNameStaysAndIsNoOthers) {
  const std::string name = NameOf(*place->Sink());
  Keep(*place->Sink(), Plays(0, 1));
  place->Reopen();
  EXPECT_EQ(NameOf(*place->Sink()), name);
  const auto other = GetParam()();
  EXPECT_NE(NameOf(*other->Sink()), name);
}

TEST_P(EventSinkContract, SeveralWhoBringTheSameEventsAtOnceLeaveEachOnce) {
  const std::vector<std::string> lines = Plays(0, 600);
  ASSERT_TRUE(place->Sink()->Name());
  std::vector<std::thread> threads;
  for (unsigned one = 0; one < 3; ++one) {
    threads.emplace_back([this, &lines, one] {
      const auto sink = place->Sink();
      std::mt19937 random(one);
      for (int round = 0; round < 4; ++round) {
        std::vector<std::string> mine = lines;
        std::ranges::shuffle(mine, random);
        const ports::FeedPlaces next = {
            {{model::EventType::kPlay, static_cast<std::int32_t>(one)}, round + 1}};
        auto taken = sink->Keep(BatchOf(mine), next);
        // A store may send one of them back, who comes again.
        for (int again = 0; again < 20 && !taken && taken.error().code == base::ErrorCode::kRetryLater;
             ++again)
          taken = sink->Keep(BatchOf(mine), next);
        EXPECT_TRUE(taken) << taken.error().Text();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ExpectThere(lines);
  EXPECT_EQ(
      PlacesOf(*place->Sink()),
      (ports::FeedPlaces{{plays0, 4}, {{model::EventType::kPlay, 1}, 4}, {{model::EventType::kPlay, 2}, 4}}));
}

TEST_P(EventSinkContract, ForgettingErasesWhatIsNamedAndNothingElse) {
  using model::EventType;
  using model::ForgottenPart;
  const std::string gap = LineOf(EventType::kGap, 50, "ann");
  const auto sink = place->Sink();
  Keep(*sink, {PlayLine(1, "ann"), PlayFromApi(2, "ann"), gap, PlayLine(3, "bob"), PlayFromApi(4, "bob")},
       {{plays0, 5}});
  const auto forget = [&sink](const std::set<ports::ForgottenEvents>& what) {
    auto done = sink->Forget(what);
    EXPECT_TRUE(done) << done.error().Text();
  };
  forget({{"ann", EventType::kPlay, ForgottenPart::kFromApi}, {"eve", EventType::kPlay}});
  ExpectThere({PlayLine(1, "ann"), gap, PlayLine(3, "bob"), PlayFromApi(4, "bob")});
  const auto later = place->Sink();
  EXPECT_TRUE(later->Forget({{"ann", EventType::kPlay}}));
  ExpectThere({gap, PlayLine(3, "bob"), PlayFromApi(4, "bob")});
  // A lake is written anew, and read into from the beginning.
  EXPECT_THAT(PlacesOf(*place->Sink()),
              ::testing::AnyOf(ports::FeedPlaces{}, ports::FeedPlaces{{plays0, 5}}));
}

TEST_P(EventSinkContract, TheLargestEventThatItSaysItHoldsIsKept) {
  const auto sink = place->Sink();
  constexpr std::size_t kOfTopics = (16U << 20) - 1'000;  // no topic brings a larger one
  std::string line = LineOf(model::EventType::kPlaylist, 1);
  const std::size_t bytes = std::min(sink->EventBytesMax(), kOfTopics);
  line.insert(line.size() - 2, ",\"note\":\"" + std::string(bytes - line.size() - 10, 'x') + "\"");
  ASSERT_EQ(line.size(), bytes);
  EXPECT_EQ(Keep(*sink, {line}).accepted, 1U);
  ExpectThere({line});
}

}  // namespace earprint::testing
