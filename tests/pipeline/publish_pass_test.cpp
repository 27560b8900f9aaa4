// One whom a store refuses holds up nobody else.
#include "app/stores/publish_pass.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/stores/publish_desk.hpp"
#include "sources/demo/demo_listener.hpp"
#include "tests/support/forwarding_store.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/stored_listener.hpp"

namespace earprint::app {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;

using Names = std::vector<std::string>;

/// What a store says to whom, and for whom it was asked.
struct Orders {
  std::map<std::string, ErrorCode> refuses_change, refuses_look;
  Names changed, looked;
};

/// A store that refuses whom it is told to.
class PickyStore final : public testing::ForwardingStore {
 public:
  PickyStore(std::unique_ptr<ports::MetricStore> store, Orders& orders)
      : ForwardingStore(std::move(store)), orders_(orders) {}

  base::Result<ports::StoredListener> State(const std::string& listener) override {
    orders_.looked.push_back(listener);
    if (const auto found = orders_.refuses_look.find(listener); found != orders_.refuses_look.end())
      return base::Fail(found->second, "look at the store", Place(), "it is not read");
    return store_->State(listener);
  }
  base::Result<std::unique_ptr<ports::ListenerChange>> Begin(const std::string& listener,
                                                             const ports::PartPrints& target) override {
    orders_.changed.push_back(listener);
    if (const auto found = orders_.refuses_change.find(listener); found != orders_.refuses_change.end())
      return base::Fail(found->second, "write to the store", Place(), "a text is refused", "look at it");
    return store_->Begin(listener, target);
  }
  base::Result<void> Forget(const std::string& listener) override {
    if (orders_.refuses_change.contains(listener))
      return base::Fail(orders_.refuses_change[listener], "forget in the store", Place(), "it is kept");
    return store_->Forget(listener);
  }

 private:
  Orders& orders_;
};

class PublishPassTest : public ::testing::Test {
 protected:
  // Made once for all, since it takes long; the stores are each test's own.
  struct Room {
    Room() {
      sources::DemoOptions options;
      options.plays = 60;
      EXPECT_TRUE(sources::WriteDemo(files, options));
      for (const std::string listener : {"ann", "bob"}) Import(listener);
    }
    void Import(const std::string& listener) const {
      EXPECT_TRUE(pipeline->Import({.paths = {files}, .listener = listener}, {}));
    }

    testing::TempFolder folder;
    const std::string files = folder / "files", zone = "Europe/Paris";
    const DataFolder data{folder / "s"};
    std::unique_ptr<Pipeline> pipeline = testing::OpenAt(folder / "s");
    std::unique_ptr<Asker> asker = testing::Must(Asker::Make(*pipeline, zone));
  };
  static void SetUpTestSuite() { room_ = std::make_unique<Room>(); }
  static void TearDownTestSuite() { room_.reset(); }

  base::Result<void> Run(std::set<std::string>& done, const std::string& listener = "") {
    orders_.changed.clear();
    const PublishWish wish{.url = url_, .listener = listener};
    const PublishPass::OpenStore open =
        [this](const std::string& url) -> base::Result<std::unique_ptr<ports::MetricStore>> {
      return std::make_unique<PickyStore>(testing::Must(ChooseStore(url)), orders_);
    };
    return PublishPass({room_->data, *room_->pipeline, *room_->asker, room_->zone, open}, wish, {}, done, {})
        .Run();
  }
  base::Error FailureOf(const std::string& listener = "") {
    std::set<std::string> done;
    const auto run = Run(done, listener);
    EXPECT_FALSE(run) << "all were published";
    return run ? base::Error() : run.error();
  }

  Names Held() const {
    Names names;
    const auto store = testing::Must(ChooseStore(url_));
    for (const auto& each : testing::Must(store->Listeners())) names.push_back(each.listener);
    return names;
  }

  static inline std::unique_ptr<Room> room_;
  testing::TempFolder folder_;
  const std::string url_ = "parquet:" + (folder_ / "store");
  Orders orders_;
};

TEST_F(PublishPassTest, OneWhomTheStoreRefusesHoldsUpNobodyElse) {
  orders_.refuses_change = {{"ann", ErrorCode::kCorrupt}};
  std::set<std::string> done;
  const auto first = Run(done);
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(first.error().Text(), HasSubstr("publish ann"));
  EXPECT_THAT(first.error().Text(), HasSubstr("a text is refused; 1 of 2 listeners could not be published"));
  EXPECT_EQ(first.error().hint, "look at it");
  EXPECT_EQ(orders_.changed, (Names{"ann", "bob"}));
  EXPECT_EQ(done, std::set<std::string>{"bob"});
  EXPECT_EQ(Held(), Names{"bob"});
  // It says so again, and sends nothing to those who are published.
  EXPECT_EQ(FailureOf().Text(), first.error().Text());
  EXPECT_EQ(orders_.changed, Names{"ann"});
  orders_.refuses_change.clear();
  const auto last = Run(done);
  EXPECT_TRUE(last) << last.error().Text();
  EXPECT_EQ(orders_.changed, Names{"ann"});
  EXPECT_EQ(Held(), (Names{"ann", "bob"}));
}

TEST_F(PublishPassTest, OneWhoseStateCannotBeReadHoldsUpNobodyElse) {
  orders_.refuses_look = {{"ann", ErrorCode::kInvalidInput}, {"bob", ErrorCode::kUnsupported}};
  const base::Error failure = FailureOf();
  EXPECT_EQ(failure.code, ErrorCode::kInvalidInput);
  EXPECT_THAT(failure.Text(), HasSubstr("publish ann"));
  EXPECT_THAT(failure.Text(), HasSubstr("2 of 2 listeners could not be published"));
  EXPECT_EQ(orders_.looked, (Names{"ann", "ann", "bob"}));
}

TEST_F(PublishPassTest, WhatMayPassIsToldFirstSoThatItIsTriedAgain) {
  orders_.refuses_look = {{"ann", ErrorCode::kCorrupt}, {"bob", ErrorCode::kConflict}};
  const base::Error failure = FailureOf();
  EXPECT_EQ(failure.code, ErrorCode::kConflict);
  EXPECT_THAT(failure.Text(), HasSubstr("publish bob"));
}

TEST_F(PublishPassTest, AFailureOfTheStoreEndsItAtOnce) {
  for (const ErrorCode code : {ErrorCode::kRetryLater, ErrorCode::kUnauthorized, ErrorCode::kNotFound}) {
    orders_.looked.clear();
    orders_.refuses_look = {{"ann", code}, {"bob", ErrorCode::kCorrupt}};
    EXPECT_EQ(FailureOf().code, code);
    EXPECT_EQ(orders_.looked, Names{"ann"});
  }
  orders_.refuses_look = {{"ann", ErrorCode::kCorrupt}, {"bob", ErrorCode::kRetryLater}};
  const base::Error failure = FailureOf();
  EXPECT_EQ(failure.code, ErrorCode::kRetryLater) << "the store's own comes before a listener's";
  EXPECT_THAT(failure.Text(), HasSubstr("publish bob"));
}

TEST_F(PublishPassTest, OneWhoIsAskedForAloneFailsInItsOwnWords) {
  orders_.refuses_look = {{"ann", ErrorCode::kCorrupt}};
  EXPECT_EQ(FailureOf("ann").cause, "it is not read");
}

TEST_F(PublishPassTest, OneWhoCannotBeForgottenHoldsUpNobody) {
  room_->Import("zoe");
  std::set<std::string> done;
  ASSERT_TRUE(Run(done, "zoe"));
  ASSERT_TRUE(room_->pipeline->Erase({.listener = "zoe"}));
  orders_.refuses_change = {{"zoe", ErrorCode::kCorrupt}};
  orders_.refuses_look = {{"ann", ErrorCode::kCorrupt}, {"bob", ErrorCode::kCorrupt}};
  const base::Error failure = FailureOf();
  EXPECT_THAT(failure.Text(), HasSubstr("forget zoe"));
  EXPECT_THAT(failure.Text(), HasSubstr("3 of 3 listeners"));
  EXPECT_EQ(Held(), Names{"zoe"});
  orders_ = {};
  done = {"ann", "bob"};
  EXPECT_TRUE(Run(done));
  EXPECT_EQ(Held(), Names{});
}

TEST_F(PublishPassTest, AServerPublishesAllOthersAndSaysThatTheStoreIsBehind) {
  std::set<std::string> done;
  ASSERT_TRUE(Run(done, "ann"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "store/ann")) {
    if (entry.path().filename() == "state.parquet") std::filesystem::resize_file(entry.path(), 3);
  }
  PublishDesk desk(room_->data, *room_->pipeline, *room_->asker, room_->zone);
  auto keeper = testing::Must(desk.Keep({url_}));
  const auto tells = [&](const std::string& figure, int value) {
    return desk.FiguresText().contains(figure + "{store=\"" + url_ + "\"} " + std::to_string(value) + "\n");
  };
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  while (tells("earprint_store_failures_total", 0) && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(tells("earprint_store_failures_total", 0));
  EXPECT_TRUE(tells("earprint_store_is_current", 0)) << "it has not all that the warehouse has";
  EXPECT_NE(testing::Must(testing::Must(ChooseStore(url_))->State("bob")).data_version, "");
}

}  // namespace
}  // namespace earprint::app
