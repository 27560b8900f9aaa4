#include "app/openapi.hpp"

#include <boost/json.hpp>

#include "model/conditions.hpp"

namespace earprint::app {

namespace {

namespace json = boost::json;

json::object Parameter(std::string_view name, std::string_view where, std::string_view meaning,
                       bool repeatable) {
  json::object schema = repeatable ? json::object{{"type", "array"}, {"items", {{"type", "string"}}}}
                                   : json::object{{"type", "string"}};
  return {{"name", name},
          {"in", where},
          {"required", where == "path"},
          {"description", meaning},
          {"schema", std::move(schema)}};
}

json::object Operation(std::string_view summary, std::string_view type, json::array parameters = {}) {
  const json::object problem{{"description", "what is wrong, RFC 9457"},
                             {"content", {{"application/problem+json", json::object{}}}}};
  return {{"summary", summary},
          {"parameters", std::move(parameters)},
          {"responses",
           {{"200", {{"description", "the answer"}, {"content", {{type, json::object{}}}}}},
            {"default", problem}}}};
}

/// What the house may ask outside: Spotify, ReccoBeats, and what comes from there.
void AddOutsidePaths(json::object& paths) {
  paths["/api/v1/spotify"] = {{"get", Operation("How the house stands with Spotify", "application/json")}};
  paths["/api/v1/spotify/app"] = {
      {"post", Operation("Set the application; the body is {\"client_id\": id}", "application/json")}};
  paths["/api/v1/spotify/login"] = {
      {"post", Operation("Begin a login; the body is {\"listener\": name}", "application/json")}};
  paths["/api/v1/spotify/logout"] = {
      {"post", Operation("Disconnect, and erase what came over the API; the body is {\"listener\": name}",
                         "application/json")}};
  paths["/api/v1/reccobeats"] = {
      {"get", Operation("Whether ReccoBeats is asked, and what it is sent", "application/json")},
      {"post",
       Operation("Agree to that, or not; the body is {\"agree\": \"yes\" or \"no\"}", "application/json")}};
  const json::object listener = Parameter("listener", "query", "whose playlists", false);
  paths["/api/v1/playlists"] = {
      {"get", Operation("Which playlists have a cover, and where on this server it is", "application/json",
                        {listener})}};
  paths["/api/v1/playlists/cover"] = {
      {"get", Operation("The cover of a playlist, as Spotify has it", "image/jpeg",
                        {listener, Parameter("playlist", "query", "its id", false)})}};
}

}  // namespace

std::string OpenApiJson(const metrics::MetricCatalogue& catalogue) {
  json::array conditions;
  for (const model::ConditionHelp& help : model::ConditionHelps()) {
    std::string name(help.name);
    for (char& c : name) c = c == '-' ? '_' : c;
    const bool repeatable =
        help.value == "NAME" || help.value == "BOUND" || help.value == "CODE" || help.value == "ID|TITLE";
    conditions.push_back(Parameter(name, "query", help.meaning, repeatable));
  }
  conditions.push_back(
      Parameter("listener", "query", "whose plays; the only one there is when left out", false));
  json::object paths;
  for (const metrics::Metric& metric : catalogue.all()) {
    paths["/api/v1/metrics/" + metric.name] = {
        {"get", Operation(metric.question, "application/json", conditions)}};
  }
  paths["/api/v1/metrics"] = {
      {"get", Operation("Every metric: its question, columns and units", "application/json")}};
  paths["/api/v1/values"] = {
      {"get",
       Operation("Values that a condition can take", "application/json",
                 {Parameter("dimension", "query",
                            "artist, album, track, genre, source, platform, country or playlist", false),
                  Parameter("q", "query", "a part of the value", false),
                  Parameter("listener", "query", "whose plays; the only one there is when left out", false),
                  Parameter("limit", "query", "at most 200", false)})}};
  paths["/api/v1/listeners"] = {{"get", Operation("Whose plays are here", "application/json")}};
  paths["/api/v1/sound"] = {
      {"get",
       Operation("What is known of a track's sound, whether anyone played it or not", "application/json",
                 {Parameter("track", "query", "its id", false),
                  Parameter("title", "query", "by which it is looked for, too", false),
                  Parameter("artist", "query", "by which it is looked for, too", false)})}};
  paths["/api/v1/import"] = {
      {"post",
       Operation("Import an export, a history or a catalogue; the body is the file", "text/event-stream",
                 {Parameter("name", "query", "the file's name", false),
                  Parameter("listener", "query", "whose plays these are", false),
                  Parameter("as", "query", "auto, history or catalogue", false)})}};
  paths["/api/v1/forget"] = {
      {"post", Operation("Erase a listener for good; the body is {\"listener\": name}", "application/json")}};
  paths["/api/v1/audit"] = {
      {"get", Operation("How many figures were counted anew from the lake, when, and what differs",
                        "application/json")},
      {"post", Operation("Audit now; the body is {\"seed\": n, \"samples\": n, \"listener\": name}, each of "
                         "which may be missing",
                         "application/json")}};
  paths["/api/v1/edits"] = {
      {"post",
       Operation("Correct what was played; the body is {\"listener\": name, \"kind\": \"delete\", "
                 "\"exclude\", \"hide\", \"merge\", \"split\", \"travel\" or \"undo\", and what it needs}",
                 "application/json")}};
  AddOutsidePaths(paths);
  paths["/api/v1/live"] = {
      {"get",
       Operation("Server-sent events: the data version and Spotify's state, when they change, and signs "
                 "of life with the server's time",
                 "text/event-stream")}};
  paths["/healthz"] = {{"get", Operation("Whether the process lives", "text/plain")}};
  paths["/readyz"] = {{"get", Operation("Whether the data can be read", "text/plain")}};
  paths["/metrics"] = {{"get", Operation("The server's own counters", "text/plain")}};
  return json::serialize(json::object{{"openapi", "3.1.0"},
                                      {"info", {{"title", "Earprint"}, {"version", "1"}}},
                                      {"paths", std::move(paths)}});
}

}  // namespace earprint::app
