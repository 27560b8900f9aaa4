#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "app/command.hpp"
#include "app/import_printer.hpp"
#include "app/local_client.hpp"
#include "app/pipeline.hpp"
#include "app/spotify_desk.hpp"

namespace earprint::app {

namespace {

namespace json = boost::json;

bool IsAgreed(const std::string& listener) {
  fmt::print("Everything of '{}' will be erased from this machine for good. Type the name to go on: ",
             listener);
  std::fflush(stdout);
  std::string typed;
  std::getline(std::cin, typed);
  return typed == listener;
}

std::uint64_t WholeOf(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
}

base::Result<ports::ErasedSummary> ForgetOverServer(LocalClient& server, const std::string& listener) {
  auto body = server.Post("/api/v1/forget", json::serialize(json::object{{"listener", listener}}));
  if (!body) return std::unexpected(body.error());
  boost::system::error_code failed;
  const json::value told = json::parse(*body, failed);
  ports::ErasedSummary summary;
  if (failed || !told.is_object()) return summary;
  const json::object& object = told.get_object();
  summary.events = WholeOf(object, "events");
  summary.kept_events = WholeOf(object, "kept_events");
  if (const json::value* seconds = object.if_contains("seconds"); seconds != nullptr && seconds->is_number())
    summary.seconds = seconds->to_number<double>();
  if (const json::value* counts = object.if_contains("counts"); counts != nullptr && counts->is_array()) {
    for (const json::value& each : counts->get_array()) {
      summary.counts.push_back({json::value_to<std::string>(each.at("type")),
                                json::value_to<std::string>(each.at("source")),
                                WholeOf(each.get_object(), "events")});
    }
  }
  return summary;
}

base::Result<ports::ErasedSummary> ForgetSomewhere(const GlobalOptions& global, const std::string& listener) {
  const DataFolder folder = global.Folder();
  SystemClock clock;
  auto pipeline = Pipeline::Open(folder, clock);
  if (!pipeline) {
    auto server = LocalClient::InsteadOf(pipeline.error(), folder);
    if (!server) return std::unexpected(server.error());
    return ForgetOverServer(**server, listener);
  }
  auto shared = OpenSharedLog(global, **pipeline);
  if (!shared) return std::unexpected(shared.error());
  if (!SpotifyDesk::WasOpen(folder))
    return ForgetListener(listener, folder, **pipeline, nullptr, shared->get());
  auto desk = SpotifyDesk::Open(folder, **pipeline, clock);
  // A login that cannot be reached must not stay behind unsaid.
  if (!desk) return std::unexpected(desk.error());
  return ForgetListener(listener, folder, **pipeline, &(*desk)->household(), shared->get());
}

std::string ErasedText(const std::string& listener, const ports::ErasedSummary& summary) {
  std::string text;
  for (const ports::ErasedCount& each : summary.counts) {
    text += fmt::format("  {:<14} {:<12} {:>12}\n", each.type, each.source, each.events);
  }
  return fmt::format("{} is forgotten: {} events erased, {} of others kept, in {:.1f} s.\n{}", listener,
                     summary.events, summary.kept_events, summary.seconds, text);
}

}  // namespace

ExitCode RunImport(const GlobalOptions& global, const ImportOptions& options) {
  ImportPrinter printer(global.quiet, IsTerminal(STDERR_FILENO));
  ports::ImportRequest request;
  request.paths = options.paths;
  request.as = options.as;
  request.listener = global.listener;
  AnyImporter importer(global.Folder(),
                       [&global](Pipeline& pipeline) { return OpenSharedLog(global, pipeline); });
  auto summary = importer.Import(request, printer.Observer());
  if (!summary) return Complain(summary.error());
  printer.PrintSummary(*summary);
  if (!importer.settlement().empty()) fmt::print("{}\n", importer.settlement());
  const bool any_read =
      std::ranges::any_of(summary->files, [](const auto& file) { return file.refused.empty(); });
  if (!any_read) return ExitCode::kFailed;
  const bool any_refused =
      summary->total.rejected > 0 ||
      std::ranges::any_of(summary->files, [](const auto& file) { return !file.refused.empty(); });
  return options.strict && any_refused ? ExitCode::kInputRejected : ExitCode::kDone;
}

ExitCode RunRebuild(const GlobalOptions& global) {
  SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock);
  if (!pipeline) return Complain(pipeline.error());
  if (auto rebuilt = (*pipeline)->Rebuild(); !rebuilt) return Complain(rebuilt.error());
  return ExitCode::kDone;
}

ExitCode RunForget(const GlobalOptions& global, const ForgetOptions& options) {
  if (!options.is_agreed) {
    if (!IsTerminal(STDIN_FILENO)) {
      Complain({base::ErrorCode::kInvalidInput, "forget a listener", options.listener,
                "nobody is there to be asked", "--yes, if it is meant"});
      return ExitCode::kWrongUsage;
    }
    if (!IsAgreed(options.listener)) {
      fmt::print("Nothing was erased.\n");
      return ExitCode::kFailed;
    }
  }
  auto erased = ForgetSomewhere(global, options.listener);
  if (!erased) return Complain(erased.error());
  fmt::print("{}", ErasedText(options.listener, *erased));
  return ExitCode::kDone;
}

}  // namespace earprint::app
