#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "app/stores/store_choice.hpp"
#include "tests/support/checked_batch.hpp"
#include "tests/support/invented_export.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/prepared_folder.hpp"
#include "tests/support/program_run.hpp"
#include "tests/support/told_events.hpp"

/// A server keeps stores up to date, and nobody has to stop it to publish.
namespace earprint::testing {

/// A folder with a server that keeps a store up to date, as people run it.
class KeptHouse {
 public:
  static constexpr auto kLimit = std::chrono::minutes(5);  ///< publishing gives way to all else

  void Import(const std::string& listener, std::uint64_t seed) {
    const std::string files = folder_ / ("files" + std::to_string(seed));
    WriteExport(files, seed, 300, 18'080);
    Run({"--listener", listener, "import", files});
  }

  /// Ann's and bob's.
  void ImportBoth() const {
    const auto make = [](const std::string& path) {
      KeptHouse house;
      house.Import("ann", 1);
      house.Import("bob", 2);
      std::filesystem::copy(house.folder_ / "store", path, std::filesystem::copy_options::recursive);
    };
    CopyPrepared("kept-house", folder_ / "store", make, {EARPRINT_BINARY});
  }

  void HearOneMore(const std::string& listener) {
    const std::string minute = std::to_string(10 + ++more_);
    const std::string file = folder_ / ("more" + minute + ".csv");
    std::ofstream(file) << "spotify_track_uri,ts,platform,ms_played,track_name,artist_name,album_name\n"
                        << "7lEptt4wbM0yJTvSG5EBof,2019-05-01 10:" << minute
                        << ":30,ios,200000,One more,Nobody,None\n";
    Run({"--listener", listener, "import", file});
  }

  /// Plays that came over a login at Spotify. Not while a server has the folder.
  void HearLive(const std::string& listener, int first, int plays) const {
    std::vector<std::string> lines;
    for (int i = first; i < first + plays; ++i) lines.push_back(PlayFromApi(600 * i, listener));
    const auto pipeline = OpenAt(folder_ / "store");
    const auto taken = pipeline->Take(BatchOf(lines), "recently played", listener);
    ASSERT_TRUE(taken) << taken.error().Text();
    ASSERT_EQ(taken->accepted, lines.size());
  }

  std::vector<std::string> Command(std::vector<std::string> arguments) const {
    std::vector<std::string> all = {"--data", folder_ / "store", "--zone", "Europe/Paris"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
  }
  std::string Run(const std::vector<std::string>& arguments) const { return MustRun(Command(arguments)); }
  ProgramRun Serve(const std::string& url) const {
    return ProgramRun(Command({"serve", "--listen", "127.0.0.1:0", "--publish", url}));
  }
  std::string path() const { return folder_.path(); }

 private:
  TempFolder folder_;
  int more_ = 0;
};

/// Whether it comes about in time.
inline bool ComesAbout(const std::function<bool()>& is_so) {
  const auto end = std::chrono::steady_clock::now() + KeptHouse::kLimit;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

/// Empty where the store holds nothing of the listener.
inline std::string VersionIn(ports::MetricStore& store, const std::string& listener) {
  auto state = store.State(listener);
  if (!state) ADD_FAILURE() << state.error().Text();
  return state ? state->data_version : "";
}

/// Plays of a listener that the store holds for people to read.
inline std::int64_t PlaysIn(ports::MetricStore& store, const std::string& listener) {
  auto state = store.State(listener);
  EXPECT_TRUE(state) << state.error().Text();
  std::int64_t plays = 0;
  for (const auto& [name, print] : state->parts) plays += name.relation == "plays" ? print.rows : 0;
  return plays;
}

template <typename Place>
class KeptStore : public ::testing::Test {
 protected:
  KeptStore() { house_.ImportBoth(); }

  Place place_;
  KeptHouse house_;
  std::unique_ptr<ports::MetricStore> store_ = place_.Open();
};

TYPED_TEST_SUITE_P(KeptStore);

TYPED_TEST_P(KeptStore, ServerBringsItUpToWhatComesInAndForgetsWhoIsForgotten) {
  ProgramRun server = this->house_.Serve(this->place_.url());
  ASSERT_TRUE(server.HasSaid("ready: ")) << server.Words();
  const auto version = [this](const std::string& listener) { return VersionIn(*this->store_, listener); };
  ASSERT_TRUE(ComesAbout([&] { return version("bob") != ""; })) << server.Words();
  const std::vector<std::string> audit = {"audit", "--samples", "2", "--store", this->place_.url()};
  EXPECT_THAT(this->house_.Run(audit), ::testing::HasSubstr(", 0 differ"));

  const std::string first = version("ann");
  this->house_.HearOneMore("ann");
  ASSERT_TRUE(ComesAbout([&] { return version("ann") != first; })) << server.Words();
  EXPECT_THAT(this->house_.Run(audit), ::testing::HasSubstr(", 0 differ"));
  // The command asks the server, and tells what a command without one tells.
  const std::string again = this->house_.Run({"publish", this->place_.url()});
  EXPECT_THAT(again, ::testing::HasSubstr("ann: nothing changed"));
  EXPECT_THAT(again, ::testing::HasSubstr("bob: nothing changed"));
  EXPECT_THAT(this->house_.Run({"--listener", "bob", "publish", "parquet:" + this->house_.path() + "/other"}),
              ::testing::ContainsRegex("^bob: [0-9]+ of [0-9]+ parts sent"));
  ProgramRun unknown(this->house_.Command({"--listener", "eve", "publish", this->place_.url()}));
  EXPECT_EQ(unknown.Wait(), 2) << unknown.Words();

  this->house_.Run({"forget", "ann", "--yes"});
  EXPECT_EQ(version("ann"), "");
  const std::string second = version("bob");
  this->house_.HearOneMore("bob");
  ASSERT_TRUE(ComesAbout([&] { return version("bob") != second; })) << server.Words();
  EXPECT_EQ(version("ann"), "");
  EXPECT_THAT(this->house_.Run(audit), ::testing::HasSubstr(", 0 differ"));
  server.Ask(SIGTERM);
  EXPECT_EQ(server.Wait(), 0) << server.Words();
}

TYPED_TEST_P(KeptStore, WhoIsDisconnectedHasNothingOfTheLoginInAStoreThatWasPublishedToOnce) {
  const std::vector<std::string> logout = {"--listener", "ann", "logout", "--yes"};
  const auto plays = [this](const std::string& listener) { return PlaysIn(*this->store_, listener); };
  this->house_.HearLive("ann", 0, 5);
  this->house_.HearLive("bob", 0, 5);
  this->house_.Run({"publish", this->place_.url()});
  const std::int64_t ann = plays("ann"), bob = plays("bob");
  EXPECT_THAT(this->house_.Run(logout),
              ::testing::AllOf(::testing::HasSubstr("ann is disconnected: 5 events erased"),
                               ::testing::HasSubstr("erased from ")));
  EXPECT_EQ(plays("ann"), ann - 5);
  EXPECT_EQ(plays("bob"), bob);
  // By a server too, which keeps none.
  this->house_.HearLive("ann", 5, 3);
  this->house_.Run({"publish", this->place_.url()});
  EXPECT_EQ(plays("ann"), ann - 2);
  ProgramRun server(this->house_.Command({"serve", "--listen", "127.0.0.1:0"}));
  ASSERT_TRUE(server.HasSaid("ready: ")) << server.Words();
  EXPECT_THAT(this->house_.Run(logout),
              ::testing::AllOf(::testing::HasSubstr("ann is disconnected: 3 events erased"),
                               ::testing::HasSubstr("erased from ")));
  EXPECT_EQ(plays("ann"), ann - 5);
  EXPECT_EQ(plays("bob"), bob);
  EXPECT_THAT(this->house_.Run({"audit", "--samples", "1", "--store", this->place_.url()}),
              ::testing::HasSubstr(", 0 differ"));
}

REGISTER_TYPED_TEST_SUITE_P(KeptStore, ServerBringsItUpToWhatComesInAndForgetsWhoIsForgotten,
                            WhoIsDisconnectedHasNothingOfTheLoginInAStoreThatWasPublishedToOnce);

}  // namespace earprint::testing
