#include "server/spotify_routes.hpp"

#include <boost/json.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include "server/listener_routes.hpp"

namespace earprint::server {

namespace {

namespace json = boost::json;
namespace urls = boost::urls;

constexpr std::string_view kPrefix = "/api/v1/spotify";

Response NotAllowed(const std::string& path, const std::string& allowed) {
  Response response = Problem(
      {base::ErrorCode::kInvalidInput, "answer", path, "the method is not possible here", allowed}, 405);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

Response Post(const Request& request, const SpotifyBackend& backend, std::string_view what) {
  const std::string_view key = what == "app" ? "client_id" : "listener";
  const auto text = BodyText(request, key);
  if (!text) {
    return Problem({base::ErrorCode::kInvalidInput, "answer", request.path,
                    "the body is no JSON object with a text '" + std::string(key) + "'", ""});
  }
  if (what == "login") {
    auto url = backend.begin_login(*text);
    if (!url) return Problem(url.error());
    return {.body = json::serialize(json::object{{"url", *url}})};
  }
  if (what == "app") {
    auto done = backend.set_client_id(*text);
    return done ? Response{.body = backend.state_json()} : Problem(done.error());
  }
  auto erased = backend.log_out(*text);
  if (!erased) return Problem(erased.error());
  return {.body = "{\"spotify\":" + backend.state_json() + ",\"erased\":" + LeaveJson(*erased) + "}"};
}

constexpr std::string_view kPlaylists = "/api/v1/playlists", kCover = "/api/v1/playlists/cover";

std::string AddressOf(const std::string& listener, const std::string& playlist) {
  return std::string(kCover) + "?listener=" + urls::encode(listener, urls::unreserved_chars) +
         "&playlist=" + urls::encode(playlist, urls::unreserved_chars);
}

Response ListCovers(const std::string& listener, const CoverBackend& backend) {
  json::object covers;
  if (backend.addresses) {
    auto addresses = backend.addresses(listener);
    if (!addresses) return Problem(addresses.error());
    for (const auto& [id, url] : *addresses) covers[id] = AddressOf(listener, id);
  }
  return {.body = json::serialize(json::object{{"covers", std::move(covers)}}),
          .headers = {{"Cache-Control", "no-cache"}}};
}

}  // namespace

std::optional<Response> AnswerSpotify(const Request& request, const SpotifyBackend& backend) {
  if (!backend.state_json) return {};
  if (request.path == "/callback") {
    if (request.method != "GET") return NotAllowed(request.path, "GET");
    const auto finished = backend.finish_login(request.query_text);
    if (backend.is_for_one_login) {
      if (!finished) return Problem(finished.error());
      return Response{.content_type = "text/plain; charset=utf-8",
                      .body = *finished + " is logged in. You can close this page.\n",
                      .headers = {{"Cache-Control", "no-store"}}};
    }
    // Away from the address that holds the code: it is in no history and no page's referrer.
    return Response{.status = 303,
                    .content_type = "text/plain",
                    .body = "",
                    .headers = {{"Location", "/connect"}, {"Cache-Control", "no-store"}}};
  }
  if (!request.path.starts_with(kPrefix)) return {};
  std::string_view what = std::string_view(request.path).substr(kPrefix.size());
  if (what.empty()) {
    if (request.method != "GET" && request.method != "HEAD") return NotAllowed(request.path, "GET, HEAD");
    return Response{.body = backend.state_json(), .headers = {{"Cache-Control", "no-store"}}};
  }
  if (!what.starts_with('/')) return {};
  what.remove_prefix(1);
  if (what != "app" && what != "login" && what != "logout") return {};
  if (request.method != "POST") return NotAllowed(request.path, "POST");
  Response response = Post(request, backend, what);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

std::optional<Response> AnswerCovers(const Request& request, const CoverBackend& backend) {
  if (request.path != kPlaylists && request.path != kCover) return {};
  if (request.method != "GET" && request.method != "HEAD") return {};
  const std::string listener(request.Query("listener"));
  if (request.path == kPlaylists) return ListCovers(listener, backend);
  const std::string playlist(request.Query("playlist"));
  if (!backend.fetch) {
    return Problem({base::ErrorCode::kNotFound, "fetch a cover", "", "Spotify is not spoken with", ""});
  }
  auto picture = backend.fetch(listener, playlist);
  if (!picture) return Problem(picture.error());
  return Response{.content_type = picture->first,
                  .body = std::move(picture->second),
                  .headers = {{"Cache-Control", "private, max-age=86400"}}};
}

}  // namespace earprint::server
