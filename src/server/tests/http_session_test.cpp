// Uploads and event streams, over the network.
#include "server/tests/http_server_fixture.hpp"

namespace earprint::server {
namespace {

using HttpSessionTest = HttpServerTest;

TEST_F(HttpSessionTest, TakesAnUploadAndTellsItsImport) {
  Start();
  const std::string answer = Exchange("POST /api/v1/import?name=mine.zip&listener=ann HTTP/1.1\r\n" + kHost +
                                      "Origin: http://localhost\r\nContent-Length: 11\r\n\r\nhello world");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  const std::size_t file = answer.find("event: file\ndata: {\"file\":\"mine.zip\""),
                    done = answer.find("event: done\n");
  EXPECT_NE(file, std::string::npos) << answer;
  EXPECT_LT(file, done);
  EXPECT_TRUE(answer.ends_with("\r\n0\r\n\r\n"));
  EXPECT_EQ(house.beginnings, std::vector<std::string>{"hello world"});
  EXPECT_EQ(house.Imports().at(0).listener, "ann");
  EXPECT_EQ(UploadsLeft(), 0U);
}

TEST_F(HttpSessionTest, TakesAChunkedUploadAfterAskingToGoOn) {
  Start();
  RawClient client(port);
  client.Send("POST /api/v1/import?name=a HTTP/1.1\r\n" + kHost +
              "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_TRUE(client.ReadUntil("\r\n\r\n").starts_with("HTTP/1.1 100 Continue\r\n"));
  client.Send("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
  EXPECT_NE(client.ReadAll().find("event: done"), std::string::npos);
  EXPECT_EQ(house.beginnings, std::vector<std::string>{"hello world"});
}

TEST_F(HttpSessionTest, SpeaksPlainlyToHttp10) {
  Start();
  const std::string answer =
      Exchange("POST /api/v1/import?name=a HTTP/1.0\r\n" + kHost + "Content-Length: 2\r\n\r\nhi");
  EXPECT_EQ(answer.find("chunked"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\"data_version\":\"v2\"}\n\n")) << answer;
}

TEST_F(HttpSessionTest, TellsAnImportThatThrows) {
  Start();
  const std::string answer =
      Exchange("POST /api/v1/import?name=throwing.zip HTTP/1.1\r\n" + kHost + "Content-Length: 2\r\n\r\nhi");
  EXPECT_NE(answer.find("event: error\ndata: {\"type\":\"urn:earprint:problem:retry_later\""),
            std::string::npos)
      << answer;
  EXPECT_TRUE(Once("/api/v1/metrics/throwing").starts_with("HTTP/1.1 500"));
  ExpectAlive();
  EXPECT_EQ(UploadsLeft(), 0U);
}

TEST_F(HttpSessionTest, AnImportEndsThoughItsClientHasLeft) {
  house.import_time = 300ms;
  Start();
  {
    RawClient client(port);
    client.Send("POST /api/v1/import?name=a HTTP/1.1\r\n" + kHost + "Content-Length: 2\r\n\r\nhi");
    client.ReadUntil("event: progress");
  }
  for (int i = 0; i < 100 && api.LiveVersion() != "v2"; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(api.LiveVersion(), "v2");
  for (int i = 0; i < 100 && UploadsLeft() > 0; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(UploadsLeft(), 0U);
}

TEST_F(HttpSessionTest, AnswersQuestionsWhileImportsWait) {
  house.import_time = 1s;
  Start();
  std::vector<std::unique_ptr<RawClient>> uploads;
  for (int i = 0; i < 5; ++i) {
    uploads.push_back(std::make_unique<RawClient>(port));
    uploads.back()->Send("POST /api/v1/import?name=a HTTP/1.1\r\n" + kHost + "Content-Length: 2\r\n\r\nhi");
  }
  uploads[0]->ReadUntil("event: progress");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(Once("/api/v1/metrics/sizes").starts_with("HTTP/1.1 200"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms);
}

TEST_F(HttpSessionTest, StreamsALargeUploadThroughLittleMemory) {
  options.limits.transfer_time = 30s;
  Start();
  ExpectAlive();
  const std::uint64_t before = PeakResidentBytes();
  constexpr std::uint64_t kPieces = 300;
  const std::string piece(1U << 20, 'u');
  RawClient client(port);
  client.Send("POST /api/v1/import?name=big HTTP/1.1\r\n" + kHost +
              "Content-Length: " + std::to_string(kPieces << 20) + "\r\n\r\n");
  for (std::uint64_t i = 0; i < kPieces; ++i) ASSERT_TRUE(client.Send(piece)) << i;
  EXPECT_NE(client.ReadAll(30s).find("event: done"), std::string::npos);
  ASSERT_EQ(house.sizes.size(), 1U);
  EXPECT_EQ(house.sizes[0], kPieces << 20);
  EXPECT_LT(PeakResidentBytes() - before, 48U << 20);
  EXPECT_EQ(UploadsLeft(), 0U);
}

TEST_F(HttpSessionTest, UploadsAreForTheirOwnerAndOldOnesGo) {
  fs::create_directories(options.upload_folder);
  std::ofstream(options.upload_folder + "/upload-left-by-a-killed-server") << "x";
  Start();
  EXPECT_EQ(UploadsLeft(), 0U);
  RawClient client(port);
  client.Send("POST /api/v1/import?name=a HTTP/1.1\r\n" + kHost + "Content-Length: 1000\r\n\r\nhi");
  for (int i = 0; i < 100 && UploadsLeft() == 0; ++i) std::this_thread::sleep_for(10ms);
  ASSERT_EQ(UploadsLeft(), 1U);
  const auto permissions = fs::directory_iterator(options.upload_folder)->status().permissions();
  EXPECT_EQ(permissions & fs::perms::all, fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(HttpSessionTest, ToldWhenTheDiskHasNoRoom) {
  Start();
  const std::string answer = Exchange("POST /api/v1/import?name=a HTTP/1.1\r\n" + kHost +
                                      "Content-Length: 9000000000000000\r\nConnection: close\r\n\r\nhi");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 507")) << answer;
  EXPECT_NE(answer.find("not enough room"), std::string::npos);
}

TEST_F(HttpSessionTest, TheLiveStreamTellsEachVersionAndSignsOfLife) {
  Start();
  RawClient client(port);
  client.Send(Get("/api/v1/live"));
  EXPECT_NE(client.ReadUntil("{\"data_version\":\"v1\"}\n\n").find("event: version\n"), std::string::npos);
  client.TakeReceived();
  // Named, since a page is not shown comments; with the house's time, by which it tells how old a look is.
  const std::string alive = client.ReadUntil("\"next_ms\":100}\n\n", 2s);
  const std::size_t told = alive.find("event: alive\ndata: {\"now_ms\":");
  ASSERT_NE(told, std::string::npos) << alive;
  const std::int64_t told_ms = std::stoll(alive.substr(alive.find(':', alive.find("now_ms")) + 1));
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  EXPECT_NEAR(static_cast<double>(told_ms),
              static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()), 2000);
  EXPECT_EQ(alive.find("event: version"), std::string::npos) << "what did not change is not told again";
  house.SetVersion("v5");
  const auto begin = std::chrono::steady_clock::now();
  Once("/api/v1/metrics/sizes");
  EXPECT_NE(client.ReadUntil("\"v5\"").find("{\"data_version\":\"v5\"}\n\n"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  RawClient again(port);  // a client that was cut off is told where things stand
  again.Send(Get("/api/v1/live"));
  EXPECT_NE(again.ReadUntil("\"v5\"").find("event: version\n"), std::string::npos);
}

TEST_F(HttpSessionTest, ManyFollowTheLiveStreamAndNoneIsForgotten) {
  options.limits.heartbeat = 30s;
  Start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<RawClient>(port));
    clients.back()->Send(Get("/api/v1/live"));
  }
  for (const auto& client : clients) ASSERT_NE(client->ReadUntil("\"v1\"").find("\"v1\""), std::string::npos);
  EXPECT_EQ(api.meter().live_clients, 200);
  clients.resize(100);  // the others leave without a word
  for (int i = 0; i < 200 && api.meter().live_clients > 100; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(api.meter().live_clients, 100);
  house.SetVersion("v6");
  Once("/api/v1/metrics/sizes");
  for (const auto& client : clients)
    EXPECT_NE(client->ReadUntil("\"v6\"", 5s).find("\"v6\""), std::string::npos);
}

}  // namespace
}  // namespace earprint::server
