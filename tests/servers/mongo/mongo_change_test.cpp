// What a MongoDB does that was told to misbehave: it answers late, or refuses what would succeed.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "adapters/mongo/mongo_handles.hpp"
#include "tests/support/checked_batch.hpp"
#include "tests/support/event_stores.hpp"
#include "tests/support/server_places.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::testing {
namespace {

/// A server that takes orders how to fail.
class ObedientMongo {
 public:
  ObedientMongo() : client_(mongoc_client_new(server_.address().c_str())) {}

  std::string url() const { return WithDatabase(server_.address(), "earprint"); }
  std::unique_ptr<ports::MetricStore> Open() const { return Must(app::ChooseStore(url())); }

  /// Fails commands as `data` says, `times` times.
  void Fail(int times, const std::string& data) {
    Order(R"({"configureFailPoint": "failCommand", "mode": {"times": )" + std::to_string(times) +
          R"(}, "data": )" + data + "}");
  }
  void FailNoMore() { Order(R"({"configureFailPoint": "failCommand", "mode": "off"})"); }

 private:
  void Order(const std::string& json) {
    bson_error_t error;
    bson_t* const command = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()),
                                               static_cast<ssize_t>(json.size()), &error);
    ASSERT_NE(command, nullptr) << error.message;
    EXPECT_TRUE(mongoc_client_command_simple(client_.get(), "admin", command, nullptr, nullptr, &error))
        << error.message;
    bson_destroy(command);
  }

  OwnServer server_{"mongo", "MONGO_ARGS='--setParameter enableTestCommands=1'"};
  adapters::MongoHandle<mongoc_client_t> client_;
};

// One's removal of what it replaced is held up, while another begins the next large change and ends it.
TEST(MongoChange, WhoBeginsBeforeTheLastEpochIsRemovedLosesNothing) {
  ObedientMongo server;
  const StoredState first = StateOf("me", 1, 6'000), second = StateOf("me", 2, 7'500),
                    third = StateOf("me", 3, 9'000);
  const auto one = server.Open(), other = server.Open();
  MustPublish(*one, "me", "v1", first);
  auto change = Must(one->Begin("me", second.target));
  ASSERT_TRUE(TryPut(second, *change));
  server.Fail(1, R"({"failCommands": ["delete"], "namespace": "earprint.plays", "blockConnection": true,
                     "blockTimeMS": 4000})");
  std::thread committing([&] { EXPECT_TRUE(change->Commit("v2")); });
  while (Must(other->State("me")).data_version != "v2")
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  auto next = Must(other->Begin("me", third.target));
  EXPECT_TRUE(TryPut(third, *next));
  committing.join();
  ASSERT_TRUE(next->Commit("v3"));
  ExpectHeld(*other, "me", "v3", third);
}

TEST(MongoChange, WhatAKilledPublisherLeftIsRemovedByTheNextLargeChange) {
  const MongoPlace place;
  const auto store = place.Open();
  MustPublish(*store, "me", "v1", StateOf("me", 1, 6'000));
  MustPublish(*store, "other", "v1", StateOf("other", 1, 30));
  adapters::MongoLink link({.url = place.url(), .collections_json = ""});
  ASSERT_TRUE(link.Open());
  bson_error_t error;
  bson_t* const left = BCON_NEW("_id", BCON_UTF8("left"), "listener", BCON_UTF8("me"), "epoch",
                                BCON_UTF8("an old one"), "relation", BCON_UTF8("x"), "chunk", BCON_UTF8("x"),
                                "fingerprint", BCON_UTF8("x"), "rows", BCON_INT64(1));
  EXPECT_TRUE(mongoc_collection_insert_one(link.Collection("parts").get(), left, nullptr, nullptr, &error))
      << error.message;
  bson_destroy(left);
  MustPublish(*store, "me", "v2", StateOf("me", 2, 6'000));
  EXPECT_EQ(Must(link.Distinct("parts", "epoch", adapters::Bson().Text("listener", "me"))).size(), 1U);
  EXPECT_EQ(Must(link.Distinct("plays", "epoch", adapters::Bson().Text("listener", "me"))).size(), 1U);
  ExpectHeld(*store, "other", "v1", StateOf("other", 1, 30));
}

// A transaction ends after a minute, and each part takes some ways there and back.
TEST(MongoChange, OneOfManyPartsIsWrittenBesideWhatIsThereHoweverFewRowsItHas) {
  const MongoPlace place;
  const auto store = place.Open();
  adapters::MongoLink link({.url = place.url(), .collections_json = ""});
  ASSERT_TRUE(link.Open());
  const auto epoch = [&link] {
    return Must(link.Distinct("parts", "epoch", adapters::Bson().Text("listener", "me"))).at(0);
  };
  const auto with_parts = [](std::int64_t version, int count, const std::string& name) {
    StoredState state = StateOf("me", version, 30);
    for (int i = 0; i < count; ++i) {
      const ports::PartName part{"slice/silver_play", name + std::to_string(i)};
      state.bytes[part] = "bytes";
      state.target[part] = {"print", 0};
    }
    return state;
  };
  MustPublish(*store, "me", "v1", with_parts(1, 150, "old"));
  const std::string first = epoch();
  const StoredState few = with_parts(2, 150, "old");
  MustPublish(*store, "me", "v2", few);
  EXPECT_EQ(epoch(), first);
  ExpectHeld(*store, "me", "v2", few);
  const StoredState renamed = with_parts(2, 100, "new");  // 100 to come, and 150 to go
  MustPublish(*store, "me", "v3", renamed);
  EXPECT_NE(epoch(), first);
  ExpectHeld(*store, "me", "v3", renamed);
}

TEST(MongoChange, AnAnswerSaysOfWhichDataItIsThoughItStayedAsItWas) {
  const MongoPlace place;
  const auto store = place.Open();
  adapters::MongoLink link({.url = place.url(), .collections_json = ""});
  ASSERT_TRUE(link.Open());
  const auto versions = [&link] { return Must(link.Distinct("metrics", "data_version", adapters::Bson())); };
  const StoredState before = StateOf("me", 1, 30);
  MustPublish(*store, "me", "v1", before);  // beside what is there
  EXPECT_EQ(versions(), std::vector<std::string>{"v1"});
  StoredState next = StateOf("me", 2, 30);
  next.answers[0] = before.answers[0];
  const ports::PartName stays{"answers", before.answers[0].key};
  next.target[stays] = before.target.at(stays);
  MustPublish(*store, "me", "v2", next);  // in one transaction
  EXPECT_EQ(versions(), std::vector<std::string>{"v2"});
  MustPublish(*store, "other", "v7", StateOf("other", 1, 30));
  EXPECT_THAT(versions(), ::testing::UnorderedElementsAre("v2", "v7"));
  int lacking = 0;
  adapters::Bson none;
  bson_append_null(none.get(), "data_version", -1);
  ASSERT_TRUE(
      link.Find("metrics", none, adapters::Bson(), nullptr, [&lacking](const bson_t*) -> base::Result<void> {
        ++lacking;
        return {};
      }));
  EXPECT_EQ(lacking, 0);
}

// An election, an overloaded server, a member that others do not reach: each passes.
TEST(MongoChange, WhatAServerRefusesForNowIsTriedAgain) {
  ObedientMongo server;
  const auto store = server.Open();
  MustPublish(*store, "me", "v0", StateOf("me", 0, 30));
  const auto sink = Must(app::ChooseEventSink(server.url(), "log"));
  ASSERT_TRUE(sink->Keep(BatchOf({PlayLine(1)}), {}));
  const StoredState state = StateOf("me", 1, 30);
  for (const int code : {6, 7, 50, 134, 262, 9001, 13436}) {
    const std::string which = "\"errorCode\": " + std::to_string(code) + "}";
    server.Fail(40, R"({"failCommands": ["find", "insert", "update"], )" + which);
    const auto refused = store->Begin("me", state.target);
    ASSERT_FALSE(refused) << code;
    EXPECT_EQ(refused.error().code, base::ErrorCode::kRetryLater) << code << refused.error().Text();
    const auto kept = sink->Keep(BatchOf({PlayLine(2)}), {});
    ASSERT_FALSE(kept) << code;
    EXPECT_EQ(kept.error().code, base::ErrorCode::kRetryLater) << code << kept.error().Text();
    server.FailNoMore();
  }
  server.Fail(40,
              R"({"failCommands": ["insert"], "errorCode": 4242, "errorLabels": ["RetryableWriteError"]})");
  const auto labelled = sink->Keep(BatchOf({PlayLine(3)}), {});
  ASSERT_FALSE(labelled);
  EXPECT_EQ(labelled.error().code, base::ErrorCode::kRetryLater) << labelled.error().Text();
  server.FailNoMore();
  MustPublish(*store, "me", "v1", state);
  ExpectHeld(*store, "me", "v1", state);
  EXPECT_EQ(Must(sink->Keep(BatchOf({PlayLine(2), PlayLine(3)}), {})).accepted, 2U);
}

}  // namespace
}  // namespace earprint::testing
