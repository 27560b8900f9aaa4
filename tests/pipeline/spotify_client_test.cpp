// The Spotify client as the program joins it: libcurl, files and the vault, against a few lines of a web
// server.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>

#include "adapters/curl/curl_http_client.hpp"
#include "adapters/file/file_state_store.hpp"
#include "adapters/sodium/sodium_random.hpp"
#include "adapters/sodium/sodium_token_vault.hpp"
#include "sources/spotify/answers/spotify_json.hpp"
#include "sources/spotify/spotify_pages.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/scripted_web.hpp"
#include "tests/support/stopped_clock.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::sources::spotify {
namespace {

using testing::TempFolder;
using tests::ScriptedWeb;
using tests::WebAnswer;

bool Has(const std::string& request, const std::string& part) {
  return request.find(part) != std::string::npos;
}

/// A Spotify of a few lines: tokens that are numbered, and two pages of plays. Only the newest token is
/// taken.
class TinySpotify {
 public:
  std::string Url() const { return web_.Url(""); }
  std::vector<std::string> requests() const { return web_.requests(); }
  std::atomic<int> tokens = 0;
  std::atomic<bool> takes_any_token = true;

 private:
  std::string Answer(const std::string& request) {
    if (request.starts_with("POST /api/token ")) {
      const std::string number = std::to_string(++tokens);
      return WebAnswer(
          200, R"({"access_token":"SECRETaccess-)" + number +
                   R"(","token_type":"Bearer","expires_in":3600,"refresh_token":"SECRETrefresh-)" + number +
                   "\"}");
    }
    if (!takes_any_token &&
        !Has(request, "Authorization: Bearer SECRETaccess-" + std::to_string(tokens) + "\r\n")) {
      return WebAnswer(401, R"({"error":{"status":401,"message":"The access token expired"}})",
                       "www-authenticate: Bearer realm=\"spotify\", error=\"invalid_token\"\r\n");
    }
    const std::string play = R"({"track":{"id":"t"},"played_at":"2021-10-25T05:13:13.658Z","context":null})";
    if (Has(request, "GET /v1/me/player/recently-played?limit=1 ")) {
      return WebAnswer(200, R"({"items":[)" + play + R"(],"cursors":{"after":"2","before":"1"},"next":")" +
                                Url() + R"(/v1/me/player/recently-played?before=1&limit=1"})");
    }
    return WebAnswer(200, R"({"items":[],"cursors":null,"next":null})");
  }

  ScriptedWeb web_{[this](const std::string& request) { return Answer(request); }};
};

/// One run of the program over a data folder and a configuration folder.
struct Program {
  Program(const TinySpotify& spotify, const std::string& data, const std::string& config)
      : app{.client_id = "client-1", .accounts_url = spotify.Url(), .api_url = spotify.Url() + "/v1"},
        states(data + "/state"),
        sealed(data + "/secrets"),
        vault(sealed, std::move(*adapters::LoadVaultKeys(config + "/key", base::SecretText())),
              config + "/key"),
        budget(std::move(*RequestBudget::Open(states, clock, *random))),
        profile(std::move(*AccessProfile::Open(states, clock, "me"))),
        session(std::move(*SpotifySession::Open("me", app, *http, vault, *budget, clock))),
        login(app, *http, clock, *random),
        api(app, *http, *session, *budget, *profile, clock) {}

  std::size_t CountPlays() {
    std::size_t plays = 0;
    SpotifyPages pages(
        api, {.path = "/me/player/recently-played", .query = {{"limit", "1"}}, .priority = Priority::kPlays});
    for (;;) {
      auto page = pages.Next();
      EXPECT_TRUE(page) << page.error().error.Text();
      if (!page || !*page) return plays;
      plays += ReadElements((*page)->object, &ReadPlayHistoryItem)->elements.size();
    }
  }

  SpotifyApp app;
  testing::StoppedClock clock;
  std::unique_ptr<ports::HttpClient> http = adapters::MakeWebClient("earprint-test");
  std::unique_ptr<ports::Randomness> random = adapters::MakeSodiumRandomness();
  adapters::FileStateStore states, sealed;
  adapters::SodiumTokenVault vault;
  std::unique_ptr<RequestBudget> budget;
  std::unique_ptr<AccessProfile> profile;
  std::unique_ptr<SpotifySession> session;
  SpotifyLogin login;
  SpotifyApi api;
};

void LogIn(Program& run) {
  const auto url = run.login.Begin("me", LoopbackRedirect(8300));
  ASSERT_TRUE(url) << url.error().Text();
  const std::size_t at = url->find("&state=") + 7;
  auto outcome = run.login.Finish("code=SECRETcode&state=" + url->substr(at));
  ASSERT_TRUE(outcome) << outcome.error().error.Text();
  const auto taken = run.session->LogIn(std::move(*outcome));
  ASSERT_TRUE(taken) << taken.error().Text();
}

TEST(SpotifyClient, LogsInReadsItsPagesAndGoesOnAfterARestart) {
  TinySpotify spotify;
  const TempFolder folder;
  {
    Program run(spotify, folder / "data", folder / "config");
    EXPECT_EQ(run.session->Access().state, LoginState::kLoginNeeded);
    LogIn(run);
    EXPECT_EQ(run.CountPlays(), 1U);
  }
  Program run(spotify, folder / "data", folder / "config");
  EXPECT_EQ(run.CountPlays(), 1U);
  EXPECT_EQ(spotify.tokens, 1) << "the kept token serves";
  EXPECT_TRUE(Has(spotify.requests().at(2), "GET /v1/me/player/recently-played?before=1&limit=1 "));
}

TEST(SpotifyClient, RenewsATokenThatIsNoLongerTaken) {
  TinySpotify spotify;
  const TempFolder folder;
  Program run(spotify, folder / "data", folder / "config");
  LogIn(run);
  spotify.takes_any_token = false;
  spotify.tokens = 5;
  EXPECT_EQ(run.CountPlays(), 1U);
  EXPECT_EQ(spotify.tokens, 6);
  EXPECT_TRUE(Has(spotify.requests().at(2), "refresh_token=SECRETrefresh-1"));
}

TEST(SpotifyClient, ACopiedDataFolderWithoutItsKeyOpensNothing) {
  TinySpotify spotify;
  const TempFolder folder;
  {
    Program run(spotify, folder / "data", folder / "config");
    LogIn(run);
    EXPECT_EQ(run.CountPlays(), 1U);
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "data")) {
    if (!entry.is_regular_file()) continue;
    ++files;
    EXPECT_FALSE(Has(testing::BytesOf(entry.path()), "SECRET")) << entry.path();
  }
  EXPECT_GE(files, 2U);
  std::filesystem::copy(folder / "data", folder / "copy", std::filesystem::copy_options::recursive);
  Program stolen(spotify, folder / "copy", folder / "elsewhere");
  EXPECT_EQ(stolen.session->Access().notice,
            "log in to Spotify: the kept login does not open: it was sealed with another key");
  const std::size_t before = spotify.requests().size();
  EXPECT_EQ(stolen.api.Get({.path = "/me"}).error().trouble, Trouble::kLoginNeeded);
  EXPECT_EQ(spotify.requests().size(), before);
}

}  // namespace
}  // namespace earprint::sources::spotify
