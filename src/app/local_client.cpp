#include "app/local_client.hpp"

#include <boost/json.hpp>
#include <filesystem>
#include <utility>

#include "adapters/curl/curl_http_client.hpp"
#include "server/import_events.hpp"

namespace earprint::app {

namespace {

namespace json = boost::json;
}  // namespace

base::Result<std::unique_ptr<LocalClient>> LocalClient::Connect(const DataFolder& folder) {
  auto client =
      std::unique_ptr<LocalClient>(new LocalClient(adapters::MakeUnixSocketClient(folder.Socket())));
  auto alive = client->http_->Send("/healthz", nullptr, {});
  if (!alive) return std::unexpected(alive.error());
  return client;
}

base::Result<std::string> LocalClient::Query(const std::string& metric, const std::string& listener,
                                             std::span<const model::ConditionPair> conditions,
                                             const std::string& format) {
  std::string target = "/api/v1/metrics/" + http_->Encoded(metric) + "?format=" + http_->Encoded(format);
  if (!listener.empty()) target += "&listener=" + http_->Encoded(listener);
  for (const auto& [name, value] : conditions)
    target += "&" + http_->Encoded(name) + "=" + http_->Encoded(value);
  auto answer = http_->Send(target, nullptr, {});
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(server::ReadProblem(answer->body));
  return std::move(answer->body);
}

base::Result<ports::ImportSummary> LocalClient::Import(const ports::ImportRequest& request,
                                                       const ports::ImportObserver& observer) {
  json::array paths;
  for (const std::string& path : request.paths) paths.emplace_back(std::filesystem::absolute(path).string());
  const std::string body =
      json::serialize(json::object{{"paths", paths}, {"listener", request.listener}, {"as", request.as}});
  server::ImportEventReader events(observer);
  auto answer =
      http_->Send("/api/v1/local/import", &body, [&events](std::string_view bytes) { events.Take(bytes); });
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(server::ReadProblem(events.rest()));
  return events.End();
}

}  // namespace earprint::app
