// The commands `login` and `sync` as a person types them, with the invented Spotify at the other end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "adapters/curl/curl_http_client.hpp"
#include "app/data_folder.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/spotify/fake_spotify.hpp"
#include "fakes/web_server.hpp"
#include "fakes/world/invented_world.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

base::UtcMs RealNow() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

class SpotifyCommands : public ::testing::Test {
 protected:
  SpotifyCommands() {
    ::setenv("XDG_CONFIG_HOME", (folder / "config").c_str(), 1);
    ::setenv("EARPRINT_SPOTIFY_ACCOUNTS_URL", web->address().c_str(), 1);
    ::setenv("EARPRINT_SPOTIFY_API_URL", (web->address() + "/v1").c_str(), 1);
    // The process cannot be traced once it holds a key, and that is how leaks are looked for.
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
  }
  ~SpotifyCommands() override {
    for (const char* name : {"XDG_CONFIG_HOME", "EARPRINT_SPOTIFY_ACCOUNTS_URL", "EARPRINT_SPOTIFY_API_URL",
                             "EARPRINT_KEY", "ASAN_OPTIONS"})
      ::unsetenv(name);
  }

  pid_t Begin(const std::vector<std::string>& words) {
    std::vector<std::string> all = {EARPRINT_BINARY, "--data", folder / "data", "--zone", "UTC"};
    all.insert(all.end(), words.begin(), words.end());
    const pid_t child = ::fork();
    if (child != 0) return child;
    if (std::freopen(words_path.c_str(), "a", stdout) == nullptr || ::dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
      ::_exit(99);
    std::vector<char*> arguments;
    for (std::string& word : all) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execv(EARPRINT_BINARY, arguments.data());
    ::_exit(98);
  }
  static int End(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int Run(const std::vector<std::string>& words) { return End(Begin(words)); }
  std::string Words() { return testing::BytesOf(words_path); }

  /// The address that the program tells to open, once it does.
  std::string LoginAddress() {
    for (int i = 0; i < 3'000; ++i) {
      const std::string words = Words();
      const std::size_t at = words.rfind("http://127.0.0.1:" + std::to_string(web->port()) + "/authorize");
      const std::size_t end = words.find('\n', at);
      if (at != std::string::npos && end != std::string::npos) return words.substr(at, end - at);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "no address was told: " << Words();
    return "?";
  }

  /// Agrees, as the listener does in the browser, which is then led back to the program.
  int LogIn() {
    const pid_t program = Begin({"login", "--client-id", fake.app().client_id, "--listen", "127.0.0.1:0"});
    const std::string address = LoginAddress();
    const std::string query = address.substr(address.find('?') + 1);
    const fakes::WebAnswer agreed = fake.Answer({.method = "POST",
                                                 .target = "/authorize?" + query,
                                                 .path = "/authorize",
                                                 .query = fakes::ParseForm(query),
                                                 .headers = {},
                                                 .body = "listener=listener1&decision=agree"});
    const auto back = fakes::Find(agreed.headers, "location");
    EXPECT_TRUE(back) << agreed.body;
    if (back) {
      EXPECT_EQ(adapters::MakeWebClient("browser")->Send({.url = *back})->status, 200);
    } else {
      ::kill(program, SIGKILL);
    }
    return End(program);
  }

  testing::TempFolder folder;
  std::string words_path = folder / "words";
  fakes::FakeClock time{RealNow(), 1};
  fakes::FakeSpotify fake{
      fakes::InventWorld(
          {.listeners = 1, .from = {RealNow().value - 2 * base::kMsPerDay}, .days = 2, .plays_a_day = 60}),
      time};
  std::unique_ptr<fakes::WebServer> web = std::move(
      *fakes::WebServer::Start([this](const fakes::WebRequest& request) { return fake.Answer(request); }));
};

TEST_F(SpotifyCommands, LogInOnceAndPlaysComeIn) {
  EXPECT_EQ(Run({"sync", "--once"}), 0);
  EXPECT_THAT(Words(), HasSubstr("Nobody is logged in to Spotify: earprint login"));
  EXPECT_EQ(LogIn(), 0);
  EXPECT_THAT(Words(), HasSubstr("me is logged in."));
  EXPECT_EQ(Run({"sync", "--once"}), 0) << Words();
  EXPECT_THAT(Words(), HasSubstr("me: logged in, 50 new"));
  EXPECT_EQ(Run({"sync", "--once"}), 0);
  EXPECT_THAT(Words(), HasSubstr("me: logged in, 0 new"));
  EXPECT_EQ(Run({"query", "sources", "--format", "csv"}), 0);
  EXPECT_THAT(Words(), HasSubstr("recent,50,"));
  EXPECT_EQ(Run({"query", "playlists", "--format", "csv"}), 0);
  EXPECT_THAT(Words(), HasSubstr("Liked Songs"));
}

TEST(FolderLock, KeepsApartTwoWhoFollowEverybodyFromOneFolderOfLogins) {
  const testing::TempFolder folder;
  {
    const auto first = FolderLock::TakeLogins({folder / "a", folder / "logins"});
    ASSERT_TRUE(first && *first);
    const auto second = FolderLock::TakeLogins({folder / "b", folder / "logins"});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, base::ErrorCode::kConflict);
    EXPECT_THAT(second.error().hint, HasSubstr("--share"));
  }
  EXPECT_TRUE(FolderLock::TakeLogins({folder / "b", folder / "logins"}));
  const auto none = FolderLock::TakeLogins({folder / "a", ""});
  EXPECT_TRUE(none && !*none) << "the data folder has a lock of its own";
}

TEST_F(SpotifyCommands, NoSecretIsToldOrLiesReadable) {
  ASSERT_EQ(LogIn(), 0);
  EXPECT_EQ(Run({"sync", "--once"}), 0);
  fake.Revoke("listener1");
  EXPECT_EQ(Run({"sync", "--once"}), 1) << "a new login is needed, and that is said";
  EXPECT_THAT(Words(), HasSubstr("a new login is needed: earprint login"));
  for (const char* format : {"table", "json", "jsonl", "csv"}) Run({"query", "plays", "--format", format});
  Run({"doctor"});
  EXPECT_THAT(Words(), HasSubstr("if you took the access back, what came over it is to be erased by "));
  std::vector<std::filesystem::path> places = {words_path};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "data")) {
    if (entry.is_regular_file()) places.push_back(entry.path());
  }
  EXPECT_GT(places.size(), 5U);
  const std::vector<std::string> secrets = fake.Secrets();
  EXPECT_GE(secrets.size(), 2U);
  for (const auto& place : places) {
    const std::string bytes = testing::BytesOf(place);
    for (const std::string& secret : secrets) EXPECT_THAT(bytes, Not(HasSubstr(secret))) << place;
  }
}

TEST_F(SpotifyCommands, LogOutErasesWhatCameOverTheLogin) {
  EXPECT_EQ(Run({"logout"}), 2) << "nobody is there to be asked";
  EXPECT_THAT(Words(), HasSubstr("--yes, if it is meant"));
  EXPECT_EQ(Run({"logout", "--yes"}), 2);
  EXPECT_THAT(Words(), HasSubstr("nobody of that name is connected"));
  ASSERT_EQ(LogIn(), 0);
  EXPECT_EQ(Run({"sync", "--once"}), 0) << Words();
  EXPECT_EQ(Run({"logout", "--yes"}), 0) << Words();
  EXPECT_THAT(Words(), HasSubstr("me is disconnected: "));
  EXPECT_THAT(Words(), HasSubstr("the login at Spotify was dropped"));
  const std::size_t said = Words().size();
  EXPECT_EQ(Run({"query", "sources", "--format", "csv"}), 0);
  EXPECT_THAT(Words().substr(said), Not(::testing::AnyOf(HasSubstr("recent,"), HasSubstr("player,"))));
  EXPECT_EQ(Run({"sync", "--once"}), 0);
  EXPECT_THAT(Words().substr(Words().rfind("Nobody is logged in")), HasSubstr("earprint login"));
  EXPECT_EQ(Run({"--listener", "me", "logout", "--yes"}), 2);
}

TEST_F(SpotifyCommands, WhereNobodyIsNamedTheOnlyListenerIsMeant) {
  testing::WriteBytes(folder / "history.csv",
                      "spotify_track_uri,ts,ms_played,track_name,artist_name\n"
                      "0000000000000000000001,2024-01-01 10:00:00,200000,Song,Ann\n");
  ASSERT_EQ(Run({"--listener", "Anna", "import", folder / "history.csv"}), 0) << Words();
  ASSERT_EQ(LogIn(), 0) << Words();
  EXPECT_EQ(Run({"logout", "--yes"}), 0) << Words();
  EXPECT_THAT(Words(), HasSubstr("Anna is disconnected: "));
  ASSERT_EQ(Run({"--listener", "Bob", "import", folder / "history.csv"}), 0) << Words();
  EXPECT_EQ(Run({"login"}), 2);
  EXPECT_THAT(Words(), HasSubstr("--listener with one of: Anna, Bob"));
}

TEST_F(SpotifyCommands, ACopyOfTheDataWithoutTheKeyOpensNothing) {
  ASSERT_EQ(LogIn(), 0);
  ::setenv("XDG_CONFIG_HOME", (folder / "another-machine").c_str(), 1);
  EXPECT_EQ(Run({"sync", "--once"}), 1);
  EXPECT_THAT(Words(), HasSubstr("a new login is needed: earprint login"));
  ::setenv("XDG_CONFIG_HOME", (folder / "config").c_str(), 1);
  EXPECT_EQ(Run({"sync", "--once"}), 0) << "where the key is, it still opens: " << Words();
}

}  // namespace
}  // namespace earprint::app
