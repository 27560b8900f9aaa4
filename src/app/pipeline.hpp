#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/duckdb/duckdb_engine.hpp"
#include "adapters/file/segment_event_log.hpp"
#include "app/data_folder.hpp"
#include "log/known_events.hpp"
#include "ports/byte_reader.hpp"
#include "ports/clock.hpp"
#include "ports/eraser.hpp"
#include "ports/fact_sink.hpp"
#include "ports/importer.hpp"
#include "warehouse/warehouse_builder.hpp"

namespace earprint::app {

class SystemClock final : public ports::Clock {
 public:
  base::UtcMs Now() const override;
};

/// What the engine may hold in memory while files come in: the whole process stays below 600 MB with an
/// export of 2 GB.
inline constexpr std::uint64_t kImportMemoryBytes = 256ULL << 20;

/// What it may hold to answer questions about millions of plays: an eighth of what this process can have,
/// between kImportMemoryBytes and 1 GiB. What is larger spills to disk, several times slower.
std::uint64_t AnswerMemoryBytes();

/// The stages in the order in which the data runs: sources -> log (lake) -> warehouse -> metrics.
///
/// Effects: Open takes the data folder's lock, repairs a torn tail of the log, derives the warehouse anew
///          where it is missing, damaged or made by another version, and catches it up with the log.
class Pipeline final : public ports::Importer,
                       public ports::FactSink,
                       public ports::Eraser,
                       public ports::QueryEngine {
 public:
  static base::Result<std::unique_ptr<Pipeline>> Open(const DataFolder& folder, const ports::Clock& clock,
                                                      std::uint64_t engine_memory_bytes = kImportMemoryBytes);

  base::Result<ports::ImportSummary> Import(const ports::ImportRequest& request,
                                            const ports::ImportObserver& observer) override;

  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string& kind,
                                        const std::string& listener) override;

  /// Keeps events that came over a shared log, each once, and `marks` with them: both or neither. Errors: as
  /// Take.
  base::Result<ports::TakenReport> Land(model::EventBatch batch, const warehouse::Marks& marks);
  /// As Land, where more follows at once: the events are on the log for good, and come into the warehouse
  /// with the next Land, or whatever else builds. Errors: as Take.
  base::Result<ports::TakenReport> Stow(model::EventBatch batch);
  /// The marks that Land kept.
  base::Result<warehouse::Marks> LandedMarks();

  /// From now on what is imported goes to a shared log, and what is learned to `taken`, which is the same log
  /// with an account of its own: it is taken while files are read and events landed, and waits for neither.
  /// From there all of it comes back by Land. Nulls: to the own log. Must outlive this, or be taken back; to
  /// be called while nothing is imported or taken.
  void WriteTo(ports::EventWriter* imported, ports::EventWriter* taken) {
    writer_ = imported;
    take_writer_ = taken;
  }

  /// Puts every event of the own log on another, in order. Errors: those of both.
  base::Result<void> CopyLogTo(ports::EventWriter& writer);

  /// Drops the warehouse and derives it again from the lake. Errors: as Open.
  base::Result<void> Rebuild();

  /// Calls `read` with the log and the version of the data, which the warehouse has all of; until it returns
  /// no event comes in. Errors: as Rebuild, and those of `read`.
  using ReadLog = std::function<base::Result<void>(const ports::EventLog& log, const std::string& version)>;
  base::Result<void> WithLog(const ReadLog& read) {
    const std::lock_guard lock(import_mutex_);
    if (auto level = CatchUpFirst(); !level) return level;
    return read(*log_, DataVersion());
  }

  /// Erases from the log, and derives the warehouse anew in a file of its own: what is erased is in no page
  /// of it. A kill leaves all as it was, or all erased once Open has been called again.
  base::Result<ports::ErasedSummary> Erase(const ports::Erasure& what) override;

  /// How often that has erased something since this began. Thread-safe.
  std::uint64_t erasures() const { return erasures_; }

  /// Sessions over the warehouse as it is now. Errors: the engine's · kRetryLater it could not be derived.
  base::Result<std::unique_ptr<ports::QuerySession>> Connect() override;

  /// Gives back the memory that answers took, and what the program read of itself, to be taken again as it is
  /// needed. The engine keeps its own while an import or a question runs. Thread-safe.
  void ReleaseMemory();

  /// While one lives, the engine holds no more than an import lets it: something large lies beside it. Waits
  /// for an import that runs, and a little for the engine's statements.
  class SmallEngine {
   public:
    explicit SmallEngine(Pipeline& pipeline) : pipeline_(pipeline) { pipeline.AddSmallOnes(1); }
    ~SmallEngine() { pipeline_.AddSmallOnes(-1); }
    SmallEngine(const SmallEngine&) = delete;
    SmallEngine& operator=(const SmallEngine&) = delete;

   private:
    Pipeline& pipeline_;
  };

  /// Called before the warehouse is replaced, when all sessions over it must end, and after that.
  std::function<void()> before_replaced, after_replaced;

  ports::QueryEngine& engine() { return *this; }
  /// Names the state of the data; another one after every load. Thread-safe.
  std::string DataVersion();
  /// Bytes of a torn tail that Open took off the log.
  std::uint64_t repaired_bytes() const { return log_->repaired_bytes(); }

 private:
  Pipeline(DataFolder folder, FolderLock lock, const ports::Clock& clock, std::uint64_t engine_memory_bytes);
  base::Result<void> OpenWarehouse();
  base::Result<void> OpenStore();
  base::Result<void> OpenAnew(const warehouse::Marks& marks);
  warehouse::Marks KeptMarks();
  void DropStore();
  void AddSmallOnes(int count);
  std::uint64_t EngineMemoryBytes() const;
  base::Result<void> Replace(const std::function<base::Result<void>()>& change);
  base::Result<void> CheckReady() const;
  base::Result<void> OpenLog();
  /// Where a batch of facts goes, what its dead letters are told to come from, and who knows what is there.
  struct Way {
    ports::EventWriter& writer;
    std::string letter_source;
    log::KnownEvents& known;
  };
  ports::EventWriter& Writer() const;
  base::Result<void> CatchUp(const warehouse::Marks& marks = {});
  base::Result<void> BuildMuch(const warehouse::Marks& marks);
  /// What a build that failed left on the log is not known to the warehouse, and would be taken for new.
  base::Result<void> CatchUpFirst() {
    auto ready = CheckReady();
    if (!ready) return ready;
    return stowed_ ? BuildMuch({}) : CatchUp();
  }
  base::Result<ports::TakenReport> TakeForSharedLog(model::EventBatch batch, const std::string& kind,
                                                    const std::string& listener);
  /// Puts it on the own log.
  base::Result<ports::TakenReport> Put(model::EventBatch batch, const std::string& kind,
                                       const std::string& listener, const std::string& letter_source);
  /// Puts it on the own log and into the warehouse.
  base::Result<ports::TakenReport> Keep(model::EventBatch batch, const std::string& kind,
                                        const std::string& listener, const std::string& letter_source,
                                        const warehouse::Marks& marks);
  base::Result<ports::TakenReport> Collect(model::EventBatch batch, const std::string& kind,
                                           const std::string& listener, const Way& way);

  DataFolder folder_;
  FolderLock lock_;
  const ports::Clock& clock_;
  std::uint64_t engine_memory_bytes_;
  int small_ones_ = 0;  ///< SmallEngines that live; guarded by import_mutex_
  warehouse::ModelGraph graph_;
  std::unique_ptr<adapters::SegmentEventLog> log_;
  ports::EventWriter* writer_ = nullptr;
  ports::EventWriter* take_writer_ = nullptr;
  std::unique_ptr<adapters::DuckDbEngine> engine_;
  std::unique_ptr<warehouse::WarehouseBuilder> builder_;
  /// What is known, while the log has events that the warehouse has not.
  std::optional<log::KnownEvents> stowed_;
  std::mutex import_mutex_;
  std::mutex take_mutex_;  ///< over take_writer_; who replaces the warehouse has both
  std::atomic<std::uint64_t> erasures_ = 0;
  std::mutex version_mutex_;
  std::string data_version_;
  void SetDataVersion(const std::string& version);
};

}  // namespace earprint::app
