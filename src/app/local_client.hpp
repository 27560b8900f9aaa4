#pragma once

#include <memory>
#include <span>
#include <string>

#include "app/data_folder.hpp"
#include "model/conditions.hpp"
#include "ports/http_client.hpp"
#include "ports/importer.hpp"

namespace earprint::app {

/// Reaches the server that holds a data folder, so that commands work while it runs.
class LocalClient {
 public:
  /// Errors: kRetryLater no server answers at the folder's socket.
  static base::Result<std::unique_ptr<LocalClient>> Connect(const DataFolder& folder);

  /// A metric's answer, written as asked ("table", "json", "jsonl", "csv"). Errors: as the server tells them.
  base::Result<std::string> Query(const std::string& metric, const std::string& listener,
                                  std::span<const model::ConditionPair> conditions,
                                  const std::string& format);

  base::Result<ports::ImportSummary> Import(const ports::ImportRequest& request,
                                            const ports::ImportObserver& observer);

 private:
  explicit LocalClient(std::unique_ptr<ports::HttpClient> http) : http_(std::move(http)) {}
  std::unique_ptr<ports::HttpClient> http_;
};

}  // namespace earprint::app
