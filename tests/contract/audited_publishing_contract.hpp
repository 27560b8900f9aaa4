#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "adapters/file/segment_event_log.hpp"
#include "app/stores/stored_answers.hpp"
#include "audit/auditor.hpp"
#include "audit/lake/lake_reader.hpp"
#include "base/utc_time.hpp"
#include "tests/contract/published_store_contract.hpp"
#include "tests/support/stopped_clock.hpp"

/// What was published is held against the lake, and nothing that is wrong there stays unseen.
namespace earprint::testing {

template <typename Place>
class AuditedPublishing : public ::testing::Test {
 protected:
  AuditedPublishing() {
    for (const std::string listener : {"ann", "bob"}) house_.Publish(listener, *store_);
  }

  /// The lake beside a process that holds the folder, as the command reads it.
  audit::AuditReport Audited(const std::string& forgotten = "") {
    const auto answers = Must(app::StoredAnswers::Make(place_.url(), "Europe/Paris", 1ULL << 30));
    const auto read = [&]() -> base::Result<audit::DatedTruth> {
      const auto log = Must(adapters::SegmentEventLog::OpenToRead(house_.store_folder() + "/lake", clock_));
      auto truth = audit::Settle(Must(audit::ReadLake(*log, house_.store_folder() + "/scratch")));
      truth.listeners.erase(forgotten);
      std::erase_if(truth.playlists, [&](const audit::Playlist& list) {
        return truth.lake.texts.Or(list.listener) == forgotten;
      });
      return audit::DatedTruth{"", std::make_shared<const audit::Truth>(std::move(truth))};
    };
    audit::Auditor auditor(read, *answers, clock_);
    return Must(auditor.Run({.samples = 4, .default_tz = "Europe/Paris"})).report;
  }

  /// Puts other rows in the place of a month of ann's plays, with nothing that tells.
  template <typename Change>
  void DoctorPlays(Change change) {
    const ports::StoredRelation& plays = Relation("plays");
    const auto place_of = [&](const std::string& name) {
      return static_cast<std::size_t>(std::ranges::find(plays.columns, name, &ports::StoredColumn::name) -
                                      plays.columns.begin());
    };
    auto state = Must(store_->State("ann"));
    const ports::PartName month{"plays", "2019-05-01"};
    ASSERT_TRUE(state.parts.contains(month));
    std::vector<std::vector<ports::Cell>> rows;
    for (auto& row : Must(store_->ReadRows("ann", plays))) {
      const std::int64_t day = std::get<std::int64_t>(row[place_of("ended_at")]) / 86'400'000;
      if (base::FormatEpochDay(day).starts_with("2019-05")) rows.push_back(std::move(row));
    }
    ASSERT_EQ(static_cast<std::int64_t>(rows.size()), state.parts.at(month).rows);
    std::ranges::sort(rows);  // a store gives them in no order
    change(rows, place_of);
    auto begun = Must(store_->Begin("ann", state.parts));
    ASSERT_TRUE(begun->PutRows(plays, month, state.parts.at(month), rows));
    ASSERT_TRUE(begun->Commit(state.data_version));
  }

  Place place_;
  Household house_;
  std::unique_ptr<ports::MetricStore> store_ = place_.Open();
  StoppedClock clock_;
};

TYPED_TEST_SUITE_P(AuditedPublishing);

inline bool Names(const audit::AuditReport& report, const std::string& metric, const std::string& column) {
  return std::ranges::any_of(report.differences, [&](const audit::Difference& each) {
    return each.metric == metric && each.column == column;
  });
}

TYPED_TEST_P(AuditedPublishing, WhatWasPublishedEqualsTheLake) {
  const auto report = this->Audited();
  EXPECT_EQ(report.differing, 0U) << audit::ReportTable(report);
  EXPECT_EQ(report.listeners, (std::vector<std::string>{"ann", "bob"}));
  EXPECT_NE(std::ranges::find(report.metrics, "rows.plays"), report.metrics.end());
  EXPECT_EQ(report.store, this->store_->Place());
  EXPECT_GT(report.figures, 30'000U);
}

TYPED_TEST_P(AuditedPublishing, StoreThatWasLeftBehindIsFoundAndIsRightAgainOncePublished) {
  this->house_.HearOneMore("ann");
  const auto stale = this->Audited();
  EXPECT_TRUE(Names(stale, "overview", "plays")) << audit::ReportTable(stale);
  EXPECT_TRUE(
      std::ranges::all_of(stale.differences, [](const auto& each) { return each.listener == "ann"; }));
  this->house_.Publish("ann", *this->store_);
  EXPECT_EQ(this->Audited().differing, 0U);
}

TYPED_TEST_P(AuditedPublishing, ChangedAndLostRowsAreFound) {
  this->DoctorPlays([](auto& rows, const auto& place_of) {
    std::get<std::int64_t>(rows.front()[place_of("played_ms")]) += 1;
  });
  const auto changed = this->Audited();
  EXPECT_TRUE(Names(changed, "rows.plays", "played_ms")) << audit::ReportTable(changed);
  EXPECT_EQ(changed.differing, 1U);
  this->DoctorPlays([](auto& rows, const auto& place_of) {
    std::get<std::int64_t>(rows.front()[place_of("played_ms")]) -= 1;
  });
  EXPECT_EQ(this->Audited().differing, 0U);
  this->DoctorPlays([](auto& rows, const auto&) { rows.pop_back(); });
  const auto lost = this->Audited();
  EXPECT_TRUE(Names(lost, "rows.plays", "row")) << audit::ReportTable(lost);
  EXPECT_EQ(lost.differing, 1U);
}

TYPED_TEST_P(AuditedPublishing, ChangedAndLostAnswersAreFound) {
  model::Conditions conditions;
  conditions.tz = "Europe/Paris";
  const model::Question question{"top_artists", "bob", conditions};
  const std::string key = metrics::publishing::AnswerKey(question);
  const ports::PartName name{"answers", key};
  auto state = Must(this->store_->State("bob"));
  ASSERT_TRUE(state.parts.contains(name));
  auto answer = Must(this->store_->FindAnswer("bob", key));
  ASSERT_TRUE(answer && answer->rows.size() > 2);
  answer->question = question;
  std::swap(answer->rows[0], answer->rows[1]);  // a tie, say, that was broken another way
  auto begun = Must(this->store_->Begin("bob", state.parts));
  ASSERT_TRUE(
      begun->PutAnswer(state.parts.at(name), {key, model::ConditionsJson(question.conditions), *answer}));
  ASSERT_TRUE(begun->Commit(state.data_version));
  EXPECT_TRUE(Names(this->Audited(), "top_artists", "artist"));
  state.parts.erase(name);
  begun = Must(this->store_->Begin("bob", state.parts));
  ASSERT_TRUE(begun->Drop(name));
  ASSERT_TRUE(begun->Commit(state.data_version));
  EXPECT_TRUE(Names(this->Audited(), "top_artists", "answer"));
}

TYPED_TEST_P(AuditedPublishing, WhoWasForgottenAndIsStillHeldIsFound) {
  const auto report = this->Audited("bob");
  EXPECT_TRUE(Names(report, "listeners", "listener")) << audit::ReportTable(report);
  EXPECT_EQ(report.differing, 1U);
}

REGISTER_TYPED_TEST_SUITE_P(AuditedPublishing, WhatWasPublishedEqualsTheLake,
                            StoreThatWasLeftBehindIsFoundAndIsRightAgainOncePublished,
                            ChangedAndLostRowsAreFound, ChangedAndLostAnswersAreFound,
                            WhoWasForgottenAndIsStillHeldIsFound);

}  // namespace earprint::testing
