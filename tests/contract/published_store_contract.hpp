#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/asker.hpp"
#include "app/stores/store_backend.hpp"
#include "metrics/answer_writer.hpp"
#include "metrics/publishing/metric_publisher.hpp"
#include "tests/support/invented_export.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/prepared_folder.hpp"
#include "tests/support/stored_listener.hpp"

/// What a store is for: what the warehouse says, said again, by any server, to the digit.
namespace earprint::testing {

/// A household of two invented listeners, with catalogues and playlists.
class Household {
 public:
  app::Pipeline& pipeline() { return *pipeline_; }
  std::string store_folder() const { return folder_ / "store"; }
  app::Asker& asker() { return *asker_; }

  metrics::publishing::PublishedReport Publish(const std::string& listener, ports::MetricStore& store) {
    auto report = TryPublish(listener, store);
    EXPECT_TRUE(report) << report.error().Text();
    return report.value_or(metrics::publishing::PublishedReport{});
  }

  /// As another release might have them.
  using Relations = std::vector<metrics::publishing::PublishedRelation>;
  static Relations LoadRelations() {
    return Must(metrics::publishing::LoadPublishedRelations(base::sql_files()));
  }

  base::Result<metrics::publishing::PublishedReport> TryPublish(
      const std::string& listener, ports::MetricStore& store, const Relations& relations = LoadRelations()) {
    metrics::publishing::MetricPublisher publisher({.engine = pipeline_->engine(),
                                                    .catalogue = asker_->catalogue(),
                                                    .relations = relations,
                                                    .prelude = app::EnginePrelude(),
                                                    .default_tz = "Europe/Paris",
                                                    .scratch_folder = folder_ / "store/publishing"});
    return publisher.Publish(listener, store);
  }

  static void Make(const std::string& path) {
    const TempFolder folder;
    const auto pipeline = OpenAt(path);
    for (const std::uint64_t seed : {1U, 2U}) {
      const std::string files = folder / ("files" + std::to_string(seed));
      WriteExport(files, seed, 900, 18'180);
      EXPECT_TRUE(pipeline->Import({.paths = {files}, .listener = seed == 1 ? "ann" : "bob"}, {}));
    }
  }

  /// A play that ends in the middle of the history, by an export of its own.
  void HearOneMore(const std::string& listener) {
    const std::string file = folder_ / ("Streaming_History_Audio_" + std::to_string(++more_) + ".json");
    std::ofstream(file)
        << R"([{"ts":"2019-06-0)" << more_
        << R"(T10:20:30Z","username":"x","platform":"ios","ms_played":200000,)"
        << R"("conn_country":"FR","master_metadata_track_name":"One more","master_metadata_album_artist_name":"Nobody",)"
        << R"("master_metadata_album_album_name":"None","spotify_track_uri":"spotify:track:7lEptt4wbM0yJTvSG5EBof",)"
        << R"("reason_start":"trackdone","reason_end":"trackdone","shuffle":false,"skipped":false,"offline":false}])";
    const auto summary = pipeline_->Import({.paths = {file}, .listener = listener}, {});
    ASSERT_TRUE(summary) << summary.error().Text();
    ASSERT_EQ(summary->total.accepted, 1U);
  }

 private:
  std::unique_ptr<app::Pipeline> OpenPrepared() const {
    CopyPrepared("household", store_folder(), Make);
    return OpenAt(store_folder());
  }

  TempFolder folder_;
  int more_ = 0;
  std::unique_ptr<app::Pipeline> pipeline_ = OpenPrepared();
  std::unique_ptr<app::Asker> asker_ = Must(app::Asker::Make(*pipeline_, "Europe/Paris"));
};

/// A server that sees a new version at once.
inline std::unique_ptr<app::StoreAsker> Serve(std::unique_ptr<ports::MetricStore> store,
                                              std::uint64_t memory_max_bytes = 1ULL << 30,
                                              std::chrono::milliseconds looks_apart = {}) {
  return Must(app::StoreAsker::Make(std::move(store), {.default_tz = "Europe/Paris",
                                                       .memory_max_bytes = memory_max_bytes,
                                                       .looks_apart = looks_apart,
                                                       .wait_max = std::chrono::seconds(60)}));
}

/// How many listeners' files a server has.
inline int ListenerFolders(const app::StoreAsker& served) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(served.SlicesFolder()))
    count += entry.path().filename().string().starts_with("listener-") ? 1 : 0;
  return count;
}

/// Every condition at least once, alone or with others.
inline std::vector<std::vector<model::ConditionPair>> ManyConditions() {
  return {{},
          {{"from", "2019-03-01"}, {"to", "2019-09-01"}},
          {{"tz", "Asia/Tokyo"}, {"hours", "22-2"}, {"weekdays", "sat,sun"}},
          {{"min-ms", "0"}, {"by", "recording"}, {"limit", "7"}},
          {{"shuffle", "yes"}, {"skipped", "no"}},
          {{"offline", "no"}, {"grain", "week"}, {"weight", "ms"}},
          {{"feature", "energy>=0.5"}, {"feature", "tempo<130"}},
          {{"released", "1990-2010"}, {"x", "energy"}, {"y", "danceability"}},
          {{"source", "extended"}, {"country", "FR"}, {"grain", "quarter"}},
          {{"platform", "ios"}}};
}

/// A release that tells people's rows otherwise, and nothing else, leaves every answer where it was.
inline void ExpectAnswersAfterOtherRelations(Household& house, ports::MetricStore& store) {
  house.Publish("ann", store);
  auto relations = Household::LoadRelations();
  for (auto& relation : relations) {
    if (relation.stored.name == "plays" || relation.stored.name == "tracks")
      relation.body = "select * replace (upper(title) as title) from (" + relation.body + ") as before";
  }
  const auto report = house.TryPublish("ann", store, relations);
  ASSERT_TRUE(report) << report.error().Text();
  EXPECT_GT(report->rows_sent, 800);
  const auto again = house.TryPublish("ann", store, relations);
  ASSERT_TRUE(again) << again.error().Text();
  EXPECT_EQ(again->parts_sent, 0U);
  for (const metrics::Metric& metric : house.asker().catalogue().all()) {
    const auto expected = Must(house.asker().Ask(metric.name, "ann", {}));
    const auto held = Must(store.FindAnswer("ann", metrics::publishing::AnswerKey(expected->question)));
    ASSERT_TRUE(held) << metric.name;
    EXPECT_EQ(held->rows.size(), expected->rows.size()) << metric.name;
  }
  // An answer that is gone, however that came, is brought by the next publication.
  ports::PartPrints held = Must(store.State("ann")).parts;
  const auto some = held.lower_bound({"answers", ""});
  ASSERT_EQ(some->first.relation, "answers");
  const ports::PartName lost = some->first;
  held.erase(some);
  auto change = Must(store.Begin("ann", held));
  ASSERT_TRUE(change->Drop(lost));
  ASSERT_TRUE(change->Commit("without an answer"));
  change.reset();
  EXPECT_FALSE(Must(store.FindAnswer("ann", lost.chunk)));
  const auto mended = house.TryPublish("ann", store, relations);
  ASSERT_TRUE(mended) << mended.error().Text();
  EXPECT_EQ(mended->answers_sent, 1U);
  EXPECT_TRUE(Must(store.FindAnswer("ann", lost.chunk)));
}

template <typename Place>
class PublishedStore : public ::testing::Test {
 protected:
  Place place_;
  Household house_;
};

TYPED_TEST_SUITE_P(PublishedStore);

/// Every metric without conditions and under some, such that together every condition meets many metrics.
inline void ExpectSameAnswers(Household& house, app::StoreAsker& served, const std::string& listener) {
  int compared = 0, with_rows = 0;
  std::size_t no = listener.front();
  const auto all = ManyConditions();
  for (const metrics::Metric& metric : house.asker().catalogue().all()) {
    ++no;
    for (const auto& conditions : {all[0], all[1 + no % 9], all[1 + (no + no / 9 + 4) % 9]}) {
      auto expected = house.asker().Ask(metric.name, listener, conditions);
      auto answer = served.Ask(metric.name, listener, conditions);
      ASSERT_EQ(answer.has_value(), expected.has_value())
          << metric.name << (answer ? "" : answer.error().Text());
      if (!answer) continue;
      model::Answer of_house = **expected;
      of_house.data_version = (*answer)->data_version;
      EXPECT_EQ(metrics::AnswerJson(**answer), metrics::AnswerJson(of_house)) << metric.name;
      ++compared;
      if (!of_house.rows.empty()) ++with_rows;
    }
  }
  EXPECT_GT(compared, 80);
  EXPECT_GT(with_rows, 50);
}

TYPED_TEST_P(PublishedStore, ServerAnswersEveryMetricUnderEveryConditionToTheDigit) {
  auto store = this->place_.Open();
  for (const std::string listener : {"ann", "bob"}) {
    const auto report = this->house_.Publish(listener, *store);
    EXPECT_EQ(report.parts_sent, report.parts);
    EXPECT_GT(report.rows_sent, 3'000);
  }
  const auto served = Serve(this->place_.Open(), 1ULL << 30, std::chrono::seconds(30));
  for (const std::string listener : {"ann", "bob"}) ExpectSameAnswers(this->house_, *served, listener);
  EXPECT_EQ(served->mirror().Loaded().slices, 2U);
  const auto nobody = served->Ask("overview", "carl", {});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, base::ErrorCode::kNotFound);
  // And the answers that are held for those who ask no server.
  for (const metrics::Metric& metric : this->house_.asker().catalogue().all()) {
    const auto expected = Must(this->house_.asker().Ask(metric.name, "ann", {}));
    const auto held = Must(store->FindAnswer("ann", metrics::publishing::AnswerKey(expected->question)));
    ASSERT_TRUE(held) << metric.name;
    model::Answer answer = *held;
    answer.question = expected->question;
    EXPECT_EQ(metrics::AnswerJson(answer), metrics::AnswerJson(*expected));
  }
}

TYPED_TEST_P(PublishedStore, NewPlaySendsItsMonthAndReachesRunningServers) {
  auto store = this->place_.Open();
  this->house_.Publish("ann", *store);
  this->house_.Publish("bob", *store);
  const auto served = Serve(this->place_.Open());
  const std::string before = Must(served->Ask("overview", "ann", {}))->data_version;
  EXPECT_EQ(this->house_.Publish("ann", *store).parts_sent, 0U);
  this->house_.HearOneMore("ann");
  const auto report = this->house_.Publish("ann", *store);
  EXPECT_GT(report.parts_sent, 0U);
  EXPECT_LT(report.parts_sent, report.parts / 3);
  EXPECT_EQ(this->house_.Publish("bob", *store).parts_sent, 0U)
      << "another's play changes nothing of this listener";
  EXPECT_EQ(this->house_.Publish("ann", *store).parts_sent, 0U);
  EXPECT_NE(Must(served->Ask("overview", "ann", {}))->data_version, before);
  for (const std::string metric : {"overview", "timeline", "top_tracks", "sources", "playlists"}) {
    model::Answer expected = *Must(this->house_.asker().Ask(metric, "ann", {}));
    const auto answer = Must(served->Ask(metric, "ann", {}));
    EXPECT_EQ(metrics::AnswerJson(*answer), metrics::AnswerJson(expected));
  }
}

TYPED_TEST_P(PublishedStore, ServerHoldsNoMoreThanItsBoundAndForgetsWhoIsForgotten) {
  auto store = this->place_.Open();
  this->house_.Publish("ann", *store);
  this->house_.Publish("bob", *store);
  const auto served = Serve(this->place_.Open(), 1);
  std::uint64_t evictions = 0;
  for (int round = 0; round < 2; ++round) {
    for (const std::string listener : {"ann", "bob"}) {
      ASSERT_TRUE(served->Ask("overview", listener, {}));
      const auto load = served->mirror().Loaded();
      EXPECT_EQ(load.slices, 1U) << "the one that was asked for stays, however large";
      EXPECT_GT(load.bytes, 1U << 20U);
      EXPECT_EQ(load.evictions, evictions++);
      EXPECT_EQ(ListenerFolders(*served), 1) << "its files go with a slice";
    }
  }
  ASSERT_TRUE(served->Ask("overview", "ann", {}));
  ASSERT_TRUE(store->Forget("ann"));
  EXPECT_EQ(Must(served->mirror().Listeners()), std::vector<std::string>{"bob"});
  EXPECT_EQ(served->mirror().Loaded().slices, 0U) << "nobody has to ask for who was forgotten";
  EXPECT_EQ(ListenerFolders(*served), 0);
  const auto forgotten = served->Ask("overview", "ann", {});
  ASSERT_FALSE(forgotten);
  EXPECT_EQ(forgotten.error().code, base::ErrorCode::kNotFound);
  EXPECT_TRUE(served->Ask("overview", "bob", {}));
  EXPECT_NE(served->FiguresText().find("earprint_slices_loaded 1\n"), std::string::npos);
  EXPECT_NE(served->FiguresText().find("earprint_slices_evicted_total 4\n"), std::string::npos)
      << served->FiguresText();
  EXPECT_NE(served->FiguresText().find("earprint_store_is_there 1\n"), std::string::npos);
}

TYPED_TEST_P(PublishedStore, WhatComesInMeanwhileIsLeftForTheNextTimeAndNothingIsMixed) {
  const auto store = this->place_.Open();
  const auto served = Serve(this->place_.Open());
  std::atomic<bool> is_over = false;
  std::jthread hearing([&] {
    for (int i = 0; i < 8; ++i) this->house_.HearOneMore("ann");
    is_over = true;
  });
  std::set<std::string> versions;
  for (bool is_last = false; !is_last;) {
    is_last = is_over;  // what was heard before this is published
    versions.insert(this->house_.Publish("ann", *store).data_version);
    const auto answer = Must(served->Ask("overview", "ann", {{{"min-ms", "0"}}}));
    std::size_t tracks = 0;
    const ports::StoredRelation& plays = Relation("plays");
    const auto is_track = std::ranges::find(plays.columns, "is_track", &ports::StoredColumn::name);
    ASSERT_NE(is_track, plays.columns.end());
    const auto place = static_cast<std::size_t>(is_track - plays.columns.begin());
    for (const auto& row : Must(store->ReadRows("ann", plays))) {
      if (row[place] == ports::Cell(true)) ++tracks;
    }
    EXPECT_EQ(answer->rows[0][0].number, static_cast<std::int64_t>(tracks));
    EXPECT_EQ(answer->data_version, Must(store->State("ann")).data_version);
  }
  hearing.join();
  EXPECT_GT(versions.size(), 1U);
  EXPECT_TRUE(versions.contains(this->house_.pipeline().DataVersion()));
}

TYPED_TEST_P(PublishedStore, OtherRowsForPeopleLeaveTheAnswersWhereTheyWere) {
  ExpectAnswersAfterOtherRelations(this->house_, *this->place_.Open());
}

REGISTER_TYPED_TEST_SUITE_P(PublishedStore, ServerAnswersEveryMetricUnderEveryConditionToTheDigit,
                            WhatComesInMeanwhileIsLeftForTheNextTimeAndNothingIsMixed,
                            NewPlaySendsItsMonthAndReachesRunningServers,
                            ServerHoldsNoMoreThanItsBoundAndForgetsWhoIsForgotten,
                            OtherRowsForPeopleLeaveTheAnswersWhereTheyWere);

}  // namespace earprint::testing
