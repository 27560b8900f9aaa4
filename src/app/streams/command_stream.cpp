#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>

#include "app/import_printer.hpp"
#include "app/intake/file_intake.hpp"
#include "app/listener_choice.hpp"
#include "app/serving/figures_server.hpp"
#include "app/stores/store_choice.hpp"
#include "app/streams/shared_log_desk.hpp"
#include "app/streams/stream_figures.hpp"

namespace earprint::app {

namespace {

using SteadyClock = std::chrono::steady_clock;

double SecondsSince(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

void PrintWritten(const adapters::KafkaWriterFigures& figures, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(figures.confirmed) / seconds : 0;
  fmt::print("{} events are on the log ({:.1f} s, {} a second; waited for room {} times, {} errors)\n",
             WithSeparators(figures.confirmed), seconds, WithSeparators(static_cast<std::uint64_t>(rate)),
             figures.full, figures.errors);
  if (figures.too_large > 0)
    fmt::print("{} events are more than their topics take: they are among the dead letters\n",
               WithSeparators(figures.too_large));
}

base::Result<ports::ImportSummary> ProduceFiles(const GlobalOptions& global, const ProduceOptions& options,
                                                ports::EventWriter& writer, ImportPrinter& printer) {
  const auto begin = SteadyClock::now();
  if (auto named = CheckListenerName(global.listener); !named) return std::unexpected(named.error());
  // Who else is on the log, and what it has, is not known here: that is for whoever reads it.
  log::KnownEvents known;
  auto summary = CollectFiles({.paths = options.paths,
                               .listener = global.listener.empty() ? *OnlyListener({}) : global.listener,
                               .as = options.as},
                              printer.Observer(), {writer, known, SystemClock().Now()});
  if (summary) summary->seconds = SecondsSince(begin);
  return summary;
}

base::Result<void> ProduceLake(const GlobalOptions& global, ports::EventWriter& writer) {
  SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock);
  if (!pipeline) return std::unexpected(pipeline.error());
  return (*pipeline)->CopyLogTo(writer);
}

/// SIGINT and SIGTERM ask to stop; a second one ends at once.
std::jthread StopOnSignal(std::stop_source& source) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  return std::jthread([ends, &source](const std::stop_token& over) {
    const timespec look{0, 100'000'000};
    while (!over.stop_requested()) {
      if (::sigtimedwait(&ends, nullptr, &look) < 0) continue;
      if (source.stop_requested()) ::_exit(static_cast<int>(ExitCode::kFailed));
      source.request_stop();
    }
  });
}

/// Answers /metrics where that is wished.
base::Result<std::unique_ptr<FiguresServer>> ServeFigures(const ConsumeOptions& options,
                                                          std::function<std::string()> figures) {
  if (options.metrics.empty()) return nullptr;
  auto server = FiguresServer::Start(options.metrics, std::move(figures));
  if (server) {
    fmt::print("Figures are at {}\n", (*server)->url());
    std::fflush(stdout);
  }
  return server;
}

/// Brings events to a store, without a data folder. Whoever else does so for the same store shares the work.
ExitCode ConsumeToStore(const GlobalOptions& global, const ConsumeOptions& options,
                        const adapters::KafkaSettings& settings, const std::stop_token& stop) {
  // A word that is no store's is told before a broker is asked.
  if (auto known = ChooseEventSink(options.to, ""); !known) return Complain(known.error());
  auto cluster = adapters::MakeTopics(settings);
  if (!cluster) return Complain(cluster.error());
  auto sink = ChooseEventSink(options.to, PlacesName(*cluster, settings.prefix, global.listener));
  if (!sink) return Complain(sink.error());
  auto letters = adapters::KafkaEventWriter::Open(settings);
  if (!letters) return Complain(letters.error());
  LandingOptions landed{.group = options.group,
                        .only_listener = global.listener,
                        .reads_ahead = true,
                        .ends_when_refused = true};
  landed.limits.messages_max = options.batch;
  Landing landing(settings, **sink, **letters, std::move(landed));
  auto figures = ServeFigures(options, [&] {
    return StreamFigures({landing.Report(), landing.Feed(), (*letters)->figures(), landing.Failures()},
                         [&](const ports::FeedShare& share) { return settings.TopicOf(share.type); });
  });
  if (!figures) return Complain(figures.error());
  const auto begin = SteadyClock::now();
  auto ran = landing.Run(stop, options.once);
  fmt::print("{}", LandedText(landing.Report(), landing.Feed(), SecondsSince(begin)));
  return ran ? ExitCode::kDone : Complain(ran.error());
}

}  // namespace

ExitCode RunProduce(const GlobalOptions& global, const ProduceOptions& options) {
  auto settings = ChooseKafka(global);
  if (!settings) return Complain(settings.error());
  if (options.paths.empty() != options.is_lake) {
    return Complain({base::ErrorCode::kInvalidInput, "produce", "",
                     options.is_lake ? "files and --lake are both named" : "nothing is named",
                     "earprint produce my_spotify_data.zip, or earprint produce --lake"});
  }
  if (auto made = adapters::MakeTopics(*settings, {.partitions = options.partitions}); !made)
    return Complain(made.error());
  auto writer = adapters::KafkaEventWriter::Open(*settings);
  if (!writer) return Complain(writer.error());
  const auto begin = SteadyClock::now();
  if (options.is_lake) {
    if (auto copied = ProduceLake(global, **writer); !copied) return Complain(copied.error());
    PrintWritten((*writer)->figures(), SecondsSince(begin));
    return ExitCode::kDone;
  }
  ImportPrinter printer(global.quiet, IsTerminal(STDERR_FILENO));
  auto summary = ProduceFiles(global, options, **writer, printer);
  if (!summary) return Complain(summary.error());
  printer.PrintSummary(*summary);
  PrintWritten((*writer)->figures(), SecondsSince(begin));
  return CodeOf(*summary, options.strict);
}

ExitCode RunConsume(const GlobalOptions& global, const ConsumeOptions& options) {
  auto settings = ChooseKafka(global);
  if (!settings) return Complain(settings.error());
  std::stop_source stop;
  const std::jthread signals = StopOnSignal(stop);  // before librdkafka's threads, which inherit the mask
  if (options.to != "lake") return ConsumeToStore(global, options, *settings, stop.get_token());
  SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock);
  if (!pipeline) return Complain(pipeline.error());
  if (!options.group.empty()) {
    fmt::print(
        stderr,
        "earprint: lakes that share the group {} hold a part of each listener's facts each: no figure of one "
        "of them is right.\n  Put them together with produce --lake, or leave --group out: a lake reads "
        "everything\n",
        options.group);
  }
  SharedLogOptions shared{.group = options.group, .only_listener = global.listener};
  shared.limits.messages_max = options.batch;
  auto desk = SharedLogDesk::Open(std::move(*settings), global.Folder(), **pipeline, std::move(shared));
  if (!desk) return Complain(desk.error());
  auto figures = ServeFigures(options, [&desk] { return (*desk)->FiguresText(); });
  if (!figures) return Complain(figures.error());
  const auto begin = SteadyClock::now();
  auto ran = (*desk)->Run(stop.get_token(), options.once);
  fmt::print("{}", LandedText((*desk)->Report(), (*desk)->Feed(), SecondsSince(begin)));
  return ran ? ExitCode::kDone : Complain(ran.error());
}

}  // namespace earprint::app
