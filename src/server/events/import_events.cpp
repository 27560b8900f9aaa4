#include "server/events/import_events.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "base/text.hpp"

namespace earprint::server {

namespace {

namespace json = boost::json;
using base::ErrorCode;

std::string Quoted(std::string_view text) {
  std::string quoted;
  base::AppendJsonString(base::ToValidUtf8(text), quoted);
  return quoted;
}

/// JSON has no infinity and no NaN; a rate that is neither yet is 0.
double Finite(double value) { return std::isfinite(value) ? value : 0; }

std::string Counts(const ports::FileReport& f) {
  return fmt::format(R"("read":{},"accepted":{},"duplicate":{},"rejected":{},"retold":{})", f.read,
                     f.accepted, f.duplicate, f.rejected, f.retold);
}

json::object ParseObject(std::string_view text) {
  json::error_code failed;
  json::value value = json::parse({text.data(), text.size()}, failed);
  return failed || !value.is_object() ? json::object() : std::move(value.get_object());
}

std::string Text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::uint64_t Count(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  json::error_code failed;  // a negative or broken number counts as none
  const std::uint64_t count = value == nullptr ? 0 : value->to_number<std::uint64_t>(failed);
  return failed ? 0 : count;
}

double Real(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  json::error_code failed;
  const double real = value == nullptr ? 0 : value->to_number<double>(failed);
  return failed ? 0 : real;
}

ports::FileReport ReadReport(const json::object& object) {
  return {.file = Text(object, "file"),
          .kind = Text(object, "kind"),
          .read = Count(object, "read"),
          .accepted = Count(object, "accepted"),
          .duplicate = Count(object, "duplicate"),
          .rejected = Count(object, "rejected"),
          .retold = Count(object, "retold"),
          .refused = Text(object, "refused"),
          .note = Text(object, "note")};
}

ErrorCode ReadCode(std::string_view type) {
  for (const ErrorCode code :
       {ErrorCode::kInvalidInput, ErrorCode::kNotFound, ErrorCode::kUnauthorized, ErrorCode::kRetryLater,
        ErrorCode::kConflict, ErrorCode::kCorrupt, ErrorCode::kUnsupported}) {
    if (type.ends_with(base::CodeName(code))) return code;
  }
  return ErrorCode::kInvalidInput;
}

}  // namespace

std::string ProgressJson(const ports::ImportProgress& p) {
  return fmt::format(
      R"({{"phase":{},"bytes":{},"total_bytes":{},"rows":{},"rows_per_s":{:.0f},"seconds_left":{:.1f}}})",
      Quoted(p.phase), p.bytes, p.total_bytes, p.records, Finite(p.records_per_second),
      Finite(p.seconds_left));
}

std::string FileJson(const ports::FileReport& f) {
  std::string text = fmt::format(R"({{"file":{},"kind":{},{})", Quoted(f.file), Quoted(f.kind), Counts(f));
  if (!f.refused.empty()) text += ",\"refused\":" + Quoted(f.refused);
  if (!f.note.empty()) text += ",\"note\":" + Quoted(f.note);
  return text + "}";
}

std::string SummaryJson(const ports::ImportSummary& s) {
  return fmt::format(R"({{{},"seconds":{:.3f},"data_version":{}}})", Counts(s.total), Finite(s.seconds),
                     Quoted(s.data_version));
}

base::Error ReadProblem(std::string_view text) {
  const json::object problem = ParseObject(text);
  std::string op = Text(problem, "title");
  if (op.ends_with(" failed")) op.resize(op.size() - std::string_view(" failed").size());
  return {ReadCode(Text(problem, "type")), op.empty() ? "ask the server" : op, "", Text(problem, "detail"),
          Text(problem, "hint")};
}

ImportEventReader::ImportEventReader(const ports::ImportObserver& observer)
    : observer_(observer),
      events_([this](std::string_view name, std::string_view data) { TakeEvent(name, data); }) {}

void ImportEventReader::TakeEvent(std::string_view name, std::string_view data) {
  if (name != "progress" && name != "file" && name != "done" && name != "error") return;
  const json::object object = ParseObject(data);
  if (name == "progress") {
    if (!observer_.on_progress) return;
    observer_.on_progress({Text(object, "phase"), Count(object, "bytes"), Count(object, "total_bytes"),
                           Count(object, "rows"), Real(object, "rows_per_s"), Real(object, "seconds_left")});
  } else if (name == "file") {
    summary_.files.push_back(ReadReport(object));
    if (observer_.on_file) observer_.on_file(summary_.files.back());
  } else if (name == "done") {
    summary_.total = ReadReport(object);
    summary_.seconds = Real(object, "seconds");
    summary_.data_version = Text(object, "data_version");
    done_ = true;
  } else {
    error_ = ReadProblem(data);
  }
}

base::Result<ports::ImportSummary> ImportEventReader::End() {
  if (error_) return std::unexpected(*error_);
  if (!done_) {
    return base::Fail(ErrorCode::kRetryLater, "import", "", "the server ended before the import did",
                      "run the same import again; nothing is counted twice");
  }
  return std::move(summary_);
}

}  // namespace earprint::server
