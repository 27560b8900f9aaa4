// A folder of Parquet files against the contract that it shares with the servers.
#include <filesystem>

#include "adapters/duckdb/duckdb_engine.hpp"
#include "app/stores/store_choice.hpp"
#include "metrics/publishing/listener_slice.hpp"
#include "metrics/publishing/slice_schema.hpp"
#include "tests/contract/answered_store_contract.hpp"
#include "tests/contract/audited_publishing_contract.hpp"
#include "tests/contract/kept_store_contract.hpp"
#include "tests/contract/metric_store_contract.hpp"
#include "tests/contract/published_store_contract.hpp"
#include "tests/contract/zero_texts_store_contract.hpp"
#include "tests/support/documented_queries.hpp"
#include "tests/support/small_disk.hpp"

namespace earprint::testing {

/// A folder of the test's own, which is not there at first.
class ParquetPlace {
 public:
  std::string url() const { return "parquet:" + path(); }
  std::string path() const { return folder_.path() + "/it's a store"; }
  std::unique_ptr<ports::MetricStore> Open() const { return Must(app::ChooseStore(url())); }

 private:
  TempFolder folder_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, MetricStoreContract, ParquetPlace);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, PublishedStore, ParquetPlace);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, AuditedPublishing, ParquetPlace);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, AnsweredStoreContract, StoreHolds<ParquetPlace>);
INSTANTIATE_TYPED_TEST_SUITE_P(DuckDb, AnsweredStoreContract, WarehouseHolds);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, KeptStore, ParquetPlace);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, ZeroTextsStore, ParquetPlace);

TEST(ParquetMetricStore, AnyToolReadsWhatIsDocumented) {
  const ParquetPlace place;
  MustPublish(*place.Open(), "me", "v1", StateOf("me", 1, 30));
  MustPublish(*place.Open(), "me", "v2", StateOf("me", 2, 60));
  const auto engine = Must(adapters::DuckDbEngine::Open({.readable_folder = place.path()}));
  const auto session = Must(engine->Connect());
  std::string path = place.path() + "/me/current";
  path.insert(path.find('\''), "'");
  const auto count = [&](const std::string& sql) {
    return std::get<std::int64_t>(Must(session->Query(sql)).rows.at(0).at(0));
  };
  EXPECT_EQ(count("select count(*) from read_parquet('" + path +
                  "/plays/*.parquet') where ended_at >= '2020-01-01'"),
            60);
  EXPECT_EQ(
      count("select count(*) from read_parquet('" + path + "/tracks/*.parquet') where features_energy < 3"),
      20);
  EXPECT_EQ(count("select count(*) from read_parquet('" + path +
                  "/metrics/invented-fedcba.parquet') where share is not null"),
            1'876);
}

TEST(ParquetMetricStore, WhatDidNotChangeIsNotWrittenAgain) {
  const ParquetPlace place;
  const auto store = place.Open();
  StoredState state = StateOf("me", 1, 30);
  MustPublish(*store, "me", "v1", state);
  state.target[{"plays", "2020-01-01"}].fingerprint = "anew";
  EXPECT_EQ(MustPublish(*store, "me", "v2", state), 1);
  const std::string folder = place.path() + "/me/";
  EXPECT_TRUE(std::filesystem::equivalent(folder + "v1/plays/2020-02-01.parquet",
                                          folder + "v2/plays/2020-02-01.parquet"));
  EXPECT_FALSE(std::filesystem::equivalent(folder + "v1/plays/2020-01-01.parquet",
                                           folder + "v2/plays/2020-01-01.parquet"));
  state.target[{"plays", "2020-01-01"}].fingerprint = "and anew";
  MustPublish(*store, "me", "v3", state);
  EXPECT_FALSE(std::filesystem::exists(folder + "v1"));
  EXPECT_TRUE(std::filesystem::exists(folder + "v2")) << "somebody may read it";
}

TEST(ParquetMetricStore, WhoPublishesWhereSomebodyElseDoesIsToldSo) {
  const ParquetPlace place;
  const auto store = place.Open();
  const StoredState state = StateOf("me", 1, 30);
  const auto change = Must(store->Begin("me", state.target));
  const auto refused = place.Open()->Begin("me", state.target);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kConflict);
  EXPECT_NE(refused.error().hint, "");
}

TEST(ParquetMetricStore, AStateThatWasNumberedAndDoesNotCountIsPassedOver) {
  const ParquetPlace place;
  const auto store = place.Open();
  MustPublish(*store, "me", "v1", StateOf("me", 1, 30));
  // As after a kill between the two renames.
  std::filesystem::create_directory(place.path() + "/me/v2");
  ExpectHeld(*store, "me", "v1", StateOf("me", 1, 30));
  MustPublish(*store, "me", "v2", StateOf("me", 2, 30));
  ExpectHeld(*store, "me", "v2", StateOf("me", 2, 30));
}

TEST(ParquetMetricStore, ADamagedStateIsSaid) {
  const ParquetPlace place;
  MustPublish(*place.Open(), "me", "v1", StateOf("me", 1, 30));
  std::ofstream(place.path() + "/me/v1/state.parquet", std::ios::trunc) << "PAR1 no more";
  const auto read = place.Open()->State("me");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, base::ErrorCode::kCorrupt) << read.error().Text();
  EXPECT_NE(read.error().hint, "");
}

// As where its disk is not mounted: it comes back with all that it held.
TEST(ParquetMetricStore, AFolderThatWentAwayIsNoEmptyStore) {
  namespace fs = std::filesystem;
  const ParquetPlace place;
  const auto store = place.Open();
  const StoredState state = StateOf("me", 1, 30);
  MustPublish(*store, "me", "v1", state);
  ExpectHeld(*store, "me", "v1", state);
  const auto expect_away = [&] {
    for (const base::ErrorCode code :
         {store->ListenersAfter("", 10).error().code, store->VersionsOf({"me"}).error().code,
          store->State("me").error().code, store->FindAnswer("me", state.answers[0].key).error().code,
          store->Forget("me").error().code, place.Open()->Forget("me").error().code})
      EXPECT_EQ(code, base::ErrorCode::kRetryLater);
    EXPECT_NE(store->Forget("me").error().hint, "");
  };
  const std::string away = place.path() + " away";
  fs::rename(place.path(), away);
  expect_away();
  fs::create_directory(place.path());  // where it was mounted
  expect_away();
  EXPECT_TRUE(Must(place.Open()->Listeners()).empty()) << "who never saw it cannot know";
  fs::remove(place.path());
  fs::create_directory_symlink(place.path(), place.path());  // what cannot be looked into at all
  expect_away();
  EXPECT_FALSE(place.Open()->Listeners());
  fs::remove(place.path());
  fs::rename(away, place.path());
  ExpectHeld(*store, "me", "v1", state);
  ASSERT_TRUE(store->Forget("me"));
  EXPECT_TRUE(Must(store->Listeners()).empty());
}

TEST(ParquetMetricStore, AFullDiskIsSaidLeavesWhatWasAndIsTakenUpOnceThereIsRoom) {
  const SmallDisk disk(24);
  if (!disk.is_there()) GTEST_SKIP() << "no full disk to test with: this user may not mount one";
  const auto store = Must(app::ChooseStore("parquet:" + disk.path() + "/store"));
  const StoredState first = StateOf("me", 1, 300), large = StateOf("me", 2, 30'000);
  MustPublish(*store, "me", "v1", first);
  disk.Fill(64U << 10);
  {
    auto change = Must(store->Begin("me", large.target));
    const bool is_put = TryPut(large, *change);
    const auto done = change->Commit("v2");
    ASSERT_FALSE(is_put && done) << "there was room for all of it";
    EXPECT_EQ(done.error().code, base::ErrorCode::kRetryLater) << done.error().Text();
    EXPECT_NE(done.error().hint.find("disk room"), std::string::npos) << done.error().Text();
  }
  ExpectHeld(*store, "me", "v1", first);
  disk.Free();
  MustPublish(*store, "me", "v2", large);
  ExpectHeld(*store, "me", "v2", large);
}

TEST(DocumentedParquet, EveryExampleOfThePageHasAnAnswer) {
  const ParquetPlace place;
  Household house;
  house.Publish("ann", *place.Open());
  const auto engine = Must(adapters::DuckDbEngine::Open({.readable_folder = place.path()}));
  const auto session = Must(engine->Connect());
  const std::string folder = Replaced(place.path(), "'", "''") + "/ann/";
  const auto statements = DocumentedStatements("A folder of Parquet", "sql", "--");
  EXPECT_GE(statements.size(), 1U);
  for (const std::string& statement : statements) {
    const auto answer = session->Query(Replaced(statement, "folder/me/", folder));
    ASSERT_TRUE(answer) << answer.error().Text();
    EXPECT_GT(answer->rows.size(), 0U) << statement;
  }
}

// A release may tell otherwise what a column is, and count the same.
TEST(MetricPublisher, AnswersFollowWhatTheirColumnsAreSaidToBe) {
  const ParquetPlace place;
  const auto store = place.Open();
  Household house;
  house.Publish("ann", *store);
  std::vector<base::EmbeddedFile> files(base::sql_files().begin(), base::sql_files().end());
  const auto overview = std::ranges::find(files, "metrics/overview.sql", &base::EmbeddedFile::path);
  ASSERT_NE(overview, files.end());
  const std::string body = Replaced(std::string(overview->body), "plays of any length", "each play");
  ASSERT_NE(body, overview->body);
  overview->body = body;
  const auto catalogue = Must(metrics::MetricCatalogue::Load(files));
  const auto relations = Household::LoadRelations();
  const TempFolder scratch;
  metrics::publishing::MetricPublisher publisher({.engine = house.pipeline().engine(),
                                                  .catalogue = catalogue,
                                                  .relations = relations,
                                                  .prelude = app::EnginePrelude(),
                                                  .default_tz = "Europe/Paris",
                                                  .scratch_folder = scratch / "publishing"});
  EXPECT_EQ(Must(publisher.Publish("ann", *store)).answers_sent, 1U);
  const auto held = Must(store->FindAnswer(
      "ann", metrics::publishing::AnswerKey(Must(house.asker().Ask("overview", "ann", {}))->question)));
  ASSERT_TRUE(held);
  EXPECT_EQ(held->columns.at(0).meaning, "each play");
}

// What is copied for several is not for one what the others' rows would make of it, nor does it lack
// anything.
TEST(SliceSchema, AListenersPartsAreTheSameOutOfACopyForSeveral) {
  namespace publishing = metrics::publishing;
  Household house;
  const auto relations = Must(publishing::LoadPublishedRelations(base::sql_files()));
  const std::string prelude = app::EnginePrelude();
  const TempFolder scratch;
  const std::vector<std::string> both = {"ann", "bob"};
  const auto copy = Must(publishing::SliceSchema::Copy(house.pipeline().engine(), prelude, both));
  for (const std::string& listener : both) {
    const auto prints = [&](ports::QueryEngine& engine) {
      return Must(publishing::ListenerSlice::Open(engine, prelude, listener, relations, scratch / "parts"))
          ->Prints();
    };
    const auto told = prints(house.pipeline().engine());
    EXPECT_GT(told.size(), 50U);
    EXPECT_EQ(prints(copy->engine()), told);
  }
}

TEST(SliceSchema, GroupsHoldEveryoneOnceInOrder) {
  Household house;
  const std::vector<std::string> all = {"ann", "bob", "nobody"};
  const auto groups = Must(metrics::publishing::GroupForCopies(house.pipeline().engine(), all));
  ASSERT_EQ(groups.size(), 1U) << "a few thousand plays fit together";
  EXPECT_EQ(groups[0], all);
}

}  // namespace earprint::testing
