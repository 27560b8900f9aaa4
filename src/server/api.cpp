#include "server/api.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "server/events/import_events.hpp"

namespace earprint::server {

namespace {

using base::ErrorCode;
namespace json = boost::json;

constexpr std::string_view kMetricsPrefix = "/api/v1/metrics/";
constexpr std::int64_t kValuesDefault = 20;
constexpr std::int64_t kValuesMax = 200;
constexpr std::size_t kShownBytesMax = 80;
constexpr int kTagDigits = 16;

Response NotFound(const Request& request) {
  return Problem({ErrorCode::kNotFound, "find page", request.path.substr(0, kShownBytesMax),
                  "there is nothing under this address", "/api/v1/openapi.json tells what there is"});
}

Response NotAllowed(const Request& request, const std::string& allowed) {
  Response response = Problem({ErrorCode::kInvalidInput, "answer", request.path.substr(0, kShownBytesMax),
                               base::ToValidUtf8(request.method) + " is not possible here", allowed},
                              405);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

Response Json(base::Result<std::string> text) {
  if (!text) return Problem(text.error());
  return {.body = std::move(*text)};
}

/// Imports are the only thing that is posted. Paths of this machine are taken from this machine alone.
bool IsImport(const Request& request) {
  return request.path == "/api/v1/import" || (request.is_local && request.path == "/api/v1/local/import");
}

bool IsKind(std::string_view as) { return as == "auto" || as == "history" || as == "catalogue"; }

Response NoSuchKind(std::string_view as) {
  return Problem({ErrorCode::kInvalidInput, "import", "as",
                  "'" + base::ToValidUtf8(as.substr(0, kShownBytesMax)) + "' is not allowed",
                  "auto, history or catalogue"});
}

/// Data version and a fingerprint of the bytes: another default zone or a newer program changes the answer,
/// too.
std::string TagOf(const WrittenAnswer& answer) {
  std::string tag = "\"" + answer.data_version + "-";
  base::AppendHex(base::HashBytes(answer.text).low, kTagDigits, tag);
  return tag + "\"";
}

}  // namespace

Api::Api(const ApiBackend& backend, std::span<const base::EmbeddedFile> page)
    : backend_(backend), page_(page) {}

std::string Api::LiveVersion() {
  {
    const std::lock_guard lock(version_mutex_);
    if (!version_.empty()) return version_;
  }
  NoteVersion("");
  const std::lock_guard lock(version_mutex_);
  return version_;
}

void Api::OnNews(std::function<void()> tell) {
  const std::lock_guard lock(tell_mutex_);
  tell_ = std::move(tell);
}

void Api::TellNews() {
  NoteVersion("");
  const std::lock_guard lock(tell_mutex_);
  if (tell_) tell_();
}

void Api::NoteVersion(const std::string& seen) {
  const auto is_noted = [this](const std::string& version) {
    const std::lock_guard lock(version_mutex_);
    return !version_.empty() && version_ == version;
  };
  if (is_noted(seen)) return;
  {
    // Asked again, and by one at a time: what was seen may be older than what another thread has noted since.
    const std::lock_guard looking(note_mutex_);
    const std::string now = backend_.data_version().value_or("");
    if (now.empty() || is_noted(now)) return;
    const std::lock_guard lock(version_mutex_);
    version_ = now;
  }
  const std::lock_guard lock(tell_mutex_);
  if (tell_) tell_();
}

Response Api::Answer(const Request& request) {
  const auto begin = std::chrono::steady_clock::now();
  Response response = Route(request);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  // An import is counted when it has ended, with the time that it took.
  if (!response.stream) meter_.Count(request.path, response.status, spent.count());
  return response;
}

Response Api::Route(const Request& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (IsImport(request)) {
    if (request.method != "POST") return NotAllowed(request, "POST");
    return request.path == "/api/v1/import" ? AnswerImport(request) : AnswerLocalImport(request);
  }
  if (request.path == "/api/v1/audit" && backend_.audit_json) return AnswerAudit(request);
  // A store's address may hold a password, and where data goes is the owner's to say.
  if (request.path == "/api/v1/local/publish" && request.is_local && backend_.publish)
    return request.method == "POST" ? AnswerLocalPublish(request) : NotAllowed(request, "POST");
  auto done = AnswerForget(request, backend_.forget);
  if (!done) done = AnswerEdit(request, backend_.take_edit);
  if (!done) done = AnswerSpotify(request, backend_.spotify);
  if (!done) done = AnswerCovers(request, backend_.covers);
  if (!done) done = AnswerReccoBeats(request, backend_.reccobeats);
  if (done && request.method == "POST") TellNews();
  if (done) return std::move(*done);
  if (!reads) return NotAllowed(request, "GET, HEAD");
  if (request.path == "/healthz") return {.content_type = "text/plain", .body = "ok\n"};
  if (request.path == "/readyz") {
    auto version = backend_.data_version();
    if (!version) return Problem(version.error(), 503);
    return {.content_type = "text/plain", .body = "ready\n"};
  }
  if (request.path == "/metrics") {
    std::string figures = meter_.PrometheusText(LiveVersion());
    if (backend_.more_figures) figures += backend_.more_figures();
    return {.content_type = "text/plain; version=0.0.4", .body = std::move(figures)};
  }
  return request.path.starts_with("/api/") ? AnswerApi(request) : page_.Answer(request);
}

Response Api::AnswerApi(const Request& request) {
  if (request.path.starts_with(kMetricsPrefix))
    return AnswerMetric(request, request.path.substr(kMetricsPrefix.size()));
  // The live stream itself is the network's; this is what HEAD is told of it.
  if (request.path == "/api/v1/live") return {.content_type = "text/event-stream"};
  Response response = [&] {
    if (request.path == "/api/v1/metrics") return Json(backend_.catalogue_json());
    if (request.path == "/api/v1/values") return AnswerValues(request);
    if (request.path == "/api/v1/listeners") return Json(backend_.listeners_json());
    if (request.path == "/api/v1/sound" && backend_.sound_json) {
      return Json(backend_.sound_json(std::string(request.Query("track")),
                                      std::string(request.Query("title")),
                                      std::string(request.Query("artist"))));
    }
    if (request.path == "/api/v1/openapi.json") return Json(backend_.openapi_json());
    return NotFound(request);
  }();
  response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
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
  NoteVersion(answer->data_version);
  const std::string tag = TagOf(*answer);
  Response response{.content_type = answer->content_type};
  response.headers = {{"ETag", tag}, {"Cache-Control", "no-cache"}};
  if (HasTag(request, tag)) {
    response.status = 304;
  } else {
    response.body = std::move(answer->text);
  }
  return response;
}

Response Api::AnswerValues(const Request& request) {
  std::int64_t limit = kValuesDefault;
  const std::string_view asked = request.Query("limit");
  const auto read = std::from_chars(asked.data(), asked.data() + asked.size(), limit);
  const bool is_number = read.ec == std::errc() && read.ptr == asked.data() + asked.size();
  if (!asked.empty() && (!is_number || limit < 1 || limit > kValuesMax)) {
    return Problem(
        {ErrorCode::kInvalidInput, "list values", "limit", "it is no whole number from 1 to 200", ""});
  }
  return Json(backend_.values_json(std::string(request.Query("dimension")), std::string(request.Query("q")),
                                   std::string(request.Query("listener")), limit));
}

Response Api::AnswerAudit(const Request& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads && request.method != "POST") return NotAllowed(request, "GET, HEAD, POST");
  Response response = reads ? Json(backend_.audit_json()) : Json(backend_.audit_now(request.body));
  response.headers.emplace_back("Cache-Control", "no-store");
  if (!reads) TellNews();
  return response;
}

Response Api::AnswerLocalPublish(const Request& request) {
  Response response{.content_type = "text/event-stream"};
  response.is_import = false;
  response.stream = [this, path = request.path, wish = request.body](const SendEvent& send) {
    const auto begin = std::chrono::steady_clock::now();
    auto done = backend_.publish(wish, send);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    const Response problem = done ? Response() : Problem(done.error());
    meter_.Count(path, problem.status, spent.count());
    if (done) {
      send("done", "{}");
    } else {
      send("error", problem.body);
    }
  };
  return response;
}

Response Api::StreamImport(const Request& request, ports::ImportRequest import) {
  Response response{.content_type = "text/event-stream"};
  response.stream = [this, path = request.path, import = std::move(import)](const SendEvent& send) {
    const ports::ImportObserver observer{
        .on_progress =
            [&send](const ports::ImportProgress& progress) { send("progress", ProgressJson(progress)); },
        .on_file = [&send](const ports::FileReport& report) { send("file", FileJson(report)); }};
    const auto begin = std::chrono::steady_clock::now();
    auto summary = backend_.import(import, observer);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    if (!summary) {
      const Response problem = Problem(summary.error());
      meter_.Count(path, problem.status, spent.count());
      send("error", problem.body);
      return;
    }
    meter_.Count(path, 200, spent.count());
    meter_.CountImport(summary->total);
    NoteVersion(summary->data_version);
    send("done", SummaryJson(*summary));
  };
  return response;
}

Response Api::AnswerImport(const Request& request) {
  if (request.Header("content-type").starts_with("multipart/")) {
    return Problem(
        {ErrorCode::kUnsupported, "import", "", "the body is a form", "send the file itself as the body"},
        415);
  }
  if (request.upload_path.empty()) {
    return Problem(
        {ErrorCode::kInvalidInput, "import", "", "the body is empty", "send the file as the body"});
  }
  const std::string_view as = request.Query("as");
  if (!as.empty() && !IsKind(as)) return NoSuchKind(as);
  ports::ImportRequest import;
  import.paths = {request.upload_path};
  import.shown_name = std::string(base::BaseName(request.Query("name")));
  if (import.shown_name.empty()) import.shown_name = "upload";
  import.listener = request.Query("listener");
  if (!as.empty()) import.as = as;
  return StreamImport(request, std::move(import));
}

Response Api::AnswerLocalImport(const Request& request) {
  json::error_code failed;
  const json::value body = json::parse(request.body, failed);
  const json::object* object = failed ? nullptr : body.if_object();
  const auto text_of = [object](std::string_view key) {
    const json::value* value = object->if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  const json::value* paths = object == nullptr ? nullptr : object->if_contains("paths");
  const bool are_texts =
      paths != nullptr && paths->is_array() && !paths->get_array().empty() &&
      std::ranges::all_of(paths->get_array(), [](const json::value& path) { return path.is_string(); });
  if (!are_texts) {
    return Problem(
        {ErrorCode::kInvalidInput, "import", "", "the body is no JSON object with a list of paths", ""});
  }
  ports::ImportRequest import;
  for (const json::value& path : paths->get_array()) import.paths.emplace_back(path.get_string());
  import.listener = text_of("listener");
  import.shown_name = text_of("shown_name");
  if (const std::string as = text_of("as"); !as.empty()) {
    if (!IsKind(as)) return NoSuchKind(as);
    import.as = as;
  }
  return StreamImport(request, std::move(import));
}

}  // namespace earprint::server
