#include "fakes/spotify/consent_page.hpp"

#include <string>

#include "base/text.hpp"
#include "fakes/web_codec.hpp"

namespace earprint::fakes {

namespace {

WebAnswer Page(int status, std::string_view title, std::string_view body) {
  WebAnswer answer;
  answer.status = status;
  answer.content_type = "text/html; charset=utf-8";
  answer.headers = {{"cache-control", "no-store"}};
  answer.body =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>" +
      EscapeHtml(title) +
      "</title><style>body{font:16px/1.5 sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}"
      "button{font:inherit;padding:.5rem 1.5rem;margin-right:1rem}</style></head><body><h1>" +
      EscapeHtml(title) + "</h1>" + std::string(body) + "</body></html>";
  return answer;
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

WebAnswer ConsentPage(const WebRequest& request, const SpotifyWorld& world) {
  std::string action = "?";
  for (const auto& [name, value] : request.query)
    action += PercentEncode(name) + "=" + PercentEncode(value) + "&";
  std::string body = "<p>This is an invented Spotify. The application asks for:</p><ul>";
  const std::string scopes = request.Query("scope").value_or("");
  for (const std::string_view scope : base::Split(scopes, ' ')) {
    if (!scope.empty()) body += "<li>" + EscapeHtml(scope) + "</li>";
  }
  body +=
      "</ul><form method=\"post\" action=\"" + EscapeHtml(action) + "\"><fieldset><legend>Log in as</legend>";
  for (const WorldListener& each : world.listeners) {
    const bool is_first = &each == &world.listeners.front();
    body += "<label><input type=\"radio\" name=\"listener\" value=\"" + EscapeHtml(each.id) + "\"" +
            (is_first ? " checked" : "") + "> " + EscapeHtml(each.name.value_or(each.id)) + "</label><br>";
  }
  body +=
      "</fieldset><p><button name=\"decision\" value=\"agree\">Agree</button>"
      "<button name=\"decision\" value=\"cancel\">Cancel</button></p></form>";
  return Page(200, "Agree?", body);
}

WebAnswer ErrorPage(std::string_view what) { return Page(400, "Error", "<p>" + EscapeHtml(what) + "</p>"); }

}  // namespace earprint::fakes
