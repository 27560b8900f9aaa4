#include "app/local_client.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <optional>
#include <utility>

#include "adapters/curl/curl_http_client.hpp"
#include "app/asker.hpp"
#include "app/import_printer.hpp"
#include "app/pipeline.hpp"
#include "metrics/answer_writer.hpp"
#include "server/events/event_reader.hpp"
#include "server/events/import_events.hpp"

namespace earprint::app {

namespace {

namespace json = boost::json;

/// What the running server is asked: it may take its time, and its answer be as long as it is.
ports::HttpRequest ToServer(const std::string& target) {
  return {.url = "http://localhost" + target, .deadline_ms = 0, .answer_bytes_max = 0};
}

}  // namespace

base::Result<std::unique_ptr<LocalClient>> LocalClient::Connect(const DataFolder& folder) {
  auto client =
      std::unique_ptr<LocalClient>(new LocalClient(adapters::MakeUnixSocketClient(folder.Socket())));
  auto alive = client->http_->Send(ToServer("/healthz"));
  if (!alive) return std::unexpected(alive.error());
  return client;
}

base::Result<std::unique_ptr<LocalClient>> LocalClient::InsteadOf(const base::Error& why_not_here,
                                                                  const DataFolder& folder) {
  if (why_not_here.code != base::ErrorCode::kConflict) return std::unexpected(why_not_here);
  auto server = Connect(folder);
  if (!server) return std::unexpected(why_not_here);
  return server;
}

base::Result<std::string> LocalClient::Query(const std::string& metric, const std::string& listener,
                                             std::span<const model::ConditionPair> conditions,
                                             const std::string& format) {
  std::string target = "/api/v1/metrics/" + http_->Encoded(metric) + "?format=" + http_->Encoded(format);
  if (!listener.empty()) target += "&listener=" + http_->Encoded(listener);
  for (const auto& [name, value] : conditions)
    target += "&" + http_->Encoded(name) + "=" + http_->Encoded(value);
  return Get(target);
}

base::Result<std::string> LocalClient::BodyOf(const ports::HttpRequest& request) {
  auto answer = http_->Send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(server::ReadProblem(answer->body));
  return std::move(answer->body);
}

base::Result<std::string> LocalClient::Get(const std::string& target) { return BodyOf(ToServer(target)); }

base::Result<std::string> LocalClient::Post(const std::string& target, const std::string& body) {
  ports::HttpRequest request = ToServer(target);
  request.method = "POST";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = body;
  return BodyOf(request);
}

base::Result<ports::ImportSummary> LocalClient::Import(const ports::ImportRequest& request,
                                                       const ports::ImportObserver& observer) {
  json::array paths;
  for (const std::string& path : request.paths) paths.emplace_back(std::filesystem::absolute(path).string());
  server::ImportEventReader events(observer);
  ports::HttpRequest upload = ToServer("/api/v1/local/import");
  upload.method = "POST";
  upload.headers = {{"Content-Type", "application/json"}};
  upload.body = json::serialize(json::object{{"paths", paths},
                                             {"listener", request.listener},
                                             {"as", request.as},
                                             {"shown_name", request.shown_name}});
  upload.on_bytes = [&events](std::string_view bytes) { events.Take(bytes); };
  auto answer = http_->Send(upload);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(server::ReadProblem(events.rest()));
  return events.End();
}

base::Result<void> LocalClient::Follow(const std::string& target, const std::string& body,
                                       const OnEvent& on_event) {
  bool is_done = false;
  std::optional<base::Error> failed;
  server::EventReader events([&](std::string_view name, std::string_view data) {
    if (name == "done") {
      is_done = true;
    } else if (name == "error") {
      failed = server::ReadProblem(data);
    } else {
      on_event(name, data);
    }
  });
  ports::HttpRequest request = ToServer(target);
  request.method = "POST";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = body;
  request.on_bytes = [&events](std::string_view bytes) { events.Take(bytes); };
  auto answer = http_->Send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(server::ReadProblem(events.rest()));
  if (failed) return std::unexpected(std::move(*failed));
  if (is_done) return {};
  return base::Fail(base::ErrorCode::kRetryLater, "ask the server", target, "it ended before it was done",
                    "run the same command again");
}

namespace {

bool ToldOfPlays(const ports::ImportSummary& summary) {
  return std::ranges::any_of(summary.files, [](const ports::FileReport& file) {
    return file.kind.contains("history") && file.accepted + file.retold > 0;
  });
}

/// Asked only where something was captured live, since most imports have no such thing to wait for.
std::string SettledHere(Pipeline& pipeline, const std::string& listener) {
  auto session = pipeline.Connect();
  auto live = session ? (*session)->Query("select 1 from silver_live_play limit 1")
                      : base::Result<ports::Table>(std::unexpected(session.error()));
  if (!live || live->rows.empty()) return "";
  auto asker = Asker::Make(pipeline, "UTC");
  if (!asker) return "";
  auto answer = (*asker)->Ask("settlement", listener, {});
  return answer ? SettlementText(metrics::AnswerJson(**answer)) : "";
}

}  // namespace

base::Result<ports::ImportSummary> AnyImporter::ImportHere(Pipeline& pipeline,
                                                           const ports::ImportRequest& request,
                                                           const ports::ImportObserver& observer) const {
  std::unique_ptr<SharedLog> shared;
  if (open_log_) {
    auto opened = open_log_(pipeline);
    if (!opened) return std::unexpected(opened.error());
    shared = std::move(*opened);
  }
  if (!shared) return pipeline.Import(request, observer);
  shared->Start({});
  auto summary = pipeline.Import(request, observer);
  if (summary && !shared->WaitUntilHome())
    summary->total.note = "all is on the shared log; it comes home with the next command that reads there";
  if (summary) summary->data_version = pipeline.DataVersion();
  return summary;
}

base::Result<ports::ImportSummary> AnyImporter::Import(const ports::ImportRequest& request,
                                                       const ports::ImportObserver& observer) {
  SystemClock clock;
  auto pipeline = Pipeline::Open(folder_, clock);
  if (pipeline) {
    auto summary = ImportHere(**pipeline, request, observer);
    if (summary && ToldOfPlays(*summary)) settlement_ = SettledHere(**pipeline, request.listener);
    return summary;
  }
  auto server = LocalClient::InsteadOf(pipeline.error(), folder_);
  if (!server) return std::unexpected(server.error());
  auto summary = (*server)->Import(request, observer);
  if (summary && ToldOfPlays(*summary)) {
    if (auto answer = (*server)->Query("settlement", request.listener, {}, "json"))
      settlement_ = SettlementText(*answer);
  }
  return summary;
}

}  // namespace earprint::app
