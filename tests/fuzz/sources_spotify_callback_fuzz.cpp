// Any bytes as what the login page sends back: read with one state and one of code and error, or refused; and
// no login comes of a state that is not ours. The same bytes as an error's body and as a kept login do no
// harm either.
#include "sources/spotify/api_refusal.hpp"
#include "sources/spotify/callback_query.hpp"
#include "sources/spotify/sealed_login.hpp"
#include "sources/spotify/spotify_login.hpp"
#include "tests/support/fuzz_check.hpp"
#include "tests/support/scripted_http.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/stopped_clock.hpp"

namespace {

using namespace earprint;
using namespace earprint::sources::spotify;
using testing::Hold;

void CheckQuery(std::string_view bytes) {
  const auto read = ReadCallbackQuery(bytes);
  if (!read) {
    Hold(read.error().code == base::ErrorCode::kInvalidInput, "what is no answer is invalid input");
    return;
  }
  Hold(!read->state.empty(), "an answer has a state");
  Hold(read->code.has_value() != read->error.has_value(), "an answer has a code or an error");
  Hold(!read->code || !read->code->empty(), "a code is not empty");
}

void CheckLogin(std::string_view bytes) {
  bool is_asked = false;
  testing::ScriptedHttp http([&is_asked](const ports::HttpRequest&) {
    is_asked = true;
    return base::Fail(base::ErrorCode::kRetryLater, "ask", "", "no network");
  });
  testing::StoppedClock clock;
  testing::SeededRandom random;
  SpotifyLogin login({.client_id = "c"}, http, clock, random);
  const auto url = login.Begin("me", LoopbackRedirect(8300));
  const std::string state = testing::ParameterOf(*url, "state");
  const bool has_state = bytes.find(state) != std::string_view::npos;
  Hold(!login.Finish(bytes), "no login without an exchange");
  Hold(has_state || !is_asked, "nothing is sent for a state that is not ours");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  CheckQuery(bytes);
  CheckLogin(bytes);
  for (const int status : {400, 401, 403, 429}) {
    Hold(!ClassifyRefusal(status, bytes, "/me").error.cause.empty(), "a refusal tells its cause");
  }
  const auto wait_ms = RetryAfterMs({{"retry-after", bytes}}, {1'795'000'000'000});
  Hold(!wait_ms || (*wait_ms >= 0 && *wait_ms <= 7 * base::kMsPerDay), "a wait is at most a week");
  (void)ReadSealedLogin(base::SecretText(bytes));
  (void)CheckRedirect(bytes);
  return 0;
}
