// A server over a store that is slow, away, or comes back.
#include <sys/file.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "app/stores/store_choice.hpp"
#include "tests/contract/published_store_contract.hpp"
#include "tests/support/forwarding_store.hpp"

namespace earprint::testing {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

/// What a test does to a store, and how often it is asked.
struct Trouble {
  std::mutex mutex;
  std::condition_variable changed;
  bool hangs = false;
  std::atomic<bool> is_away = false;
  std::atomic<int> looks = 0;

  void Hang(bool now) {
    const std::lock_guard lock(mutex);
    hangs = now;
    changed.notify_all();
  }
};

/// A store that hangs or is away when it is told to; at most one thread may be in it.
class TroubledStore final : public ForwardingStore {
 public:
  TroubledStore(std::unique_ptr<ports::MetricStore> store, Trouble& trouble)
      : ForwardingStore(std::move(store)), trouble_(trouble) {}

  base::Result<std::vector<ports::StoredListener>> Listeners() override {
    return Through([this] { return store_->Listeners(); });
  }
  base::Result<std::vector<ports::StoredListener>> ListenersAfter(const std::string& name,
                                                                  std::size_t listeners_max) override {
    ++trouble_.looks;
    return Through([&] { return store_->ListenersAfter(name, listeners_max); });
  }
  base::Result<std::vector<ports::StoredListener>> VersionsOf(
      const std::vector<std::string>& names) override {
    return Through([&] { return store_->VersionsOf(names); });
  }
  base::Result<ports::StoredListener> State(const std::string& listener) override {
    return Through([&] { return store_->State(listener); });
  }
  base::Result<std::string> ReadBytes(const std::string& listener, const ports::PartName& name,
                                      const std::string& fingerprint) override {
    return Through([&] { return store_->ReadBytes(listener, name, fingerprint); });
  }

 private:
  template <typename Call>
  auto Through(const Call& call) -> decltype(call()) {
    EXPECT_EQ(++inside_, 1) << "a store is asked for one thing at a time";
    {
      std::unique_lock lock(trouble_.mutex);
      trouble_.changed.wait(lock, [this] { return !trouble_.hangs; });
    }
    auto told = trouble_.is_away ? decltype(call())(base::Fail(base::ErrorCode::kRetryLater,
                                                               "look at the store", "a test's", "it is away"))
                                 : call();
    --inside_;
    return told;
  }

  Trouble& trouble_;
  std::atomic<int> inside_ = 0;
};

class SliceMirror : public ::testing::Test {
 protected:
  // Made once for all, since it takes long: a test adds plays, and none counts them.
  struct Room {
    Room() {
      house.Publish("ann", *publishing);
      house.Publish("bob", *publishing);
    }
    TempFolder folder;
    std::string url = "parquet:" + folder.path() + "/store";
    Household house;
    std::unique_ptr<ports::MetricStore> publishing = Must(app::ChooseStore(url));
  };
  static void SetUpTestSuite() { room_ = std::make_unique<Room>(); }
  static void TearDownTestSuite() { room_.reset(); }
  static inline std::unique_ptr<Room> room_;
  ~SliceMirror() override { trouble.Hang(false); }

  std::unique_ptr<app::StoreAsker> ServeIt(milliseconds looks_apart = milliseconds(50)) {
    return Must(app::StoreAsker::Make(
        std::make_unique<TroubledStore>(Must(app::ChooseStore(url)), trouble),
        {.default_tz = "Europe/Paris", .looks_apart = looks_apart, .wait_max = milliseconds(200)}));
  }
  /// How long a call takes, which must be well below what a store takes that does not answer.
  template <typename Call>
  static milliseconds TimeOf(const Call& call) {
    const auto begin = SteadyClock::now();
    call();
    return std::chrono::duration_cast<milliseconds>(SteadyClock::now() - begin);
  }
  template <typename Holds>
  static bool ComesTrue(const Holds& holds) {
    const auto end = SteadyClock::now() + std::chrono::seconds(60);
    while (!holds() && SteadyClock::now() < end) std::this_thread::sleep_for(milliseconds(20));
    return holds();
  }

  static constexpr milliseconds kSoon{5'000};  // of a machine that has much else to do
  const std::string& url = room_->url;
  Household& house = room_->house;
  std::unique_ptr<ports::MetricStore>& publishing = room_->publishing;
  Trouble trouble;
};

TEST_F(SliceMirror, WhatIsLoadedAnswersAtOnceWhileTheStoreHangs) {
  const auto served = ServeIt();
  ASSERT_TRUE(served->Ask("overview", "ann", {}));
  const auto backend = served->Backend();
  const std::string version = Must(backend.data_version());
  trouble.Hang(true);
  std::this_thread::sleep_for(milliseconds(300));
  for (int i = 0; i < 10; ++i) {
    const auto took = TimeOf([&] {
      const std::string limit = std::to_string(3 + i);
      EXPECT_TRUE(served->Ask("top_tracks", "ann", {{{"limit", limit}}}));
      EXPECT_EQ(Must(backend.data_version()), version);
      EXPECT_EQ(Must(served->mirror().Listeners()).size(), 2U);
    });
    EXPECT_LT(took, kSoon);
  }
  house.HearOneMore("ann");
  house.Publish("ann", *publishing);
  trouble.Hang(false);
  EXPECT_TRUE(ComesTrue([&] { return Must(backend.data_version()) != version; }));
  EXPECT_EQ(Must(served->Ask("overview", "ann", {}))->data_version,
            Must(publishing->State("ann")).data_version);
}

TEST_F(SliceMirror, AStoreThatIsAwayIsAskedLessAndLessAndNobodyWaitsForIt) {
  const auto served = ServeIt();
  ASSERT_TRUE(served->Ask("overview", "ann", {}));
  const auto backend = served->Backend();
  trouble.is_away = true;
  ASSERT_TRUE(ComesTrue([&] { return !served->mirror().Loaded().is_store_there; }));
  const int looks = trouble.looks;
  const auto until = SteadyClock::now() + std::chrono::seconds(3);
  while (SteadyClock::now() < until) {
    EXPECT_LT(TimeOf([&] {
                EXPECT_TRUE(served->Ask("overview", "ann", {}));
                EXPECT_TRUE(backend.data_version());
                const auto other = served->Ask("overview", "bob", {});
                ASSERT_FALSE(other) << "nobody has loaded bob";
                EXPECT_EQ(other.error().code, base::ErrorCode::kRetryLater);
              }),
              kSoon);
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_LE(trouble.looks - looks, 4) << "the pause between looks grows";
  EXPECT_GE(served->mirror().Loaded().failed_looks, 2U);
  EXPECT_NE(served->FiguresText().find("earprint_store_is_there 0\n"), std::string::npos);
  house.HearOneMore("ann");
  const std::string version = house.Publish("ann", *publishing).data_version;
  trouble.is_away = false;
  EXPECT_TRUE(ComesTrue([&] { return Must(served->Ask("overview", "ann", {}))->data_version == version; }));
  EXPECT_TRUE(served->Ask("overview", "bob", {}));
}

TEST_F(SliceMirror, VersionIsToldWhenWhoeverIsLoadedAnswersAsOfIt) {
  const auto served = ServeIt();
  ASSERT_TRUE(served->Ask("overview", "ann", {}));
  for (int i = 0; i < 3; ++i) {
    const std::string before = Must(served->mirror().Version());
    house.HearOneMore("ann");
    const std::string version = house.Publish("ann", *publishing).data_version;
    ASSERT_TRUE(ComesTrue([&] { return Must(served->mirror().Version()) != before; }));
    trouble.Hang(true);  // what is told by now must be there by now
    EXPECT_EQ(Must(served->Ask("overview", "ann", {}))->data_version, version);
    trouble.Hang(false);
  }
}

TEST_F(SliceMirror, StoreThatIsAwayAtFirstIsSaidAndComes) {
  trouble.is_away = true;
  const auto served = ServeIt();
  EXPECT_EQ(served->Backend().data_version().error().code, base::ErrorCode::kRetryLater);
  EXPECT_EQ(served->Ask("overview", "ann", {}).error().code, base::ErrorCode::kRetryLater);
  trouble.is_away = false;
  EXPECT_TRUE(ComesTrue([&] { return served->Backend().data_version().has_value(); }));
  EXPECT_TRUE(served->Ask("overview", "ann", {}));
}

TEST_F(SliceMirror, KeptAnswersCountAndAnEngineMayTakeNoMoreThanItNeeds) {
  const auto served = ServeIt();
  const auto slice = Must(served->mirror().Of("ann"));
  const std::uint64_t before = served->mirror().Loaded().bytes;
  ASSERT_TRUE(served->Ask("sessions", "ann", {{{"limit", "100"}}}) || served->Ask("timeline", "ann", {}));
  EXPECT_GT(slice->answerer->KeptBytes(), 100U);
  EXPECT_GE(served->mirror().Loaded().bytes, before + slice->answerer->KeptBytes());
  const auto session = Must(slice->engine->Connect());
  const auto limit = Must(session->Query("select current_setting('memory_limit')"));
  const std::string told = std::get<std::string>(limit.rows[0][0]);
  // A quarter of a gibibyte, and what the rows take.
  EXPECT_NE(told.find("MiB"), std::string::npos) << told;
  EXPECT_LT(std::stod(told), 400) << told;
}

TEST(CacheFolder, WhatAKilledProcessLeftGoesAndWhatIsInUseStays) {
  const TempFolder parent;
  const auto live = Must(app::CacheFolder::Make(parent.path()));
  std::ofstream(live->path() + "/file") << "x";
  const std::string dead = parent.path() + "/earprint-store-killed",
                    foreign = parent.path() + "/another-thing",
                    young = parent.path() + "/earprint-store-justmd";
  for (const std::string& each : {dead, foreign, young})
    std::filesystem::create_directories(each + "/slices");
  for (const std::string& each : {dead, foreign}) std::ofstream(each + "/lock") << "";
  std::string path;
  {
    const auto next = Must(app::CacheFolder::Make(parent.path()));
    path = next->path();
    EXPECT_TRUE(std::filesystem::exists(path));
    EXPECT_FALSE(std::filesystem::exists(dead));
    EXPECT_TRUE(std::filesystem::exists(live->path() + "/file"));
    EXPECT_TRUE(std::filesystem::exists(foreign));
    EXPECT_TRUE(std::filesystem::exists(young)) << "it has no lock yet";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(app::CacheFolder::Make(parent.path() + "/none").error().code, base::ErrorCode::kRetryLater);
}

}  // namespace
}  // namespace earprint::testing
