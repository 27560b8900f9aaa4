#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
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

  /// Puts a batch's events onto the log, each once.
  void Add(const model::EventBatch& batch) {
    for (const model::EventRef& event : batch.events) {
      const auto is_same = [&](const auto& known) {
        return known.first == event.type && known.second == event.id;
      };
      if (std::ranges::any_of(known_, is_same)) continue;
      known_.emplace_back(event.type, event.id);
      auto appended =
          log_->Append(event.type, log_->Pack(std::string_view(batch.lines).substr(event.begin, event.size)));
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
  std::vector<std::pair<model::EventType, model::EventId>> known_;
};

/// A warehouse over a lake, made of SQL that may hold a fault; answers as the product does.
class FaultyStore final : public ports::MetricStore {
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
  std::unique_ptr<adapters::DuckDbEngine> engine_;
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

}  // namespace earprint::testing
