#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "app/asker.hpp"
#include "app/command.hpp"
#include "app/import_printer.hpp"
#include "app/local_client.hpp"
#include "app/stores/publish_desk.hpp"
#include "app/stores/publish_events.hpp"
#include "app/stores/store_choice.hpp"

namespace earprint::app {

namespace {

namespace publishing = metrics::publishing;
using SteadyClock = std::chrono::steady_clock;

/// Shows how far a listener has come, and what became of it.
class PublishPrinter {
 public:
  explicit PublishPrinter(bool quiet) : is_quiet_(quiet), has_bar_(!quiet && IsTerminal(STDERR_FILENO)) {}

  /// It must outlive what it gives.
  PublishObserver Observer() {
    return {.on_progress = [this](const publishing::PublishProgress& progress) { Show(progress); },
            .on_published = [this](const publishing::PublishedReport& report) { Tell(report); },
            .on_forgotten = [this](const std::string& listener) { TellForgotten(listener); },
            .on_retry = [this](const base::Error& error,
                               std::chrono::milliseconds pause) { TellFailure(error, pause); }};
  }

 private:
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

/// Here, or in the server that runs on the same folder.
base::Result<void> PublishAnywhere(const GlobalOptions& global, const PublishWish& wish,
                                   const PublishObserver& observer) {
  SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock);
  if (!pipeline) {
    auto server = LocalClient::InsteadOf(pipeline.error(), global.Folder());
    if (!server) return std::unexpected(server.error());
    return (*server)->Follow("/api/v1/local/publish", PublishWishJson(wish),
                             [&observer](std::string_view name, std::string_view data) {
                               TakePublishEvent(name, data, observer);
                             });
  }
  auto asker = Asker::Make(**pipeline, global.Zone());
  if (!asker) return std::unexpected(asker.error());
  PublishDesk desk(global.Folder(), **pipeline, **asker, global.Zone());
  return desk.Publish(wish, observer);
}

}  // namespace

ExitCode RunPublish(const GlobalOptions& global, const PublishOptions& options) {
  const PublishWish wish{.url = WholeStoreUrl(options.url),
                         .listener = global.listener,
                         .zone = global.tz,
                         .patience = std::chrono::seconds(options.patience_seconds)};
  if (auto store = ChooseStore(wish.url); !store) return Complain(store.error());
  PublishPrinter printer(global.quiet);
  auto done = PublishAnywhere(global, wish, printer.Observer());
  return done ? ExitCode::kDone : Complain(done.error());
}

}  // namespace earprint::app
