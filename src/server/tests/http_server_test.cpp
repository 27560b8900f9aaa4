#include "server/http_server.hpp"

#include <csignal>
#include <future>

#include "server/tests/http_server_fixture.hpp"

namespace earprint::server {
namespace {

TEST_F(HttpServerTest, AnswersWithItsHeaders) {
  Start();
  const std::string answer = Once("/api/v1/metrics/sizes?artist=A+B");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  for (const std::string header :
       {"Content-Type: application/json", "X-Content-Type-Options: nosniff", "Referrer-Policy: same-origin",
        "Content-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'",
        "ETag: \"v1-"}) {
    EXPECT_NE(answer.find(header), std::string::npos) << header;
  }
  EXPECT_EQ(Body(answer), R"({"listener":"","format":"json","artist":"A B","padding":""})");
}

TEST_F(HttpServerTest, KeepsAConnectionForManyRequests) {
  Start();
  RawClient client(port);
  for (int i = 0; i < 5; ++i) {
    client.Send(Get("/healthz"));
    EXPECT_TRUE(client.ReadUntil("ok\n").starts_with("HTTP/1.1 200")) << i;
    client.TakeReceived();
  }
  client.Send(Get("/healthz") + Get("/api/v1/listeners") + Get("/readyz", "Connection: close\r\n"));
  const std::string all = client.ReadAll();
  EXPECT_LT(all.find("ok\n"), all.find("listeners"));
  EXPECT_LT(all.find("listeners"), all.find("ready\n"));
}

TEST_F(HttpServerTest, HeadTellsTheLengthAndSendsNoBody) {
  Start();
  const std::string answer =
      Exchange("HEAD /api/v1/listeners HTTP/1.1\r\n" + kHost + "Connection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 35\r\n"), std::string::npos) << answer;
  EXPECT_EQ(Body(answer), "");
}

TEST_F(HttpServerTest, A304HasNoBodyAndKeepsTheConnection) {
  Start();
  RawClient client(port);
  client.Send(Get("/index.html", "If-None-Match: \"taghtml\"\r\n") +
              Get("/healthz", "Connection: close\r\n"));
  const std::string all = client.ReadAll();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 304")) << all;
  EXPECT_TRUE(Body(all).starts_with("HTTP/1.1 200")) << all;
}

TEST_F(HttpServerTest, PacksLongAnswersForThoseWhoTakeIt) {
  Start();
  const std::string packed = Once("/api/v1/metrics/sizes?padding=50000", "Accept-Encoding: br, gzip\r\n");
  EXPECT_NE(packed.find("Content-Encoding: gzip\r\n"), std::string::npos);
  EXPECT_LT(packed.size(), 2'000U);
  EXPECT_TRUE(Body(packed).starts_with("\x1f\x8b"));
  EXPECT_GT(Once("/api/v1/metrics/sizes?padding=50000").size(), 50'000U);
  EXPECT_EQ(Once("/healthz", "Accept-Encoding: gzip\r\n").find("Content-Encoding"), std::string::npos);
  const std::string script = Once("/assets/app-1a2b.js", "Accept-Encoding: gzip\r\n");
  EXPECT_NE(script.find("Content-Encoding: gzip\r\n"), std::string::npos);
  EXPECT_EQ(Body(Once("/assets/app-1a2b.js")), std::string(5'000, 'j'));
}

TEST_F(HttpServerTest, RefusesWhatIsNoRequest) {
  Start();
  const std::string long_path(9'000, 'a'), long_header(20'000, 'b');
  const std::pair<std::string, std::string> cases[] = {
      {"nonsense\r\n\r\n", "400"},
      {std::string("\0\1\2\3\r\n\r\n", 8), "400"},
      {"GET / HTTP/1.1\r\nbroken header\r\n\r\n", "400"},
      {"GET / HTTP/3.7\r\n\r\n", "505"},
      {"GET / HTTP/1.1\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", "400"},
      {Get("/%zz", "Connection: close\r\n"), "400"},
      {Get("/" + long_path, "Connection: close\r\n"), "414"},
      {"GET /" + std::string(40'000, 'c') + " HTTP/1.1\r\n" + kHost + "\r\n", "414"},
      {Get("/", "X-Long: " + long_header + "\r\n"), "431"},
      {"POST /api/v1/import HTTP/1.1\r\n" + kHost + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
       "400"},
      {"POST /api/v1/import HTTP/1.1\r\n" + kHost + "Content-Length: -5\r\n\r\n", "400"},
      {"POST /api/v1/import HTTP/1.1\r\n" + kHost +
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "400"},
      {"POST /api/v1/import HTTP/1.1\r\n" + kHost + "Transfer-Encoding: gzip\r\nConnection: close\r\n\r\n",
       "501"},
      {"POST /api/v1/metrics HTTP/1.1\r\n" + kHost + "Content-Length: 2000000\r\n\r\n", "413"},
      {"DELETE / HTTP/1.1\r\n" + kHost + "Connection: close\r\n\r\n", "405"},
      {"BREW / HTTP/1.1\r\n" + kHost + "Connection: close\r\n\r\n", "405"},
      {"CONNECT evil.example:443 HTTP/1.1\r\n" + kHost + "Connection: close\r\n\r\n", "400"},
      {Get("/../../etc/passwd", "Connection: close\r\n"), "404"},
      {Get("/api/v1/metrics/..%2f..%2fpasswd", "Connection: close\r\n"), "404"},
  };
  for (const auto& [bytes, status] : cases) {
    RawClient client(port);
    client.Send(bytes);
    client.EndSending();
    const std::string answer = client.ReadAll();
    EXPECT_EQ(answer.substr(0, 13), "HTTP/1.1 " + status + " ") << bytes.substr(0, 80) << "\n" << answer;
    EXPECT_NE(answer.find("Content-Type: application/problem+json"), std::string::npos)
        << bytes.substr(0, 80);
    EXPECT_NE(answer.find("\"status\":" + status), std::string::npos) << bytes.substr(0, 80);
  }
  ExpectAlive();
}

TEST_F(HttpServerTest, AnswersWhileARefusedBodyIsStillSent) {
  Start();
  RawClient client(port);
  client.Send("POST /api/v1/import HTTP/1.1\r\n" + kHost +
              "Origin: http://evil.example\r\nContent-Length: 50000000\r\n\r\n");
  const std::string piece(1U << 20, 'x');
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client.Send(piece)) << i;  // not broken off under the client
  EXPECT_TRUE(client.ReadUntil("\r\n\r\n").starts_with("HTTP/1.1 403")) << client.ReadAll();
  EXPECT_TRUE(house.Imports().empty());
  EXPECT_EQ(UploadsLeft(), 0U);
}

TEST_F(HttpServerTest, BoundsAChunkedBodyToo) {
  Start();
  RawClient client(port);
  client.Send("POST /api/v1/metrics HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n");
  const std::string piece = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 32 && client.Send(piece); ++i) continue;
  EXPECT_TRUE(client.ReadUntil("\r\n\r\n").starts_with("HTTP/1.1 413"));
}

TEST_F(HttpServerTest, RefusesForeignHosts) {
  Start();
  const std::string answer =
      Exchange("GET /api/v1/metrics/sizes HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 403")) << answer;
  EXPECT_EQ(answer.find("listener"), std::string::npos);
}

TEST_F(HttpServerTest, CutsOffThoseWhoSendSlowly) {
  Start();
  RawClient half(port), trickling(port);
  half.Send("GET / HTTP/1.1\r\nHost: loc");
  bool is_open = true;
  const auto begin = std::chrono::steady_clock::now();
  trickling.Send("GET / HTTP/1.1\r\n");
  while (is_open && std::chrono::steady_clock::now() - begin < 5s) {
    trickling.Send("X");
    trickling.ReadUntil("never", 50ms);
    is_open = !trickling.is_ended();
  }
  EXPECT_FALSE(is_open);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
  half.ReadAll(3s);
  EXPECT_TRUE(half.is_ended());
  RawClient slow_upload(port);
  slow_upload.Send("POST /api/v1/import?name=a HTTP/1.1\r\n" + kHost + "Content-Length: 1000\r\n\r\nabc");
  slow_upload.ReadAll(6s);
  EXPECT_TRUE(slow_upload.is_ended());
  for (int i = 0; i < 100 && UploadsLeft() > 0; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(UploadsLeft(), 0U);
  EXPECT_TRUE(house.Imports().empty());
  ExpectAlive();
}

TEST_F(HttpServerTest, ManySilentConnectionsDoNotStopIt) {
  options.limits.connections_max = 40;
  options.limits.idle_time = 500ms;
  Start();
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 60; ++i) {
    silent.push_back(std::make_unique<RawClient>(port));
    if (i % 2 == 0) silent.back()->Send("GET /");
  }
  ExpectAlive();
}

TEST_F(HttpServerTest, AnswersOnTheLocalSocketForItsOwnerAlone) {
  {
    std::ofstream(options.socket_path + ".not") << "";
  }
  Start();
  EXPECT_EQ(fs::status(options.socket_path).permissions() & fs::perms::all,
            fs::perms::owner_read | fs::perms::owner_write);
  RawClient client(options.socket_path);
  ASSERT_TRUE(client.is_connected());
  const std::string body = R"({"paths":["some/file"],"listener":"ann","as":"auto"})";
  client.Send("POST /api/v1/local/import HTTP/1.1\r\nHost: anything\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_NE(client.ReadAll().find("event: done"), std::string::npos);
  EXPECT_EQ(house.Imports().at(0).paths, std::vector<std::string>{"some/file"});
  const std::string refused =
      Exchange("POST /api/v1/local/import HTTP/1.1\r\n" + kHost +
               "Connection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 405")) << refused;
  EXPECT_EQ(house.Imports().size(), 1U);
  server.reset();
  EXPECT_FALSE(fs::exists(options.socket_path));
}

TEST_F(HttpServerTest, TakesOverAStaleSocketButNoFile) {
  {
    const int stale = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    options.socket_path.copy(at.sun_path, sizeof(at.sun_path) - 1);
    ASSERT_EQ(::bind(stale, reinterpret_cast<const sockaddr*>(&at), sizeof(at)), 0);
    ::close(stale);
  }
  Start();
  RawClient client(options.socket_path);
  EXPECT_TRUE(client.is_connected());
  server.reset();
  std::ofstream(options.socket_path) << "someone's letter";
  HttpServer other(options, api);
  auto started = other.Start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, base::ErrorCode::kConflict);
  EXPECT_TRUE(fs::is_regular_file(options.socket_path));
}

TEST_F(HttpServerTest, SaysThatAPortIsTakenOrAnAddressIsNone) {
  Start();
  HttpServerOptions second = options;
  second.port = port;
  second.socket_path = "";
  HttpServer other(second, api);
  auto started = other.Start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, base::ErrorCode::kConflict);
  second.address = "not an address";
  HttpServer third(second, api);
  started = third.Start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, base::ErrorCode::kInvalidInput);
}

TEST_F(HttpServerTest, EndsGracefullyWithAnswersUnderWayGiven) {
  Start();
  RawClient idle(port), live(port), asking(port);
  idle.Send(Get("/healthz"));
  idle.ReadUntil("ok\n");
  live.Send(Get("/api/v1/live"));
  live.ReadUntil("\"v1\"");
  asking.Send(Get("/api/v1/metrics/slow"));
  std::this_thread::sleep_for(100ms);  // the question is with a worker now
  const auto begin = std::chrono::steady_clock::now();
  server->Stop();
  server->Wait();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1'500ms);
  EXPECT_TRUE(asking.ReadAll(1s).ends_with("\"padding\":\"\"}")) << asking.ReadAll(1s);
  EXPECT_TRUE(live.ReadAll(1s).ends_with("0\r\n\r\n"));
  idle.ReadAll(1s);
  EXPECT_TRUE(idle.is_ended());
}

TEST_F(HttpServerTest, TheFirstSignalStopsItAndTheNextIsTheSystems) {
  Start();
  ASSERT_EQ(::raise(SIGINT), 0);
  server->Wait();
  struct sigaction after{};
  ASSERT_EQ(::sigaction(SIGINT, nullptr, &after), 0);
  EXPECT_EQ(after.sa_handler, SIG_DFL);
}

TEST_F(HttpServerTest, EndsThoughAClientNeverReads) {
  options.limits.grace_time = 300ms;
  options.limits.transfer_time = 60s;
  Start();
  RawClient client(port);
  client.Send(Get("/api/v1/metrics/sizes?padding=30000000"));
  client.ReadUntil("HTTP/1.1 200");
  const auto begin = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST_F(HttpServerTest, EndsWithTheImportUnderWayAndWithoutThoseThatWait) {
  std::promise<void> gate;
  house.during_import = [wait = gate.get_future().share()] { wait.wait(); };
  Start();
  RawClient first(port), second(port);
  const std::string upload =
      "POST /api/v1/import?name=a HTTP/1.1\r\n" + kHost + "Content-Length: 2\r\n\r\nhi";
  first.Send(upload);
  first.ReadUntil("event: progress");
  second.Send(upload);
  second.ReadUntil("\r\n\r\n");
  server->Stop();
  gate.set_value();
  server.reset();
  EXPECT_EQ(house.Imports().size(), 1U);
  EXPECT_EQ(api.LiveVersion(), "v2");
  EXPECT_EQ(UploadsLeft(), 0U);
}

}  // namespace
}  // namespace earprint::server
