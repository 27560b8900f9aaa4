#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "adapters/duckdb/duckdb_engine.hpp"
#include "adapters/file/segment_event_log.hpp"
#include "audit/auditor.hpp"
#include "audit/lake/lake_reader.hpp"
#include "base/embedded_file.hpp"
#include "metrics/answerer.hpp"
#include "metrics/metric_catalogue.hpp"
#include "model/event_batch.hpp"
#include "tests/support/stopped_clock.hpp"
#include "tests/support/temp_folder.hpp"
#include "warehouse/model_graph.hpp"
#include "warehouse/warehouse_builder.hpp"

namespace earprint::testing {

/// A text of the SQL that is planted in another's place.
struct PlantedFault {
  std::string path, from, to;
};

/// The embedded SQL, with a fault or without. The faulty text is somewhere, or the test is at fault.
class SqlWithFault {
 public:
  explicit SqlWithFault(const PlantedFault& fault = {}) {
    for (const base::EmbeddedFile& file : base::sql_files()) {
      bodies_.emplace_back(file.body);
      if (file.path == fault.path) {
        std::string& body = bodies_.back();
        const std::size_t at = body.find(fault.from);
        EXPECT_NE(at, std::string::npos) << fault.path << " has no: " << fault.from;
        if (at != std::string::npos) body.replace(at, fault.from.size(), fault.to);
        has_fault_ = at != std::string::npos;
      }
    }
    for (std::size_t i = 0; i < bodies_.size(); ++i)
      files_.push_back({base::sql_files()[i].path, bodies_[i], base::sql_files()[i].tag});
    EXPECT_TRUE(fault.path.empty() || has_fault_) << "there is no " << fault.path;
  }
  std::span<const base::EmbeddedFile> files() const { return files_; }
  std::string prelude() const {
    for (const base::EmbeddedFile& file : files_) {
      if (file.path == "prelude/duckdb.sql") return std::string(file.body);
    }
    return {};
  }

 private:
  std::deque<std::string> bodies_;
  std::vector<base::EmbeddedFile> files_;
  bool has_fault_ = false;
};

/// A lake of a test's own events.
class OwnLake {
 public:
  OwnLake() {
    auto opened = adapters::SegmentEventLog::Open(folder_ / "lake", clock_);
    EXPECT_TRUE(opened) << opened.error().Text();
    log_ = std::move(*opened);
  }

  /// Puts a batch's events onto the log, each once, a frame a type.
  void Add(const model::EventBatch& batch) {
    std::map<model::EventType, std::string> lines;
    for (const model::EventRef& event : batch.events) {
      const bool is_new = known_.emplace(event.type, event.id.identity, event.id.details).second;
      if (is_new) lines[event.type] += std::string_view(batch.lines).substr(event.begin, event.size);
    }
    for (const auto& [type, text] : lines) {
      auto appended = log_->Append(type, log_->Pack(text));
      EXPECT_TRUE(appended);
    }
  }

  const ports::EventLog& log() const { return *log_; }
  std::string Folder(const std::string& name) const { return folder_ / name; }
  const std::string& path() const { return folder_.path(); }

 private:
  TempFolder folder_;
  StoppedClock clock_;
  std::unique_ptr<adapters::SegmentEventLog> log_;
  std::set<std::tuple<model::EventType, std::uint64_t, std::uint64_t>> known_;
};

/// A warehouse over a lake, made of SQL that may hold a fault; answers as the product does.
class FaultyStore final : public ports::AnsweredStore {
 public:
  FaultyStore(const OwnLake& lake, const SqlWithFault& sql, const std::string& name) {
    auto graph = warehouse::LoadModelGraph(sql.files(), "duckdb");
    auto catalogue = metrics::MetricCatalogue::Load(sql.files());
    auto engine = adapters::DuckDbEngine::Open({.path = lake.Folder(name + ".duckdb"),
                                                .temp_folder = lake.Folder(name + "-spill"),
                                                .readable_folder = lake.path()});
    if (!graph || !catalogue || !engine) {
      ADD_FAILURE() << "the store cannot be made";
      return;
    }
    graph_ = std::move(*graph);
    catalogue_ = std::move(*catalogue);
    engine_ = std::move(*engine);
    builder_ = std::make_unique<warehouse::WarehouseBuilder>(*engine_, lake.log(), graph_, sql.prelude(),
                                                             lake.Folder(name + "-scratch"));
    auto opened = builder_->Open();
    EXPECT_TRUE(opened) << opened.error().Text();
    CatchUp();
    answerer_ =
        std::make_unique<metrics::Answerer>(*engine_, catalogue_, sql.prelude(), [this] { return version_; });
  }

  /// The same warehouse under other metrics.
  FaultyStore(const FaultyStore& sound, const SqlWithFault& sql)
      : engine_(sound.engine_), version_(sound.version_) {
    auto catalogue = metrics::MetricCatalogue::Load(sql.files());
    EXPECT_TRUE(catalogue) << catalogue.error().Text();
    if (catalogue) catalogue_ = std::move(*catalogue);
    answerer_ =
        std::make_unique<metrics::Answerer>(*engine_, catalogue_, sql.prelude(), [this] { return version_; });
  }

  void CatchUp() {
    auto built = builder_->CatchUp();
    EXPECT_TRUE(built) << built.error().Text();
    if (built) version_ = built->data_version;
  }

  std::string Name() const override { return "warehouse"; }
  base::Result<std::vector<std::string>> Metrics() override {
    std::vector<std::string> names;
    for (const metrics::Metric& metric : catalogue_.all()) {
      if (only.empty() || metric.name == only) names.push_back(metric.name);
    }
    return names;
  }
  base::Result<std::shared_ptr<const model::Answer>> Ask(const model::Question& question) override {
    return answerer_->Ask(question);
  }
  const std::string& version() const { return version_; }
  ports::QuerySession& session() { return builder_->session(); }

  std::string only;  ///< answers this metric alone; empty: all

 private:
  warehouse::ModelGraph graph_;
  metrics::MetricCatalogue catalogue_;
  std::shared_ptr<adapters::DuckDbEngine> engine_;  // shared by stores of other metrics over it
  std::unique_ptr<warehouse::WarehouseBuilder> builder_;
  std::unique_ptr<metrics::Answerer> answerer_;
  std::string version_;
};

/// Reads the truth of a lake once.
inline std::shared_ptr<const audit::Truth> TruthOf(const OwnLake& lake) {
  auto read = audit::ReadLake(lake.log(), lake.Folder("audit-scratch"));
  EXPECT_TRUE(read) << read.error().Text();
  return std::make_shared<const audit::Truth>(audit::Settle(std::move(*read)));
}

/// Audits a store of a lake, whose truth may be read already.
inline audit::AuditOutcome Audited(FaultyStore& store, std::shared_ptr<const audit::Truth> truth,
                                   audit::AuditOptions options = {}) {
  static const StoppedClock clock;
  audit::Auditor auditor(
      [&]() -> base::Result<audit::DatedTruth> { return audit::DatedTruth{store.version(), truth}; }, store,
      clock);
  auto outcome = auditor.Run(options);
  EXPECT_TRUE(outcome) << outcome.error().Text();
  return outcome ? std::move(*outcome) : audit::AuditOutcome();
}

/// Whether an audit finds that a store differs; it ends at the first figure that does.
inline bool IsFound(FaultyStore& store, std::shared_ptr<const audit::Truth> truth, std::uint64_t samples) {
  static const StoppedClock clock;
  std::stop_source stop;
  bool is_found = false;
  audit::AuditOptions options{.samples = samples,
                              .default_tz = "Europe/Paris",
                              .home_tz = "Europe/Paris",
                              .cancel = stop.get_token()};
  options.on_progress = [&](const audit::AuditProgress& progress) {
    is_found = progress.differing > 0;
    if (is_found) stop.request_stop();
  };
  audit::Auditor auditor(
      [&]() -> base::Result<audit::DatedTruth> { return audit::DatedTruth{store.version(), truth}; }, store,
      clock);
  auto outcome = auditor.Run(options);
  EXPECT_TRUE(outcome || is_found) << outcome.error().Text();
  return is_found;
}

}  // namespace earprint::testing
