#include "sources/json_library_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/gathered_source.hpp"
#include "tests/support/string_reader.hpp"

namespace earprint::sources {
namespace {

using earprint::testing::Gather;
using earprint::testing::Gathered;
using ::testing::HasSubstr;

const std::string kPlaylists = R"({"playlists": [
  {"name": "One", "lastModifiedDate": "2020-01-02", "items": [
    {"track": {"trackName": "A ]} \" x", "artistName": "Ann", "albumName": "Al", "trackUri": "spotify:track:0000000000000000000001"},
     "episode": null, "localTrack": null, "addedDate": "2020-01-01"},
    {"track": null, "episode": {"episodeName": "E"}, "localTrack": null, "addedDate": "2020-01-01"},
    {"track": null, "localTrack": {"uri": "spotify:local:Ann:Al:B:200"}, "addedDate": "2020-01-01"}],
   "description": null, "numberOfFollowers": 0},
  {"name": "One", "items": []},
  {"name": "Three", "items": [{"track": {"trackName": "C", "artistName": "Bob", "trackUri": "spotify:track:0000000000000000000003"}}]}
]})";

const std::string kLibrary = R"({"tracks": [
  {"artist": "Ann", "album": "Al", "track": "A", "uri": "spotify:track:0000000000000000000001"},
  {"artist": "Bob", "album": "Bl", "track": "B ]} ", "uri": "spotify:track:0000000000000000000002"},
  {"artist": "Cleo", "album": "Cl", "track": "C", "uri": "spotify:track:0000000000000000000003"}],
 "albums": [{"artist": "Ann", "album": "Al", "uri": "spotify:album:0000000000000000000001"},
  {"artist": "Bob", "album": "Bl", "uri": "spotify:album:0000000000000000000002"}], "bannedTracks": []})";

Gathered Read(const std::string& bytes, LibraryShape shape) {
  JsonLibrarySource source(std::make_unique<earprint::testing::StringReader>(bytes, 1'000), "me", shape);
  return Gather(source);
}

TEST(JsonLibrarySource, ReadsPlaylistsWithTracksAndLocalFiles) {
  const auto read = Read(kPlaylists, LibraryShape::kPlaylists);
  ASSERT_EQ(read.data.size(), 3U);
  EXPECT_TRUE(read.adds_up);
  EXPECT_FALSE(read.error);
  EXPECT_EQ(read.data[0].at("name"), "One");
  const auto& tracks = read.data[0].at("tracks").as_array();
  ASSERT_EQ(tracks.size(), 2U) << "an episode is no track";
  EXPECT_EQ(tracks[0].at("item_id"), "0000000000000000000001");
  EXPECT_EQ(tracks[0].at("title"), "A ]} \" x");
  EXPECT_EQ(tracks[1].at("item_id"), "spotify:local:Ann:Al:B:200");
  EXPECT_EQ(read.identities.size(), 3U) << "two lists of one name are two";
}

TEST(JsonLibrarySource, ReadsSavedTracksAndNothingElseOfALibrary) {
  const auto read = Read(kLibrary, LibraryShape::kYourLibrary);
  ASSERT_EQ(read.data.size(), 3U);
  EXPECT_EQ(read.data[2].at("item_id"), "0000000000000000000003");
  EXPECT_TRUE(read.rejects.empty());
}

TEST(JsonLibrarySource, RefusesWhatIsNoTrackWithItsReason) {
  const auto read = Read(
      R"({"tracks": [{"artist": "A"}, 5, {"track": "T", "uri": "spotify:album:0000000000000000000001"}, {"track": 7, "uri": null}, {"track": "T"}]})",
      LibraryShape::kYourLibrary);
  EXPECT_EQ(read.data.size(), 1U);
  EXPECT_EQ(read.rejects.size(), 4U);
  EXPECT_TRUE(read.adds_up);
  EXPECT_THAT(read.rejects[2].reason, HasSubstr("no track"));
}

TEST(JsonLibrarySource, CutAnywhereKeepsTheWholePlaylistsBefore) {
  const std::size_t second = kPlaylists.find("{\"name\": \"One\", \"items\": []}");
  const std::size_t third = kPlaylists.find("{\"name\": \"Three\"");
  const std::size_t end = kPlaylists.rfind("]");
  for (std::size_t size = 0; size < kPlaylists.size(); ++size) {
    const auto read = Read(kPlaylists.substr(0, size), LibraryShape::kPlaylists);
    const std::size_t whole = size >= end - 1 ? 3 : size >= third - 4 ? 2 : size >= second - 4 ? 1 : 0;
    ASSERT_GE(read.data.size(), whole) << size;
    ASSERT_LE(read.data.size(), whole + 1) << size;
    ASSERT_TRUE(read.error) << size;
    ASSERT_TRUE(read.adds_up) << size;
  }
}

TEST(JsonLibrarySource, CutAnywhereKeepsTheWholeTracksBefore) {
  const std::size_t albums = kLibrary.find("\"albums\"");
  for (std::size_t size = 0; size < kLibrary.size(); ++size) {
    const auto read = Read(kLibrary.substr(0, size), LibraryShape::kYourLibrary);
    std::size_t whole = 0;
    for (std::size_t at = 0; (at = kLibrary.find("\"}", at)) < std::min(size, albums); ++at) {
      whole += at + 2 <= size ? 1 : 0;
    }
    ASSERT_EQ(read.data.size(), whole) << size;
    ASSERT_TRUE(read.error) << size;
  }
}

TEST(JsonLibrarySource, AFlippedByteCostsOneTrackOrTwo) {
  for (std::size_t at = kLibrary.find('{', 2); at < kLibrary.find("\"albums\""); ++at) {
    std::string damaged = kLibrary;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x04);
    const auto read = Read(damaged, LibraryShape::kYourLibrary);
    ASSERT_GE(read.data.size(), 1U) << at << " " << damaged.substr(at, 20);
    ASSERT_TRUE(read.adds_up) << at;
    for (const auto& data : read.data) {
      const auto* id = data.if_contains("item_id");
      ASSERT_FALSE(id != nullptr && id->as_string().starts_with("spotify:album")) << at;
    }
  }
}

TEST(JsonLibrarySource, APackedStreamThatBreaksKeepsWhatCameBefore) {
  const base::Error fault{base::ErrorCode::kCorrupt, "unpack", "x.gz", "the data are damaged", ""};
  JsonLibrarySource source(
      std::make_unique<earprint::testing::StringReader>(kLibrary.substr(0, 250), 100, fault), "me",
      LibraryShape::kYourLibrary);
  const auto read = Gather(source);
  EXPECT_EQ(read.data.size(), 2U);
  ASSERT_TRUE(read.error);
  EXPECT_EQ(read.error->cause, "the data are damaged");
}

TEST(JsonLibrarySource, SurvivesWhatIsNoLibrary) {
  const std::string deep(10'000, '[');
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("null"), std::string("{\"playlists\": 5}"),
        std::string("{\"tracks\": {\"a\": 1}}"), "{\"playlists\": " + deep,
        std::string("{\"tracks\": [NaN, Infinity]}"), std::string(1'000, '\0')}) {
    for (const auto shape : {LibraryShape::kPlaylists, LibraryShape::kYourLibrary}) {
      const auto read = Read(text, shape);
      EXPECT_EQ(read.data.size(), 0U);
      EXPECT_TRUE(read.adds_up);
    }
  }
}

}  // namespace
}  // namespace earprint::sources
