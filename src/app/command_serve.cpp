#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>

#include "app/asker.hpp"
#include "app/command.hpp"
#include "app/import_printer.hpp"
#include "app/openapi.hpp"
#include "base/embedded_file.hpp"
#include "base/text.hpp"
#include "metrics/answer_writer.hpp"
#include "server/http_server.hpp"
#include "sources/demo/demo_listener.hpp"

namespace earprint::app {

namespace {

server::WrittenAnswer Write(const model::Answer& answer, const std::string& format) {
  if (format == "csv") return {metrics::AnswerCsv(answer), "text/csv; charset=utf-8", answer.data_version};
  if (format == "jsonl")
    return {metrics::AnswerJsonLines(answer), "application/x-ndjson", answer.data_version};
  if (format == "table")
    return {metrics::AnswerTable(answer, false), "text/plain; charset=utf-8", answer.data_version};
  return {metrics::AnswerJson(answer), "application/json", answer.data_version};
}

base::Result<std::string> ValuesJson(Asker& asker, const std::string& dimension, const std::string& text,
                                     const std::string& listener, std::int64_t limit) {
  auto chosen = asker.ListenerOr(listener);
  if (!chosen) return std::unexpected(chosen.error());
  auto values = asker.answerer().Values(dimension, text, *chosen, limit);
  if (!values) return std::unexpected(values.error());
  std::string json = "{\"values\":[";
  for (const metrics::PickerValue& value : *values) {
    json += json.ends_with('[') ? "{\"value\":" : ",{\"value\":";
    base::AppendJsonString(value.value, json);
    json += ",\"plays\":" + std::to_string(value.plays) + "}";
  }
  return json + "]}";
}

base::Result<std::string> ListenersJson(Asker& asker) {
  auto listeners = asker.answerer().Listeners();
  if (!listeners) return std::unexpected(listeners.error());
  std::string json = "{\"listeners\":[";
  for (const std::string& name : *listeners) {
    if (!json.ends_with('[')) json += ',';
    base::AppendJsonString(name, json);
  }
  json += "],\"default\":";
  base::AppendJsonString(listeners->empty() ? "me" : listeners->front(), json);
  return json + "}";
}

server::ApiBackend MakeBackend(Pipeline& pipeline, Asker& asker) {
  server::ApiBackend backend;
  backend.ask = [&asker](const std::string& metric, const std::string& listener,
                         server::ApiBackend::Pairs pairs,
                         const std::string& format) -> base::Result<server::WrittenAnswer> {
    if (format != "json" && format != "csv" && format != "jsonl" && format != "table") {
      return base::Fail(base::ErrorCode::kInvalidInput, "answer", "format",
                        "'" + format.substr(0, 40) + "' is not allowed", "json, jsonl, csv or table");
    }
    auto answer = asker.Ask(metric, listener, pairs);
    if (!answer) return std::unexpected(answer.error());
    return Write(**answer, format);
  };
  backend.values_json = [&asker](const std::string& dimension, const std::string& text,
                                 const std::string& listener, std::int64_t limit) {
    return ValuesJson(asker, dimension, text, listener, limit);
  };
  backend.listeners_json = [&asker] { return ListenersJson(asker); };
  backend.data_version = [&asker] { return asker.answerer().DataVersion(); };
  backend.catalogue_json = [&asker] { return metrics::CatalogueJson(asker.catalogue()); };
  backend.openapi_json = [&asker] { return OpenApiJson(asker.catalogue()); };
  backend.import = [&pipeline](ports::ImportRequest request, const ports::ImportObserver& observer) {
    return pipeline.Import(request, observer);
  };
  return backend;
}

/// "127.0.0.1:8300", "8300", "[::1]:8300".
base::Result<std::pair<std::string, std::uint16_t>> ParseListen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::string address = colon == std::string::npos ? "127.0.0.1" : text.substr(0, colon);
  const std::string digits = colon == std::string::npos ? text : text.substr(colon + 1);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  std::uint16_t port = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) {
    return base::Fail(base::ErrorCode::kInvalidInput, "listen", text, "it is no address with a port",
                      "127.0.0.1:8300");
  }
  return std::pair{address == "localhost" ? "127.0.0.1" : address, port};
}

ExitCode Serve(const DataFolder& folder, Pipeline& pipeline, const std::string& zone,
               const ServeOptions& options) {
  auto asker = Asker::Make(pipeline, zone);
  if (!asker) return Complain(asker.error());
  auto listen = ParseListen(options.listen);
  if (!listen) return Complain(listen.error());
  const server::ApiBackend backend = MakeBackend(pipeline, **asker);
  server::Api api(backend, base::web_files());
  server::HttpServer http({.address = listen->first,
                           .port = listen->second,
                           .socket_path = folder.Socket(),
                           .upload_folder = folder.path + "/uploads",
                           .allowed_hosts = options.allowed_hosts},
                          api);
  auto port = http.Start();
  if (!port) return Complain(port.error());
  const std::string shown =
      listen->first.find(':') == std::string::npos ? listen->first : "[" + listen->first + "]";
  fmt::print("Earprint is ready: http://{}:{}/  (Ctrl-C ends it)\n", shown, *port);
  std::fflush(stdout);
  http.Wait();
  return ExitCode::kDone;
}

}  // namespace

ExitCode RunServe(const GlobalOptions& global, const ServeOptions& options) {
  SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock);
  if (!pipeline) return Complain(pipeline.error());
  return Serve(global.Folder(), **pipeline, global.Zone(), options);
}

ExitCode RunDemo(const GlobalOptions& global, const DemoCommandOptions& options) {
  SystemClock clock;
  sources::DemoOptions demo;
  const std::int64_t today = clock.Now().value / base::kMsPerDay;
  demo.seed = options.seed;
  demo.now = clock.Now();
  demo.last_day = today - 1;
  demo.first_day = today - 8 * 365;
  if (options.plays > 0) demo.plays = options.plays;
  DataFolder folder = global.data.empty() ? DataFolder{ChooseDataFolder("").path + "-demo"} : global.Folder();
  const std::string files = options.files_only.empty() ? folder.path + "/export" : options.files_only;
  if (auto written = sources::WriteDemo(files, demo); !written) return Complain(written.error());
  if (!options.files_only.empty()) return ExitCode::kDone;
  auto pipeline = Pipeline::Open(folder, clock);
  if (!pipeline) return Complain(pipeline.error());
  ImportPrinter printer(global.quiet, IsTerminal(STDERR_FILENO));
  auto summary = (*pipeline)->Import({.paths = {files}, .listener = "demo"}, printer.Observer());
  if (!summary) return Complain(summary.error());
  printer.PrintSummary(*summary);
  const ServeOptions serve{.listen = "127.0.0.1:" + std::to_string(options.port)};
  return Serve(folder, **pipeline, global.tz.empty() ? std::string(sources::kDemoHomeZone) : global.tz,
               serve);
}

}  // namespace earprint::app
