// A catalogue that is fetched from the Kaggle that is acted out, over sockets and files, into a store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "adapters/file/disk_part_file.hpp"
#include "tests/support/catalogue_room.hpp"

namespace earprint::app {
namespace {

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

}  // namespace
}  // namespace earprint::app
