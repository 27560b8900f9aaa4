#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "app/asker.hpp"
#include "app/command.hpp"
#include "app/local_client.hpp"
#include "app/spotify_desk.hpp"
#include "base/embedded_file.hpp"
#include "metrics/answer_writer.hpp"

namespace earprint::app {

namespace {

/// What answers commands: this process over the data folder, or the server that holds it.
struct Desk {
  SystemClock clock;
  std::unique_ptr<Pipeline> pipeline;
  std::unique_ptr<Asker> asker;
  std::unique_ptr<LocalClient> server;
};

base::Result<std::unique_ptr<Desk>> OpenDesk(const GlobalOptions& global) {
  auto desk = std::make_unique<Desk>();
  auto pipeline = Pipeline::Open(global.Folder(), desk->clock, AnswerMemoryBytes());
  if (!pipeline) {
    auto server = LocalClient::InsteadOf(pipeline.error(), global.Folder());
    if (!server) return std::unexpected(server.error());
    desk->server = std::move(*server);
    return desk;
  }
  desk->pipeline = std::move(*pipeline);
  auto asker = Asker::Make(*desk->pipeline, global.Zone());
  if (!asker) return std::unexpected(asker.error());
  desk->asker = std::move(*asker);
  return desk;
}

std::string Written(const model::Answer& answer, const std::string& format) {
  if (format == "json") return metrics::AnswerJson(answer) + "\n";
  if (format == "jsonl") return metrics::AnswerJsonLines(answer);
  if (format == "csv") return metrics::AnswerCsv(answer);
  return metrics::AnswerTable(answer, IsTerminal(STDOUT_FILENO));
}

}  // namespace

ExitCode RunQuery(const GlobalOptions& global, const QueryOptions& options) {
  auto desk = OpenDesk(global);
  if (!desk) return Complain(desk.error());
  if ((*desk)->server) {
    auto text = (*desk)->server->Query(options.metric, global.listener, options.conditions,
                                       global.format.empty() ? "table" : global.format);
    if (!text) return Complain(text.error());
    std::fwrite(text->data(), 1, text->size(), stdout);
    return ExitCode::kDone;
  }
  auto answer = (*desk)->asker->Ask(options.metric, global.listener, options.conditions);
  if (!answer) return Complain(answer.error());
  const std::string text = Written(**answer, global.format);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return ExitCode::kDone;
}

ExitCode RunMetrics(const GlobalOptions& global) {
  auto catalogue = metrics::MetricCatalogue::Load(base::sql_files());
  if (!catalogue) return Complain(catalogue.error());
  if (global.format == "json") {
    fmt::print("{}\n", metrics::CatalogueJson(*catalogue));
    return ExitCode::kDone;
  }
  for (const metrics::Metric& metric : catalogue->all()) {
    fmt::print("{}\n  {}\n", metric.name, metric.question);
    for (const model::AnswerColumn& column : metric.columns) {
      fmt::print("    {:<18} {:<8} {:<12} {}\n", column.name, metrics::TypeText(column.type), column.unit,
                 column.meaning);
    }
  }
  return ExitCode::kDone;
}

namespace {

/// What stands in the way of somebody's login.
void PrintLogins(const DataFolder& folder, Desk& desk) {
  if (!SpotifyDesk::WasOpen(folder)) return;
  auto spotify = SpotifyDesk::Open(folder, *desk.pipeline, desk.clock);
  if (!spotify) {
    fmt::print("logins        {}\n", spotify.error().Text());
    return;
  }
  for (const auto& one : (*spotify)->household().State().listeners)
    fmt::print("login         {}: {}\n", one.listener,
               one.access.notice.empty() ? "good" : one.access.notice);
}

}  // namespace

ExitCode RunDoctor(const GlobalOptions& global) {
  const DataFolder folder = global.Folder();
  fmt::print("data folder   {}\n", folder.path);
  fmt::print("zone          {}\n", global.Zone());
  fmt::print("log           {}\n", SharedLogText(global));
  fmt::print("page          {}\n",
             base::web_files().empty() ? "missing: build it with ./dev build" : "built in");
  for (const std::string& leaving : LeavingTexts(folder)) fmt::print("leaving       {}\n", leaving);
  auto desk = OpenDesk(global);
  if (!desk) return Complain(desk.error());
  if ((*desk)->server) {
    fmt::print("server        running; commands reach it through its socket\n");
    return ExitCode::kDone;
  }
  if ((*desk)->pipeline->repaired_bytes() > 0) {
    fmt::print("lake          a torn tail of {} bytes was repaired\n", (*desk)->pipeline->repaired_bytes());
  }
  auto listeners = (*desk)->asker->answerer().Listeners();
  if (!listeners) return Complain(listeners.error());
  fmt::print("listeners     {}\n", listeners->empty() ? "none yet: earprint import my_spotify_data.zip"
                                                      : fmt::format("{}", fmt::join(*listeners, ", ")));
  PrintLogins(folder, **desk);
  return ExitCode::kDone;
}

}  // namespace earprint::app
