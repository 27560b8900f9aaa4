#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/command.hpp"
#include "app/edits/edit_desk.hpp"
#include "app/local_client.hpp"

namespace earprint::app {

namespace {

namespace json = boost::json;

/// The statement as the body of a request; a name that is given several times is a list.
std::string BodyOf(const std::string& listener, std::span<const model::ConditionPair> pairs) {
  json::object body{{"listener", listener}};
  for (const auto& [name, value] : pairs) {
    if (name != "track") {
      body[name] = value;
    } else if (json::value* known = body.if_contains("track")) {
      known->get_array().emplace_back(value);
    } else {
      body["track"] = json::array{value};
    }
  }
  return json::serialize(body);
}

base::Result<std::string> TakeOverServer(LocalClient& server, const std::string& listener,
                                         std::span<const model::ConditionPair> pairs) {
  auto body = server.Post("/api/v1/edits", BodyOf(listener, pairs));
  if (!body) return body;
  boost::system::error_code failed;
  const json::value told = json::parse(*body, failed);
  const json::value* id = failed || !told.is_object() ? nullptr : told.get_object().if_contains("edit_id");
  return id != nullptr && id->is_string() ? std::string(id->get_string()) : std::string();
}

base::Result<std::string> TakeSomewhere(const GlobalOptions& global,
                                        std::span<const model::ConditionPair> pairs) {
  SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock);
  if (!pipeline) {
    auto server = LocalClient::InsteadOf(pipeline.error(), global.Folder());
    if (!server) return std::unexpected(server.error());
    return TakeOverServer(**server, global.listener, pairs);
  }
  auto asker = Asker::Make(**pipeline, global.Zone());
  if (!asker) return std::unexpected(asker.error());
  auto shared = OpenSharedLog(global, **pipeline);
  if (!shared) return std::unexpected(shared.error());
  if (*shared) (*shared)->Start({});
  return TakeEdits(**pipeline, **asker, clock, shared->get())(global.listener, pairs);
}

}  // namespace

std::function<base::Result<std::string>(const std::string& listener,
                                        std::span<const model::ConditionPair> pairs)>
TakeEdits(Pipeline& pipeline, Asker& asker, const ports::Clock& clock, SharedLog* shared) {
  return [desk = EditDesk(pipeline, asker, clock), shared](
             const std::string& listener, std::span<const model::ConditionPair> pairs) mutable {
    auto id = desk.Take(listener, pairs);
    // Figures obey once it has come home; where that takes longer than a minute it is on its way.
    if (id && shared != nullptr) (void)shared->WaitUntilHome();
    return id;
  };
}

ExitCode RunEdit(const GlobalOptions& global, const EditOptions& options) {
  auto id = TakeSomewhere(global, options.pairs);
  if (!id) {
    const bool is_usage = id.error().code == base::ErrorCode::kInvalidInput;
    Complain(id.error());
    return is_usage ? ExitCode::kWrongUsage : ExitCode::kFailed;
  }
  fmt::print("{}\n", *id);
  return ExitCode::kDone;
}

}  // namespace earprint::app
