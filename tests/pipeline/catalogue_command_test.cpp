// earprint catalogue, as a person and the system meet it: asked, killed, without credentials.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>

#include "tests/support/catalogue_room.hpp"
#include "tests/support/program_run.hpp"

namespace earprint::app {
namespace {

class CatalogueCommandTest : public CatalogueFollowTest {
 protected:
  // The process cannot be traced once it holds a token, and that is how leaks are looked for.
  CatalogueCommandTest() { ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1); }
  ~CatalogueCommandTest() override { ::unsetenv("ASAN_OPTIONS"); }

  int Run(const std::vector<std::string>& words) { return program.Run(words); }
  const std::string& Words() const { return program.Words(); }

  testing::ProgramRuns program{{"--data", data.path}};
};

TEST_F(CatalogueCommandTest, AddListRefresh) {
  UseToken();
  EXPECT_EQ(Run({"catalogue", "add", "kaggle:anna/tracks"}), 0);
  EXPECT_THAT(Words(),
              HasSubstr("kaggle:anna/tracks/tracks.csv: catalogue tracks: 2,000 read = 2,000 accepted"));
  EXPECT_EQ(Run({"catalogue", "refresh", "--every", "12h"}), 0);
  EXPECT_THAT(Words(), HasSubstr("version 1 is known already; nothing was read"));
  EXPECT_EQ(Run({"catalogue", "list", "--format", "json"}), 0);
  EXPECT_THAT(Words(), HasSubstr(R"({"name":"kaggle:anna/tracks","file":"","version":1,"every":"12h")"));
  EXPECT_EQ(Run({"catalogue", "refresh", "--every", "never"}), 2);
  EXPECT_EQ(Run({"catalogue", "add", "anna/tracks"}), 2);
  EXPECT_EQ(Run({"catalogue", "refresh", "kaggle:anna/other"}), 2);
  for (const int code : {0, 2}) EXPECT_EQ(Run({"catalogue", "remove", "kaggle:anna/tracks"}), code);
}

TEST_F(CatalogueCommandTest, KilledInADownloadItGoesOn) {
  UseToken();
  Change([](KaggleSwitches& switches) {
    switches.cut_times = 1;
    switches.cut_after_bytes = 50'000;
    switches.hold_times = 1;
  });
  const auto add = program.Begin({"catalogue", "add", "kaggle:anna/tracks", "--file", "tracks.csv"});
  while (web.Downloads() < 2) std::this_thread::yield();  // the second is held
  EXPECT_THAT(testing::BytesOf("/proc/" + std::to_string(add->pid()) + "/limits"),
              ::testing::ContainsRegex("Max core file size +0 +0 "))
      << "the token would lie in a core file";
  add->Kill();
  EXPECT_EQ(Run({"catalogue", "add", "kaggle:anna/tracks", "--file", "tracks.csv"}), 0) << Words();
  EXPECT_THAT(Ranges(), ::testing::ElementsAre("", "bytes=50000-", "bytes=50000-"));
  EXPECT_THAT(Words(), HasSubstr("2,000 read = 2,000 accepted"));
}

TEST_F(CatalogueCommandTest, CredentialsAreFoundWhereTheOfficialClientLooksAndToldNowhere) {
  const std::string secret = web.account.token, key = web.account.key;
  const std::string home = folder / "home";
  const auto add = [this](const std::string& slug) {
    web.shelf.Put("anna", slug, {{"tracks.csv", Catalogue(10)}});
    web.shelf.SetAccess("anna/" + slug, fakes::KaggleAccess::kAccount);
    return Run({"catalogue", "add", "kaggle:anna/" + slug});
  };
  EXPECT_EQ(add("none"), 1);
  testing::WriteBytes(home + "/.kaggle/kaggle.json", R"({"username":"listener","key":")" + key + "\"}");
  EXPECT_EQ(add("by-json"), 0);
  ::setenv("KAGGLE_USERNAME", web.account.username.c_str(), 1);
  ::setenv("KAGGLE_KEY", key.c_str(), 1);
  testing::WriteBytes(home + "/.kaggle/kaggle.json", "{" + key);
  EXPECT_EQ(add("by-key"), 0);
  ::unsetenv("KAGGLE_KEY");
  EXPECT_EQ(add("damaged-json"), 2);
  testing::WriteBytes(home + "/.kaggle/access_token", secret + "\n");
  EXPECT_EQ(add("by-token-file"), 0);
  ::setenv("KAGGLE_API_TOKEN", (home + "/.kaggle/access_token").c_str(), 1);
  EXPECT_EQ(add("by-named-file"), 0);
  ::setenv("KAGGLE_API_TOKEN", (secret + "x").c_str(), 1);
  EXPECT_EQ(add("wrong-token"), 1);
  Change([](KaggleSwitches& switches) { switches.tells_wrong_sum = true; });
  UseToken();
  EXPECT_EQ(add("wrong-sum"), 1);
  Change([](KaggleSwitches& switches) { switches.expire_times = 3; });
  EXPECT_EQ(add("expired"), 1);
  EXPECT_THAT(Words(), HasSubstr("the storage answers with status 400"));
  const std::string basic = "bGlzdGVuZXI6";  // how "listener:" begins in base64
  std::map<std::string, std::string> places = {{"what was said", Words()}};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data.path)) {
    if (entry.is_regular_file()) places[entry.path()] = testing::BytesOf(entry.path());
  }
  for (const auto& [place, bytes] : places) {
    for (const std::string& told : {secret, key, basic, std::string("X-Goog-Signature")}) {
      EXPECT_EQ(bytes.find(told), std::string::npos) << place << " holds " << told;
    }
  }
}

TEST_F(CatalogueCommandTest, CredentialsGoOverHttpsOrToThisMachineOnly) {
  UseToken();
  for (const std::string url :
       {"http://example.org", "https://name:pass@example.org", "ftp://127.0.0.1", "127.0.0.1"}) {
    ::setenv("EARPRINT_KAGGLE_URL", url.c_str(), 1);
    EXPECT_EQ(Run({"catalogue", "add", "kaggle:anna/tracks"}), 2) << url;
  }
  EXPECT_THAT(Words(), Not(HasSubstr("pass")));
}

}  // namespace
}  // namespace earprint::app
