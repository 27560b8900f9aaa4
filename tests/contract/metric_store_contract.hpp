#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/stored_listener.hpp"

/// What ports/metric_store.hpp promises, sentence by sentence. A suite is instantiated with a type that has
///   std::unique_ptr<ports::MetricStore> Open();   another client of the same, at first empty, store.
namespace earprint::testing {

template <typename Place>
class MetricStoreContract : public ::testing::Test {
 protected:
  Place place_;
  std::unique_ptr<ports::MetricStore> store_ = place_.Open();
};

TYPED_TEST_SUITE_P(MetricStoreContract);

TYPED_TEST_P(MetricStoreContract, NothingIsHeldAtFirst) {
  auto& store = *this->store_;
  EXPECT_TRUE(Must(store.Listeners()).empty());
  EXPECT_EQ(Must(store.State("me")).data_version, "");
  EXPECT_TRUE(Must(store.State("me")).parts.empty());
  EXPECT_FALSE(Must(store.FindAnswer("me", "none")));
  EXPECT_TRUE(Must(store.ReadRows("me", Relation("plays"))).empty());
  EXPECT_EQ(store.ReadBytes("me", {"slice/x", "all"}, "1").error().code, base::ErrorCode::kConflict);
}

TYPED_TEST_P(MetricStoreContract, ForgettingWhoIsNotHeldIsDone) {
  auto& store = *this->store_;
  MustPublish(store, "other", "v1", StateOf("other", 1, 3));
  const auto forgotten = store.Forget("me");
  EXPECT_TRUE(forgotten) << forgotten.error().Text();
  ExpectHeld(store, "other", "v1", StateOf("other", 1, 3));
}

TYPED_TEST_P(MetricStoreContract, ListenersAreToldPartByPartAndVersionsOfThoseAskedFor) {
  auto& store = *this->store_;
  EXPECT_TRUE(Must(store.ListenersAfter("", 2)).empty());
  EXPECT_TRUE(Must(store.VersionsOf({"me"})).empty());
  const std::string odd = "Zoë o'Brien \"x\" $1 %s{},\\";
  std::vector<std::string> names = {"me", "Me", "b", odd, "a b"};
  for (const std::string& name : names) MustPublish(store, name, "v of " + name, StateOf(name, 1, 3));
  std::vector<std::string> told;
  for (bool is_last = false; !is_last;) {
    const auto part = Must(store.ListenersAfter(told.empty() ? "" : told.back(), 2));
    ASSERT_LE(part.size(), 2U);
    for (const ports::StoredListener& each : part) {
      EXPECT_EQ(each.data_version, "v of " + each.listener);
      told.push_back(each.listener);
    }
    ASSERT_LE(told.size(), names.size());
    is_last = part.size() < 2;
  }
  std::ranges::sort(names);
  std::ranges::sort(told);
  EXPECT_EQ(told, names);
  EXPECT_EQ(Must(store.ListenersAfter("", 100)).size(), names.size());
  auto versions = Must(store.VersionsOf({odd, "nobody", "b"}));
  std::ranges::sort(versions, {}, &ports::StoredListener::listener);
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0].data_version, "v of " + odd);
  EXPECT_EQ(versions[1].data_version, "v of b");
  EXPECT_TRUE(versions[1].parts.empty());
  EXPECT_TRUE(Must(store.VersionsOf({})).empty());
}

TYPED_TEST_P(MetricStoreContract, ChangeIsSeenAsAWholeOnceItIsCommittedAndNotBefore) {
  auto& store = *this->store_;
  const auto reader = this->place_.Open();
  const StoredState state = StateOf("me", 1, 200);
  auto change = Must(store.Begin("me", state.target));
  EXPECT_TRUE(change->Held().empty());
  MustPut(state, *change);
  EXPECT_TRUE(Must(reader->Listeners()).empty());
  EXPECT_FALSE(Must(reader->FindAnswer("me", state.answers[0].key)));
  ASSERT_TRUE(change->Commit("v1"));
  ExpectHeld(*reader, "me", "v1", state);
  EXPECT_EQ(Must(reader->Listeners()).size(), 1);
}

TYPED_TEST_P(MetricStoreContract, ChangeThatIsDroppedLeavesWhatReadersSee) {
  auto& store = *this->store_;
  const StoredState first = StateOf("me", 1, 200), second = StateOf("me", 2, 150);
  MustPublish(store, "me", "v1", first);
  MustPut(second, *Must(store.Begin("me", second.target)));
  ExpectHeld(store, "me", "v1", first);
  MustPublish(store, "me", "v2", second);
  ExpectHeld(store, "me", "v2", second);
}

TYPED_TEST_P(MetricStoreContract, WhatDiffersIsReplacedAndWhatIsDroppedIsGone) {
  auto& store = *this->store_;
  MustPublish(store, "me", "v1", StateOf("me", 1, 200));
  StoredState next = StateOf("me", 1, 200);
  auto& month = next.rows.at({"plays", "2020-01-01"});
  month.resize(month.size() / 2);  // rows that are no longer told
  next.target.at({"plays", "2020-01-01"}) = {"halved", static_cast<std::int64_t>(month.size())};
  next.rows.erase({"plays", "2020-03-01"});
  next.target.erase({"plays", "2020-03-01"});
  next.target.erase({"answers", next.answers.back().key});
  next.answers.pop_back();
  next.bytes.erase({"slice/silver_play", "2020-02-01"});
  next.target.erase({"slice/silver_play", "2020-02-01"});
  EXPECT_EQ(MustPublish(store, "me", "v2", next), 1);  // the halved month, and nothing else
  ExpectHeld(store, "me", "v2", next);
}

TYPED_TEST_P(MetricStoreContract, PlayThatMovesToAnotherMonthIsThereOnce) {
  auto& store = *this->store_;
  for (const bool is_earlier : {true, false}) {
    StoredState before = StateOf("me", 1, 30);
    MustPublish(store, "me", "v1", before);
    auto& from = before.rows.at({"plays", is_earlier ? "2020-02-01" : "2020-01-01"});
    auto& to = before.rows.at({"plays", is_earlier ? "2020-01-01" : "2020-02-01"});
    auto moved = from.back();
    from.pop_back();
    moved[1] = std::get<std::int64_t>(to.back()[1]) + 1;  // ended_at
    to.push_back(moved);
    before.target.at({"plays", "2020-01-01"}).fingerprint = "moved";
    before.target.at({"plays", "2020-02-01"}).fingerprint = "moved";
    MustPublish(store, "me", "v2", before);
    ExpectHeld(store, "me", "v2", before);
  }
}

TYPED_TEST_P(MetricStoreContract, PartPutAgainIsThereOnce) {
  auto& store = *this->store_;
  const StoredState state = StateOf("me", 1, 50);
  auto change = Must(store.Begin("me", state.target));
  MustPut(state, *change);
  MustPut(state, *change);
  ASSERT_TRUE(change->Commit("v1"));
  ExpectHeld(store, "me", "v1", state);
  change.reset();
  EXPECT_TRUE(Must(store.Begin("me", state.target))->Held() == state.target);
  // And delivered again, as after a commit whose confirmation was lost.
  MustPublish(store, "me", "v1", state);
  ExpectHeld(store, "me", "v1", state);
}

TYPED_TEST_P(MetricStoreContract, ForgettingOneListenerLeavesTheOthers) {
  auto& store = *this->store_;
  const std::string other = "Zoë o'Brien \"x\" $1 %s";
  const StoredState mine = StateOf("me", 1, 40), theirs = StateOf(other, 2, 60);
  MustPublish(store, "me", "v1", mine);
  MustPublish(store, other, "v1", theirs);
  const auto forgotten = store.Forget("me");
  ASSERT_TRUE(forgotten) << forgotten.error().Text();
  EXPECT_EQ(Must(store.State("me")).data_version, "");
  EXPECT_TRUE(Must(store.ReadRows("me", Relation("plays"))).empty());
  EXPECT_FALSE(Must(store.FindAnswer("me", mine.answers[0].key)));
  ExpectHeld(store, other, "v1", theirs);
  MustPublish(store, "me", "v2", mine);
  ExpectHeld(store, "me", "v2", mine);
}

TYPED_TEST_P(MetricStoreContract, BytesOfAnyLengthComeBackAndAnOldStateIsNotGiven) {
  auto& store = *this->store_;
  StoredState state = StateOf("me", 1, 10);
  std::string large(20U << 20, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 2654435761U >> 13U);
  state.bytes[{"slice/large", "all"}] = large;
  state.target[{"slice/large", "all"}] = {"l1", 1};
  state.bytes[{"slice/none", "all"}] = "";
  state.target[{"slice/none", "all"}] = {"n1", 0};
  MustPublish(store, "me", "v1", state);
  EXPECT_TRUE(Must(store.ReadBytes("me", {"slice/large", "all"}, "l1")) == large);
  EXPECT_EQ(Must(store.ReadBytes("me", {"slice/none", "all"}, "n1")), "");
  const auto old = store.ReadBytes("me", {"slice/large", "all"}, "l0");
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().code, base::ErrorCode::kConflict);
}

TYPED_TEST_P(MetricStoreContract, ChangeThatWasBrokenOffIsTakenUpAndFinished) {
  auto& store = *this->store_;
  const StoredState state = StateOf("me", 1, 9'000);
  {
    auto change = Must(store.Begin("me", state.target));
    const auto& [name, rows] = *state.rows.begin();
    ASSERT_TRUE(change->PutRows(Relation(name.relation), name, state.target.at(name), rows));
  }
  EXPECT_TRUE(Must(store.Listeners()).empty());
  const auto again = this->place_.Open();
  MustPublish(*again, "me", "v1", state);
  ExpectHeld(store, "me", "v1", state);
  const StoredState larger = StateOf("me", 2, 12'000);
  MustPublish(store, "me", "v2", larger);
  ExpectHeld(store, "me", "v2", larger);
}

TYPED_TEST_P(MetricStoreContract, ReadersNeverSeeTwoVersionsMixed) {
  constexpr std::int64_t kVersions = 12;
  std::atomic<bool> is_over = false;
  MustPublish(*this->store_, "me", "0", StateOf("me", 0, 30));
  std::atomic<int> looks = 0;
  std::thread reading([this, &is_over, &looks] {
    const auto reader = this->place_.Open();
    const StoredState like = StateOf("me", 0, 30);
    while (!is_over) {
      const auto state = Must(reader->State("me"));
      for (const auto& [name, print] : state.parts) {
        EXPECT_EQ(print.fingerprint, "f" + state.data_version) << name.relation << " " << name.chunk;
      }
      const auto answer = Must(reader->FindAnswer("me", like.answers[0].key));
      ASSERT_TRUE(answer);
      EXPECT_EQ(std::to_string(answer->rows[0][0].number), answer->data_version);
      const auto rows = Must(reader->ReadRows("me", Relation("plays")));
      for (const auto& row : rows) EXPECT_EQ(row.back(), rows[0].back());
      ++looks;
    }
  });
  for (std::int64_t version = 1; version <= kVersions || looks < 3; ++version) {
    // Now within a state, now large enough to be written beside it.
    const std::int64_t plays = version % 4 == 3 ? 6'000 : 30;
    MustPublish(*this->store_, "me", std::to_string(version), StateOf("me", version, plays));
  }
  is_over = true;
  reading.join();
}

TYPED_TEST_P(MetricStoreContract, TwoWhoPublishAtOnceLeaveOneStateWhole) {
  std::map<std::string, StoredState> states;
  for (const std::int64_t version : {1, 2, 3}) {
    const StoredState first = StateOf("me", version * 10 + 1, 60),
                      second = StateOf("me", version * 10 + 2, 90);
    std::atomic<int> committed = 0;
    const auto publish = [&](const std::string& name, const StoredState& state) {
      const auto store = this->place_.Open();
      auto change = store->Begin("me", state.target);
      if (change && TryPut(state, **change) && (*change)->Commit(name)) ++committed;
    };
    std::thread one([&] { publish("one", first); }), other([&] { publish("other", second); });
    one.join();
    other.join();
    EXPECT_GE(committed, 1);
    const std::string winner = Must(this->store_->State("me")).data_version;
    ExpectHeld(*this->store_, "me", winner, winner == "one" ? first : second);
  }
}

TYPED_TEST_P(MetricStoreContract, OfTwoWhoHaveBegunAtMostOneIsCommitted) {
  MustPublish(*this->store_, "me", "v0", StateOf("me", 0, 30));
  using Sizes = std::pair<std::int64_t, std::int64_t>;
  // Within a state, beside it, and one of each.
  for (const auto& [plays, others] :
       {Sizes(60, 90), Sizes(6'000, 6'030), Sizes(6'000, 120), Sizes(60, 6'060)}) {
    const StoredState first = StateOf("me", plays + 1, plays), second = StateOf("me", others + 2, others);
    auto change = Must(this->store_->Begin("me", first.target));
    ASSERT_TRUE(TryPut(first, *change));
    std::atomic<bool> has_tried = false, has_begun = false, may_go_on = false;
    bool is_other_committed = false;
    std::thread other([&] {
      const auto store = this->place_.Open();
      auto begun = store->Begin("me", second.target);  // refused, held up, or taken over: as the store can
      has_begun = begun.has_value();
      has_tried = true;
      while (!may_go_on) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      is_other_committed = begun && TryPut(second, **begun) && (*begun)->Commit("other");
    });
    for (int looks = 0; looks < 400 && !has_tried; ++looks)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const bool have_both_begun = has_begun;
    const bool is_committed = change->Commit("one").has_value();
    may_go_on = true;
    other.join();
    change.reset();
    EXPECT_TRUE(is_committed || is_other_committed);
    if (have_both_begun) {
      EXPECT_NE(is_committed, is_other_committed) << "two at a time, and both are done";
    }
    ExpectHeld(*this->store_, "me", is_other_committed ? "other" : "one",
               is_other_committed ? second : first);
  }
}

TYPED_TEST_P(MetricStoreContract, WhoPublishesAsSoonAsAnotherHasLosesNothing) {
  auto& store = *this->store_;
  MustPublish(store, "me", "v1", StateOf("me", 1, 6'000));
  const StoredState third = StateOf("me", 3, 9'000);
  std::thread follower([this, &third] {
    const auto other = this->place_.Open();
    while (Must(other->State("me")).data_version != "v2") {
    }
    for (bool is_done = false; !is_done;) {
      auto change = other->Begin("me", third.target);  // kConflict: the first one has not ended
      is_done = change && TryPut(third, **change) && (*change)->Commit("v3");
    }
  });
  MustPublish(store, "me", "v2", StateOf("me", 2, 7'500));
  follower.join();
  ExpectHeld(store, "me", "v3", third);
}

REGISTER_TYPED_TEST_SUITE_P(
    MetricStoreContract, NothingIsHeldAtFirst, ForgettingWhoIsNotHeldIsDone,
    ListenersAreToldPartByPartAndVersionsOfThoseAskedFor, ChangeIsSeenAsAWholeOnceItIsCommittedAndNotBefore,
    ChangeThatIsDroppedLeavesWhatReadersSee, WhatDiffersIsReplacedAndWhatIsDroppedIsGone,
    PlayThatMovesToAnotherMonthIsThereOnce, PartPutAgainIsThereOnce, ForgettingOneListenerLeavesTheOthers,
    BytesOfAnyLengthComeBackAndAnOldStateIsNotGiven, ChangeThatWasBrokenOffIsTakenUpAndFinished,
    ReadersNeverSeeTwoVersionsMixed, TwoWhoPublishAtOnceLeaveOneStateWhole,
    OfTwoWhoHaveBegunAtMostOneIsCommitted, WhoPublishesAsSoonAsAnotherHasLosesNothing);

}  // namespace earprint::testing
