#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>
#include <utility>

#include "app/asker.hpp"
#include "app/command.hpp"
#include "app/import_printer.hpp"
#include "app/stores/published_stores.hpp"
#include "app/stores/store_choice.hpp"
#include "base/embedded_file.hpp"
#include "metrics/publishing/metric_publisher.hpp"
#include "metrics/publishing/slice_schema.hpp"

namespace earprint::app {

namespace {

namespace publishing = metrics::publishing;
using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kFirstPause{500}, kPauseMax{15'000};

/// Shows how far a listener has come, and what became of it.
class PublishPrinter {
 public:
  explicit PublishPrinter(bool quiet) : is_quiet_(quiet), has_bar_(!quiet && IsTerminal(STDERR_FILENO)) {}

  void Show(const publishing::PublishProgress& progress) {
    const auto now = SteadyClock::now();
    if (!has_bar_ || now - shown_ < std::chrono::milliseconds(100)) return;
    shown_ = now;
    const double seconds = std::chrono::duration<double>(now - begun_).count();
    const double share = static_cast<double>(progress.parts_done) /
                         static_cast<double>(std::max<std::size_t>(progress.parts, 1));
    Put(fmt::format("\r\x1b[K{} {:3.0f} %  {} rows, {:.0f} rows/s", progress.listener, share * 100,
                    WithSeparators(static_cast<std::uint64_t>(progress.rows)),
                    static_cast<double>(progress.rows) / std::max(seconds, 0.001)));
  }

  void Tell(const publishing::PublishedReport& report) {
    Clear();
    if (is_quiet_) return;
    if (report.parts_sent + report.parts_dropped == 0) {
      fmt::print("{}: nothing changed ({} parts, version {})\n", report.listener, report.parts,
                 report.data_version);
      return;
    }
    fmt::print("{}: {} of {} parts sent ({} rows, {} answers), {} removed, version {}, in {:.2f} s\n",
               report.listener, report.parts_sent, report.parts,
               WithSeparators(static_cast<std::uint64_t>(report.rows_sent)), report.answers_sent,
               report.parts_dropped, report.data_version, report.seconds);
  }

  void TellForgotten(const std::string& listener) {
    if (!is_quiet_) fmt::print("{}: removed, since nothing of that name is here any more\n", listener);
  }

  void TellFailure(const base::Error& error, std::chrono::milliseconds pause) {
    Clear();
    fmt::print(stderr, "earprint: {}\n  tried again in {:.1f} s\n", error.Text(),
               std::chrono::duration<double>(pause).count());
  }

 private:
  void Put(const std::string& line) {
    std::fputs(line.c_str(), stderr);
    std::fflush(stderr);
    is_bar_shown_ = true;
  }
  void Clear() {
    if (std::exchange(is_bar_shown_, false)) std::fputs("\r\x1b[K", stderr);
  }

  bool is_quiet_, has_bar_, is_bar_shown_ = false;
  SteadyClock::time_point begun_ = SteadyClock::now(), shown_{};
};

/// Does it until it is done, fails for good, or has failed for too long.
base::Result<void> Patiently(std::chrono::seconds patience, PublishPrinter& printer,
                             const std::function<base::Result<void>()>& work) {
  const auto end = SteadyClock::now() + patience;
  for (auto pause = kFirstPause;; pause = std::min(pause * 2, kPauseMax)) {
    auto done = work();
    if (done) return done;
    const base::ErrorCode code = done.error().code;
    const bool may_pass = code == base::ErrorCode::kRetryLater || code == base::ErrorCode::kConflict;
    if (!may_pass || SteadyClock::now() + pause > end) return done;
    printer.TellFailure(done.error(), pause);
    std::this_thread::sleep_for(pause);
  }
}

/// What a run of publish works with.
struct PublishRun {
  const GlobalOptions& global;
  const PublishOptions& options;
  Pipeline& pipeline;
  Asker& asker;
  ports::MetricStore& store;
  PublishedStores& published;
  PublishPrinter printer;

  std::chrono::seconds Patience() const { return std::chrono::seconds(options.patience_seconds); }
};

/// Those who were published from here and are no more.
base::Result<void> ForgetTheGone(PublishRun& run, const std::vector<std::string>& listeners) {
  for (const PublishedStores::Store& each : std::vector(run.published.all())) {
    if (each.url != run.options.url) continue;
    for (const std::string& listener : each.listeners) {
      if (std::ranges::find(listeners, listener) != listeners.end()) continue;
      auto forgotten = Patiently(run.Patience(), run.printer, [&] { return run.store.Forget(listener); });
      if (forgotten) forgotten = run.published.Drop(each.url, listener);
      if (!forgotten) return forgotten;
      run.printer.TellForgotten(listener);
    }
  }
  return {};
}

/// Listeners whose rows are copied together. One alone is copied by the publisher.
base::Result<void> PublishGroup(PublishRun& run, std::span<const publishing::PublishedRelation> relations,
                                std::span<const std::string> group) {
  std::unique_ptr<publishing::SliceSchema> copy;
  if (group.size() > 1) {
    auto copied = publishing::SliceSchema::Copy(run.pipeline.engine(), EnginePrelude(), group);
    if (!copied) return std::unexpected(copied.error());
    copy = std::move(*copied);
  }
  publishing::MetricPublisher publisher({.engine = copy ? copy->engine() : run.pipeline.engine(),
                                         .catalogue = run.asker.catalogue(),
                                         .relations = relations,
                                         .prelude = EnginePrelude(),
                                         .data_version = [&run] { return run.pipeline.DataVersion(); },
                                         .default_tz = run.global.Zone(),
                                         .scratch_folder = run.global.Folder().Scratch() + "/publish"});
  publisher.on_progress = [&run](const publishing::PublishProgress& progress) { run.printer.Show(progress); };
  for (const std::string& listener : group) {
    if (auto noted = run.published.Note(run.options.url, listener); !noted) return noted;
    auto done = Patiently(run.Patience(), run.printer, [&]() -> base::Result<void> {
      auto report = publisher.Publish(listener, run.store);
      if (!report) return std::unexpected(report.error());
      run.printer.Tell(*report);
      return {};
    });
    if (!done) return done;
  }
  return {};
}

base::Result<void> PublishAll(PublishRun& run, std::span<const publishing::PublishedRelation> relations) {
  auto listeners = run.asker.answerer().Listeners();
  if (!listeners) return std::unexpected(listeners.error());
  if (auto gone = ForgetTheGone(run, *listeners); !gone) return gone;
  if (!run.global.listener.empty()) {
    auto chosen = run.asker.ListenerOr(run.global.listener);
    if (!chosen) return std::unexpected(chosen.error());
    listeners = std::vector{*chosen};
  }
  auto groups = publishing::GroupForCopies(run.pipeline.engine(), *listeners);
  if (!groups) return std::unexpected(groups.error());
  for (const std::vector<std::string>& group : *groups) {
    if (auto done = PublishGroup(run, relations, group); !done) return done;
  }
  return {};
}

}  // namespace

ExitCode RunPublish(const GlobalOptions& global, const PublishOptions& asked) {
  PublishOptions options = asked;
  options.url = WholeStoreUrl(asked.url);  // it is remembered, for forget
  auto store = ChooseStore(options.url);
  if (!store) return Complain(store.error());
  SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock, AnswerMemoryBytes());
  if (!pipeline) return Complain(pipeline.error());
  auto asker = Asker::Make(**pipeline, global.Zone());
  if (!asker) return Complain(asker.error());
  auto relations = publishing::LoadPublishedRelations(base::sql_files());
  if (!relations) return Complain(relations.error());
  auto published = PublishedStores::Open(global.Folder());
  if (!published) return Complain(published.error());
  PublishRun run{global, options, **pipeline, **asker, **store, **published, PublishPrinter(global.quiet)};
  auto done = PublishAll(run, *relations);
  return done ? ExitCode::kDone : Complain(done.error());
}

}  // namespace earprint::app
