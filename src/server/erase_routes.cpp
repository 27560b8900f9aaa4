#include "server/erase_routes.hpp"

#include <boost/json.hpp>

namespace earprint::server {

namespace json = boost::json;

std::string ErasedJson(const ports::ErasedSummary& summary) {
  json::array counts;
  for (const ports::ErasedCount& each : summary.counts) {
    counts.push_back(json::object{{"type", each.type}, {"source", each.source}, {"events", each.events}});
  }
  return json::serialize(json::object{{"events", summary.events},
                                      {"kept_events", summary.kept_events},
                                      {"seconds", summary.seconds},
                                      {"counts", std::move(counts)}});
}

std::optional<Response> AnswerForget(const Request& request, const Forget& forget) {
  if (!forget || request.path != "/api/v1/forget") return {};
  if (request.method != "POST") {
    Response response = Problem(
        {base::ErrorCode::kInvalidInput, "answer", request.path, "the method is not possible here", "POST"},
        405);
    response.headers.emplace_back("Allow", "POST");
    return response;
  }
  const auto listener = BodyText(request, "listener");
  if (!listener || listener->empty()) {
    return Problem({base::ErrorCode::kInvalidInput, "answer", request.path,
                    "the body is no JSON object with a text 'listener'", ""});
  }
  auto erased = forget(*listener);
  if (!erased) return Problem(erased.error());
  return Response{.body = ErasedJson(*erased), .headers = {{"Cache-Control", "no-store"}}};
}

}  // namespace earprint::server
