#include "audit/audit_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/text.hpp"

namespace earprint::audit {

namespace {

namespace json = boost::json;

json::array Texts(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

json::object Told(const WitnessedPlay& witness) {
  return {{"event", witness.event_id},
          {"ended", base::FormatInstant({witness.ended_at_ms})},
          {"ms", witness.played_ms},
          {"track", witness.track},
          {"artist", witness.artist}};
}

json::object Told(const Difference& difference) {
  json::array witnesses;
  for (const WitnessedPlay& witness : difference.witnesses) witnesses.push_back(Told(witness));
  return {{"metric", difference.metric},         {"listener", difference.listener},
          {"conditions", difference.conditions}, {"row", difference.row},
          {"row_key", difference.row_key},       {"column", difference.column},
          {"expected", difference.expected},     {"found", difference.found},
          {"plays", difference.plays},           {"events", std::move(witnesses)}};
}

/// 42318 as "42,318".
std::string Grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string Csv(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

/// Reads fields, and remembers whether one was missing.
class Fields {
 public:
  explicit Fields(const json::object& object) : object_(object) {}
  std::string Text(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    if (value != nullptr && value->is_string()) return std::string(value->get_string());
    is_whole = false;
    return {};
  }
  std::int64_t Number(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    if (value != nullptr && value->is_int64()) return value->get_int64();
    is_whole = false;
    return 0;
  }
  std::uint64_t Count(std::string_view name) { return static_cast<std::uint64_t>(Number(name)); }
  std::vector<std::string> TextList(std::string_view name) {
    std::vector<std::string> texts;
    for (const json::value& value : List(name)) {
      if (value.is_string()) texts.emplace_back(value.get_string());
    }
    return texts;
  }
  json::array List(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    if (value != nullptr && value->is_array()) return value->get_array();
    is_whole = false;
    return {};
  }
  std::int64_t Instant(std::string_view name) {
    const auto instant = base::ParseInstant(Text(name));
    is_whole = is_whole && instant;
    return instant ? instant->at.value : 0;
  }
  bool is_whole = true;

 private:
  const json::object& object_;
};

Difference ReadDifference(const json::object& object, bool& is_whole) {
  Fields fields(object);
  Difference difference{fields.Text("metric"),     fields.Text("listener"),
                        fields.Text("conditions"), fields.Count("row"),
                        fields.Text("row_key"),    fields.Text("column"),
                        fields.Text("expected"),   fields.Text("found"),
                        fields.Count("plays"),     {}};
  for (const json::value& value : fields.List("events")) {
    if (!value.is_object()) continue;
    Fields of_event(value.get_object());
    difference.witnesses.push_back({of_event.Text("event"), of_event.Instant("ended"), of_event.Number("ms"),
                                    of_event.Text("track"), of_event.Text("artist")});
    is_whole = is_whole && of_event.is_whole;
  }
  is_whole = is_whole && fields.is_whole;
  return difference;
}

}  // namespace

std::string ReportTable(const AuditReport& report) {
  const auto shown = [](const std::string& text) { return base::WithoutControls(text, '?'); };
  std::string table =
      fmt::format("{} figures in {} answers checked, {} differ  ({:.1f} s)\n", Grouped(report.figures),
                  Grouped(report.answers), Grouped(report.differing), report.seconds);
  table += fmt::format("  lake        {} events, {} plays\n", Grouped(report.events), Grouped(report.plays));
  table += fmt::format("  store       {}, data version {}\n", shown(report.store), report.data_version);
  table += fmt::format("  metrics     {}; {} conditions drawn for each listener with seed {}\n",
                       report.metrics.size(), report.samples, report.seed);
  table += fmt::format("  listeners   {}\n", shown(fmt::format("{}", fmt::join(report.listeners, ", "))));
  if (!report.unchanged.empty())
    table += fmt::format("  unchanged   {}\n", shown(fmt::format("{}", fmt::join(report.unchanged, ", "))));
  if (!report.not_audited.empty())
    table += fmt::format("  not audited {}\n", fmt::join(report.not_audited, ", "));
  for (const Difference& each : report.differences) {
    table += fmt::format(
        "\n{} of {}, row {}{}, {}\n  from the lake  {}\n  the store has  {}\n  under          {}\n",
        each.metric, shown(each.listener), each.row + 1,
        each.row_key.empty() ? "" : " (" + shown(each.row_key) + ")", each.column, shown(each.expected),
        shown(each.found), shown(each.conditions));
    for (const WitnessedPlay& witness : each.witnesses) {
      table += fmt::format("  event          {} ended {} {} ms {} - {}\n", witness.event_id,
                           base::FormatInstant({witness.ended_at_ms}), witness.played_ms,
                           shown(witness.artist), shown(witness.track));
    }
    if (each.plays > each.witnesses.size())
      table += fmt::format("                 and {} more\n", Grouped(each.plays - each.witnesses.size()));
  }
  return table;
}

std::string ReportJson(const AuditReport& report) {
  json::array differences;
  for (const Difference& difference : report.differences) differences.push_back(Told(difference));
  return json::serialize(json::object{{"store", report.store},
                                      {"data_version", report.data_version},
                                      {"finished", base::FormatInstant(report.finished)},
                                      {"ms", static_cast<std::int64_t>(report.seconds * 1e3)},
                                      {"seed", static_cast<std::int64_t>(report.seed)},
                                      {"samples", static_cast<std::int64_t>(report.samples)},
                                      {"lake_events", static_cast<std::int64_t>(report.events)},
                                      {"plays", static_cast<std::int64_t>(report.plays)},
                                      {"answers", static_cast<std::int64_t>(report.answers)},
                                      {"figures", static_cast<std::int64_t>(report.figures)},
                                      {"differing", static_cast<std::int64_t>(report.differing)},
                                      {"listeners", Texts(report.listeners)},
                                      {"unchanged", Texts(report.unchanged)},
                                      {"metrics", Texts(report.metrics)},
                                      {"not_audited", Texts(report.not_audited)},
                                      {"differences", std::move(differences)}});
}

std::string ReportJsonLines(const AuditReport& report) {
  std::string lines;
  for (const Difference& difference : report.differences) lines += json::serialize(Told(difference)) + "\n";
  return lines;
}

std::string ReportCsv(const AuditReport& report) {
  std::string csv = "metric,listener,conditions,row,row_key,column,expected,found,plays,first_event\r\n";
  for (const Difference& each : report.differences) {
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{}\r\n", Csv(each.metric), Csv(each.listener),
                       Csv(each.conditions), each.row + 1, Csv(each.row_key), Csv(each.column),
                       Csv(each.expected), Csv(each.found), each.plays,
                       each.witnesses.empty() ? "" : each.witnesses[0].event_id);
  }
  return csv;
}

bool LeaveOut(const std::string& listener, AuditReport& report) {
  const std::size_t differences = std::erase_if(
      report.differences, [&listener](const Difference& each) { return each.listener == listener; });
  report.differing -= std::min<std::uint64_t>(report.differing, differences);
  return std::erase(report.listeners, listener) + std::erase(report.unchanged, listener) + differences > 0;
}

base::Result<AuditReport> ReadReport(std::string_view text) {
  json::error_code failed;
  const json::value value = json::parse(text, failed);
  bool is_whole = !failed && value.is_object();
  AuditReport report;
  if (is_whole) {
    Fields fields(value.get_object());
    report.store = fields.Text("store");
    report.data_version = fields.Text("data_version");
    report.finished = {fields.Instant("finished")};
    report.seconds = static_cast<double>(fields.Number("ms")) / 1e3;
    report.seed = fields.Count("seed");
    report.samples = fields.Count("samples");
    report.events = fields.Count("lake_events");
    report.plays = fields.Count("plays");
    report.answers = fields.Count("answers");
    report.figures = fields.Count("figures");
    report.differing = fields.Count("differing");
    report.listeners = fields.TextList("listeners");
    report.unchanged = fields.TextList("unchanged");
    report.metrics = fields.TextList("metrics");
    report.not_audited = fields.TextList("not_audited");
    for (const json::value& each : fields.List("differences")) {
      if (each.is_object()) report.differences.push_back(ReadDifference(each.get_object(), is_whole));
    }
    is_whole = is_whole && fields.is_whole;
  }
  if (is_whole) return report;
  return base::Fail(base::ErrorCode::kCorrupt, "read an audit's report",
                    base::ToValidUtf8(text.substr(0, 60)), "it is none");
}

}  // namespace earprint::audit
