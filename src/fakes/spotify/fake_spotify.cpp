#include "fakes/spotify/fake_spotify.hpp"

#include <utility>

#include "base/text.hpp"
#include "fakes/spotify/catalogue_answers.hpp"
#include "fakes/spotify/control_answers.hpp"
#include "fakes/spotify/library_answers.hpp"
#include "fakes/spotify/player_answers.hpp"
#include "fakes/spotify/playlist_answers.hpp"
#include "fakes/world/cover_picture.hpp"

namespace earprint::fakes {

namespace {

constexpr std::string_view kApi = "/v1/", kImage = "/image/";
constexpr std::string_view kNoPremium =
    "Active premium subscription required for the owner of the app. When the subscription changes, it may "
    "take some "
    "hours until it is seen.";

WebAnswer Unauthorized(std::string_view error, std::string_view message) {
  WebAnswer answer = ApiError(401, message);
  answer.headers.emplace_back("www-authenticate", "Bearer realm=\"spotify\", error=\"" + std::string(error) +
                                                      "\", error_description=\"" + std::string(message) +
                                                      "\"");
  return answer;
}

}  // namespace

FakeSpotify::FakeSpotify(SpotifyWorld world, FakeClock& clock, SpotifySwitches switches, RegisteredApp app)
    : world_(std::move(world)),
      clock_(clock),
      switches_(std::move(switches)),
      app_(std::move(app)),
      accounts_(app_, switches_, world_),
      gate_(switches_.seed) {}

WebAnswer FakeSpotify::Answer(const WebRequest& request) {
  if (request.path.starts_with("/fake/")) return AnswerControl(request, *this, clock_);
  const std::scoped_lock lock(mutex_);
  if (request.path.starts_with(kImage)) {  // another host in truth, open to everybody
    WebAnswer picture;
    picture.body = CoverPicture(std::string_view(request.path).substr(kImage.size()));
    picture.content_type = "image/png";
    return picture;
  }
  if (request.path.starts_with(kApi)) return AnswerApi(request);
  const base::UtcMs now = clock_.Now();
  if (request.path == "/authorize") return accounts_.Authorize(request, now);
  if (request.path == "/api/token" && request.method == "POST") return AnswerToken(request);
  WebAnswer nothing = ApiError(404, "Not found");
  return nothing;
}

WebAnswer FakeSpotify::AnswerToken(const WebRequest& request) {
  WebAnswer fate;
  std::optional<WebAnswer> refusal = gate_.RefuseToken(switches_, fate);
  WebAnswer answer = refusal ? *std::move(refusal) : accounts_.Token(request, clock_.Now());
  answer.delay = fate.delay;
  answer.reset = fate.reset;
  if (fate.cut_after_bytes) answer.cut_after_bytes = answer.body.size() / 2;
  if (!gate_.drawn().empty())
    gate_.RecordToken({clock_.Now(), "token", request.method, request.path, answer.status, gate_.drawn()});
  return answer;
}

WebAnswer FakeSpotify::AnswerApi(const WebRequest& request) {
  std::string path = request.path.substr(kApi.size());
  if (path.ends_with('/')) path.pop_back();
  const std::string family = FamilyOf(path);
  const base::UtcMs now = clock_.Now();
  WebAnswer fate;
  std::optional<WebAnswer> refusal = gate_.Refuse(now, family, switches_, fate);
  base::UtcMs seen_at = now;
  if (gate_.drawn() == "stale")
    seen_at.value -= family == "player" ? switches_.stale_player_ms : switches_.stale_ms;
  WebAnswer answer = refusal ? *std::move(refusal) : Authorized(request, seen_at);
  // As a cache tells it; nothing else says that it is old, and a replica does not.
  age_ms_ = now.value - seen_at.value;
  const std::int64_t age_s = age_ms_ / base::kMsPerSecond;
  if (age_s > 0 && switches_.tells_age) answer.headers.emplace_back("age", std::to_string(age_s));
  answer.delay = fate.delay;
  answer.reset = fate.reset;
  if (fate.cut_after_bytes) answer.cut_after_bytes = answer.body.size() / 2;
  // One that was drawn is chance, not the client's doing.
  const bool is_overrun = gate_.drawn() != "quota" && answer.body.find("QUOTA_EXCEEDED") != std::string::npos;
  gate_.Record({now, family, request.method, "/" + path, answer.status,
                is_overrun ? "QUOTA_EXCEEDED" : gate_.drawn()});
  return answer;
}

std::optional<WebAnswer> FakeSpotify::RefusePerson(const AccessGrant& grant) const {
  if (!switches_.IsDevelopment()) return std::nullopt;
  if (!switches_.owner_has_premium) {
    WebAnswer answer = ApiError(403, kNoPremium);
    if (switches_.is_premium_text_plain) answer.body = kNoPremium;
    if (switches_.is_premium_text_plain) answer.content_type = "text/plain";
    return answer;
  }
  if (grant.listener.empty()) return std::nullopt;
  std::int64_t seat = 0;
  for (const WorldListener& each : world_.listeners) {
    if (each.id == grant.listener) break;
    ++seat;
  }
  if (seat < switches_.seats && !switches_.off_list.contains(grant.listener)) return std::nullopt;
  return ApiError(403, "User not registered in the Developer Dashboard");
}

WebAnswer FakeSpotify::Authorized(const WebRequest& request, base::UtcMs seen_at) {
  const std::string authorization = request.Header("authorization");
  if (!authorization.starts_with("Bearer ")) return Unauthorized("missing_token", "No token provided");
  const AccessGrant* grant = accounts_.Find(std::string_view(authorization).substr(7));
  if (grant == nullptr) return Unauthorized("invalid_token", "Invalid access token");
  if (clock_.Now() >= grant->expires) return Unauthorized("invalid_token", "The access token expired");
  if (auto refused = RefusePerson(*grant)) return *refused;
  std::vector<std::string> parts;
  for (const std::string_view each : base::Split(std::string_view(request.path).substr(kApi.size()), '/')) {
    parts.emplace_back(each);
  }
  if (parts.back().empty()) parts.pop_back();
  const ApiCall call{request, std::move(parts), "http://" + request.Header("host") + "/v1", seen_at,
                     world_,  switches_,        world_.ListenerOf(grant->listener),         grant->scopes,
                     shown_};
  return Route(call);
}

WebAnswer FakeSpotify::Route(const ApiCall& call) const {
  const std::string first = call.Part(0), second = call.Part(1);
  if (first == "me" && second == "player") return AnswerPlayer(call);
  if (first == "me" && second == "playlists") return AnswerPlaylists(call);
  if (first == "me") return AnswerLibrary(call);
  if (first == "playlists" || (first == "users" && call.Part(2) == "playlists")) return AnswerPlaylists(call);
  return AnswerCatalogue(call);
}

base::Result<void> FakeSpotify::Change(const boost::json::object& wanted) {
  const std::scoped_lock lock(mutex_);
  return ChangeSwitches(wanted, switches_);
}

boost::json::object FakeSpotify::Switches() const {
  const std::scoped_lock lock(mutex_);
  return WriteSwitches(switches_);
}

std::int64_t FakeSpotify::LastAgeMs() const {
  const std::lock_guard lock(mutex_);
  return age_ms_;
}

std::vector<RequestRecord> FakeSpotify::Records() const {
  const std::scoped_lock lock(mutex_);
  return gate_.records();
}

std::vector<std::string> FakeSpotify::Secrets() const {
  const std::scoped_lock lock(mutex_);
  return accounts_.Secrets();
}

boost::json::array FakeSpotify::Truth(std::string_view listener) const {
  const std::scoped_lock lock(mutex_);
  for (const WorldListener& each : world_.listeners) {
    if (each.id == listener) return WriteTruth(each, switches_.show, world_, shown_);
  }
  return {};
}

std::string FakeSpotify::Mint(const std::string& listener, const std::set<std::string>& scopes) {
  const std::scoped_lock lock(mutex_);
  return accounts_.Mint(listener, scopes, clock_.Now());
}

void FakeSpotify::Revoke(std::string_view listener) {
  const std::scoped_lock lock(mutex_);
  accounts_.Revoke(listener);
}

bool FakeSpotify::AddPlay(std::string_view listener, ScriptPlay play) {
  const std::scoped_lock lock(mutex_);
  WorldListener* found = world_.ListenerOf(listener);
  if (found == nullptr || !world_.Has(play.kind, play.item)) return false;
  found->script.Add(std::move(play));
  return true;
}

}  // namespace earprint::fakes
