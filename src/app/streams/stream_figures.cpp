#include "app/streams/stream_figures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/import_printer.hpp"

namespace earprint::app {

namespace {

struct Figure {
  std::string_view name, type, help;
};

void Add(const Figure& figure, const std::string& labels, std::uint64_t value, std::string& text) {
  if (!figure.help.empty())
    text += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", figure.name, figure.type, figure.help);
  text += fmt::format("{}{} {}\n", figure.name, labels, value);
}

std::uint64_t LagOf(const ports::FeedFigures& feed) {
  std::uint64_t lag = 0;
  for (const auto& [share, behind] : feed.lag)
    lag += static_cast<std::uint64_t>(std::max<std::int64_t>(behind, 0));
  return lag;
}

}  // namespace

std::string StreamFigures(const StreamState& state,
                          const std::function<std::string(const ports::FeedShare&)>& topic_of) {
  const auto& [report, feed, writer, failures] = state;
  constexpr std::string_view kLanded = "earprint_kafka_landed_events_total";
  std::string text;
  Add({kLanded, "counter", "Events that came home, by what became of them."}, "{outcome=\"accepted\"}",
      report.accepted, text);
  Add({kLanded, "", ""}, "{outcome=\"duplicate\"}", report.duplicate, text);
  Add({kLanded, "", ""}, "{outcome=\"rejected\"}", report.rejected, text);
  Add({kLanded, "", ""}, "{outcome=\"passed_by\"}", report.passed_by, text);
  Add({"earprint_kafka_read_bytes_total", "counter", "Bytes of events read since the group was joined."}, "",
      feed.bytes, text);
  Add({"earprint_kafka_rebalances_total", "counter", "Times that the group shared out anew."}, "",
      feed.rebalances, text);
  Add({"earprint_kafka_commits_total", "counter", "Commits, by how they ended."}, "{outcome=\"done\"}",
      feed.commits, text);
  Add({"earprint_kafka_commits_total", "", ""}, "{outcome=\"failed\"}", feed.commits_failed, text);
  Add({"earprint_kafka_written_events_total", "counter", "Events written, by how that ended."},
      "{outcome=\"confirmed\"}", writer.confirmed, text);
  Add({"earprint_kafka_written_events_total", "", ""}, "{outcome=\"failed\"}", writer.failed, text);
  Add({"earprint_kafka_written_events_total", "", ""}, "{outcome=\"too_large\"}", writer.too_large, text);
  Add({"earprint_kafka_waiting_events", "gauge", "Events written and not yet confirmed."}, "", writer.waiting,
      text);
  Add({"earprint_kafka_full_queue_total", "counter", "Times that a writer had to wait for room."}, "",
      writer.full, text);
  Add({"earprint_kafka_errors_total", "counter", "Faults that the broker or the way to it had."},
      "{client=\"reader\"}", feed.errors, text);
  Add({"earprint_kafka_errors_total", "", ""}, "{client=\"writer\"}", writer.errors, text);
  Add({"earprint_kafka_landing_failures_total", "counter",
       "Times that bringing events in failed and was tried again."},
      "", failures, text);
  Add({"earprint_kafka_skipped_events_total", "counter",
       "Events that the log removed before they were read here."},
      "", feed.skipped, text);
  Add({"earprint_kafka_shares_begun_anew_total", "counter",
       "Shares that were made anew and are read from their beginning."},
      "", feed.begun_anew, text);
  bool is_first = true;
  for (const auto& [share, behind] : feed.lag) {
    if (behind < 0) continue;
    const std::string_view help = is_first ? "Events behind the end of each share that is read here." : "";
    Add({"earprint_kafka_lag_events", "gauge", help},
        fmt::format("{{topic=\"{}\",partition=\"{}\"}}", topic_of(share), share.number),
        static_cast<std::uint64_t>(behind), text);
    is_first = false;
  }
  return text;
}

std::string LandedText(const log::LandReport& report, const ports::FeedFigures& feed, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(report.read) / seconds : 0;
  std::string text = fmt::format(
      "{} read = {} new + {} known + {} rejected + {} passed by ({:.1f} s, {} a second)\n",
      WithSeparators(report.read), WithSeparators(report.accepted), WithSeparators(report.duplicate),
      WithSeparators(report.rejected), WithSeparators(report.passed_by), seconds,
      WithSeparators(static_cast<std::uint64_t>(rate)));
  text +=
      fmt::format("{} shares held, {} events behind; shared out {} times; {} commits failed, {} errors{}\n",
                  feed.lag.size(), LagOf(feed), feed.rebalances, feed.commits_failed, feed.errors,
                  feed.last_error.empty() ? "" : ": " + feed.last_error);
  if (feed.skipped > 0)
    text +=
        fmt::format("{} events were gone from the log before they were read\n", WithSeparators(feed.skipped));
  return text;
}

}  // namespace earprint::app
