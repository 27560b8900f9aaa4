// What a running server does by itself: it looks for new versions of catalogues, and asks ReccoBeats.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

#include "adapters/file/file_state_store.hpp"
#include "app/data_folder.hpp"
#include "fakes/reccobeats/fake_reccobeats.hpp"
#include "fakes/web_server.hpp"
#include "sources/kaggle/catalogue_book.hpp"
#include "tests/support/acted_kaggle.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/program_run.hpp"

namespace earprint::app {
namespace {

namespace kaggle = sources::kaggle;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

bool ComesTrue(const std::function<bool()>& is_so) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

/// A catalogue that is followed in its first version, with a second one out and due.
class ServerSchedules : public ::testing::Test {
 protected:
  ServerSchedules() {
    auto server = fakes::WebServer::Start(
        [this](const fakes::WebRequest& request) { return reccobeats.Answer(request); });
    EXPECT_TRUE(server);
    web = std::move(*server);
    for (const char* name : {"KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_CONFIG_DIR"})
      ::unsetenv(name);
    ::setenv("HOME", (folder / "home").c_str(), 1);
    ::setenv("EARPRINT_KAGGLE_URL", acted.address().c_str(), 1);
    ::setenv("EARPRINT_RECCOBEATS_URL", web->address().c_str(), 1);
    Publish("0000000000000000000001,One");
    testing::MustRun(Words({"catalogue", "add", "kaggle:anna/tracks"}));
    EXPECT_EQ(VersionIn(), 1);
    Publish("0000000000000000000003,Three");
    auto followed = book.Load();
    EXPECT_TRUE(followed && followed->size() == 1);
    followed->front().due_at = {};
    EXPECT_TRUE(book.Put(followed->front()));
  }

  void Publish(const std::string& track) {
    acted.shelf.Put("anna", "tracks",
                    {{"tracks.csv", "track_id,track_name,artists,danceability,energy,valence\n" + track +
                                        ",Ann,0.1,0.2,0.3\n"}});
  }
  std::vector<std::string> Words(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--data", data.path});
    return words;
  }
  std::vector<std::string> Serve() const { return Words({"serve", "--listen", "127.0.0.1:0"}); }
  /// The version that is in of the catalogue that is followed; 0 where none is.
  std::int64_t VersionIn() {
    const auto all = book.Load();
    return all && all->size() == 1 ? all->front().version : 0;
  }

  const testing::TempFolder folder;
  const DataFolder data{folder / "data"};
  testing::ActedKaggle acted;
  fakes::FakeReccoBeats reccobeats;
  std::unique_ptr<fakes::WebServer> web;
  adapters::FileStateStore states{data.States()};
  kaggle::CatalogueBook book{states};
};

TEST_F(ServerSchedules, WhatIsDueIsRefreshedAndWhatWasAgreedToIsAsked) {
  testing::MustRun(Words({"catalogue", "add", "reccobeats", "--agree"}));
  EXPECT_THAT(reccobeats.Seen(), IsEmpty()) << "nothing was played yet";
  testing::WriteBytes(folder / "history.csv",
                      "spotify_track_uri,ts,ms_played,track_name,artist_name\n"
                      "0000000000000000000002,2024-01-01 10:00:00,200000,Two,Bob\n");
  testing::MustRun(Words({"import", folder / "history.csv"}));
  reccobeats.Know("0000000000000000000002", "", {{"energy", 0.5}});
  testing::ProgramRun server(Serve());
  EXPECT_TRUE(ComesTrue([this] { return !reccobeats.Seen().empty(); })) << server.Words();
  EXPECT_TRUE(ComesTrue([this] { return VersionIn() == 2; })) << server.Words();
  const auto is_told = [this] {
    return testing::MustRun(Words({"query", "feature_sources", "--format", "csv"})).find("reccobeats,1,") !=
           std::string::npos;
  };
  EXPECT_TRUE(ComesTrue(is_told)) << server.Words();
  EXPECT_THAT(reccobeats.Seen(), ::testing::ElementsAre("0000000000000000000002"));
  server.Ask(SIGTERM);
  EXPECT_EQ(server.Wait(), 0) << server.Words();
}

TEST_F(ServerSchedules, WhatIsRemovedStaysSoWhateverIsFetchedMeanwhile) {
  acted.fake.Change([](fakes::KaggleSwitches& switches) { switches.hold_times = 1; });
  const std::size_t before = acted.Downloads();
  testing::ProgramRun server(Serve());
  ASSERT_TRUE(ComesTrue([&] { return acted.Downloads() > before; })) << server.Words();  // and is held
  const auto remove = Words({"catalogue", "remove", "kaggle:anna/tracks"});
  testing::ProgramRun refused(remove);
  EXPECT_EQ(refused.Wait(), 1);
  EXPECT_THAT(refused.Words(), HasSubstr("a catalogue is being fetched just now"));
  EXPECT_EQ(VersionIn(), 1) << "it is followed still";
  server.Kill();
  testing::MustRun(remove);
  EXPECT_EQ(VersionIn(), 0);
  for (const auto& entry : std::filesystem::directory_iterator(data.Downloads()))
    EXPECT_FALSE(entry.is_directory()) << "a part of it stays";
}

}  // namespace
}  // namespace earprint::app
