#include "fakes/kaggle/fake_kaggle.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>

#include "base/text.hpp"
#include "fakes/kaggle/kaggle_storage.hpp"
#include "fakes/web_codec.hpp"

namespace earprint::fakes {

namespace {

namespace json = boost::json;

/// A body that is an object; an empty one when it is none.
json::object ObjectOf(const std::string& body) {
  boost::system::error_code failed;
  const json::value read = json::parse(body, failed);
  return failed || !read.is_object() ? json::object{} : read.as_object();
}

std::string TextOf(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

std::optional<int> NumberOf(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64()) return {};
  return static_cast<int>(value->as_int64());
}

KaggleQuestion QuestionOf(const json::object& body) {
  KaggleQuestion question{.owner = TextOf(body, "ownerSlug"), .slug = TextOf(body, "datasetSlug")};
  question.version = NumberOf(body, "datasetVersionNumber");
  if (!TextOf(body, "fileName").empty()) question.file = TextOf(body, "fileName");
  question.page_size = NumberOf(body, "pageSize").value_or(question.page_size);
  question.page_token = TextOf(body, "pageToken");
  const json::value* raw = body.if_contains("raw");
  question.is_raw = raw != nullptr && raw->is_bool() && raw->as_bool();
  return question;
}

std::string KindOf(const std::string& authorization) {
  if (authorization.empty()) return "";
  if (authorization.starts_with("Bearer ")) return "bearer";
  return authorization.starts_with("Basic ") ? "basic" : "other";
}

std::optional<KaggleAccess> ReadAccess(std::string_view name) {
  if (name == "anyone") return KaggleAccess::kAnyone;
  if (name == "account") return KaggleAccess::kAccount;
  if (name == "consent") return KaggleAccess::kConsent;
  if (name == "owner") return KaggleAccess::kOwner;
  return {};
}

}  // namespace

FakeKaggle::FakeKaggle(KaggleShelf& shelf, KaggleAccount account)
    : shelf_(shelf), account_(std::move(account)) {}

void FakeKaggle::SetStorageAddress(const std::string& address) {
  const std::lock_guard lock(mutex_);
  storage_address_ = address;
}

void FakeKaggle::SetFolder(const std::string& folder) {
  const std::lock_guard lock(mutex_);
  folder_ = folder;
}

void FakeKaggle::Change(const std::function<void(KaggleSwitches&)>& change) {
  const std::lock_guard lock(mutex_);
  change(switches_);
}

std::vector<KaggleSeen> FakeKaggle::Seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void FakeKaggle::Note(const WebRequest& request, bool is_storage) {
  const std::lock_guard lock(mutex_);
  seen_.push_back({.is_storage = is_storage,
                   .method = request.method,
                   .path = request.path,
                   .authorization = KindOf(request.Header("authorization")),
                   .range = request.Header("range"),
                   .if_range = request.Header("if-range")});
}

FakeKaggle::Caller FakeKaggle::CallerOf(const WebRequest& request) const {
  const std::string told = request.Header("authorization");
  if (told.empty()) return Caller::kNobody;
  if (told == "Bearer " + account_.token) return Caller::kAccount;
  if (!told.starts_with("Basic ")) return Caller::kWrong;
  const auto pair = ReadBase64(std::string_view(told).substr(6));
  return pair == account_.username + ":" + account_.key ? Caller::kAccount : Caller::kWrong;
}

std::optional<WebAnswer> FakeKaggle::ForcedFailure() {
  const std::lock_guard lock(mutex_);
  if (switches_.fail_times == 0) return {};
  --switches_.fail_times;
  const int status = switches_.fail_status;
  WebAnswer answer = Refusal(status, status == 429 ? "Too many requests" : "Something went wrong");
  if (switches_.retry_after_seconds > 0) {
    answer.headers.emplace_back("Retry-After", std::to_string(switches_.retry_after_seconds));
  }
  return answer;
}

WebAnswer FakeKaggle::Api(const WebRequest& request) {
  const std::string_view path = request.path;
  if (path.starts_with("/fake/")) return Control(request);
  Note(request, false);
  if (auto failure = ForcedFailure()) return std::move(*failure);
  if (CallerOf(request) == Caller::kWrong) return Refusal(401, "Unauthorized");
  constexpr std::string_view kClassic = "/api/v1/datasets/";
  if (path.starts_with(kClassic)) return Classic(request, path.substr(kClassic.size()));
  for (const std::string_view before : {"/v1/", "/api/v1/"}) {
    if (path.starts_with(before)) return Procedure(request, path.substr(before.size()));
  }
  return Refusal(404, "Not found");
}

WebAnswer FakeKaggle::Procedure(const WebRequest& request, std::string_view name) {
  if (request.method != "POST") return Refusal(404, "Not found");
  if (name == "security.OAuthService/IntrospectToken") return Introspect(request);
  constexpr std::string_view kService = "datasets.DatasetApiService/";
  if (!name.starts_with(kService)) return Refusal(404, "Not found");
  return AboutDataset(name.substr(kService.size()), QuestionOf(ObjectOf(request.body)), CallerOf(request));
}

WebAnswer FakeKaggle::Classic(const WebRequest& request, std::string_view rest) {
  static constexpr std::pair<std::string_view, std::string_view> kCalls[] = {
      {"view", "GetDataset"},
      {"list", "ListDatasetFiles"},
      {"metadata", "GetDatasetMetadata"},
      {"status", "GetDatasetStatus"},
      {"download", "DownloadDataset"},
      {"download-raw", "DownloadDatasetRaw"}};
  if (request.method != "GET") return Refusal(405, "Method not allowed");
  const auto parts = base::Split(rest, '/');
  const auto call =
      std::ranges::find(kCalls, parts[0], &std::pair<std::string_view, std::string_view>::first);
  if (call == std::end(kCalls) || parts.size() < 3) return Refusal(404, "Not found");
  KaggleQuestion question{.owner = std::string(parts[1]), .slug = std::string(parts[2])};
  // The name of a file may hold folders.
  if (parts.size() > 3) question.file = std::string(parts[3].data(), rest.data() + rest.size());
  const auto number = [&request](const char* name) -> std::optional<int> {
    const auto text = request.Query(name);
    if (!text) return {};
    return std::atoi(text->c_str());
  };
  question.version = number("datasetVersionNumber");
  question.page_size = number("pageSize").value_or(question.page_size);
  question.page_token = request.Query("pageToken").value_or("");
  question.is_raw = request.Query("raw") == "true";
  return AboutDataset(call->second, question, CallerOf(request));
}

WebAnswer FakeKaggle::Introspect(const WebRequest& request) const {
  const bool is_ours = TextOf(ObjectOf(request.body), "token") == account_.token;
  return {.body = json::serialize(is_ours ? json::object{{"active", true},
                                                         {"clientId", "kaggle-api"},
                                                         {"username", account_.username},
                                                         {"userId", 1},
                                                         {"scope", "resources.admin:*"}}
                                          : json::object{{"active", false}})};
}

WebAnswer FakeKaggle::AboutDataset(std::string_view what, const KaggleQuestion& question, Caller caller) {
  const auto dataset = shelf_.Find(question.owner, question.slug);
  if (!dataset) return Refusal(404, "Dataset not found");
  if (dataset->access == KaggleAccess::kOwner) return Refusal(403, "Permission 'datasets.get' was denied");
  if (what == "GetDataset") return DatasetAnswer(*dataset);
  if (what == "ListDatasetFiles") return FilesAnswer(*dataset, question);
  if (what == "GetDatasetMetadata") return MetadataAnswer(*dataset);
  if (what == "GetDatasetStatus") return StatusAnswer();
  if (what != "DownloadDataset" && what != "DownloadDatasetRaw") return Refusal(404, "Not found");
  if (dataset->access == KaggleAccess::kAccount && caller == Caller::kNobody) {
    return Refusal(401, "Unauthenticated");
  }
  if (dataset->access == KaggleAccess::kConsent) {
    return Refusal(403, "You must accept this dataset's terms before you'll be able to download files.");
  }
  KaggleQuestion asked = question;
  asked.is_raw = asked.is_raw || what == "DownloadDatasetRaw";
  return Redirect(*dataset, asked);
}

WebAnswer FakeKaggle::Redirect(const KaggleDataset& dataset, const KaggleQuestion& question) {
  const KaggleVersion* version = dataset.Version(question.version);
  if (version == nullptr) return Refusal(404, "Dataset version not found");
  const std::lock_guard lock(mutex_);
  KaggleObject object{.owner = dataset.owner, .slug = dataset.slug, .version = version->number};
  if (question.file) {
    const auto file = std::ranges::find(version->files, *question.file, &KaggleFile::name);
    if (file == version->files.end()) return Refusal(404, "File not found");
    object.file = file->name;
    object.is_zipped = !question.is_raw && file->bytes.size() >= switches_.zipped_from_bytes;
  }
  return {.status = 302,
          .headers = {{"Location", storage_address_ + SignedTarget(object)}},
          .content_type = "text/html; charset=utf-8"};
}

WebAnswer FakeKaggle::Storage(const WebRequest& request) {
  Note(request, true);
  const auto object = ReadTarget(request);
  if (!object) return StorageRefusal(403, "SignatureDoesNotMatch", "Access denied.");
  const auto bytes = BytesOf(*object, shelf_);
  if (!bytes) return StorageRefusal(404, "NoSuchKey", "The specified key does not exist.");
  const std::lock_guard lock(mutex_);
  const auto is_due = [](int& times) { return times > 0 && times-- > 0; };
  if (is_due(switches_.expire_times)) {
    return StorageRefusal(400, "ExpiredToken", "The provided token has expired.");
  }
  WebAnswer answer = AnswerDownload(request, *bytes, switches_);
  if (is_due(switches_.cut_times)) {
    answer.cut_after_bytes = switches_.cut_after_bytes;
  } else if (is_due(switches_.hold_times)) {
    answer.delay = std::chrono::hours(1);
  }
  return answer;
}

WebAnswer FakeKaggle::Control(const WebRequest& request) {
  const json::object body = ObjectOf(request.body);
  if (request.path == "/fake/requests") {
    json::array told;
    for (const KaggleSeen& one : Seen()) {
      told.push_back(json::object{{"storage", one.is_storage},
                                  {"method", one.method},
                                  {"path", one.path},
                                  {"authorization", one.authorization},
                                  {"range", one.range},
                                  {"if_range", one.if_range}});
    }
    return {.body = json::serialize(told)};
  }
  if (request.method != "POST") return Refusal(404, "Not found");
  if (request.path == "/fake/switches") {
    const std::lock_guard lock(mutex_);
    const auto changed = ChangeSwitches(body, switches_);
    return changed ? WebAnswer{.body = "{}"} : Refusal(400, changed.error().Text());
  }
  if (request.path == "/fake/access") {
    const auto access = ReadAccess(TextOf(body, "access"));
    const bool is_set = access && shelf_.SetAccess(TextOf(body, "dataset"), *access);
    return is_set ? WebAnswer{.body = "{}"} : Refusal(400, "no such dataset or access");
  }
  if (request.path == "/fake/reread") {
    const auto read = shelf_.ReadFolder(folder_);
    return read ? WebAnswer{.body = "{}"} : Refusal(400, read.error().Text());
  }
  return Refusal(404, "Not found");
}

}  // namespace earprint::fakes
