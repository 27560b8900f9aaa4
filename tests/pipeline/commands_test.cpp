// What the commands give back to whoever called them, and where they write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/file_bytes.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/program_run.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr const char* kPlays = R"([{"ts":"2019-05-01T10:00:00Z","ms_played":61000,
"master_metadata_track_name":"A","master_metadata_album_artist_name":"B","spotify_track_uri":null}])";

TEST(Commands, StrictTakesWhatIsLeftAloneForNoFault) {
  const TempFolder folder;
  const std::string given = folder / "export";
  WriteBytes(given + "/Streaming_History_Audio_2019.json", kPlays);
  WriteBytes(given + "/Userdata.json", R"({"username":"somebody"})");
  const auto strictly = [&](const std::string& store) {
    ProgramRun run({"--data", folder / store, "import", "--strict", given});
    const int code = run.Wait();
    EXPECT_THAT(run.Words(), HasSubstr("left alone"));
    return code;
  };
  EXPECT_EQ(strictly("first"), 0);
  WriteBytes(given + "/Streaming_History_Audio_2020.json", "not a history");
  EXPECT_EQ(strictly("second"), 3) << "a file that was refused";
  WriteBytes(given + "/Streaming_History_Audio_2020.json", R"([{"ts":"no time","ms_played":1}])");
  EXPECT_EQ(strictly("third"), 3) << "a record that was refused";
}

TEST(Commands, TheDemoKeepsAwayFromWhatSomebodyHas) {
  const TempFolder folder;
  const std::string store = folder / "store", given = folder / "Streaming_History_Audio_2019.json";
  WriteBytes(given, kPlays);
  MustRun({"--data", store, "import", given});
  ProgramRun demo({"--data", store, "demo", "--port", "0", "--plays", "200"});
  EXPECT_EQ(demo.Wait(), 1);
  EXPECT_THAT(demo.Words(), HasSubstr("somebody's plays are there"));
  EXPECT_EQ(CountPlays(*OpenAt(store), "true"), 1);

  ASSERT_EQ(::setenv("EARPRINT_DATA", store.c_str(), 1), 0);
  ProgramRun beside({"demo", "--port", "0", "--plays", "200"});
  ::unsetenv("EARPRINT_DATA");
  ASSERT_TRUE(beside.HasSaid("http://")) << beside.Words();
  beside.Kill();
  EXPECT_TRUE(fs::exists(store + "-demo"));
  EXPECT_EQ(CountPlays(*OpenAt(store), "true"), 1);
}

}  // namespace
}  // namespace earprint::testing
