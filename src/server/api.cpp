#include "server/api.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/text.hpp"

namespace earprint::server {

namespace {

using base::ErrorCode;
namespace json = boost::json;

constexpr std::string_view kMetricsPrefix = "/api/v1/metrics/";
constexpr std::int64_t kValuesMax = 200;

std::string Text(std::string_view text) {
  std::string quoted;
  base::AppendJsonString(base::ToValidUtf8(text), quoted);
  return quoted;
}

Response NotFound(const Request& request) {
  return Problem({ErrorCode::kNotFound, "find page", request.path.substr(0, 80), "there is nothing under this address", "/"});
}

std::string ProgressJson(const ports::ImportProgress& p) {
  return fmt::format(R"({{"phase":"{}","bytes":{},"total_bytes":{},"rows":{},"rows_per_s":{:.0f},"seconds_left":{:.1f}}})",
                     p.phase, p.bytes, p.total_bytes, p.records, p.records_per_second, p.seconds_left);
}

std::string FileJson(const ports::FileReport& f) {
  std::string text = fmt::format(R"({{"file":{},"kind":{},"read":{},"accepted":{},"duplicate":{},"rejected":{},"retold":{})",
                                 Text(f.file), Text(f.kind), f.read, f.accepted, f.duplicate, f.rejected, f.retold);
  if (!f.refused.empty()) text += ",\"refused\":" + Text(f.refused);
  if (!f.note.empty()) text += ",\"note\":" + Text(f.note);
  return text + "}";
}

std::string SummaryJson(const ports::ImportSummary& s) {
  return fmt::format(R"({{"read":{},"accepted":{},"duplicate":{},"rejected":{},"retold":{},"seconds":{:.3f},"data_version":"{}"}})",
                     s.total.read, s.total.accepted, s.total.duplicate, s.total.rejected, s.total.retold, s.seconds, s.data_version);
}

std::string_view TypeOfFile(std::string_view path) {
  const std::pair<std::string_view, std::string_view> types[] = {
      {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"}, {".png", "image/png"}, {".json", "application/json"}, {".ico", "image/x-icon"},
      {".woff2", "font/woff2"}, {".txt", "text/plain; charset=utf-8"}, {".webmanifest", "application/manifest+json"}};
  for (const auto& [suffix, type] : types) {
    if (path.ends_with(suffix)) return type;
  }
  return "application/octet-stream";
}

/// The route's name for counting: one name for all addresses of a kind, so that clients cannot make new series.
std::string RouteName(std::string_view path) {
  for (const std::string_view known : {"/api/v1/metrics", "/api/v1/values", "/api/v1/listeners", "/api/v1/import",
                                       "/api/v1/live", "/api/v1/openapi.json", "/healthz", "/readyz", "/metrics"}) {
    if (path == known) return std::string(known);
  }
  if (path.starts_with(kMetricsPrefix)) return "/api/v1/metrics/{name}";
  return path.starts_with("/api/") ? "other" : "page";
}

}  // namespace

Api::Api(const ApiBackend& backend, std::span<const base::EmbeddedFile> page) : backend_(backend) {
  for (const base::EmbeddedFile& file : page) page_.emplace("/" + std::string(file.path), file);
}

std::string Api::LiveVersion() {
  const std::lock_guard lock(version_mutex_);
  if (version_.empty()) version_ = backend_.data_version().value_or("");
  return version_;
}

Response Api::Answer(const Request& request) {
  const auto begin = std::chrono::steady_clock::now();
  Response response = Route(request);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  meter_.Count(RouteName(request.path), response.status, spent.count());
  return response;
}

Response Api::Route(const Request& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const bool is_import = request.path == "/api/v1/import" || (request.is_local && request.path == "/api/v1/local/import");
  if (is_import ? request.method != "POST" : !reads) {
    Response response = Problem({ErrorCode::kInvalidInput, "answer", request.path.substr(0, 80),
                                 request.method + " is not possible here", is_import ? "POST" : "GET"}, 405);
    response.headers.emplace_back("Allow", is_import ? "POST" : "GET, HEAD");
    return response;
  }
  if (request.path == "/healthz") return {.content_type = "text/plain", .body = "ok\n"};
  if (request.path == "/readyz") {
    auto version = backend_.data_version();
    if (!version) return Problem(version.error(), 503);
    return {.content_type = "text/plain", .body = "ready\n"};
  }
  if (request.path == "/metrics") return {.content_type = "text/plain; version=0.0.4", .body = meter_.PrometheusText(LiveVersion())};
  if (request.path.starts_with("/api/")) return AnswerApi(request);
  return AnswerPage(request);
}

Response Api::Json(base::Result<std::string> text) {
  if (!text) return Problem(text.error());
  return {.body = std::move(*text)};
}

Response Api::AnswerApi(const Request& request) {
  if (request.path == "/api/v1/metrics") return {.body = backend_.catalogue_json()};
  if (request.path.starts_with(kMetricsPrefix)) return AnswerMetric(request, request.path.substr(kMetricsPrefix.size()));
  if (request.path == "/api/v1/values") return AnswerValues(request);
  if (request.path == "/api/v1/listeners") return Json(backend_.listeners_json());
  if (request.path == "/api/v1/openapi.json") return {.body = backend_.openapi_json()};
  if (request.path == "/api/v1/import") return AnswerImport(request);
  if (request.is_local && request.path == "/api/v1/local/import") return AnswerLocalImport(request);
  return NotFound(request);
}

Response Api::AnswerMetric(const Request& request, const std::string& metric) {
  std::vector<std::pair<std::string, std::string>> conditions;
  std::string listener, format = "json";
  for (const auto& [name, value] : request.query) {
    if (name == "listener") {
      listener = value;
    } else if (name == "format") {
      format = value;
    } else {
      conditions.emplace_back(name, value);
    }
  }
  auto answer = backend_.ask(metric, listener, conditions, format);
  if (!answer) return Problem(answer.error());
  Response response{.content_type = answer->content_type, .body = std::move(answer->text)};
  const std::string tag = "\"" + answer->data_version + "\"";
  response.headers = {{"ETag", tag}, {"Cache-Control", "no-cache"}};
  if (request.Header("if-none-match").find(tag) != std::string_view::npos) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

Response Api::AnswerValues(const Request& request) {
  std::int64_t limit = 20;
  const std::string_view asked = request.Query("limit");
  const auto read = std::from_chars(asked.data(), asked.data() + asked.size(), limit);
  if (!asked.empty() && (read.ec != std::errc() || read.ptr != asked.data() + asked.size() || limit < 1 || limit > kValuesMax)) {
    return Problem({ErrorCode::kInvalidInput, "list values", "limit", "it is no whole number from 1 to 200", ""});
  }
  return Json(backend_.values_json(std::string(request.Query("dimension")), std::string(request.Query("q")),
                                   std::string(request.Query("listener")), limit));
}

Response Api::StreamImport(ports::ImportRequest import) {
  Response response{.content_type = "text/event-stream"};
  response.stream = [this, import = std::move(import)](const SendEvent& send) {
    const ports::ImportObserver observer{
        .on_progress = [&send](const ports::ImportProgress& progress) { send("progress", ProgressJson(progress)); },
        .on_file = [&send](const ports::FileReport& report) { send("file", FileJson(report)); }};
    auto summary = backend_.import(import, observer);
    if (!summary) {
      send("error", Problem(summary.error()).body);
      return;
    }
    {
      const std::lock_guard lock(version_mutex_);
      version_ = summary->data_version;
    }
    send("done", SummaryJson(*summary));
  };
  return response;
}

Response Api::AnswerImport(const Request& request) {
  ports::ImportRequest import;
  import.paths = {request.upload_path};
  import.shown_name = std::string(base::BaseName(request.Query("name")));
  if (import.shown_name.empty()) import.shown_name = "upload";
  if (!request.Query("listener").empty()) import.listener = request.Query("listener");
  const std::string_view as = request.Query("as");
  if (!as.empty() && as != "auto" && as != "history" && as != "catalogue") {
    return Problem({ErrorCode::kInvalidInput, "import", "as", "'" + std::string(as.substr(0, 40)) + "' is not allowed", "auto, history or catalogue"});
  }
  if (!as.empty()) import.as = as;
  return StreamImport(std::move(import));
}

Response Api::AnswerLocalImport(const Request& request) {
  json::error_code failed;
  const json::value body = json::parse(request.body, failed);
  const json::object* object = failed ? nullptr : body.if_object();
  const json::value* paths = object == nullptr ? nullptr : object->if_contains("paths");
  if (paths == nullptr || !paths->is_array()) {
    return Problem({ErrorCode::kInvalidInput, "import", "", "the body is no JSON object with paths", ""});
  }
  ports::ImportRequest import;
  for (const json::value& path : paths->get_array()) {
    if (path.is_string()) import.paths.emplace_back(path.get_string());
  }
  if (const auto* listener = object->if_contains("listener"); listener != nullptr && listener->is_string()) import.listener = listener->get_string();
  if (const auto* as = object->if_contains("as"); as != nullptr && as->is_string()) import.as = as->get_string();
  return StreamImport(std::move(import));
}

Response Api::AnswerPage(const Request& request) {
  auto found = page_.find(request.path);
  // Addresses of the page's own views are answered by the page itself.
  const bool is_view = request.path.find('.') == std::string::npos;
  if (found == page_.end() && is_view) found = page_.find(std::string_view("/index.html"));
  if (found == page_.end()) return NotFound(request);
  const base::EmbeddedFile& file = found->second;
  Response response{.content_type = std::string(TypeOfFile(file.path)), .body = std::string(file.body)};
  const std::string tag = "\"" + std::string(file.tag) + "\"";
  const bool is_hashed = file.path.starts_with("assets/");
  response.headers = {{"ETag", tag}, {"Cache-Control", is_hashed ? "public, max-age=31536000, immutable" : "no-cache"}};
  if (request.Header("if-none-match").find(tag) != std::string_view::npos) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

}  // namespace earprint::server
