#include "app/import_printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <map>

namespace earprint::app {

namespace json = boost::json;

namespace {
constexpr std::size_t kBarCells = 24;

std::string TimeLeft(double seconds) {
  if (seconds < 0) return "";
  if (seconds < 90) return fmt::format(", {:.0f} s left", seconds);
  return fmt::format(", {:.0f} min left", seconds / 60);
}
}  // namespace

std::string WithSeparators(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

ImportPrinter::ImportPrinter(bool quiet, bool bar) : quiet_(quiet), bar_(bar && !quiet) {}

ports::ImportObserver ImportPrinter::Observer() {
  return {.on_progress = [this](const ports::ImportProgress& progress) { ShowProgress(progress); },
          .on_file = [this](const ports::FileReport& report) { PrintFile(report); }};
}

void ImportPrinter::ClearBar() {
  if (bar_shown_) std::fputs("\r\x1b[K", stderr);
  bar_shown_ = false;
}

void ImportPrinter::ShowProgress(const ports::ImportProgress& progress) {
  if (!bar_) return;
  const double share = progress.total_bytes == 0
                           ? 1
                           : static_cast<double>(progress.bytes) / static_cast<double>(progress.total_bytes);
  const auto full = static_cast<std::size_t>(share * kBarCells);
  std::string bar;
  for (std::size_t i = 0; i < kBarCells; ++i) bar += i < full ? "█" : "░";
  const std::string_view phase = progress.phase == "build" ? "building figures" : "reading";
  std::fputs(fmt::format("\r\x1b[K{} {} {:3.0f} %  {} rows, {} rows/s{}", phase, bar,
                         std::min(share, 1.0) * 100, WithSeparators(progress.records),
                         WithSeparators(static_cast<std::uint64_t>(progress.records_per_second)),
                         TimeLeft(progress.seconds_left))
                 .c_str(),
             stderr);
  std::fflush(stderr);
  bar_shown_ = true;
}

void ImportPrinter::PrintFile(const ports::FileReport& report) {
  ClearBar();
  if (quiet_) return;
  if (!report.refused.empty()) {
    fmt::print("{}: not read: {}\n", report.file, report.refused);
    return;
  }
  fmt::print("{}: {}: {} read = {} accepted + {} duplicate + {} rejected\n", report.file, report.kind,
             WithSeparators(report.read), WithSeparators(report.accepted), WithSeparators(report.duplicate),
             WithSeparators(report.rejected));
  if (report.retold > 0) {
    fmt::print("  {} of the duplicates tell something known with other details; kept as further witnesses\n",
               WithSeparators(report.retold));
  }
  if (!report.note.empty()) fmt::print("  note: {}\n", report.note);
}

void ImportPrinter::PrintSummary(const ports::ImportSummary& summary) {
  ClearBar();
  const ports::FileReport& total = summary.total;
  fmt::print("total: {} read = {} accepted + {} duplicate + {} rejected, in {:.2f} s\n",
             WithSeparators(total.read), WithSeparators(total.accepted), WithSeparators(total.duplicate),
             WithSeparators(total.rejected), summary.seconds);
  if (total.read > 0 && total.accepted == 0 && total.retold == 0)
    fmt::print("Nothing new: all of this was known already.\n");
  if (total.rejected > 0)
    fmt::print("The rejected records are kept with their reasons: earprint query rejects\n");
}

std::string SettlementText(std::string_view answer_json) {
  boost::system::error_code failed;
  const json::value answer = json::parse(answer_json, failed);
  if (failed || !answer.is_object() || !answer.as_object().contains("rows")) return "";
  std::map<std::string, std::int64_t> sum;
  const auto& columns = answer.at("columns").as_array();
  for (const json::value& row : answer.at("rows").as_array()) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (row.at(i).is_int64()) sum[std::string(columns[i].at("name").as_string())] += row.at(i).as_int64();
    }
  }
  if (sum["settled"] == 0) return "";
  const auto shown = [&sum](const char* name) {
    return WithSeparators(static_cast<std::uint64_t>(sum[name]));
  };
  std::string text = fmt::format("The exports replaced {} live plays, added {} that were missed",
                                 shown("settled"), shown("added"));
  if (sum["ms_before"] > 0) {
    text += fmt::format(", minutes changed by {:+.1f} %",
                        100.0 * static_cast<double>(sum["ms_after"] - sum["ms_before"]) /
                            static_cast<double>(sum["ms_before"]));
  }
  if (sum["unmatched"] > 0)
    text += fmt::format("; {} live plays are in no export and kept", shown("unmatched"));
  return text + ".";
}

}  // namespace earprint::app
