// Who may publish when, and what a command and a server tell each other of it.
#include "app/stores/publish_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "app/stores/publish_events.hpp"
#include "app/stores/store_choice.hpp"
#include "sources/demo/demo_listener.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/stored_listener.hpp"

namespace earprint::app {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class PublishDeskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    sources::DemoOptions options;
    options.plays = 120;
    ASSERT_TRUE(sources::WriteDemo(folder_ / "files", options));
    pipeline_ = testing::OpenAt(folder_ / "s");
    for (const std::string listener : {"ann", "bob"})
      ASSERT_TRUE(pipeline_->Import({.paths = {folder_ / "files"}, .listener = listener}, {}));
    asker_ = testing::Must(Asker::Make(*pipeline_, "Europe/Paris"));
    desk_ = std::make_unique<PublishDesk>(DataFolder{folder_ / "s"}, *pipeline_, *asker_, "Europe/Paris");
  }

  std::string Url(const std::string& name = "store") const { return "parquet:" + (folder_ / name); }

  std::future<base::Result<void>> Begin(const PublishWish& wish) {
    return std::async(std::launch::async, [this, wish] {
      return desk_->Publish(wish, {.on_published = [this](const auto& report) {
                              const std::lock_guard lock(mutex_);
                              published_.push_back(report.listener);
                            }});
    });
  }
  static bool IsOver(const std::future<base::Result<void>>& run, milliseconds limit) {
    return run.wait_for(limit) == std::future_status::ready;
  }

  testing::TempFolder folder_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<Asker> asker_;
  std::unique_ptr<PublishDesk> desk_;
  std::mutex mutex_;
  std::vector<std::string> published_;
};

TEST_F(PublishDeskTest, NothingIsPublishedWhileItIsHeldAndAllAfterIt) {
  auto held = desk_->Hold();
  auto run = Begin({.url = Url()});
  EXPECT_FALSE(IsOver(run, milliseconds(300)));
  EXPECT_THAT(published_, ::testing::IsEmpty());
  held.reset();
  const auto done = run.get();
  ASSERT_TRUE(done) << done.error().Text();
  EXPECT_EQ(published_, (std::vector<std::string>{"ann", "bob"}));
}

TEST_F(PublishDeskTest, AHoldBreaksOffAndEachListenerIsPublishedOnce) {
  std::shared_ptr<void> held;
  std::future<void> holding;
  std::vector<std::string> published;
  int begun = 0;
  const auto done = desk_->Publish({.url = Url()}, {.on_published =
                                                        [&](const auto& report) {
                                                          published.push_back(report.listener);
                                                          if (published.size() > 1) return;
                                                          holding = std::async(std::launch::async, [&] {
                                                            held = desk_->Hold();
                                                            held.reset();
                                                          });
                                                          std::this_thread::sleep_for(milliseconds(200));
                                                        },
                                                    .on_begin =
                                                        [&](const std::string& version) {
                                                          EXPECT_EQ(version, pipeline_->DataVersion());
                                                          ++begun;
                                                        }});
  ASSERT_TRUE(done) << done.error().Text();
  holding.get();
  EXPECT_EQ(begun, 2) << "what was broken off is begun again";
  EXPECT_EQ(published, (std::vector<std::string>{"ann", "bob"}));
  EXPECT_EQ(desk_->passes(), 2U);
}

TEST_F(PublishDeskTest, WhoIsErasedIsForgottenThereTheNextTime) {
  ASSERT_TRUE(desk_->Publish({.url = Url()}, {}));
  ASSERT_TRUE(pipeline_->Erase({.listener = "ann"}));
  std::vector<std::string> forgotten;
  const auto done = desk_->Publish(
      {.url = Url()}, {.on_forgotten = [&](const std::string& listener) { forgotten.push_back(listener); }});
  ASSERT_TRUE(done) << done.error().Text();
  EXPECT_EQ(forgotten, std::vector<std::string>{"ann"});
  EXPECT_EQ(testing::Must(testing::Must(ChooseStore(Url()))->State("ann")).data_version, "");
}

TEST_F(PublishDeskTest, OneWhoIsNotPatientEnoughOrNotThereAnyMoreEnds) {
  auto held = desk_->Hold();
  std::stop_source gone;
  auto run = Begin({.url = Url(), .cancel = gone.get_token()});
  EXPECT_FALSE(IsOver(run, milliseconds(100)));
  gone.request_stop();
  EXPECT_FALSE(run.get());
  auto closed = Begin({.url = Url()});
  EXPECT_FALSE(IsOver(closed, milliseconds(100)));
  desk_->Close();
  EXPECT_FALSE(closed.get());
  held.reset();
  EXPECT_FALSE(desk_->Publish({.url = Url()}, {}));
}

TEST_F(PublishDeskTest, AFailureThatMayPassIsTriedAgainAndAnotherIsNot) {
  const std::string away = "postgresql://127.0.0.1:1/nothing";
  int retries = 0;
  const auto failed = desk_->Publish({.url = away, .patience = std::chrono::seconds(2)},
                                     {.on_retry = [&](const base::Error& error, milliseconds) {
                                       EXPECT_EQ(error.code, base::ErrorCode::kRetryLater);
                                       ++retries;
                                     }});
  ASSERT_FALSE(failed);
  EXPECT_GE(retries, 1);
  const auto unknown =
      desk_->Publish({.url = Url(), .listener = "eve", .patience = std::chrono::hours(1)}, {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, base::ErrorCode::kNotFound);
  EXPECT_FALSE(desk_->Publish({.url = Url(), .zone = "UTC"}, {}))
      << "figures in another zone than the house's";
}

TEST_F(PublishDeskTest, KeptStoresAreToldOfWithoutTheirPasswords) {
  EXPECT_EQ(desk_->FiguresText(), "");
  EXPECT_FALSE(desk_->Keep({Url(), Url()})) << "twice the same";
  EXPECT_FALSE(desk_->Keep({"ftp://x"}));
  auto keeper = testing::Must(desk_->Keep({Url(), "postgresql://ann:secret@127.0.0.1:1/nothing"}));
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  const auto tells = [this](const std::string& text) { return desk_->FiguresText().contains(text); };
  while (!(tells("} 1\n") && tells("nothing\"} 1\n")) && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(milliseconds(50));
  const std::string figures = desk_->FiguresText();
  EXPECT_THAT(figures, HasSubstr("earprint_store_is_current{store=\"parquet:"));
  EXPECT_THAT(figures, HasSubstr("store\"} 1\n"));
  EXPECT_THAT(figures,
              ::testing::ContainsRegex("earprint_store_is_current.store=.postgresql[^\n]*nothing.. 0\n"));
  EXPECT_THAT(figures,
              ::testing::ContainsRegex("earprint_store_failures_total.store=.postgresql[^\n]* [1-9]"));
  EXPECT_FALSE(figures.contains("secret"));
}

TEST(PublishEvents, ComeBackAsTheyWereTold) {
  const PublishWish wish{
      .url = "parquet:/x", .listener = "ann", .zone = "UTC", .patience = std::chrono::seconds(7)};
  const PublishWish read = testing::Must(ReadPublishWish(PublishWishJson(wish)));
  EXPECT_EQ(read.url, wish.url);
  EXPECT_EQ(read.listener, wish.listener);
  EXPECT_EQ(read.zone, wish.zone);
  EXPECT_EQ(read.patience, wish.patience);
  for (const std::string text : {"", "[]", "{}", R"({"url":1})", R"({"url":"x","listener":1})",
                                 R"({"url":"x","patience_seconds":-1})", R"({"url":"x","what":1})"}) {
    EXPECT_FALSE(ReadPublishWish(text)) << text;
  }
  std::vector<std::string> told;
  const PublishObserver observer{
      .on_progress =
          [&](const auto& p) {
            told.push_back(p.listener + " " + std::to_string(p.parts_done) + "/" + std::to_string(p.parts) +
                           " " + std::to_string(p.rows));
          },
      .on_published =
          [&](const auto& r) {
            told.push_back(r.listener + " " + r.data_version + " " + std::to_string(r.parts) + " " +
                           std::to_string(r.parts_sent) + " " + std::to_string(r.parts_dropped) + " " +
                           std::to_string(r.answers_sent) + " " + std::to_string(r.rows_sent));
          },
      .on_forgotten = [&](const std::string& listener) { told.push_back(listener); },
      .on_retry =
          [&](const base::Error& error, milliseconds pause) {
            told.push_back(error.Text() + " " + std::to_string(pause.count()));
          }};
  const HousePublishing::SendEvent send = [&](std::string_view name, std::string_view data) {
    TakePublishEvent(name, data, observer);
    return true;
  };
  const PublishObserver sending = SendPublishEvents(send);
  const base::Error error{base::ErrorCode::kRetryLater, "publish", "a \"store\"", "it is away", "wait"};
  sending.on_progress({"ann", 3, 9, 1000});
  sending.on_published({.listener = "ann",
                        .data_version = "v1",
                        .parts = 9,
                        .parts_sent = 4,
                        .parts_dropped = 1,
                        .answers_sent = 2,
                        .rows_sent = 70});
  sending.on_forgotten("bob");
  sending.on_retry(error, milliseconds(500));
  TakePublishEvent("another", "{}", observer);
  EXPECT_EQ(told,
            (std::vector<std::string>{"ann 3/9 1000", "ann v1 9 4 1 2 70", "bob", error.Text() + " 500"}));
}

}  // namespace
}  // namespace earprint::app
