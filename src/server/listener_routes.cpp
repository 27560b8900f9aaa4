#include "server/listener_routes.hpp"

#include <boost/json.hpp>
#include <vector>

namespace earprint::server {

namespace json = boost::json;

namespace {

Response OnlyPost(const Request& request) {
  Response response = Problem(
      {base::ErrorCode::kInvalidInput, "answer", request.path, "the method is not possible here", "POST"},
      405);
  response.headers.emplace_back("Allow", "POST");
  return response;
}

/// The body as names and texts; nothing where it is no object of these.
std::optional<std::vector<std::pair<std::string, std::string>>> PairsOf(const std::string& body) {
  json::error_code failed;
  const json::value value = json::parse(body, failed);
  if (failed || !value.is_object()) return {};
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, told] : value.get_object()) {
    if (told.is_string()) {
      pairs.emplace_back(name, told.get_string());
    } else if (told.is_array()) {
      for (const json::value& one : told.get_array()) {
        if (!one.is_string()) return {};
        pairs.emplace_back(name, one.get_string());
      }
    } else {
      return {};
    }
  }
  return pairs;
}

}  // namespace

std::string LeaveJson(const ports::LeaveReport& report) {
  json::array counts, stores, pending;
  for (const ports::ErasedCount& each : report.erased.counts) {
    counts.push_back(json::object{{"type", each.type}, {"source", each.source}, {"events", each.events}});
  }
  for (const std::string& store : report.stores) stores.emplace_back(store);
  for (const ports::PendingStore& each : report.pending_stores)
    pending.push_back(json::object{{"store", each.store}, {"reason", each.reason}});
  return json::serialize(json::object{{"events", report.erased.events},
                                      {"kept_events", report.erased.kept_events},
                                      {"seconds", report.erased.seconds},
                                      {"counts", std::move(counts)},
                                      {"was_logged_in", report.was_logged_in},
                                      {"stores", std::move(stores)},
                                      {"pending_stores", std::move(pending)}});
}

std::optional<Response> AnswerForget(const Request& request, const Forget& forget) {
  if (!forget || request.path != "/api/v1/forget") return {};
  if (request.method != "POST") return OnlyPost(request);
  const auto listener = BodyText(request, "listener");
  if (!listener || listener->empty()) {
    return Problem({base::ErrorCode::kInvalidInput, "answer", request.path,
                    "the body is no JSON object with a text 'listener'", ""});
  }
  auto erased = forget(*listener);
  if (!erased) return Problem(erased.error());
  return Response{.body = LeaveJson(*erased), .headers = {{"Cache-Control", "no-store"}}};
}

std::optional<Response> AnswerReccoBeats(const Request& request, const ReccoBeatsBackend& backend) {
  if (request.path != "/api/v1/reccobeats") return {};
  const bool is_offered = static_cast<bool>(backend.agree);
  if (request.method == "POST") {
    const auto word = BodyText(request, "agree");
    if (!is_offered || !word || (*word != "yes" && *word != "no")) {
      return Problem({base::ErrorCode::kInvalidInput, "answer", request.path,
                      is_offered ? "the body is no JSON object with 'agree'" : "it is not offered here",
                      is_offered ? R"({"agree": "yes"} or {"agree": "no"})" : ""});
    }
    if (auto done = backend.agree(*word == "yes"); !done) return Problem(done.error());
  } else if (request.method != "GET" && request.method != "HEAD") {
    return {};
  }
  json::object told{{"offered", is_offered}, {"what_is_sent", backend.what_is_sent}, {"agreed_at", nullptr}};
  if (is_offered) {
    auto agreed_at = backend.agreed_at();
    if (!agreed_at) return Problem(agreed_at.error());
    if (!agreed_at->empty()) told["agreed_at"] = *agreed_at;
  }
  return Response{.body = json::serialize(told), .headers = {{"Cache-Control", "no-store"}}};
}

std::optional<Response> AnswerEdit(const Request& request, const TakeEdit& take) {
  if (!take || request.path != "/api/v1/edits") return {};
  if (request.method != "POST") return OnlyPost(request);
  auto pairs = PairsOf(request.body);
  if (!pairs) {
    return Problem(
        {base::ErrorCode::kInvalidInput, "edit", request.path, "the body is no JSON object of texts", ""});
  }
  std::string listener;
  std::erase_if(*pairs, [&listener](const auto& pair) {
    if (pair.first != "listener") return false;
    listener = pair.second;
    return true;
  });
  auto id = take(listener, *pairs);
  if (!id) return Problem(id.error());
  return Response{.body = json::serialize(json::object{{"edit_id", *id}}),
                  .headers = {{"Cache-Control", "no-store"}}};
}

}  // namespace earprint::server
