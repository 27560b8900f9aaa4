#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/json_library_source.hpp"
#include "sources/source_detector.hpp"
#include "tests/support/gathered_source.hpp"
#include "tests/support/sound_batch.hpp"
#include "tests/support/string_reader.hpp"

namespace earprint::sources {
namespace {

using testing::Gathered;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::string_view kItem =
    R"({"track":{"trackName":"T","artistName":"A","albumName":"B","trackUri":"spotify:track:2J3n32GeLmMjwuAzyhcSNe"},)"
    R"("episode":null,"localTrack":null,"addedDate":"2020-01-31"})";

Gathered Read(std::string text, LibraryShape shape, std::size_t step = 1U << 20) {
  JsonLibrarySource source(std::make_unique<testing::StringReader>(std::move(text), step), "me", shape);
  return testing::Gather(source);
}

Gathered ReadPlaylists(const std::string& lists) {
  return Read(R"({"playlists":[)" + lists + "]}", LibraryShape::kPlaylists);
}

Gathered ReadLibrary(const std::string& tracks) {
  return Read(R"({"tracks":[)" + tracks + R"(],"albums":[],"other":["x"]})", LibraryShape::kYourLibrary);
}

std::string Playlist(std::string_view name, std::string_view items) {
  return R"({"name":")" + std::string(name) +
         R"(","lastModifiedDate":"2020-02-01","collaborators":["secret_friend"],)" + R"("items":[)" +
         std::string(items) + R"(],"description":null,"numberOfFollowers":3})";
}

TEST(JsonLibraryLimits, TellsListsOfOneNameApart) {
  const Gathered all = ReadPlaylists(Playlist("L", "") + "," + Playlist("L", "") + "," + Playlist("M", ""));
  EXPECT_THAT(all.identities, SizeIs(3));
  EXPECT_EQ(all.ids, ReadPlaylists(Playlist("M", "") + "," + Playlist("L", "") + "," + Playlist("L", "")).ids)
      << "whatever stands between them";
}

TEST(JsonLibraryLimits, WhatIsOfAWrongTypeIsARejectAndItsNeighboursStay) {
  const Gathered lists =
      ReadPlaylists(R"(5,null,"text",[],{},{"name":"N"},{"name":5,"items":{}},)" + Playlist("L", kItem));
  EXPECT_EQ(lists.read, 8U);
  EXPECT_THAT(lists.data, SizeIs(1));
  EXPECT_THAT(lists.rejects, SizeIs(7));
  for (const auto& reject : lists.rejects) EXPECT_EQ(reject.reason, "a playlist has no list of items");

  const Gathered odd =
      ReadPlaylists(R"({"name":7,"items":[5,null,[],{"track":5},{"track":{}},{"track":{"trackName":8}}]})");
  ASSERT_THAT(odd.data, SizeIs(1));
  EXPECT_EQ(odd.data[0].at("tracks"), boost::json::parse("[{}, {}]"));

  const Gathered saved = ReadLibrary(R"(5,null,{},{"track":"","uri":""},{"track":1,"uri":2},{"track":"T"})");
  EXPECT_EQ(saved.read, 6U);
  EXPECT_THAT(saved.data, SizeIs(1));
  EXPECT_THAT(saved.rejects, SizeIs(5));
}

TEST(JsonLibraryLimits, AFileWithoutItsListHasNoRecords) {
  for (const LibraryShape shape : {LibraryShape::kPlaylists, LibraryShape::kYourLibrary}) {
    for (const char* text :
         {"{}", "[]", "5", R"({"playlists":{},"tracks":"x"})", R"({"playlists":[],"tracks":[]})"}) {
      const Gathered all = Read(text, shape);
      EXPECT_EQ(all.read, 0U) << text;
      EXPECT_FALSE(all.error) << text;
    }
  }
}

TEST(JsonLibraryLimits, AFriendsNameIsNotKeptInAReject) {
  const Gathered all = ReadPlaylists(
      R"({"name":"N","collaborators":["secret_friend",{"username":"secret_other"}],"items":7})");
  ASSERT_THAT(all.rejects, SizeIs(1));
  EXPECT_THAT(all.rejects[0].raw, Not(HasSubstr("secret")));
  EXPECT_THAT(all.rejects[0].raw, HasSubstr(R"("items":7)"));
  const Gathered kept = ReadPlaylists(Playlist("L", kItem));
  EXPECT_THAT(boost::json::serialize(kept.data.at(0)), Not(HasSubstr("secret")));
}

TEST(JsonLibraryLimits, TheSizeOfReadsChangesNothing) {
  const std::string file = R"({"playlists":[)" + Playlist("L", kItem) + "]}";
  const auto whole = Read(file, LibraryShape::kPlaylists).ids;
  for (const std::size_t step : {1, 7, 100}) EXPECT_EQ(Read(file, LibraryShape::kPlaylists, step).ids, whole);
}

TEST(JsonLibraryLimits, AHugeListIsRefusedWithItsReasonAndTheOthersStay) {
  const std::string huge(13U << 20, 'x');
  const Gathered all = ReadPlaylists(Playlist(huge, kItem) + "," + Playlist("L", kItem));
  EXPECT_EQ(all.read, 2U);
  EXPECT_TRUE(all.adds_up);
  ASSERT_THAT(all.data, SizeIs(1));
  EXPECT_EQ(all.data[0].at("name").as_string(), "L");
  ASSERT_THAT(all.rejects, SizeIs(1));
  EXPECT_THAT(all.rejects[0].reason, HasSubstr("larger than any"));
  EXPECT_LE(all.rejects[0].raw.size(), model::kRejectRawMax);
}

TEST(JsonLibraryLimits, ASavedTrackWithAHugeTextIsARejectToo) {
  const std::string huge(13U << 20, 'x');
  const Gathered all = ReadLibrary(R"({"track":")" + huge + R"("},{"track":"T"})");
  EXPECT_EQ(all.read, 2U);
  EXPECT_TRUE(all.adds_up);
  EXPECT_THAT(all.data, SizeIs(1));
  EXPECT_THAT(all.rejects, SizeIs(1));
}

TEST(SourceDetector, TellsPlaylistsAndLibraryByTheirContent) {
  for (const auto& [name, text, kind] :
       {std::tuple{"Playlist1.json", R"({"playlists":[]})", "playlists"},
        std::tuple{"renamed.json", "\xEF\xBB\xBF {\n \"playlists\" : []}", "playlists"},
        std::tuple{"YourLibrary.json", R"({"tracks":[],"albums":[]})", "saved library"}}) {
    const auto source = DetectSource(testing::FileOf(name, text), {});
    ASSERT_TRUE(source) << name << ": " << source.error().Text();
    EXPECT_EQ((*source)->Kind(), kind) << name;
    const Gathered all = testing::Gather(**source);
    EXPECT_FALSE(all.error) << name << ": " << all.error->Text();
  }
}

}  // namespace
}  // namespace earprint::sources
