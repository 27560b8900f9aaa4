#include "app/local_client.hpp"

#include <boost/json.hpp>
#include <filesystem>
#include <optional>
#include <utility>

#include "adapters/curl/curl_http_client.hpp"
#include "base/text.hpp"

namespace earprint::app {

namespace {

namespace json = boost::json;
using base::ErrorCode;

std::string Text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::uint64_t Count(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
}

double Real(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

json::object ParseObject(std::string_view text) {
  json::error_code failed;
  json::value value = json::parse({text.data(), text.size()}, failed);
  return failed || !value.is_object() ? json::object() : std::move(value.get_object());
}

base::Error FromProblem(std::string_view text) {
  const json::object problem = ParseObject(text);
  std::string op = Text(problem, "title");
  if (op.ends_with(" failed")) op.resize(op.size() - 7);
  return {ErrorCode::kInvalidInput, op.empty() ? "ask the server" : op, "", Text(problem, "detail"), Text(problem, "hint")};
}

ports::FileReport ReadReport(const json::object& object) {
  return {.file = Text(object, "file"), .kind = Text(object, "kind"), .read = Count(object, "read"),
          .accepted = Count(object, "accepted"), .duplicate = Count(object, "duplicate"),
          .rejected = Count(object, "rejected"), .retold = Count(object, "retold"), .refused = Text(object, "refused"),
          .note = Text(object, "note")};
}

/// Takes server-sent events out of a stream of bytes and hands them to an import's observer.
class EventReader {
 public:
  explicit EventReader(const ports::ImportObserver& observer) : observer_(observer) {}

  void Take(std::string_view bytes) {
    pending_ += bytes;
    for (std::size_t end = pending_.find("\n\n"); end != std::string::npos; end = pending_.find("\n\n")) {
      TakeEvent(std::string_view(pending_).substr(0, end));
      pending_.erase(0, end + 2);
    }
  }

  ports::ImportSummary summary;
  std::optional<base::Error> error;
  bool done = false;
  const std::string& rest() const { return pending_; }

 private:
  void TakeEvent(std::string_view text) {
    std::string_view name, data;
    for (const std::string_view line : base::Split(text, '\n')) {
      if (line.starts_with("event: ")) name = line.substr(7);
      if (line.starts_with("data: ")) data = line.substr(6);
    }
    const json::object object = ParseObject(data);
    if (name == "progress" && observer_.on_progress) {
      observer_.on_progress({Text(object, "phase"), Count(object, "bytes"), Count(object, "total_bytes"),
                             Count(object, "rows"), Real(object, "rows_per_s"), Real(object, "seconds_left")});
    } else if (name == "file") {
      summary.files.push_back(ReadReport(object));
      if (observer_.on_file) observer_.on_file(summary.files.back());
    } else if (name == "done") {
      summary.total = ReadReport(object);
      summary.seconds = Real(object, "seconds");
      summary.data_version = Text(object, "data_version");
      done = true;
    } else if (name == "error") {
      error = FromProblem(data);
    }
  }

  const ports::ImportObserver& observer_;
  std::string pending_;
};

}  // namespace

base::Result<std::unique_ptr<LocalClient>> LocalClient::Connect(const DataFolder& folder) {
  auto client = std::unique_ptr<LocalClient>(new LocalClient(adapters::MakeUnixSocketClient(folder.Socket())));
  auto alive = client->http_->Send("/healthz", nullptr, {});
  if (!alive) return std::unexpected(alive.error());
  return client;
}

base::Result<std::string> LocalClient::Query(const std::string& metric, const std::string& listener,
                                             std::span<const model::ConditionPair> conditions, const std::string& format) {
  std::string target = "/api/v1/metrics/" + http_->Encoded(metric) + "?format=" + format;
  if (!listener.empty()) target += "&listener=" + http_->Encoded(listener);
  for (const auto& [name, value] : conditions) target += "&" + http_->Encoded(name) + "=" + http_->Encoded(value);
  auto answer = http_->Send(target, nullptr, {});
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(FromProblem(answer->body));
  return std::move(answer->body);
}

base::Result<ports::ImportSummary> LocalClient::Import(const ports::ImportRequest& request, const ports::ImportObserver& observer) {
  json::array paths;
  for (const std::string& path : request.paths) paths.emplace_back(std::filesystem::absolute(path).string());
  const std::string body =
      json::serialize(json::object{{"paths", paths}, {"listener", request.listener}, {"as", request.as}});
  EventReader events(observer);
  auto answer = http_->Send("/api/v1/local/import", &body, [&events](std::string_view bytes) { events.Take(bytes); });
  if (!answer) return std::unexpected(answer.error());
  if (events.error) return std::unexpected(*events.error);
  if (answer->status != 200) return std::unexpected(FromProblem(events.rest()));
  if (!events.done) {
    return base::Fail(ErrorCode::kRetryLater, "import", "", "the server ended before the import did", "run the same import again");
  }
  return std::move(events.summary);
}

}  // namespace earprint::app
