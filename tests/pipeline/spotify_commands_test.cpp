// The commands `login` and `sync` as a person types them, with the invented Spotify at the other end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "app/data_folder.hpp"
#include "fakes/world/invented_world.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/program_at_spotify.hpp"

namespace earprint::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SpotifyCommands : public testing::ProgramAtSpotify {
 protected:
  SpotifyCommands()
      : ProgramAtSpotify(fakes::InventWorld({.listeners = 1,
                                             .from = {testing::RealNow().value - 2 * base::kMsPerDay},
                                             .days = 2,
                                             .plays_a_day = 60})) {}
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
  std::map<std::string, std::string> places = {{"what was said", Words()}};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data.path)) {
    if (entry.is_regular_file()) places[entry.path()] = testing::BytesOf(entry.path());
  }
  EXPECT_GT(places.size(), 5U);
  const std::vector<std::string> secrets = fake.Secrets();
  EXPECT_GE(secrets.size(), 2U);
  for (const auto& [place, bytes] : places) {
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
