#pragma once

#include <array>
#include <boost/json.hpp>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/clock.hpp"
#include "ports/http_client.hpp"
#include "sources/spotify/access_profile.hpp"
#include "sources/spotify/api_refusal.hpp"
#include "sources/spotify/request_budget.hpp"
#include "sources/spotify/spotify_app.hpp"
#include "sources/spotify/spotify_session.hpp"

namespace earprint::sources::spotify {

struct ApiRequest {
  std::string path;  ///< below the API's root: "/me/player/recently-played"
  std::vector<std::pair<std::string, std::string>> query = {};  ///< as it is, not encoded
  Priority priority = Priority::kPlaylists;
};

struct ApiAnswer {
  boost::json::value body;  ///< an object or a list; null for 204, "nothing is active"
  base::UtcMs sent_at, received_at;
  std::int64_t age_ms = 0;  ///< how old it was, by a cache on its way

  /// When what it tells was so: at some time on its way, and in the middle it is off by half of that at most;
  /// or that long before, where it tells how old it is.
  std::int64_t ToldAtMs() const { return sent_at.value + (received_at.value - sent_at.value) / 2 - age_ms; }
};

/// Asks Spotify's Web API for one listener.
///
/// Shape:   one call is: what is known to be refused, the budget, a token, the request, and what its answer
///          means. A token that was refused is renewed once, and the call made once more.
/// Errors:  a Refusal each time; with kRetryLater it says before when no one need come back, where that is
///          known. The caller comes back: no thread waits in here. What fails for this listener alone, a
///          token that is refused again or an answer that cannot be read, is put off for this listener alone.
/// Effects: at most two GETs, counted in the budget before they are sent; deadlines and refusals that an
///          answer tells are kept. Several threads may call.
/// Source:  the reference of the Web API, rate limits and status codes;
///          docs/decisions/20261123_asking_spotify.md
class SpotifyApi {
 public:
  SpotifyApi(SpotifyApp app, ports::HttpClient& http, SpotifySession& session, RequestBudget& budget,
             AccessProfile& profile, const ports::Clock& clock)
      : app_(std::move(app)),
        http_(http),
        session_(session),
        budget_(budget),
        profile_(profile),
        clock_(clock) {}

  Asked<ApiAnswer> Get(const ApiRequest& request, const std::stop_token& cancel = {});

  /// How long to leave between two requests like this one, so that the day's are enough for everybody.
  std::int64_t PaceMs(std::string_view path, Priority priority) {
    return budget_.PaceMs(FamilyOf(path), priority);
  }

  /// Follows a link that an answer gave, as it stands. Errors: kUnreadable, as kCorrupt, a link that leads
  /// anywhere but to the API itself: our token would go with it.
  Asked<ApiAnswer> GetLink(const std::string& url, Priority priority, const std::stop_token& cancel = {});

 private:
  struct Call {
    std::string path;
    std::string url;
    Family family;
    Priority priority;
  };

  Asked<ApiAnswer> Ask(const Call& call, const std::stop_token& cancel);
  Asked<ports::HttpAnswer> Send(const Call& call, const AccessToken& token, const std::stop_token& cancel);
  Asked<ApiAnswer> Understand(const Call& call, const ports::HttpAnswer& answer, base::UtcMs sent_at);
  Refusal Learn(const Call& call, const ports::HttpAnswer& answer);
  Refusal BackOff(const Call& call, Refusal refusal);
  /// The same where it is this listener's trouble, and the others' requests may go on.
  Refusal BackOffAlone(const Call& call, Refusal refusal);
  std::optional<Refusal> PutOffAlone(const Call& call);

  /// What a listener's own failures of a family came to.
  struct Alone {
    int failures = 0;
    std::int64_t set_at_ms = 0, wait_ms = 0;
  };

  SpotifyApp app_;
  ports::HttpClient& http_;
  SpotifySession& session_;
  RequestBudget& budget_;
  AccessProfile& profile_;
  const ports::Clock& clock_;
  std::mutex mutex_;
  std::array<Alone, kFamilyCount> alone_;
};

}  // namespace earprint::sources::spotify
