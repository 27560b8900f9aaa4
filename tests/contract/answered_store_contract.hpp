#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/audit/warehouse_answers.hpp"
#include "app/stores/stored_answers.hpp"
#include "tests/contract/published_store_contract.hpp"

/// What ports/answered_store.hpp promises, sentence by sentence, of all that has answers: the warehouse
/// (DuckDB), and every store that figures are published to. A suite is instantiated with a type that has
///   std::unique_ptr<ports::AnsweredStore> Open(Household&);   which has what the house has.
namespace earprint::testing {

/// The house's own warehouse.
struct WarehouseHolds {
  static std::unique_ptr<ports::AnsweredStore> Open(Household& house) {
    return std::make_unique<app::WarehouseAnswers>(house.asker());
  }
};

/// A store, with all of the house published to it.
template <typename Place>
struct StoreHolds {
  std::unique_ptr<ports::AnsweredStore> Open(Household& house) {
    const auto store = place.Open();
    for (const std::string listener : {"ann", "bob"}) house.Publish(listener, *store);
    return Must(app::StoredAnswers::Make(place.url(), "Europe/Paris", 1ULL << 30));
  }
  Place place;
};

template <typename Holds>
class AnsweredStoreContract : public ::testing::Test {
 protected:
  static model::Question QuestionOf(const std::string& metric, const std::string& listener,
                                    const std::vector<model::ConditionPair>& pairs = {}) {
    return {metric, listener, Must(model::ParseConditions(pairs, "Europe/Paris"))};
  }
  /// The answer's text, but for the version of whoever gave it.
  static std::string TextOf(const model::Answer& answer) {
    model::Answer plain = answer;
    plain.data_version = "any";
    return metrics::AnswerJson(plain);
  }

  // Made once for all: no test changes anything.
  struct Room {
    Holds holds;
    Household house;
    std::unique_ptr<ports::AnsweredStore> store = holds.Open(house);
  };
  static void SetUpTestSuite() { room_ = std::make_unique<Room>(); }
  static void TearDownTestSuite() { room_.reset(); }
  static inline std::unique_ptr<Room> room_;

  Household& house_ = room_->house;
  ports::AnsweredStore* const store_ = room_->store.get();
};

TYPED_TEST_SUITE_P(AnsweredStoreContract);

TYPED_TEST_P(AnsweredStoreContract, TellsItsNameItsMetricsAndWhoIsThere) {
  const std::string told = this->store_->Name();
  EXPECT_NE(told, "");
  // A login's name may be in it, no password.
  const std::string login = told.substr(0, told.contains('@') ? told.find('@') : 0);
  EXPECT_EQ(login.find(':', std::min(login.size(), login.find("://") + 3)), std::string::npos) << told;
  const auto names = Must(this->store_->Metrics());
  for (const metrics::Metric& metric : this->house_.asker().catalogue().all())
    EXPECT_THAT(names, ::testing::Contains(metric.name));
  for (const std::string& name : names) {
    const auto answer = this->store_->Ask(this->QuestionOf(name, "ann"));
    EXPECT_TRUE(answer) << name << answer.error().Text();
  }
  if (const auto listeners = Must(this->store_->Listeners())) {
    EXPECT_THAT(*listeners, ::testing::UnorderedElementsAre("ann", "bob"));
  }
}

TYPED_TEST_P(AnsweredStoreContract, AnswersTellTheContractsCells) {
  int with_rows = 0;
  for (const std::string listener : {"ann", "bob"}) {
    std::string version;
    for (const metrics::Metric& metric : this->house_.asker().catalogue().all()) {
      const auto answer = Must(this->store_->Ask(this->QuestionOf(metric.name, listener)));
      const auto expected = Must(this->house_.asker().Ask(metric.name, listener, {}));
      EXPECT_EQ(this->TextOf(*answer), this->TextOf(*expected)) << metric.name;
      if (!answer->rows.empty()) ++with_rows;
      if (version.empty()) version = answer->data_version;
      EXPECT_EQ(answer->data_version, version) << metric.name;
    }
    EXPECT_NE(version, "");
  }
  EXPECT_GT(with_rows, 40);
}

TYPED_TEST_P(AnsweredStoreContract, ConditionsAreHeeded) {
  std::size_t no = 0;
  const auto all = ManyConditions();
  for (const metrics::Metric& metric : this->house_.asker().catalogue().all()) {
    const auto& conditions = all[1 + ++no % (all.size() - 1)];
    const auto expected = this->house_.asker().Ask(metric.name, "ann", conditions);
    const auto answer = this->store_->Ask(this->QuestionOf(metric.name, "ann", conditions));
    ASSERT_EQ(answer.has_value(), expected.has_value()) << metric.name;
    if (answer) {
      EXPECT_EQ(this->TextOf(**answer), this->TextOf(**expected)) << metric.name;
    }
  }
}

TYPED_TEST_P(AnsweredStoreContract, WhatIsNotThereIsSaid) {
  for (const auto& question :
       {this->QuestionOf("no_such_metric", "ann"), this->QuestionOf("overview", "nobody"),
        this->QuestionOf("overview", "nobody", {{"shuffle", "yes"}})}) {
    const auto refused = this->store_->Ask(question);
    // The warehouse answers for who has played nothing.
    if (refused) {
      EXPECT_NE(question.metric, "no_such_metric");
      EXPECT_EQ(this->TextOf(**refused), this->TextOf(*Must(this->house_.asker().answerer().Ask(question))));
      continue;
    }
    EXPECT_EQ(refused.error().code, base::ErrorCode::kNotFound) << refused.error().Text();
  }
}

TYPED_TEST_P(AnsweredStoreContract, SeveralMayAskAtOnce) {
  std::vector<std::string> expected;
  for (const std::string metric : {"overview", "top_tracks", "timeline"})
    expected.push_back(this->TextOf(*Must(this->house_.asker().Ask(metric, "ann", {}))));
  const std::string under =
      this->TextOf(*Must(this->house_.asker().Ask("overview", "bob", {{{"shuffle", "yes"}}})));
  std::vector<std::jthread> askers;
  for (int asker = 0; asker < 4; ++asker) {
    askers.emplace_back([&] {
      for (int round = 0; round < 3; ++round) {
        std::size_t no = 0;
        for (const std::string metric : {"overview", "top_tracks", "timeline"})
          EXPECT_EQ(this->TextOf(*Must(this->store_->Ask(this->QuestionOf(metric, "ann")))), expected[no++]);
        EXPECT_EQ(
            this->TextOf(*Must(this->store_->Ask(this->QuestionOf("overview", "bob", {{"shuffle", "yes"}})))),
            under);
      }
    });
  }
}

REGISTER_TYPED_TEST_SUITE_P(AnsweredStoreContract, TellsItsNameItsMetricsAndWhoIsThere,
                            AnswersTellTheContractsCells, ConditionsAreHeeded, WhatIsNotThereIsSaid,
                            SeveralMayAskAtOnce);

}  // namespace earprint::testing
