#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/curl/curl_http_client.hpp"
#include "app/data_folder.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/spotify/fake_spotify.hpp"
#include "fakes/web_server.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/fake_web.hpp"
#include "tests/support/program_run.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::testing {

/// By this machine's clock, as the program reads it.
inline base::UtcMs RealNow() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

/// The program as a person types it, on a data folder and with a key of its own, and the invented Spotify at
/// the other end, where it is now.
class ProgramAtSpotify : public ::testing::Test {
 protected:
  explicit ProgramAtSpotify(fakes::SpotifyWorld world, fakes::SpotifySwitches switches = {})
      : fake(std::move(world), time, std::move(switches)) {
    ::setenv("XDG_CONFIG_HOME", (folder / "config").c_str(), 1);
    ::setenv("EARPRINT_SPOTIFY_ACCOUNTS_URL", web->address().c_str(), 1);
    ::setenv("EARPRINT_SPOTIFY_API_URL", (web->address() + "/v1").c_str(), 1);
    // The process cannot be traced once it holds a key, and that is how leaks are looked for.
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
  }
  ~ProgramAtSpotify() override {
    for (const char* name : {"XDG_CONFIG_HOME", "EARPRINT_SPOTIFY_ACCOUNTS_URL", "EARPRINT_SPOTIFY_API_URL",
                             "EARPRINT_KEY", "ASAN_OPTIONS"})
      ::unsetenv(name);
  }

  int Run(const std::vector<std::string>& words) { return program.Run(words); }
  const std::string& Words() const { return program.Words(); }

  /// Agrees, as the listener does in the browser, which is then led back to the program.
  int LogIn() {
    const auto login =
        program.Begin({"login", "--client-id", fake.app().client_id, "--listen", "127.0.0.1:0"});
    const std::string back = LedBackByFake(fake, LoginAddress(*login), "listener1");
    EXPECT_TRUE(back.starts_with("http://127.0.0.1:")) << back;
    const auto shown = adapters::MakeWebClient("browser")->Send({.url = back});
    EXPECT_TRUE(shown && shown->status == 200) << back;
    if (!shown) login->Kill();  // it would wait for as long as anybody may take
    return program.End(*login);
  }

  TempFolder folder;
  const app::DataFolder data{folder / "data"};
  fakes::FakeClock time{RealNow(), 1};
  fakes::FakeSpotify fake;
  std::unique_ptr<fakes::WebServer> web = std::move(
      *fakes::WebServer::Start([this](const fakes::WebRequest& request) { return fake.Answer(request); }));
  ProgramRuns program{{"--data", data.path, "--zone", "UTC"}};

 private:
  /// The address that the program tells to open, once it does.
  std::string LoginAddress(const ProgramRun& login) const {
    std::string address;
    const bool is_told = Eventually([&] {
      const std::string words = login.Words();
      const std::size_t at = words.find(web->address() + "/authorize"), end = words.find('\n', at);
      if (at == std::string::npos || end == std::string::npos) return false;
      address = words.substr(at, end - at);
      return true;
    });
    EXPECT_TRUE(is_told) << login.Words();
    return address;
  }
};

}  // namespace earprint::testing
