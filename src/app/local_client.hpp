#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "app/command.hpp"
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

  /// The server that kept a folder from being opened here. Errors: `why_not_here`, where that is no conflict
  /// or no server answers.
  static base::Result<std::unique_ptr<LocalClient>> InsteadOf(const base::Error& why_not_here,
                                                              const DataFolder& folder);

  /// A metric's answer, written as asked ("table", "json", "jsonl", "csv"). Errors: as the server tells them.
  base::Result<std::string> Query(const std::string& metric, const std::string& listener,
                                  std::span<const model::ConditionPair> conditions,
                                  const std::string& format);

  /// The body that the server gives for an address, or for JSON that it is sent. Errors: as the server tells
  /// them.
  base::Result<std::string> Get(const std::string& target);
  base::Result<std::string> Post(const std::string& target, const std::string& body);

  base::Result<ports::ImportSummary> Import(const ports::ImportRequest& request,
                                            const ports::ImportObserver& observer);

  /// Has the server do what the JSON wishes, and hands on each event that it tells of it, to the last.
  /// Errors: as the server tells them · kRetryLater it ended before it was done.
  using OnEvent = std::function<void(std::string_view name, std::string_view data)>;
  base::Result<void> Follow(const std::string& target, const std::string& body, const OnEvent& on_event);

 private:
  base::Result<std::string> BodyOf(const ports::HttpRequest& request);
  explicit LocalClient(std::unique_ptr<ports::HttpClient> http) : http_(std::move(http)) {}
  std::unique_ptr<ports::HttpClient> http_;
};

/// Imports here, or in the server that runs on the same data folder: the user notices nothing.
class AnyImporter final : public ports::Importer {
 public:
  /// `open_log` gives the shared log that lies between, or null.
  using OpenLog = std::function<base::Result<std::unique_ptr<SharedLog>>(Pipeline&)>;
  explicit AnyImporter(DataFolder folder, OpenLog open_log = {})
      : folder_(std::move(folder)), open_log_(std::move(open_log)) {}
  base::Result<ports::ImportSummary> Import(const ports::ImportRequest& request,
                                            const ports::ImportObserver& observer) override;

  /// After an import of a history: what exports changed in what was captured live (SettlementText).
  const std::string& settlement() const { return settlement_; }

 private:
  base::Result<ports::ImportSummary> ImportHere(Pipeline& pipeline, const ports::ImportRequest& request,
                                                const ports::ImportObserver& observer) const;

  DataFolder folder_;
  OpenLog open_log_;
  std::string settlement_;
};

}  // namespace earprint::app
