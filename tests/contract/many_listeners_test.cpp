// A server over a store of more listeners than it looks at at a time.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/stores/store_choice.hpp"
#include "metrics/publishing/listener_round.hpp"
#include "tests/contract/published_store_contract.hpp"
#include "tests/support/forwarding_store.hpp"

namespace earprint::testing {
namespace {

constexpr std::size_t kPartMax = metrics::publishing::ListenerRound::kPartMax;

/// Who else is in a store, and for what it was asked.
struct Crowd {
  std::size_t others = 0;
  std::atomic<int> version = 0;  ///< of the last of them
  std::atomic<int> looks = 0, states = 0;
  std::atomic<std::size_t> told_max = 0;  ///< listeners that were told at a time
};

/// A store in which there are others before whoever is in it.
class CrowdedStore final : public ForwardingStore {
 public:
  CrowdedStore(std::unique_ptr<ports::MetricStore> store, Crowd& crowd)
      : ForwardingStore(std::move(store)), crowd_(crowd) {}

  static std::string NameOf(std::size_t no) { return "a" + std::to_string(100'000 + no); }

  Told Listeners() override {
    return base::Fail(base::ErrorCode::kUnsupported, "list", Place(), "nobody needs all at a time");
  }
  Told ListenersAfter(const std::string& name, std::size_t listeners_max) override {
    ++crowd_.looks;
    std::vector<ports::StoredListener> told;
    for (std::size_t no = 0; no < crowd_.others; ++no)
      told.push_back(
          {NameOf(no), "v" + std::to_string(no + 1 < crowd_.others ? 0 : crowd_.version.load()), {}});
    for (ports::StoredListener& each : Must(store_->Listeners())) told.push_back(std::move(each));
    std::erase_if(told, [&name](const ports::StoredListener& each) { return each.listener <= name; });
    if (told.size() > listeners_max) told.resize(listeners_max);
    crowd_.told_max = std::max(crowd_.told_max.load(), told.size());
    return told;
  }
  Told VersionsOf(const std::vector<std::string>& names) override {
    auto told = store_->VersionsOf(names);
    if (told) crowd_.told_max = std::max(crowd_.told_max.load(), told->size());
    return told;
  }
  base::Result<ports::StoredListener> State(const std::string& listener) override {
    ++crowd_.states;
    return store_->State(listener);
  }

 private:
  Crowd& crowd_;
};

class ManyListeners : public ::testing::Test {
 protected:
  std::unique_ptr<app::StoreAsker> ServeAmong(std::size_t others,
                                              std::chrono::milliseconds looks_apart = {}) {
    crowd_.others = others;
    crowd_.looks = crowd_.states = 0;
    return Serve(std::make_unique<CrowdedStore>(Must(app::ChooseStore(url_)), crowd_), 1ULL << 30,
                 looks_apart);
  }

  TempFolder folder_;
  const std::string url_ = "parquet:" + folder_.path() + "/store";
  std::unique_ptr<ports::MetricStore> publishing_ = Must(app::ChooseStore(url_));
  Crowd crowd_;
};

TEST_F(ManyListeners, QuestionsAboutOneAskTheStoreForNoList) {
  Household house;
  house.Publish("ann", *publishing_);
  for (const std::size_t others : {std::size_t{1'000}, 2 * kPartMax + 500}) {
    const auto served = ServeAmong(others, std::chrono::minutes(10));
    const auto backend = served->Backend();
    for (int i = 1; i <= 50; ++i) {
      const std::string limit = std::to_string(i);
      ASSERT_TRUE(served->Ask("top_tracks", "ann", {{{"limit", limit}}}));
      ASSERT_TRUE(backend.data_version());
    }
    // The first, and another where somebody asked while that went on.
    EXPECT_LE(crowd_.looks, 2) << others;
    EXPECT_EQ(crowd_.states, 1) << others;
    EXPECT_LE(crowd_.told_max, kPartMax);
    if (others < kPartMax) continue;
    house.Publish("bob", *publishing_);
    EXPECT_TRUE(served->Ask("overview", "bob", {})) << "who came after the list was read is there as well";
    EXPECT_LE(crowd_.looks, 2);
  }
}

TEST_F(ManyListeners, WhoIsLoadedIsCurrentAndGoesAtTheNextLook) {
  Household house;
  house.Publish("ann", *publishing_);
  house.Publish("bob", *publishing_);
  const auto served = ServeAmong(2 * kPartMax + 500);
  ASSERT_TRUE(served->Ask("overview", "ann", {}));
  for (int i = 0; i < 3; ++i) {
    const std::string before = Must(served->mirror().Version());
    house.HearOneMore("ann");
    const std::string version = house.Publish("ann", *publishing_).data_version;
    EXPECT_NE(Must(served->mirror().Version()), before);
    EXPECT_EQ(Must(served->Ask("overview", "ann", {}))->data_version, version);
  }
  ASSERT_TRUE(publishing_->Forget("ann"));
  ASSERT_TRUE(served->mirror().Version());
  EXPECT_EQ(served->mirror().Loaded().slices, 0U) << "nobody has to ask for who was forgotten";
  EXPECT_EQ(ListenerFolders(*served), 0);
  EXPECT_EQ(served->Ask("overview", "ann", {}).error().code, base::ErrorCode::kNotFound);
  EXPECT_TRUE(served->Ask("overview", "bob", {}));
  EXPECT_LE(crowd_.told_max, kPartMax);
}

TEST_F(ManyListeners, WhoNamesNobodyIsToldSomeNames) {
  const auto served = ServeAmong(2 * kPartMax + 500);
  const auto unnamed = served->Ask("overview", "", {});
  ASSERT_FALSE(unnamed);
  EXPECT_EQ(unnamed.error().code, base::ErrorCode::kInvalidInput);
  EXPECT_EQ(unnamed.error().cause, "there are several");
  const auto unknown = served->Ask("overview", "zoe", {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(unknown.error().cause, "there is no such listener");
  EXPECT_TRUE(unknown.error().hint.starts_with("one of: ")) << unknown.error().hint;
  EXPECT_TRUE(unknown.error().hint.ends_with(", …")) << unknown.error().hint;
  EXPECT_LT(unknown.error().hint.size(), 1'000U);
  EXPECT_EQ(crowd_.states, 1);
  for (const std::string none : {"\xff\xfe", " zoe", "zo\ne"}) {
    const auto refused = served->Ask("overview", none, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kNotFound);
  }
  EXPECT_EQ(crowd_.states, 1) << "a store is not asked for what can be no name";
}

TEST_F(ManyListeners, AllAreToldWhereAllAreAskedForAndReadPartByPart) {
  for (const std::size_t others : {std::size_t{0}, std::size_t{1'000}, kPartMax, 2 * kPartMax + 500}) {
    const auto served = ServeAmong(others);
    const auto names = Must(served->mirror().Listeners());
    ASSERT_EQ(names.size(), others);
    EXPECT_TRUE(std::ranges::is_sorted(names));
    EXPECT_LE(crowd_.told_max, kPartMax);
    if (others > 0) {
      EXPECT_EQ(names.back(), CrowdedStore::NameOf(others - 1));
    }
  }
}

TEST_F(ManyListeners, VersionChangesWithAnybodysOnceItIsTheirTurn) {
  const auto served = ServeAmong(2 * kPartMax + 500);
  const auto after_a_round = [&] {
    for (const int until = crowd_.looks + 6; crowd_.looks < until;) (void)Must(served->mirror().Version());
    return Must(served->mirror().Version());
  };
  const std::string before = after_a_round();
  EXPECT_EQ(after_a_round(), before) << "nothing changed";
  crowd_.version = 1;
  EXPECT_NE(after_a_round(), before);
}

}  // namespace
}  // namespace earprint::testing
