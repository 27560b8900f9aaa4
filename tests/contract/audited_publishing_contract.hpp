#pragma once

#include <gmock/gmock.h>

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
  audit::AuditReport Audited(const std::string& forgotten = "",
                             audit::AuditOptions options = {.samples = 4}) {
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
    options.default_tz = "Europe/Paris";
    return Must(auditor.Run(options)).report;
  }

  /// Puts other rows in the place of a part of ann's, with nothing that tells.
  template <typename IsOfPart, typename Change>
  void Doctor(const ports::PartName& part, IsOfPart is_of_part, Change change) {
    const ports::StoredRelation& relation = Relation(part.relation);
    const auto place_of = [&](const std::string& name) {
      return static_cast<std::size_t>(std::ranges::find(relation.columns, name, &ports::StoredColumn::name) -
                                      relation.columns.begin());
    };
    auto state = Must(store_->State("ann"));
    ASSERT_TRUE(state.parts.contains(part)) << part.relation << " " << part.chunk;
    std::vector<std::vector<ports::Cell>> rows;
    for (auto& row : Must(store_->ReadRows("ann", relation))) {
      if (is_of_part(row, place_of)) rows.push_back(std::move(row));
    }
    ASSERT_EQ(static_cast<std::int64_t>(rows.size()), state.parts.at(part).rows);
    std::ranges::sort(rows);  // a store gives them in no order
    change(rows, place_of);
    auto begun = Must(store_->Begin("ann", state.parts));
    ASSERT_TRUE(begun->PutRows(relation, part, state.parts.at(part), rows));
    ASSERT_TRUE(begun->Commit(state.data_version));
  }

  /// A month of plays.
  template <typename Change>
  void DoctorPlays(Change change) {
    const auto is_of_month = [](const auto& row, const auto& place_of) {
      const std::int64_t day = std::get<std::int64_t>(row[place_of("ended_at")]) / 86'400'000;
      return base::FormatEpochDay(day).starts_with("2019-05");
    };
    Doctor({"plays", "2019-05-01"}, is_of_month, change);
  }

  /// A sixteenth of the tracks, or of the lists with what they hold.
  template <typename Change>
  void DoctorSixteenth(const std::string& relation, const std::string& key, Change change) {
    const auto state = Must(store_->State("ann"));
    const auto part = std::ranges::find_if(state.parts, [&](const auto& each) {
      return each.first.relation == relation && each.second.rows > 1;
    });
    ASSERT_NE(part, state.parts.end()) << relation;
    const auto is_of_part = [&](const auto& row, const auto& place_of) {
      const std::string sixteenth = std::to_string(std::get<std::int64_t>(row[place_of(key)]) % 16);
      return part->first.chunk == "all" || part->first.chunk == sixteenth;
    };
    Doctor(part->first, is_of_part, change);
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
  EXPECT_THAT(report.metrics, ::testing::IsSupersetOf(
                                  {"rows.plays", "rows.tracks", "rows.playlists", "rows.playlist_tracks"}));
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

TYPED_TEST_P(AuditedPublishing, ChangedAndLostTracksAndListsAreFound) {
  const auto found = [this](const std::string& metric, const std::string& column) {
    const auto report = this->Audited("", {.samples = 0, .listener = "ann"});
    EXPECT_EQ(report.differing, 1U) << audit::ReportTable(report);
    EXPECT_TRUE(Names(report, metric, column)) << audit::ReportTable(report);
    ASSERT_TRUE(this->store_->Forget("ann"));  // what is there under the same fingerprint is not sent again
    this->house_.Publish("ann", *this->store_);
  };
  this->DoctorSixteenth("tracks", "track_key", [](auto& rows, const auto& place_of) {
    rows.front()[place_of("album")] = std::string("Another album");
  });
  found("rows.tracks", "album");
  this->DoctorSixteenth("tracks", "track_key", [](auto& rows, const auto&) { rows.pop_back(); });
  found("rows.tracks", "row");
  this->DoctorSixteenth("playlists", "playlist_no", [](auto& rows, const auto& place_of) {
    rows.front()[place_of("name")] = std::string("Another list");
  });
  found("rows.playlists", "name");
  this->DoctorSixteenth("playlist_tracks", "playlist_no", [](auto& rows, const auto& place_of) {
    std::get<std::int64_t>(rows.front()[place_of("times")]) += 1;
  });
  found("rows.playlist_tracks", "times");
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
                            ChangedAndLostRowsAreFound, ChangedAndLostTracksAndListsAreFound,
                            ChangedAndLostAnswersAreFound, WhoWasForgottenAndIsStillHeldIsFound);

}  // namespace earprint::testing
