#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "sources/spotify/sync/spotify_household.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::sources::spotify {

/// Takes everything.
class OpenSink final : public ports::FactSink {
 public:
  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string&,
                                        const std::string& listener) override {
    taken[listener] += batch.events.size();
    return ports::TakenReport{batch.read, batch.events.size(), 0, batch.rejects.size()};
  }
  std::map<std::string, std::size_t> taken;
};

inline constexpr std::string_view kPlaying =
    R"({"is_playing":true,"progress_ms":5000,"currently_playing_type":"track","timestamp":1,"item":{"type":"track","id":"0000000000000000000001","name":"One","duration_ms":200000,"is_local":false,"artists":[{"name":"Ann"}],"album":{"id":"a","name":"First","artists":[{"name":"Ann"}]}}})";
inline constexpr std::string_view kRecent =
    R"({"items":[{"track":{"type":"track","id":"0000000000000000000002","name":"Two","duration_ms":180000,"is_local":false,"artists":[{"name":"Ann"}],"album":{"id":"a","name":"First","artists":[{"name":"Ann"}]}},"played_at":"2026-11-23T10:00:00.000Z","context":null}],"next":null,"cursors":null,"limit":50})";

class Household : public ::testing::Test {
 protected:
  Household() {
    clock.now_ms = 1'795'430'000'000;
    http.Answer([this](const ports::HttpRequest& request) -> base::Result<ports::HttpAnswer> {
      if (testing::IsTokenRequest(request)) return testing::Tokens("access-1", "refresh-1");
      if (request.url.ends_with("/me"))
        return testing::Json(200, R"({"id":"u","account_id":")" + std::to_string(++accounts) + "\"}");
      if (is_down) return testing::NoNetwork();
      const bool is_list = request.url.find("recently-played") != std::string::npos;
      return testing::Json(200, std::string(is_list ? kRecent : kPlaying));
    });
    Open();
  }

  void Open(std::string client_id = "") {
    household.reset();
    auto opened = SpotifyHousehold::Open({.client_id = std::move(client_id)},
                                         {http, states, tokens, sink, clock, random});
    ASSERT_TRUE(opened) << opened.error().Text();
    household = std::move(*opened);
    ASSERT_TRUE(household->SetRedirect("http://127.0.0.1:8300/callback"));
  }

  /// One of several programs that share the listeners and what is kept of them.
  std::unique_ptr<SpotifyHousehold> Collector(ports::ListenerShare& share) {
    auto opened = SpotifyHousehold::Open({}, {.http = http,
                                              .states = states,
                                              .tokens = tokens,
                                              .sink = sink,
                                              .clock = clock,
                                              .random = random,
                                              .share = &share});
    EXPECT_TRUE(opened) << opened.error().Text();
    EXPECT_TRUE((*opened)->SetRedirect("http://127.0.0.1:8300/callback"));
    return std::move(*opened);
  }

  /// As the listener's browser does.
  base::Result<std::string> LogIn(const std::string& listener) {
    const std::string query = BeginLogin(listener);
    return household->FinishLogin(query);
  }

  /// What the browser is going to bring back.
  std::string BeginLogin(const std::string& listener) {
    const auto url = household->BeginLogin(listener);
    EXPECT_TRUE(url) << url.error().Text();
    return url ? "code=c&state=" + testing::ParameterOf(*url, "state") : "";
  }

  testing::ScriptedHttp http;
  testing::MemoryStateStore states;
  testing::MemoryTokenStore tokens;
  testing::StoppedClock clock;
  testing::SeededRandom random;
  OpenSink sink;
  std::atomic<bool> is_down = false;
  std::atomic<int> accounts = 0;  ///< another one each time
  std::unique_ptr<SpotifyHousehold> household;
};

}  // namespace earprint::sources::spotify
