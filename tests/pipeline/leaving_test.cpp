// A listener leaves: what fails or is killed in between is gone on with, the stores that were published to
// follow, and what is told of it is all that was done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "app/asker.hpp"
#include "app/leaving/leaving_desk.hpp"
#include "app/spotify_desk.hpp"
#include "app/stores/store_choice.hpp"
#include "model/play_fact.hpp"
#include "tests/support/checked_batch.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/stored_listener.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::app {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// Erases, but where it is told what to do in its place.
class ScriptedEraser final : public ports::Eraser {
 public:
  explicit ScriptedEraser(ports::Eraser& eraser) : eraser_(eraser) {}
  base::Result<ports::ErasedSummary> Erase(const ports::Erasure& what) override {
    if (failures > 0) {
      --failures;
      return base::Fail(base::ErrorCode::kRetryLater, "erase", what.listener, "no space left on the disk");
    }
    if (dies) ::raise(SIGKILL);
    return eraser_.Erase(what);
  }
  int failures = 0;
  bool dies = false;

 private:
  ports::Eraser& eraser_;
};

/// A log of which just the marks are known.
class ToldLog final : public SharedLog {
 public:
  void Start(std::function<void()>) override {}
  void Stop() override {}
  bool WaitUntilHome() override { return true; }
  base::Result<void> Forget(const std::string& listener, model::ForgottenPart part) override {
    marks.push_back(model::ForgottenLine(listener, part));
    return {};
  }
  std::string FiguresText() const override { return ""; }
  std::vector<std::string> marks;
};

class LeavingTest : public ::testing::Test {
 protected:
  LeavingTest() {
    ::setenv("XDG_CONFIG_HOME", (folder_ / "config").c_str(), 1);
    KeepLogin("Ann");
    Open();
    for (const std::string listener : {"Ann", "Bob"}) Fill(listener);
  }
  ~LeavingTest() override { ::unsetenv("XDG_CONFIG_HOME"); }

  /// As another process, after the one before is gone.
  void Open() {
    Close();
    pipeline_ = testing::OpenAt(store_.path);
    eraser_ = std::make_unique<ScriptedEraser>(*pipeline_);
    asker_ = testing::Must(Asker::Make(*pipeline_, "UTC"));
    publishing_ = OpenPublishing(store_, *pipeline_, *asker_, "UTC");
    desk_ = testing::Must(SpotifyDesk::Open(store_, *pipeline_, clock_, {.client_id = "client"}));
    audit_ = OpenAudit(store_, *pipeline_, *asker_, clock_, "UTC");
    leaving_ = OpenLeaving(
        {store_, pipeline_->engine(), *eraser_, *publishing_, *audit_, &desk_->household(), &log_});
  }
  void Close() {
    leaving_.reset();
    desk_.reset();
    audit_.reset();
    publishing_.reset();
    asker_.reset();
    eraser_.reset();
    pipeline_.reset();
  }

  /// Ten plays that an export told, and five that the Web API did.
  void Fill(const std::string& listener) {
    model::EventBatch batch;
    const std::string exported = listener + "sExport", live = listener + "sLive";
    for (int i = 0; i < 15; ++i) {
      model::PlayFact play;
      play.source = i < 10 ? "extended" : "recent";
      play.kind = model::PlayKind::kTrack;
      play.item_id = "2J3n32GeLmMjwuAzyhcSNe";
      play.title = i < 10 ? exported : live;
      play.artist = "Somebody";
      play.ended_at_ms = 1'546'300'800'000 + std::int64_t{i} * 600'000;
      play.played_ms = 60'000;
      model::AddPlay(play, listener, batch);
    }
    batch.read = batch.events.size();
    ASSERT_TRUE(pipeline_->Take(std::move(batch), "plays", listener));
  }

  /// As the household keeps who is logged in, whether or not Spotify still takes the login.
  void KeepLogin(const std::string& listener) const {
    adapters::FileStateStore states(store_.Logins() + "/state");
    ASSERT_TRUE(
        states.Save("spotify-household", R"({"client_id":"client","listeners":[")" + listener + R"("]})"));
  }

  std::int64_t Plays(const std::string& listener) {
    return testing::CountPlays(*pipeline_, "c.listener = '" + listener + "'");
  }
  std::vector<PendingLeave> Pending() { return testing::Must(PendingLeaves(store_).All()); }

  std::string StoreUrl() const { return "parquet:" + (folder_ / "published"); }
  /// Of plays, as a reader of the store counts them.
  std::int64_t PlaysInStore(const std::string& listener) {
    const auto state = testing::Must(testing::Must(ChooseStore(StoreUrl()))->State(listener));
    std::int64_t rows = 0;
    for (const auto& [name, print] : state.parts) rows += name.relation == "plays" ? print.rows : 0;
    return rows;
  }
  void LetStoreGoAway() const { fs::rename(folder_ / "published", folder_ / "away"); }

  testing::TempFolder folder_;
  const DataFolder store_{folder_ / "store"};
  testing::StoppedClock clock_;
  ToldLog log_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<ScriptedEraser> eraser_;
  std::unique_ptr<Asker> asker_;
  std::unique_ptr<HousePublishing> publishing_;
  std::unique_ptr<HouseAudit> audit_;
  std::unique_ptr<SpotifyDesk> desk_;
  std::unique_ptr<HouseLeaving> leaving_;
};

TEST_F(LeavingTest, ADisconnectionDropsTheLoginAndWhatCameOverIt) {
  const auto left = leaving_->Disconnect("Ann");
  ASSERT_TRUE(left) << left.error().Text();
  EXPECT_TRUE(left->was_logged_in);
  EXPECT_EQ(left->erased.events, 5U);
  EXPECT_EQ(Plays("Ann"), 10);
  EXPECT_EQ(Plays("Bob"), 15);
  EXPECT_THAT(desk_->household().State().listeners, IsEmpty());
  EXPECT_THAT(Pending(), IsEmpty());
  EXPECT_THAT(log_.marks, ElementsAre(R"({"forgotten":"Ann","sources":"api"})"));
}

TEST_F(LeavingTest, WhereTheErasureFailsTheSameCallGoesOn) {
  eraser_->failures = 1;
  const auto failed = leaving_->Disconnect("Ann");
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().Text(), HasSubstr("no space left on the disk"));
  EXPECT_THAT(failed.error().hint, HasSubstr("tried again by itself"));
  EXPECT_THAT(desk_->household().State().listeners, IsEmpty());
  EXPECT_EQ(Plays("Ann"), 15);
  const auto again = leaving_->Disconnect("Ann");
  ASSERT_TRUE(again) << again.error().Text();
  EXPECT_TRUE(again->was_logged_in) << "it was dropped by the first call";
  EXPECT_EQ(again->erased.events, 5U);
  EXPECT_EQ(Plays("Ann"), 10);
  EXPECT_THAT(Pending(), IsEmpty());
}

TEST_F(LeavingTest, WhatFailedIsGoneOnWithAtTheNextStart) {
  eraser_->failures = 1;
  ASSERT_FALSE(leaving_->Disconnect("Ann"));
  Open();
  EXPECT_EQ(Plays("Ann"), 15);
  const auto keeper = leaving_->Keep({});
  for (int i = 0; i < 20'000 && !Pending().empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(Plays("Ann"), 10);
  EXPECT_THAT(log_.marks, SizeIs(1))
      << "the word stands already: a second one would reach what came after it";
}

TEST_F(LeavingTest, AKillBetweenLoginAndLakeLeavesNothingForGood) {
  const pid_t child = ::fork();
  if (child == 0) {
    eraser_->dies = true;
    (void)leaving_->Disconnect("Ann");
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  Open();
  EXPECT_THAT(desk_->household().State().listeners, IsEmpty()) << "the login was gone";
  EXPECT_EQ(Plays("Ann"), 15) << "and what came over it was not";
  const auto done = leaving_->GoOn();
  ASSERT_TRUE(done) << done.error().Text();
  EXPECT_EQ(Plays("Ann"), 10);
  EXPECT_EQ(Plays("Bob"), 15);
  EXPECT_THAT(Pending(), IsEmpty());
}

TEST_F(LeavingTest, WhoLogsInAgainIsErasedBeforeAndNotAfter) {
  eraser_->failures = 2;
  ASSERT_FALSE(leaving_->Disconnect("Ann"));
  EXPECT_FALSE(leaving_->MakeReadyForLogin("Ann")) << "it would take what the new login brings";
  ASSERT_TRUE(leaving_->MakeReadyForLogin("Bob"));
  const auto ready = leaving_->MakeReadyForLogin("Ann");
  ASSERT_TRUE(ready) << ready.error().Text();
  EXPECT_EQ(Plays("Ann"), 10);
  KeepLogin("Ann");
  Open();
  ASSERT_TRUE(leaving_->GoOn());
  EXPECT_THAT(desk_->household().State().listeners, SizeIs(1));
}

TEST_F(LeavingTest, WhoHasALoginNoMoreButWhatCameOverItCanBeDisconnected) {
  ASSERT_TRUE(desk_->household().LogOut("Ann"));  // as an earlier version left it
  const auto left = leaving_->Disconnect("Ann");
  ASSERT_TRUE(left) << left.error().Text();
  EXPECT_FALSE(left->was_logged_in);
  EXPECT_EQ(Plays("Ann"), 10);
  for (const std::string nobody : {"Ann", "Eve"}) {
    const auto none = leaving_->Disconnect(nobody);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, base::ErrorCode::kNotFound);
    EXPECT_THAT(Pending(), IsEmpty());
  }
}

TEST_F(LeavingTest, StoresThatWerePublishedToOnceFollow) {
  ASSERT_TRUE(publishing_->PublishNow(StoreUrl(), "Ann"));
  ASSERT_TRUE(publishing_->PublishNow(StoreUrl(), "Bob"));
  ASSERT_EQ(PlaysInStore("Ann"), 15);
  const auto left = leaving_->Disconnect("Ann");
  ASSERT_TRUE(left) << left.error().Text();
  EXPECT_THAT(left->stores, ElementsAre(HasSubstr("published")));
  EXPECT_THAT(left->pending_stores, IsEmpty());
  EXPECT_EQ(PlaysInStore("Ann"), 10);
  EXPECT_EQ(PlaysInStore("Bob"), 15);
  std::vector<std::string> states;
  for (const auto& entry : fs::directory_iterator((folder_ / "published") + "/Ann")) {
    if (entry.is_directory() && !entry.is_symlink()) states.push_back(entry.path().filename());
  }
  EXPECT_THAT(states, SizeIs(1)) << "the state before has what was erased";
  const auto forgotten = leaving_->Forget("Ann");
  ASSERT_TRUE(forgotten) << forgotten.error().Text();
  EXPECT_THAT(forgotten->stores, SizeIs(1));
  EXPECT_EQ(PlaysInStore("Ann"), 0);
}

TEST_F(LeavingTest, WhoHadNothingButALoginIsForgottenInStores) {
  ASSERT_TRUE(pipeline_->Erase({.listener = "Ann"}));
  ASSERT_TRUE(pipeline_->Take(testing::BatchOf({testing::PlayFromApi(1, "Ann")}), "plays", "Ann"));
  ASSERT_TRUE(publishing_->PublishNow(StoreUrl(), "Ann"));
  const auto left = leaving_->Disconnect("Ann");
  ASSERT_TRUE(left) << left.error().Text();
  EXPECT_THAT(left->stores, SizeIs(1));
  EXPECT_EQ(PlaysInStore("Ann"), 0);
}

TEST_F(LeavingTest, AStoreThatIsAwayIsToldAndFollowsLater) {
  for (const bool is_all : {false, true}) {
    ASSERT_TRUE(publishing_->PublishNow(StoreUrl(), "Ann"));
    LetStoreGoAway();
    if (is_all) {
      fs::create_directory(folder_ / "published");  // where a disk is mounted, usually
    } else {
      std::ofstream(folder_ / "published") << "no folder";
    }
    const auto left = is_all ? leaving_->Forget("Ann") : leaving_->Disconnect("Ann");
    ASSERT_TRUE(left) << left.error().Text();
    EXPECT_TRUE(left->was_logged_in || is_all);
    EXPECT_EQ(left->erased.events, is_all ? 10U : 5U) << "a store that is away holds up nothing here";
    EXPECT_THAT(left->stores, IsEmpty());
    ASSERT_THAT(left->pending_stores, SizeIs(1));
    EXPECT_NE(left->pending_stores[0].reason, "");
    EXPECT_THAT(Pending(), SizeIs(1));
    EXPECT_FALSE(leaving_->GoOn());
    fs::remove(folder_ / "published");
    fs::rename(folder_ / "away", folder_ / "published");
    EXPECT_EQ(PlaysInStore("Ann"), is_all ? 10 : 15);
    const auto done = leaving_->GoOn();
    ASSERT_TRUE(done) << done.error().Text();
    EXPECT_EQ(PlaysInStore("Ann"), is_all ? 0 : 10);
    EXPECT_THAT(Pending(), IsEmpty());
  }
}

TEST_F(LeavingTest, AStoreThatIsStillToBeErasedCostsNothingOfWhatCameAnew) {
  const std::string beside = "parquet:" + (folder_ / "beside");
  for (const bool is_disconnected : {false, true}) {
    ASSERT_TRUE(publishing_->PublishNow(StoreUrl(), "Ann"));
    LetStoreGoAway();
    const auto forgotten = leaving_->Forget("Ann");
    ASSERT_TRUE(forgotten) << forgotten.error().Text();
    ASSERT_THAT(forgotten->pending_stores, SizeIs(1));
    Fill("Ann");
    ASSERT_TRUE(publishing_->PublishNow(beside, "Ann"));
    if (is_disconnected) {
      const auto left = leaving_->Disconnect("Ann");
      ASSERT_TRUE(left) << left.error().Text();
      EXPECT_EQ(left->erased.events, 5U);
      EXPECT_EQ(log_.marks.back(), R"({"forgotten":"Ann","sources":"api"})");
    }
    EXPECT_FALSE(leaving_->GoOn());
    const int plays = is_disconnected ? 10 : 15;
    EXPECT_EQ(Plays("Ann"), plays);
    fs::rename(folder_ / "away", folder_ / "published");
    const auto done = leaving_->GoOn();
    ASSERT_TRUE(done) << done.error().Text();
    EXPECT_EQ(Plays("Ann"), plays);
    EXPECT_EQ(PlaysInStore("Ann"), plays) << "what the store had is in the place of nothing old";
    EXPECT_TRUE(testing::Must(testing::Must(ChooseStore(beside))->State("Ann")).parts.size() > 0);
    EXPECT_THAT(Pending(), IsEmpty());
  }
}

TEST_F(LeavingTest, WhoIsConnectedIsForgottenWithTheLogin) {
  ASSERT_TRUE(audit_->RunJson(R"({"samples":1})"));
  ASSERT_THAT(audit_->StateJson(), HasSubstr("\"Ann\""));
  const auto left = leaving_->Forget("Ann");
  ASSERT_TRUE(left) << left.error().Text();
  EXPECT_TRUE(left->was_logged_in);
  EXPECT_EQ(left->erased.events, 15U);
  EXPECT_THAT(desk_->household().State().listeners, IsEmpty());
  EXPECT_THAT(log_.marks, ElementsAre(R"({"forgotten":"Ann"})"));
  EXPECT_THAT(audit_->StateJson(), AllOf(HasSubstr("\"Bob\""), Not(HasSubstr("\"Ann\""))));
  Close();
  for (const auto& entry : fs::recursive_directory_iterator(store_.path)) {
    if (!entry.is_regular_file()) continue;
    EXPECT_THAT(testing::BytesOf(entry.path().string()), Not(HasSubstr("\"Ann\""))) << entry.path();
  }
}

TEST_F(LeavingTest, AForgettingThatFailedIsGoneOnWithThoughTheNameIsGone) {
  eraser_->failures = 1;
  ASSERT_FALSE(leaving_->Forget("Ann"));
  EXPECT_THAT(Pending(), SizeIs(1));
  Open();
  ASSERT_TRUE(leaving_->GoOn());
  EXPECT_EQ(Plays("Ann"), 0);
  EXPECT_THAT(Pending(), IsEmpty());
}

}  // namespace
}  // namespace earprint::app
