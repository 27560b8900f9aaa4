// A command that finds a server on its data folder: through the local socket and back.
#include "app/local_client.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "server/http_server.hpp"
#include "server/tests/fake_backend.hpp"

namespace earprint::app {
namespace {

class LocalClientTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "earprint-local-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder.path = name;
    server = std::make_unique<server::HttpServer>(
        server::HttpServerOptions{
            .port = 0, .socket_path = folder.Socket(), .upload_folder = name + "/uploads"},
        api);
    ASSERT_TRUE(server->Start().has_value());
  }
  void TearDown() override {
    server.reset();
    std::filesystem::remove_all(folder.path);
  }

  DataFolder folder;
  server::FakeBackend house;
  server::Api api{house.backend, server::FakePage()};
  std::unique_ptr<server::HttpServer> server;
};

TEST_F(LocalClientTest, AQuestionReachesTheServerWithAllItsConditions) {
  auto client = LocalClient::Connect(folder);
  ASSERT_TRUE(client.has_value()) << client.error().Text();
  const std::vector<model::ConditionPair> conditions = {{"artist", "Simon & Garfunkel + 1"},
                                                        {"feature", "energy>=0.8"}};
  auto answer = (*client)->Query("sizes", "ann", conditions, "jsonl");
  ASSERT_TRUE(answer.has_value()) << answer.error().Text();
  EXPECT_EQ(
      *answer,
      R"({"listener":"ann","format":"jsonl","artist":"Simon & Garfunkel + 1","feature":"energy>=0.8","padding":""})");
}

TEST_F(LocalClientTest, ReachesAServerHoweverDeepItsFolderLies) {
  const DataFolder deep{folder.path + "/" + std::string(120, 'd')};
  std::filesystem::create_directories(deep.path);
  server::HttpServer second(
      {.port = 0, .socket_path = deep.Socket(), .upload_folder = deep.path + "/uploads"}, api);
  ASSERT_TRUE(second.Start().has_value());
  EXPECT_TRUE(std::filesystem::is_socket(deep.Socket()));
  auto client = LocalClient::Connect(deep);
  ASSERT_TRUE(client.has_value()) << client.error().Text();
  auto answer = (*client)->Query("sizes", "ann", {}, "jsonl");
  ASSERT_TRUE(answer.has_value()) << answer.error().Text();
  EXPECT_EQ(*answer, R"({"listener":"ann","format":"jsonl","padding":""})");
}

TEST_F(LocalClientTest, AProblemComesBackAsTheErrorItWas) {
  auto client = LocalClient::Connect(folder);
  ASSERT_TRUE(client.has_value());
  auto answer = (*client)->Query("none", "", {}, "json");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(answer.error().Text(), "answer failed: none: there is no such metric (try: earprint metrics)");
}

TEST_F(LocalClientTest, AnImportIsToldAsIfItRanHere) {
  auto client = LocalClient::Connect(folder);
  ASSERT_TRUE(client.has_value());
  std::vector<ports::ImportProgress> progress;
  std::vector<ports::FileReport> files;
  const ports::ImportObserver observer{
      .on_progress = [&progress](const auto& told) { progress.push_back(told); },
      .on_file = [&files](const auto& told) { files.push_back(told); }};
  auto summary = (*client)->Import({.paths = {"a/file.zip"}, .listener = "ann", .as = "history"}, observer);
  ASSERT_TRUE(summary.has_value()) << summary.error().Text();
  EXPECT_EQ(summary->total.read, 3U);
  EXPECT_EQ(summary->data_version, "v2");
  EXPECT_EQ(summary->files.size(), 1U);
  EXPECT_EQ(files.size(), 1U);
  const std::string whole_path = std::filesystem::absolute("a/file.zip").string();
  EXPECT_EQ(house.Imports().at(0).paths, std::vector<std::string>{whole_path})
      << "the server has another working folder";
  EXPECT_EQ(house.Imports().at(0).listener, "ann");
  EXPECT_EQ(house.Imports().at(0).as, "history");
}

TEST_F(LocalClientTest, SaysWhenTheServerEndsInTheMiddle) {
  house.import_time = std::chrono::milliseconds(300);
  auto client = LocalClient::Connect(folder);
  ASSERT_TRUE(client.has_value());
  const ports::ImportObserver observer{.on_progress = [this](const auto&) { server->Stop(); }};
  auto summary = (*client)->Import({.paths = {"a"}}, observer);
  ASSERT_FALSE(summary.has_value());
  EXPECT_EQ(summary.error().code, base::ErrorCode::kRetryLater);
}

TEST_F(LocalClientTest, FindsNoServerWhereNoneIs) {
  server.reset();
  auto client = LocalClient::Connect(folder);
  ASSERT_FALSE(client.has_value());
  EXPECT_EQ(client.error().code, base::ErrorCode::kRetryLater);
}

}  // namespace
}  // namespace earprint::app
