#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/embedded_file.hpp"
#include "ports/importer.hpp"
#include "server/http_message.hpp"
#include "server/request_meter.hpp"

namespace earprint::server {

/// A metric's answer, already written out.
struct WrittenAnswer {
  std::string text, content_type, data_version;
};

/// What the server asks of the rest of the house; functions, so that it knows none of it. All thread-safe.
struct ApiBackend {
  using Pairs = std::span<const std::pair<std::string, std::string>>;
  std::function<base::Result<WrittenAnswer>(const std::string& metric, const std::string& listener, Pairs conditions,
                                            const std::string& format)> ask;
  std::function<base::Result<std::string>(const std::string& dimension, const std::string& text,
                                          const std::string& listener, std::int64_t limit)> values_json;
  std::function<base::Result<std::string>()> listeners_json;
  std::function<base::Result<std::string>()> data_version;
  std::function<std::string()> catalogue_json;
  std::function<std::string()> openapi_json;
  std::function<base::Result<ports::ImportSummary>(const ports::ImportRequest&, const ports::ImportObserver&)> import;
};

/// The routes of the contract: from a request to an answer, without any network.
///
/// Effects: an import runs inside the answer's `stream`. Thread-safe.
class Api {
 public:
  Api(const ApiBackend& backend, std::span<const base::EmbeddedFile> page);

  Response Answer(const Request& request);

  /// The data version that clients of /api/v1/live are told; follows imports of this process.
  std::string LiveVersion();

 private:
  Response Route(const Request& request);
  Response AnswerApi(const Request& request);
  Response AnswerMetric(const Request& request, const std::string& metric);
  Response AnswerValues(const Request& request);
  Response AnswerImport(const Request& request);
  Response AnswerLocalImport(const Request& request);
  Response AnswerPage(const Request& request);
  Response StreamImport(ports::ImportRequest import);
  Response Json(base::Result<std::string> json);

  const ApiBackend& backend_;
  std::map<std::string, base::EmbeddedFile, std::less<>> page_;
  RequestMeter meter_;
  std::mutex version_mutex_;
  std::string version_;
};

}  // namespace earprint::server
