#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "adapters/duckdb/duckdb_engine.hpp"
#include "adapters/file/segment_event_log.hpp"
#include "app/data_folder.hpp"
#include "ports/byte_reader.hpp"
#include "ports/clock.hpp"
#include "ports/importer.hpp"
#include "warehouse/warehouse_builder.hpp"

namespace earprint::app {

class SystemClock final : public ports::Clock {
 public:
  base::UtcMs Now() const override;
};

/// The stages in the order in which the data runs: sources -> log (lake) -> warehouse -> metrics.
///
/// Effects: Open takes the data folder's lock, repairs a torn tail of the log, derives the warehouse anew
/// where it is
///          missing, damaged or made by another version, and catches it up with the log.
class Pipeline final : public ports::Importer {
 public:
  static base::Result<std::unique_ptr<Pipeline>> Open(const DataFolder& folder, const ports::Clock& clock);

  base::Result<ports::ImportSummary> Import(const ports::ImportRequest& request,
                                            const ports::ImportObserver& observer) override;

  /// Drops the warehouse and derives it again from the lake. Errors: as Open.
  base::Result<void> Rebuild();

  ports::QueryEngine& engine() { return *engine_; }
  /// Names the state of the data; another one after every load. Thread-safe.
  std::string DataVersion();
  /// Bytes of a torn tail that Open took off the log.
  std::uint64_t repaired_bytes() const { return log_->repaired_bytes(); }

 private:
  Pipeline(DataFolder folder, FolderLock lock, const ports::Clock& clock);
  base::Result<void> OpenWarehouse();
  base::Result<void> OpenStore();
  void DropStore();
  base::Result<void> Collect(const ports::ImportRequest& request, const ports::ImportObserver& observer,
                             ports::ImportSummary& summary);
  base::Result<ports::FileReport> ImportFile(const ports::InputFile& file,
                                             const ports::ImportRequest& request, class ImportRun& run);

  DataFolder folder_;
  FolderLock lock_;
  const ports::Clock& clock_;
  warehouse::ModelGraph graph_;
  std::unique_ptr<adapters::SegmentEventLog> log_;
  std::unique_ptr<adapters::DuckDbEngine> engine_;
  std::unique_ptr<warehouse::WarehouseBuilder> builder_;
  std::mutex import_mutex_;
  std::mutex version_mutex_;
  std::string data_version_;
  void SetDataVersion(const std::string& version);
};

}  // namespace earprint::app
