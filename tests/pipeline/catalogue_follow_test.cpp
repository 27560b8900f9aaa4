// A catalogue that is fetched from the Kaggle that is acted out, over sockets and files, into a store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "adapters/file/disk_part_file.hpp"
#include "app/catalogues/catalogue_desk.hpp"
#include "tests/support/acted_kaggle.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::app {
namespace {

namespace kaggle = sources::kaggle;
using base::ErrorCode;
using fakes::KaggleSwitches;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kRows = 2'000;

/// A catalogue of tracks with an energy of their own.
std::string Catalogue(std::size_t rows, const std::string& energy = "0.5") {
  std::string text =
      "track_id,track_name,artists,danceability,energy,key,loudness,mode,speechiness,acousticness,"
      "instrumentalness,liveness,valence,tempo,duration_ms,time_signature\n";
  for (std::size_t row = 0; row < rows; ++row) {
    std::string id = std::to_string(row);
    id.insert(0, 22 - id.size(), '0');
    text += id + ",Track " + id + ",Ann,0.5," + energy + ",0,-6,1,0.05,0.1,0,0.1,0.9,120,180000,4\n";
  }
  return text;
}

class CatalogueFollowTest : public ::testing::Test {
 protected:
  CatalogueFollowTest() {
    for (const char* name : {"KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_CONFIG_DIR"})
      ::unsetenv(name);
    ::setenv("HOME", (folder / "home").c_str(), 1);
    ::setenv("EARPRINT_KAGGLE_URL", web.address().c_str(), 1);
    web.shelf.Put("anna", "tracks", {{"tracks.csv", Catalogue(kRows)}});
    web.shelf.SetAccess("anna/tracks", fakes::KaggleAccess::kAccount);
  }
  void UseToken() { ::setenv("KAGGLE_API_TOKEN", web.account.token.c_str(), 1); }
  void Change(const std::function<void(KaggleSwitches&)>& change) { web.fake.Change(change); }

  base::Result<kaggle::RefreshOutcome> Add(const std::string& file = "", const std::string& slug = "tracks") {
    auto pipeline = testing::OpenAt(data.path);
    auto desk = CatalogueDesk::Open(data, *pipeline, clock);
    if (!desk) return std::unexpected(desk.error());
    return (*desk)->follower().Add({"anna", slug}, file);
  }
  std::vector<kaggle::FollowedCatalogue> Followed() {
    adapters::FileStateStore states(data.States());
    return kaggle::CatalogueBook(states).Load().value_or(std::vector<kaggle::FollowedCatalogue>());
  }
  /// The ranges that the storage was asked for.
  std::vector<std::string> Ranges() {
    std::vector<std::string> ranges;
    for (const fakes::KaggleSeen& seen : web.fake.Seen()) {
      if (seen.is_storage) ranges.push_back(seen.range);
    }
    return ranges;
  }
  /// What lies in the folder of downloads beside its lock.
  std::size_t PartsLeft() {
    std::size_t parts = 0;
    for (const auto& entry : std::filesystem::directory_iterator(data.Downloads()))
      parts += entry.is_directory() ? 1 : 0;
    return parts;
  }

  testing::TempFolder folder;
  testing::ActedKaggle web;
  DataFolder data{folder / "data"};
  testing::StoppedClock clock;
};

void ExpectImported(const base::Result<kaggle::RefreshOutcome>& outcome, std::int64_t version,
                    std::size_t rows) {
  ASSERT_TRUE(outcome) << outcome.error().Text();
  ASSERT_TRUE(outcome->imported);
  EXPECT_EQ(outcome->version, version);
  const ports::FileReport& total = outcome->imported->total;
  EXPECT_EQ(total.accepted + total.retold, rows) << "told anew, or with other figures than before";
  EXPECT_EQ(outcome->imported->files[0].kind, "catalogue tracks") << "as its file is called";
}

TEST_F(CatalogueFollowTest, ADatasetComesInAndIsFollowed) {
  UseToken();
  ExpectImported(Add(), 1, kRows);
  ASSERT_EQ(Followed().size(), 1U);
  EXPECT_EQ(Followed()[0].version, 1);
  EXPECT_EQ(Followed()[0].due_at.value, clock.Now().value + kaggle::kEveryMsDefault);
  EXPECT_FALSE(Followed()[0].part);
  EXPECT_EQ(PartsLeft(), 0U);
}

TEST_F(CatalogueFollowTest, OneFileComesAsItIsOrZipped) {
  UseToken();
  ExpectImported(Add("tracks.csv"), 1, kRows);
  web.shelf.Put("anna", "tracks", {{"tracks.csv", Catalogue(kRows, "0.7")}, {"read me.txt", "nothing"}});
  Change([](KaggleSwitches& switches) { switches.zipped_from_bytes = 1; });
  ExpectImported(Add("tracks.csv"), 2, kRows);
}

TEST_F(CatalogueFollowTest, AVersionThatIsKnownIsNotReadAgain) {
  UseToken();
  ExpectImported(Add(), 1, kRows);
  const std::size_t downloads = web.Downloads();
  const auto again = Add();
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->imported);
  EXPECT_EQ(web.Downloads(), downloads);
  web.shelf.Put("anna", "tracks", {{"tracks.csv", Catalogue(kRows + 5)}});
  const auto changed = Add();
  ASSERT_TRUE(changed && changed->imported);
  EXPECT_EQ(changed->imported->total.accepted, 5U);
  EXPECT_EQ(changed->imported->total.duplicate, kRows);
}

TEST_F(CatalogueFollowTest, ACutDownloadGoesOnWhereItEnded) {
  UseToken();
  Change([](KaggleSwitches& switches) {
    switches.cut_times = 2;
    switches.cut_after_bytes = 50'000;
  });
  ExpectImported(Add("tracks.csv"), 1, kRows);
  EXPECT_THAT(Ranges(), ::testing::ElementsAre("", "bytes=50000-", "bytes=100000-"));
  for (const fakes::KaggleSeen& seen : web.fake.Seen()) {
    if (seen.is_storage) {
      EXPECT_EQ(seen.authorization, "") << "the storage is another host";
      EXPECT_EQ(seen.if_range.empty(), seen.range.empty());
    }
  }
}

TEST_F(CatalogueFollowTest, AnAddressThatIsOutOfDateIsAskedForAnew) {
  UseToken();
  Change([](KaggleSwitches& switches) { switches.expire_times = 2; });
  ExpectImported(Add("tracks.csv"), 1, kRows);
}

TEST_F(CatalogueFollowTest, WhereNothingComesItEndsAndGoesOnTheNextTime) {
  UseToken();
  Change([](KaggleSwitches& switches) {
    switches.cut_times = 1;
    switches.cut_after_bytes = 50'000;
    switches.expire_times = 0;
  });
  web.shelf.Put("anna", "tracks", {{"tracks.csv", Catalogue(kRows)}});
  auto pipeline = testing::OpenAt(data.path);
  {
    auto desk = CatalogueDesk::Open(data, *pipeline, clock);
    ASSERT_TRUE(desk);
    (*desk)->follower().on_download = [this](std::uint64_t bytes, std::uint64_t) {
      if (bytes == 50'000) Change([](KaggleSwitches& switches) { switches.expire_times = 3; });
    };
    const auto broken = (*desk)->follower().Add({"anna", "tracks"}, "tracks.csv");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, ErrorCode::kRetryLater);
    EXPECT_THAT(broken.error().hint, HasSubstr("goes on"));
    EXPECT_EQ(Followed()[0].due_at.value, clock.Now().value + kaggle::kRetryMs)
        << "a server tries within the hour";
  }
  pipeline.reset();
  ExpectImported(Add("tracks.csv"), 2, kRows);
}

TEST_F(CatalogueFollowTest, WithoutRangesOrAnEtagItBeginsAnew) {
  UseToken();
  for (const bool has_etag : {true, false}) {
    Change([has_etag](KaggleSwitches& switches) {
      switches.honours_ranges = false;
      switches.tells_etag = has_etag;
      switches.cut_times = 1;
      switches.cut_after_bytes = 50'000;
    });
    const int version =
        web.shelf.Put("anna", "tracks", {{"tracks.csv", Catalogue(kRows, has_etag ? "0.1" : "0.2")}});
    ExpectImported(Add("tracks.csv"), version, kRows);
  }
}

TEST_F(CatalogueFollowTest, APartOfAnotherVersionIsNotGoneOnWith) {
  UseToken();
  Change([](KaggleSwitches& switches) {
    switches.cut_times = 1;
    switches.cut_after_bytes = 50'000;
    switches.fail_status = 503;
  });
  auto pipeline = testing::OpenAt(data.path);
  {
    auto desk = CatalogueDesk::Open(data, *pipeline, clock);
    ASSERT_TRUE(desk);
    (*desk)->follower().on_download = [this](std::uint64_t, std::uint64_t) {
      Change([](KaggleSwitches& switches) { switches.fail_times = 1; });
    };
    ASSERT_FALSE((*desk)->follower().Add({"anna", "tracks"}, "tracks.csv"));
  }
  pipeline.reset();
  ASSERT_EQ(PartsLeft(), 1U);
  Change([](KaggleSwitches& switches) { switches.fail_times = 0; });
  web.shelf.Put("anna", "tracks", {{"tracks.csv", Catalogue(kRows, "0.9")}});
  ExpectImported(Add("tracks.csv"), 2, kRows);
  EXPECT_EQ(Ranges().back(), "");
}

TEST_F(CatalogueFollowTest, AWrongSumIsFetchedAgainAndThenTold) {
  UseToken();
  for (const bool tells_md5 : {true, false}) {
    Change([tells_md5](KaggleSwitches& switches) {
      switches.tells_wrong_sum = true;
      switches.tells_md5 = tells_md5;
    });
    const std::size_t before = web.Downloads();
    const auto refused = Add("tracks.csv");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(web.Downloads() - before, 2U);
    EXPECT_EQ(Followed()[0].version, 0);
  }
  Change([](KaggleSwitches& switches) { switches.tells_wrong_sum = false; });
  ExpectImported(Add("tracks.csv"), 1, kRows);
}

TEST_F(CatalogueFollowTest, EveryRefusalSaysWhatToDo) {
  const auto refused = [this](const std::string& slug = "tracks", const std::string& file = "") {
    const auto outcome = Add(file, slug);
    EXPECT_FALSE(outcome);
    return outcome ? base::Error{} : outcome.error();
  };
  EXPECT_EQ(refused().code, ErrorCode::kUnauthorized);
  EXPECT_THAT(refused().hint, HasSubstr("make an API token"));
  ::setenv("KAGGLE_API_TOKEN", "KGAT_wrong", 1);
  EXPECT_THAT(refused().Text(), AllOf(HasSubstr("refuses the credentials"), Not(HasSubstr("KGAT_wrong"))));
  UseToken();
  EXPECT_EQ(refused("other").code, ErrorCode::kNotFound);
  EXPECT_EQ(refused("tracks", "other.csv").code, ErrorCode::kNotFound);
  web.shelf.SetAccess("anna/tracks", fakes::KaggleAccess::kConsent);
  EXPECT_THAT(refused().hint,
              HasSubstr("kaggle.com/datasets/anna/tracks while logged in, and accept its terms"));
  Change([](KaggleSwitches& switches) {
    switches.fail_times = 1;
    switches.fail_status = 429;
    switches.retry_after_seconds = 7'200;
  });
  const base::Error too_many = refused();
  EXPECT_EQ(too_many.code, ErrorCode::kRetryLater);
  EXPECT_EQ(too_many.not_before->value, clock.Now().value + 7'200'000);
  EXPECT_EQ(Followed()[0].due_at, *too_many.not_before);
  Change([](KaggleSwitches& switches) {
    switches.fail_times = 1;
    switches.fail_status = 502;
  });
  EXPECT_EQ(refused().code, ErrorCode::kRetryLater);
}

TEST_F(CatalogueFollowTest, WhatIsNoCatalogueIsToldAndNotFollowed) {
  UseToken();
  web.shelf.Put("anna", "poems", {{"poem.txt", "no table at all"}});
  const auto refused = Add("", "poems");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(Followed(), ::testing::IsEmpty());
  EXPECT_EQ(PartsLeft(), 0U);
}

TEST_F(CatalogueFollowTest, AServerRefreshesWhatIsDueAndNothingElse) {
  UseToken();
  ExpectImported(Add(), 1, kRows);
  web.shelf.Put("anna", "tracks", {{"tracks.csv", Catalogue(kRows, "0.7")}});
  auto pipeline = testing::OpenAt(data.path);
  for (const std::int64_t days : {6, 7}) {
    testing::StoppedClock later;
    later.now_ms = clock.Now().value + days * base::kMsPerDay;
    auto desk = CatalogueDesk::Open(data, *pipeline, later);
    ASSERT_TRUE(desk);
    const auto failed = (*desk)->follower().RefreshDue();
    ASSERT_TRUE(failed);
    EXPECT_THAT(*failed, ::testing::IsEmpty());
    EXPECT_EQ(Followed()[0].version, days == 7 ? 2 : 1);
  }
}

TEST_F(CatalogueFollowTest, ADamagedBookIsToldAndNotOverwritten) {
  adapters::FileStateStore states(data.States());
  ASSERT_TRUE(states.Save("catalogues", R"({"catalogues":[{"name":"kaggle:a/b"}]})"));
  const auto refused = Add();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
}

TEST(DiskPartFile, AFullDiskSaysToMakeRoom) {
  auto part = adapters::OpenPartFile("/dev/full");
  ASSERT_TRUE(part);
  const auto refused = (*part)->Append("x");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kRetryLater);
  EXPECT_THAT(refused.error().hint, HasSubstr("make room"));
}

TEST(DiskPartFile, IsThereAgainAndBeginsAnewWhenItIsTold) {
  testing::TempFolder folder;
  ASSERT_TRUE((*adapters::OpenPartFile(folder / "deep/a"))->Append("abc"));
  auto part = adapters::OpenPartFile(folder / "deep/a");
  ASSERT_TRUE(part);
  EXPECT_EQ((*part)->size_bytes(), 3U);
  ASSERT_TRUE((*part)->Append("de"));
  std::string all;
  ASSERT_TRUE((*part)->ReadAll([&all](std::string_view bytes) { all += bytes; }));
  EXPECT_EQ(all, "abcde");
  ASSERT_TRUE((*part)->Clear());
  EXPECT_EQ((*part)->size_bytes(), 0U);
  EXPECT_EQ(testing::BytesOf(folder / "deep/a"), "");
}

/// The program on the folder; its words go to a file.
class CatalogueCommandTest : public CatalogueFollowTest {
 protected:
  pid_t Begin(const std::vector<std::string>& words) {
    std::vector<std::string> all = {EARPRINT_BINARY, "--data", data.path};
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

  std::string words_path = folder / "words";
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
  const pid_t child = Begin({"catalogue", "add", "kaggle:anna/tracks", "--file", "tracks.csv"});
  while (web.Downloads() < 2) std::this_thread::yield();  // the second is held
  ::kill(child, SIGKILL);
  End(child);
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
  const std::string basic = "bGlzdGVuZXI6";  // how "listener:" begins in base64
  std::vector<std::filesystem::path> places = {words_path};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data.path)) {
    if (entry.is_regular_file()) places.push_back(entry.path());
  }
  for (const auto& place : places) {
    const std::string bytes = testing::BytesOf(place);
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
