// Collectors, some of them processes that are killed or frozen, share listeners out: each is followed by one
// at a time.
#include "adapters/kafka/kafka_listener_share.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "tests/support/eventually.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/test_server.hpp"

namespace earprint::testing {
namespace {

using adapters::KafkaListenerShare;
using std::chrono::milliseconds;

const std::vector<std::pair<std::string, std::string>> kQuick = {{"session.timeout.ms", "6000"},
                                                                 {"heartbeat.interval.ms", "500"}};

std::unique_ptr<KafkaListenerShare> Joined(const adapters::KafkaSettings& settings) {
  auto share = KafkaListenerShare::Open(settings);
  EXPECT_TRUE(share) << share.error().Text();
  return std::move(*share);
}

/// Looks that tell in files what happens: which listener was looked at, and whether somebody else did so just
/// then.
class WatchedLooks {
 public:
  explicit WatchedLooks(std::string folder, std::string who)
      : folder_(std::move(folder)), who_(std::move(who)) {}

  void Look(const std::string& listener, milliseconds takes) const {
    const std::string path = folder_ + "/lock " + listener;
    const int lock = ::open(path.c_str(), O_RDWR | O_CREAT, 0600);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
      Write("overlaps", who_ + " at " + listener);
    } else {
      Write("looks", who_ + " " + listener);
      std::this_thread::sleep_for(takes);
    }
    ::close(lock);
  }
  std::string Read(const std::string& name) const {
    std::ifstream in(folder_ + "/" + name);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }

 private:
  void Write(const std::string& name, const std::string& text) const {
    const int file = ::open((folder_ + "/" + name).c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const std::string words = text + "\n";
    (void)!::write(file, words.data(), words.size());
    ::close(file);
  }
  std::string folder_, who_;
};

/// A collector that is a process of its own: looks at its listeners again and again.
class CollectorProcess {
 public:
  CollectorProcess(const std::string& url, const std::string& folder, const std::string& who) {
    child_ = ::fork();
    if (child_ == 0) Run(url, folder, who);
  }
  CollectorProcess(const CollectorProcess&) = delete;
  CollectorProcess& operator=(const CollectorProcess&) = delete;
  ~CollectorProcess() { End(SIGKILL); }
  void Ask(int signal) const { ::kill(child_, signal); }
  void End(int signal) {
    if (child_ <= 0) return;
    ::kill(child_, signal);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }

 private:
  [[noreturn]] static void Run(const std::string& url, const std::string& folder, const std::string& who) {
    const auto settings = adapters::ReadKafkaSettings(url, kQuick);
    auto share = KafkaListenerShare::Open(*settings);
    if (!share) ::_exit(1);
    const WatchedLooks looks(folder, who);
    while (true) {
      for (const std::string& listener : (*share)->Mine())
        (*share)->LookAt(listener, [&] { looks.Look(listener, milliseconds(3)); });
      std::this_thread::sleep_for(milliseconds(5));
    }
  }
  pid_t child_ = 0;
};

class KafkaListenerShareTest : public ::testing::Test {
 protected:
  void FollowAll(KafkaListenerShare& share, int count) {
    for (int i = 0; i < count; ++i) {
      names.insert("listener " + std::to_string(i));
      const auto told = share.Follow("listener " + std::to_string(i));
      ASSERT_TRUE(told) << told.error().Text();
    }
  }
  static std::set<std::string> Of(const KafkaListenerShare& share) {
    const auto mine = share.Mine();
    return {mine.begin(), mine.end()};
  }

  KafkaTopics topics{ServerAddress("kafka"), 6, kQuick};
  TempFolder folder;
  std::set<std::string> names;
};

TEST_F(KafkaListenerShareTest, EveryListenerIsOneCollectorsAndTheyDivideThem) {
  const auto first = Joined(topics.settings());
  FollowAll(*first, 30);
  ASSERT_TRUE(Eventually([&] { return Of(*first) == names; }));
  const auto second = Joined(topics.settings());
  ASSERT_TRUE(Eventually([&] {
    std::set<std::string> both = Of(*first);
    both.merge(Of(*second));
    return both == names && !Of(*second).empty();
  }));
  for (const std::string& listener : Of(*first)) EXPECT_FALSE(Of(*second).contains(listener)) << listener;
  EXPECT_FALSE(Of(*first).empty());
}

TEST_F(KafkaListenerShareTest, WhoIsNoLongerToBeFollowedIsNobodys) {
  const auto share = Joined(topics.settings());
  FollowAll(*share, 3);
  ASSERT_TRUE(Eventually([&] { return Of(*share) == names; }));
  ASSERT_TRUE(share->Unfollow("listener 1"));
  EXPECT_TRUE(Eventually([&] { return Of(*share) == std::set<std::string>{"listener 0", "listener 2"}; }));
  EXPECT_FALSE(share->LookAt("listener 1", [] { FAIL(); }));
  EXPECT_FALSE(share->LookAt("nobody", [] { FAIL(); }));
}

TEST_F(KafkaListenerShareTest, AShareIsHandedOverWhenItsLooksHaveEnded) {
  auto first = Joined(topics.settings());
  FollowAll(*first, 12);
  ASSERT_TRUE(Eventually([&] { return Of(*first) == names; }));
  std::unique_ptr<KafkaListenerShare> second;
  std::vector<std::string> taken_early;
  EXPECT_TRUE(first->LookAt("listener 0", [&] {
    second = Joined(topics.settings());
    std::this_thread::sleep_for(milliseconds(2'500));
    taken_early = second->Mine();
  }));
  EXPECT_THAT(taken_early, ::testing::Not(::testing::Contains("listener 0")));
  first.reset();
  EXPECT_TRUE(Eventually([&] { return Of(*second) == names; }));
}

TEST_F(KafkaListenerShareTest, AKilledCollectorsListenersAreTakenOverAndNobodyIsLookedAtTwiceAtATime) {
  std::vector<std::unique_ptr<CollectorProcess>> collectors;
  for (int i = 0; i < 3; ++i)
    collectors.push_back(
        std::make_unique<CollectorProcess>(topics.url(), folder.path(), "first" + std::to_string(i)));
  {
    const auto share = Joined(topics.settings());
    FollowAll(*share, 24);
  }
  const WatchedLooks looks(folder.path(), "test");
  std::mt19937 random(20'261'128);
  for (int kill = 0; kill < 6; ++kill) {
    std::this_thread::sleep_for(milliseconds(500 + random() % 2'500));
    auto& one = collectors[random() % collectors.size()];
    one->End(SIGKILL);
    one = std::make_unique<CollectorProcess>(topics.url(), folder.path(), "next" + std::to_string(kill));
  }
  for (std::size_t i = 1; i < collectors.size(); ++i) collectors[i]->End(SIGKILL);
  // The one that is left looks at all of them.
  const std::size_t before = looks.Read("looks").size();
  EXPECT_TRUE(Eventually([&] {
    const std::string since = looks.Read("looks").substr(before);
    return std::ranges::all_of(names,
                               [&](const std::string& name) { return since.contains(" " + name + "\n"); });
  }));
  EXPECT_EQ(looks.Read("overlaps"), "");
}

TEST_F(KafkaListenerShareTest, ACollectorThatWasFrozenForTooLongLooksAtNobodyThatIsAnothersByNow) {
  CollectorProcess frozen(topics.url(), folder.path(), "frozen");
  {
    const auto share = Joined(topics.settings());
    FollowAll(*share, 6);
  }
  const WatchedLooks looks(folder.path(), "test");
  ASSERT_TRUE(Eventually([&] { return looks.Read("looks").contains("frozen listener 5"); }));
  frozen.Ask(SIGSTOP);
  auto heir = Joined(topics.settings());
  ASSERT_TRUE(Eventually([&] { return Of(*heir) == names; }));
  const std::size_t before = looks.Read("looks").size();
  EXPECT_TRUE(heir->LookAt("listener 3", [&] {
    frozen.Ask(SIGCONT);
    std::this_thread::sleep_for(milliseconds(3'000));
    EXPECT_FALSE(looks.Read("looks").substr(before).contains("frozen listener 3\n"));
  }));
}

TEST(KafkaShareTroubles, ABrokerThatIsAwayIsToldUntilItIsBack) {
  OwnServer broker("kafka");
  const KafkaTopics topics(broker.address(), 2, kQuick);
  const auto share = Joined(topics.settings());
  ASSERT_TRUE(share->Follow("ann"));
  ASSERT_TRUE(Eventually([&] { return share->Mine() == std::vector<std::string>{"ann"}; }));
  EXPECT_EQ(share->Figures().trouble, "");
  EXPECT_EQ(share->Figures().partitions, 2U);
  broker.Kill();
  EXPECT_TRUE(Eventually([&] { return !share->Figures().trouble.empty(); }));
  EXPECT_THAT(share->Figures().trouble, ::testing::HasSubstr(broker.address()));
  EXPECT_GT(share->Figures().errors, 0U);
  broker.Start();
  EXPECT_TRUE(Eventually([&] { return share->Figures().trouble.empty(); })) << share->Figures().trouble;
  EXPECT_TRUE(Eventually([&] {
    bool was_looked_at = false;
    return share->LookAt("ann", [&] { was_looked_at = true; }) && was_looked_at;
  }));
  const auto told = share->Follow("bob");  // with a producer that may have broken
  EXPECT_TRUE(told) << told.error().Text();
}

TEST(KafkaShareTroubles, ACollectorThatTheGroupRefusesSaysSo) {
  TempFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  std::ofstream(folder / "rules")
      << "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
         "allow.everyone.if.no.acl.found=true\n";
  OwnServer broker("kafka", "KAFKA_EXTRA=" + (folder / "rules"));
  const KafkaTopics topics(broker.address(), 2, kQuick);
  KafkaAdmin(topics.settings()).DenyGroup(topics.settings().prefix + ".collectors");
  const auto share = Joined(topics.settings());
  EXPECT_TRUE(Eventually([&] { return !share->Figures().trouble.empty(); }));
  EXPECT_THAT(share->Figures().trouble, ::testing::HasSubstr("uthoriz"));
  EXPECT_EQ(share->Figures().partitions, 0U);
}

}  // namespace
}  // namespace earprint::testing
