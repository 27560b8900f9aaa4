#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "adapters/file/segment_event_log.hpp"
#include "app/audit/audit_desk.hpp"
#include "app/command.hpp"
#include "app/local_client.hpp"
#include "app/stores/stored_answers.hpp"
#include "audit/lake/lake_reader.hpp"
#include "metrics/zone_table.hpp"

namespace earprint::app {

namespace {

/// Shows how far it is, where somebody watches.
class ProgressLine {
 public:
  explicit ProgressLine(bool is_shown) : is_shown_(is_shown) {}
  ~ProgressLine() {
    if (is_there_) std::fputs("\r\x1b[K", stderr);
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void Show(const audit::AuditProgress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (!is_shown_ || now - shown_ < std::chrono::milliseconds(100)) return;
    shown_ = now;
    is_there_ = true;
    std::fputs(fmt::format("\r\x1b[Kauditing {:3} %  {} figures checked, {} differ",
                           progress.of_answers == 0 ? 0 : progress.answers * 100 / progress.of_answers,
                           progress.figures, progress.differing)
                   .c_str(),
               stderr);
    std::fflush(stderr);
  }

 private:
  const bool is_shown_;
  bool is_there_ = false;
  std::chrono::steady_clock::time_point shown_{};
};

base::Result<audit::AuditReport> AuditHere(const GlobalOptions& global, AuditWish wish) {
  SystemClock clock;
  // What the lake comes to lies in memory beside the engine, which can do with less.
  auto pipeline = Pipeline::Open(global.Folder(), clock);
  if (!pipeline) {
    auto server = LocalClient::InsteadOf(pipeline.error(), global.Folder());
    if (!server) return std::unexpected(server.error());
    auto told = (*server)->Post("/api/v1/audit", WishJson(wish));
    if (!told) return std::unexpected(told.error());
    return audit::ReadReport(*told);
  }
  auto asker = Asker::Make(**pipeline, global.Zone());
  if (!asker) return std::unexpected(asker.error());
  AuditDesk desk(global.Folder(), **pipeline, **asker, clock, global.Zone());
  ProgressLine line(IsTerminal(STDERR_FILENO) && !global.quiet);
  wish.on_progress = [&line](const audit::AuditProgress& progress) { line.Show(progress); };
  return desk.Run(wish);
}

/// Needs the lake alone, so that it may be asked beside a server that holds the folder.
base::Result<audit::AuditReport> AuditStore(const GlobalOptions& global, const AuditCommandOptions& options) {
  SystemClock clock;
  auto store = StoredAnswers::Make(options.store, global.Zone(), AnswerMemoryBytes());
  if (!store) return std::unexpected(store.error());
  const DataFolder folder = global.Folder();
  const auto read = [&]() -> base::Result<audit::DatedTruth> {
    auto log = adapters::SegmentEventLog::OpenToRead(folder.Lake(), clock);
    if (!log) return std::unexpected(log.error());
    auto lake = audit::ReadLake(**log, folder.Scratch());
    if (!lake) return std::unexpected(lake.error());
    return audit::DatedTruth{"", std::make_shared<const audit::Truth>(audit::Settle(std::move(*lake)))};
  };
  audit::Auditor auditor(read, **store, clock);
  ProgressLine line(IsTerminal(STDERR_FILENO) && !global.quiet);
  auto outcome =
      auditor.Run({.seed = options.seed,
                   .samples = options.samples,
                   .listener = global.listener,
                   .default_tz = global.Zone(),
                   .home_tz = global.Zone() == model::kLocalZone ? metrics::SystemZone() : global.Zone(),
                   .on_progress = [&line](const audit::AuditProgress& told) { line.Show(told); }});
  if (!outcome) return std::unexpected(outcome.error());
  return std::move(outcome->report);
}

}  // namespace

ExitCode RunAudit(const GlobalOptions& global, const AuditCommandOptions& options) {
  auto report =
      options.store.empty()
          ? AuditHere(global, {.seed = options.seed, .samples = options.samples, .listener = global.listener})
          : AuditStore(global, options);
  if (!report) return Complain(report.error());
  const std::string text = global.format == "json"    ? audit::ReportJson(*report) + "\n"
                           : global.format == "jsonl" ? audit::ReportJsonLines(*report)
                           : global.format == "csv"   ? audit::ReportCsv(*report)
                                                      : audit::ReportTable(*report);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return report->differing == 0 ? ExitCode::kDone : ExitCode::kDiscrepancy;
}

}  // namespace earprint::app
