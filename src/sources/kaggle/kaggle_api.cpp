#include "sources/kaggle/kaggle_api.hpp"

#include <boost/json.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/retry_after.hpp"
#include "sources/kaggle/kaggle_credentials.hpp"

namespace earprint::sources::kaggle {

using base::ErrorCode;

namespace {

namespace json = boost::json;

constexpr std::size_t kAnswerBytesMax = 4 << 20;
constexpr std::int64_t kWaitMsMax = 7 * base::kMsPerDay;

json::object BodyFor(const KaggleName& name) {
  return {{"ownerSlug", name.owner}, {"datasetSlug", name.slug}};
}

}  // namespace

bool IsSafeAddress(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed || parsed->host().empty() || parsed->has_userinfo()) return false;
  // Boost 1.81 reads "127.0.0.1.example" as the host 127.0.0.1 and the path ".example".
  if (!parsed->encoded_path().empty() && !parsed->encoded_path().starts_with('/')) return false;
  if (parsed->scheme() == "https") return true;
  const std::string host = parsed->host();
  return parsed->scheme() == "http" && (host == "localhost" || host == "127.0.0.1" || host == "[::1]");
}

std::optional<base::UtcMs> NotBefore(const ports::HttpAnswer& answer, base::UtcMs now) {
  const auto found = answer.headers.find("retry-after");
  if (found == answer.headers.end()) return {};
  return base::ReadRetryAfter(found->second, now, kWaitMsMax);
}

base::Result<KaggleApi> KaggleApi::Make(ports::HttpClient& http, const ports::Clock& clock, std::string url,
                                        base::SecretText authorization) {
  while (url.ends_with('/')) url.pop_back();
  if (!IsSafeAddress(url)) {
    return base::Fail(ErrorCode::kInvalidInput, "reach Kaggle", "EARPRINT_KAGGLE_URL",
                      "credentials go over https only, or to this machine",
                      "leave it away, or https://…, or http://127.0.0.1:PORT");
  }
  return KaggleApi(http, clock, std::move(url), std::move(authorization));
}

base::Result<ports::HttpAnswer> KaggleApi::Call(const std::string& call, const std::string& body) {
  ports::HttpRequest request{.method = "POST", .url = url_ + "/v1/datasets.DatasetApiService/" + call};
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  if (!authorization_.empty()) {
    request.headers.emplace_back("Authorization", std::string(authorization_.Reveal()));
  }
  request.body = body;
  request.answer_bytes_max = kAnswerBytesMax;
  auto answer = http_->Send(request);
  for (auto& [name, value] : request.headers) base::WipeBytes(value.data(), value.size());
  return answer;
}

base::Failure KaggleApi::Refused(const ports::HttpAnswer& answer, const KaggleName& name,
                                 const std::string& op) const {
  const bool is_known = !authorization_.empty();
  const std::string subject = name.Text();
  switch (answer.status) {
    case 401:
      return base::Fail(ErrorCode::kUnauthorized, op, subject,
                        is_known ? "Kaggle refuses the credentials" : "Kaggle gives it to accounts only",
                        HowToGetCredentials());
    case 403:
      if (!is_known) {
        return base::Fail(ErrorCode::kUnauthorized, op, subject, "Kaggle does not give it to everyone",
                          HowToGetCredentials());
      }
      return base::Fail(
          ErrorCode::kUnauthorized, op, subject, "Kaggle does not give it to this account",
          "open " + name.Page() + " while logged in, and accept its terms; it may be private, too");
    case 404:
      return base::Fail(ErrorCode::kNotFound, op, subject, "Kaggle has no such dataset, version or file",
                        "compare with the address and the files of " + name.Page());
    default:
      break;
  }
  if (answer.status == 429) {
    const auto not_before = NotBefore(answer, clock_->Now());
    auto failure = base::Fail(ErrorCode::kRetryLater, op, subject, "too many requests to Kaggle",
                              not_before ? "again after " + base::FormatInstant(*not_before)
                                         : std::string("again in some minutes"));
    if (not_before) return base::Failure(std::move(failure.error()).Until(*not_before));
    return failure;
  }
  const std::string told = "Kaggle answers with status " + std::to_string(answer.status);
  if (answer.status >= 500) return base::Fail(ErrorCode::kRetryLater, op, subject, told, "again later");
  return base::Fail(ErrorCode::kCorrupt, op, subject, told,
                    "look whether a proxy or a network's login page answers instead of Kaggle");
}

base::Result<KaggleDescription> KaggleApi::Describe(const KaggleName& name) {
  const std::string op = "ask Kaggle for a dataset";
  auto answer = Call("GetDataset", json::serialize(BodyFor(name)));
  if (!answer) return std::unexpected(std::move(answer.error()).Within(op));
  if (answer->status != 200) return Refused(*answer, name, op);
  boost::system::error_code failed;
  const json::value read = json::parse(answer->body, failed);
  const json::object* object = failed ? nullptr : read.if_object();
  const json::value* version = object == nullptr ? nullptr : object->if_contains("currentVersionNumber");
  if (version == nullptr || !version->is_int64() || version->as_int64() < 1) {
    return base::Fail(ErrorCode::kCorrupt, op, name.Text(), "the answer names no version of the dataset",
                      "look whether a proxy or a network's login page answers instead of Kaggle");
  }
  return KaggleDescription{version->as_int64()};
}

base::Result<base::SecretText> KaggleApi::Address(const KaggleWish& wish) {
  const std::string op = "ask Kaggle for a download";
  json::object body = BodyFor(wish.name);
  body.emplace("datasetVersionNumber", wish.version);
  if (!wish.file.empty()) body.emplace("fileName", wish.file);
  auto answer = Call("DownloadDataset", json::serialize(body));
  if (!answer) return std::unexpected(std::move(answer.error()).Within(op));
  const auto location = answer->headers.find("location");
  if (answer->status < 300 || answer->status >= 400 || location == answer->headers.end()) {
    return Refused(*answer, wish.name, op);
  }
  if (!IsSafeAddress(location->second)) {
    return base::Fail(ErrorCode::kCorrupt, op, wish.name.Text(), "the download's address is not https");
  }
  base::SecretText address(location->second);
  base::WipeBytes(location->second.data(), location->second.size());
  return address;
}

}  // namespace earprint::sources::kaggle
