#include "server/import_events.hpp"

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

void ImportEventReader::Take(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    const bool fits = line_.size() + part.size() <= kEventBytesMax;
    if (fits) line_ += part;
    dropped_ = dropped_ || !fits;
    if (end == std::string_view::npos) return;
    if (line_.ends_with('\r')) line_.pop_back();
    // A line that did not fit is not empty, whatever is left of it.
    if (fits || !line_.empty()) TakeLine(line_);
    line_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void ImportEventReader::TakeLine(std::string_view line) {
  if (line.empty()) {
    if (!dropped_) TakeEvent();
    name_.clear();
    data_.clear();
    dropped_ = false;
    return;
  }
  const auto value_of = [&line](std::string_view field) {
    line.remove_prefix(field.size());
    return line.starts_with(' ') ? line.substr(1) : line;
  };
  if (line.starts_with("event:")) {
    name_ = value_of("event:");
  } else if (line.starts_with("data:")) {
    const std::string_view more = value_of("data:");
    dropped_ = dropped_ || data_.size() + more.size() >= kEventBytesMax;
    if (dropped_) return;
    if (!data_.empty()) data_ += '\n';
    data_ += more;
  }
}

void ImportEventReader::TakeEvent() {
  if (name_ != "progress" && name_ != "file" && name_ != "done" && name_ != "error") return;
  const json::object object = ParseObject(data_);
  if (name_ == "progress") {
    if (!observer_.on_progress) return;
    observer_.on_progress({Text(object, "phase"), Count(object, "bytes"), Count(object, "total_bytes"),
                           Count(object, "rows"), Real(object, "rows_per_s"), Real(object, "seconds_left")});
  } else if (name_ == "file") {
    summary_.files.push_back(ReadReport(object));
    if (observer_.on_file) observer_.on_file(summary_.files.back());
  } else if (name_ == "done") {
    summary_.total = ReadReport(object);
    summary_.seconds = Real(object, "seconds");
    summary_.data_version = Text(object, "data_version");
    done_ = true;
  } else {
    error_ = ReadProblem(data_);
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
