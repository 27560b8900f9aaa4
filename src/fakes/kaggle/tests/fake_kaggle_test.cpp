#include "fakes/kaggle/fake_kaggle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "fakes/kaggle/kaggle_storage.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::fakes {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kRpc = "/v1/datasets.DatasetApiService/";
const std::string kBasic = "Basic bGlzdGVuZXI6MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";  // username:key
const std::string kBearer = "Bearer KGAT_0123456789abcdef0123456789abcdef";

struct KaggleTest : ::testing::Test {
  KaggleTest() {
    shelf.Put("anna", "tracks", {{"b.csv", "0123456789"}, {"a/a.csv", "aaa"}});
    fake.SetStorageAddress("http://storage");
  }
  WebAnswer Call(std::string_view name, json::object body, const std::string& authorization = {}) {
    body.emplace("ownerSlug", "anna");
    body.emplace("datasetSlug", "tracks");
    return fake.Api({.method = "POST",
                     .path = std::string(kRpc) + std::string(name),
                     .headers = {{"authorization", authorization}},
                     .body = json::serialize(body)});
  }
  WebAnswer Get(const std::string& path, TextPairs query = {}, const std::string& authorization = {}) {
    return fake.Api({.method = "GET",
                     .path = path,
                     .query = std::move(query),
                     .headers = {{"authorization", authorization}}});
  }
  /// What the storage gives for an answer that redirects.
  WebAnswer Follow(const WebAnswer& redirect, TextPairs headers = {}) {
    const std::string to = Find(redirect.headers, "Location").value_or("");
    EXPECT_THAT(to, StartsWith("http://storage/")) << redirect.body;
    const std::string target = to.substr(14);
    const std::size_t query = target.find('?');
    return fake.Storage({.method = "GET",
                         .path = target.substr(0, query),
                         .query = ParseForm(target.substr(query + 1)),
                         .headers = std::move(headers)});
  }

  KaggleShelf shelf;
  FakeKaggle fake{shelf};
};

TEST_F(KaggleTest, BothInterfacesTellTheSame) {
  const json::value told = json::parse(Call("GetDataset", {}).body);
  EXPECT_EQ(told.at("ref").as_string(), "anna/tracks");
  EXPECT_EQ(told.at("currentVersionNumber").as_int64(), 1);
  EXPECT_EQ(Get("/api/v1/datasets/view/anna/tracks").body, Call("GetDataset", {}).body);
  EXPECT_EQ(Get("/api/v1/datasets/list/anna/tracks").body, Call("ListDatasetFiles", {}).body);
  EXPECT_EQ(Get("/api/v1/datasets/metadata/anna/tracks").body, Call("GetDatasetMetadata", {}).body);
  EXPECT_EQ(Get("/api/v1/datasets/status/anna/tracks").body, R"({"status":"READY"})");
  EXPECT_EQ(Follow(Get("/api/v1/datasets/download/anna/tracks/a/a.csv")).body, "aaa");
  EXPECT_EQ(Follow(Call("DownloadDataset", {{"fileName", "a/a.csv"}})).body, "aaa");
  EXPECT_EQ(Follow(Get("/api/v1/datasets/download/anna/tracks")).body,
            Follow(Call("DownloadDataset", {})).body);
}

TEST_F(KaggleTest, FilesAreListedByPages) {
  const json::value first = json::parse(Call("ListDatasetFiles", {{"pageSize", 1}}).body);
  EXPECT_EQ(first.at("datasetFiles").at(0).at("name").as_string(), "a/a.csv");
  EXPECT_EQ(first.at("datasetFiles").at(0).at("totalBytes").as_int64(), 3);
  const json::value second =
      json::parse(Call("ListDatasetFiles", {{"pageSize", 1}, {"pageToken", first.at("nextPageToken")}}).body);
  EXPECT_EQ(second.at("datasetFiles").at(0).at("name").as_string(), "b.csv");
  EXPECT_EQ(second.at("nextPageToken").as_string(), "");
  EXPECT_EQ(Call("ListDatasetFiles", {{"pageToken", "x"}}).status, 400);
}

TEST_F(KaggleTest, CredentialsAreTakenInBothFormsOrRefused) {
  shelf.SetAccess("anna/tracks", KaggleAccess::kAccount);
  EXPECT_EQ(Call("DownloadDataset", {}, kBasic).status, 302);
  EXPECT_EQ(Call("DownloadDataset", {}, kBearer).status, 302);
  EXPECT_EQ(Call("DownloadDataset", {}).body, R"({"code":401,"message":"Unauthenticated"})");
  for (const std::string wrong : {"Bearer KGAT_other", "Basic bGlzdGVuZXI6eA==", "Basic ?", "Digest x"}) {
    EXPECT_EQ(Call("GetDataset", {}, wrong).status, 401) << wrong;
  }
}

TEST_F(KaggleTest, WhatMayNotBeHadIsRefusedWithCodeAndMessage) {
  shelf.SetAccess("anna/tracks", KaggleAccess::kConsent);
  EXPECT_EQ(Call("GetDataset", {}, kBasic).status, 200);
  EXPECT_EQ(json::parse(Call("DownloadDataset", {}, kBasic).body).at("code").as_int64(), 403);
  shelf.SetAccess("anna/tracks", KaggleAccess::kOwner);
  EXPECT_THAT(Call("GetDataset", {}, kBasic).body, HasSubstr("Permission 'datasets.get' was denied"));
  EXPECT_EQ(Get("/api/v1/datasets/view/anna/other").status, 404);
  EXPECT_EQ(Get("/api/v1/datasets/view").status, 404);
  EXPECT_EQ(Get("/v1/datasets.DatasetApiService/GetDataset").status, 404);
  shelf.SetAccess("anna/tracks", KaggleAccess::kAnyone);
  EXPECT_EQ(Call("DownloadDataset", {{"fileName", "c.csv"}}).status, 404);
  EXPECT_EQ(Call("DownloadDataset", {{"datasetVersionNumber", 2}}).status, 404);
}

TEST_F(KaggleTest, AVersionStaysWhatItWasWhenANewOneComes) {
  EXPECT_EQ(shelf.Put("anna", "tracks", {{"b.csv", "new"}}), 2);
  EXPECT_EQ(json::parse(Call("GetDataset", {}).body).at("currentVersionNumber").as_int64(), 2);
  EXPECT_EQ(Follow(Call("DownloadDataset", {{"fileName", "b.csv"}})).body, "new");
  EXPECT_EQ(Follow(Call("DownloadDataset", {{"fileName", "b.csv"}, {"datasetVersionNumber", 1}})).body,
            "0123456789");
}

TEST_F(KaggleTest, RangesGoOnWhereTheObjectIsTheSame) {
  const WebAnswer link = Call("DownloadDataset", {{"fileName", "b.csv"}});
  const WebAnswer whole = Follow(link);
  const std::string etag = Find(whole.headers, "ETag").value_or("");
  EXPECT_EQ(etag, "\"781e5e245d69b566979b86e28d23f2c7\"");  // MD5 of the ten digits
  const WebAnswer rest = Follow(link, {{"range", "bytes=4-"}, {"if-range", etag}});
  EXPECT_EQ(rest.status, 206);
  EXPECT_EQ(rest.body, "456789");
  EXPECT_EQ(Find(rest.headers, "Content-Range"), "bytes 4-9/10");
  EXPECT_EQ(Follow(link, {{"range", "bytes=4-5"}}).body, "45");
  EXPECT_EQ(Follow(link, {{"range", "bytes=-2"}}).body, "89");
  EXPECT_EQ(Follow(link, {{"range", "bytes=10-"}}).status, 416);
  EXPECT_EQ(Follow(link, {{"range", "bytes=4-"}, {"if-range", "\"other\""}}).body, "0123456789");
  fake.Change([](KaggleSwitches& switches) { switches.honours_ranges = false; });
  EXPECT_EQ(Follow(link, {{"range", "bytes=4-"}}).status, 200);
}

TEST_F(KaggleTest, ALargeFileComesZippedUnlessItIsAskedRaw) {
  fake.Change([](KaggleSwitches& switches) { switches.zipped_from_bytes = 10; });
  const WebAnswer link = Call("DownloadDataset", {{"fileName", "b.csv"}});
  EXPECT_THAT(Find(link.headers, "Location").value_or(""), HasSubstr("/compressed/b.csv.zip?"));
  EXPECT_THAT(Follow(link).body, StartsWith("PK"));
  EXPECT_EQ(Follow(Call("DownloadDataset", {{"fileName", "b.csv"}, {"raw", true}})).body, "0123456789");
  EXPECT_EQ(Follow(Call("DownloadDataset", {{"fileName", "a/a.csv"}})).body, "aaa");
}

TEST_F(KaggleTest, AnAddressThatIsNotSignedGivesNothing) {
  EXPECT_EQ(fake.Storage({.method = "GET", .path = "/kaggle-data-sets/anna/tracks/1/upload/b.csv"}).status,
            403);
  fake.Change([](KaggleSwitches& switches) { switches.expire_times = 1; });
  const WebAnswer link = Call("DownloadDataset", {});
  EXPECT_THAT(Follow(link).body, HasSubstr("ExpiredToken"));
  EXPECT_EQ(Follow(link).status, 200);
}

TEST_F(KaggleTest, FailuresComeAsOftenAsTheyAreSet) {
  const auto set = fake.Api({.method = "POST",
                             .path = "/fake/switches",
                             .body = R"({"fail_times":1,"fail_status":429,"retry_after_seconds":7})"});
  EXPECT_EQ(set.status, 200);
  const WebAnswer refused = Call("GetDataset", {});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(Find(refused.headers, "Retry-After"), "7");
  EXPECT_EQ(Call("GetDataset", {}).status, 200);
  EXPECT_EQ(fake.Api({.method = "POST", .path = "/fake/switches", .body = R"({"cut":1})"}).status, 400);
  fake.Change([](KaggleSwitches& switches) {
    switches.cut_times = 1;
    switches.cut_after_bytes = 2;
  });
  const WebAnswer link = Call("DownloadDataset", {});
  EXPECT_EQ(Follow(link).cut_after_bytes, 2U);
  EXPECT_FALSE(Follow(link).cut_after_bytes);
}

TEST_F(KaggleTest, SumsAreOfTheObjectOrWrongOnPurpose) {
  const WebAnswer link = Call("DownloadDataset", {{"fileName", "a/a.csv"}});
  EXPECT_THAT(Follow(link).headers,
              ::testing::Contains(::testing::Pair("x-goog-hash", "md5=R7zlx09Yn0hn29V+nKn4CA==")));
  fake.Change([](KaggleSwitches& switches) { switches.tells_wrong_sum = true; });
  EXPECT_THAT(
      Follow(link).headers,
      ::testing::Not(::testing::Contains(::testing::Pair("x-goog-hash", "md5=R7zlx09Yn0hn29V+nKn4CA=="))));
}

TEST(KaggleShelf, ReadsAFolderAndOnlyWhatChangedIsANewVersion) {
  testing::TempFolder folder;
  testing::WriteBytes(folder / "anna/tracks/a.csv", "1");
  testing::WriteBytes(folder / "bela/songs/deep/b.csv", "2");
  testing::WriteBytes(folder / "bela/songs/.hidden", "3");
  KaggleShelf shelf;
  ASSERT_TRUE(shelf.ReadFolder(folder.path()));
  testing::WriteBytes(folder / "anna/tracks/a.csv", "1 more");
  ASSERT_TRUE(shelf.ReadFolder(folder.path()));
  EXPECT_EQ(shelf.Find("anna", "tracks")->versions.size(), 2U);
  ASSERT_EQ(shelf.Find("bela", "songs")->versions.size(), 1U);
  ASSERT_EQ(shelf.Find("bela", "songs")->versions[0].files.size(), 1U);
  EXPECT_EQ(shelf.Find("bela", "songs")->versions[0].files[0].name, "deep/b.csv");
  EXPECT_FALSE(shelf.ReadFolder(folder / "none"));
}

}  // namespace
}  // namespace earprint::fakes
