#include "server/spotify_routes.hpp"

#include <boost/json.hpp>

#include "server/listener_routes.hpp"

namespace earprint::server {

namespace {

namespace json = boost::json;

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
  return {.body = "{\"spotify\":" + backend.state_json() + ",\"erased\":" + ErasedJson(*erased) + "}"};
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

}  // namespace earprint::server
