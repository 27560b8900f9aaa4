#include "app/pipeline.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include "adapters/file/folder_swap.hpp"
#include "app/asker.hpp"
#include "app/intake/file_intake.hpp"
#include "app/listener_choice.hpp"
#include "base/embedded_file.hpp"
#include "base/process_memory.hpp"
#include "base/text.hpp"
#include "log/collector.hpp"
#include "log/erasure_filter.hpp"
#include "log/one_batch.hpp"
#include "metrics/answerer.hpp"

namespace earprint::app {

using base::ErrorCode;

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::uint64_t kAnswerMemoryMaxBytes = 1ULL << 30;

double SecondsSince(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

}  // namespace

base::UtcMs SystemClock::Now() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
}

std::uint64_t AnswerMemoryBytes() {
  return std::clamp(base::ProcessMemoryMaxBytes() / 8, kImportMemoryBytes, kAnswerMemoryMaxBytes);
}

Pipeline::Pipeline(DataFolder folder, FolderLock lock, const ports::Clock& clock,
                   std::uint64_t engine_memory_bytes)
    : folder_(std::move(folder)),
      lock_(std::move(lock)),
      clock_(clock),
      engine_memory_bytes_(engine_memory_bytes) {}

base::Result<std::unique_ptr<Pipeline>> Pipeline::Open(const DataFolder& folder, const ports::Clock& clock,
                                                       std::uint64_t engine_memory_bytes) {
  auto lock = FolderLock::Take(folder);
  if (!lock) return std::unexpected(lock.error());
  std::unique_ptr<Pipeline> pipeline(new Pipeline(folder, std::move(*lock), clock, engine_memory_bytes));
  auto graph = warehouse::LoadModelGraph(base::sql_files(), "duckdb");
  if (!graph) return std::unexpected(graph.error());
  pipeline->graph_ = std::move(*graph);
  // An erasure that was broken off: once the lake has been replaced, nothing derived from the old one may
  // stay.
  adapters::FolderSwap swap(folder.Lake());
  auto replaced = swap.Settle();
  if (!replaced) return std::unexpected(replaced.error());
  if (*replaced) pipeline->DropStore();
  if (auto removed = swap.RemoveGone(); !removed) return std::unexpected(removed.error());
  if (auto opened = pipeline->OpenLog(); !opened) return std::unexpected(opened.error());
  if (auto opened = pipeline->OpenWarehouse(); !opened) return std::unexpected(opened.error());
  return pipeline;
}

base::Result<void> Pipeline::OpenLog() {
  auto log = adapters::SegmentEventLog::Open(folder_.Lake(), clock_);
  if (!log) return std::unexpected(log.error());
  log_ = std::move(*log);
  return {};
}

base::Result<void> Pipeline::OpenStore() {
  std::error_code ignored;
  // Of a process that was killed; the lock is ours.
  for (const std::string& left : {folder_.Spill(), folder_.Publishing()})
    std::filesystem::remove_all(left, ignored);
  auto engine = adapters::DuckDbEngine::Open({.path = folder_.Warehouse(),
                                              .temp_folder = folder_.Spill(),
                                              .readable_folder = folder_.path,
                                              .memory_max_bytes = EngineMemoryBytes()});
  if (!engine) return std::unexpected(engine.error());
  engine_ = std::move(*engine);
  builder_ = std::make_unique<warehouse::WarehouseBuilder>(*engine_, *log_, graph_, EnginePrelude(),
                                                           folder_.Scratch());
  if (auto opened = builder_->Open(); !opened) return opened;
  auto caught_up = builder_->CatchUp();
  if (!caught_up) return std::unexpected(caught_up.error());
  SetDataVersion(caught_up->data_version);
  return {};
}

std::uint64_t Pipeline::EngineMemoryBytes() const {
  return small_ones_ > 0 ? std::min(engine_memory_bytes_, kImportMemoryBytes) : engine_memory_bytes_;
}

void Pipeline::AddSmallOnes(int count) {
  const std::lock_guard lock(import_mutex_);
  const std::uint64_t before = EngineMemoryBytes();
  small_ones_ += count;
  if (engine_ && EngineMemoryBytes() != before) engine_->SetMemoryMax(EngineMemoryBytes());
}

void Pipeline::ReleaseMemory() {
  const std::unique_lock alone(import_mutex_, std::try_to_lock);
  if (alone && engine_) engine_->ReleaseMemory();
  base::ReturnFreedMemory();
  base::ReturnProgramPages();
}

std::string Pipeline::DataVersion() {
  const std::lock_guard lock(version_mutex_);
  return data_version_;
}

void Pipeline::SetDataVersion(const std::string& version) {
  const std::lock_guard lock(version_mutex_);
  data_version_ = version;
}

void Pipeline::DropStore() {
  stowed_.reset();
  builder_.reset();
  engine_.reset();
  std::error_code ignored;
  std::filesystem::remove(folder_.Warehouse(), ignored);
  std::filesystem::remove(folder_.Warehouse() + ".wal", ignored);
  std::filesystem::remove_all(folder_.Scratch(), ignored);
}

base::Result<void> Pipeline::OpenWarehouse() {
  auto opened = OpenStore();
  if (opened) return opened;
  // The warehouse is derived: where it is damaged, from another version, or beyond a log that lost its tail,
  // the lake gives it back. A passing fault (disk, memory) is not cured by that.
  if (opened.error().code == ErrorCode::kRetryLater) return opened;
  const bool is_of_other_version = opened.error().code == ErrorCode::kConflict;
  return OpenAnew(is_of_other_version ? KeptMarks() : warehouse::Marks());
}

/// What was read of a shared log is on the own log, whatever becomes of the warehouse.
warehouse::Marks Pipeline::KeptMarks() {
  return builder_ ? builder_->StoredMarks().value_or(warehouse::Marks()) : warehouse::Marks();
}

base::Result<void> Pipeline::OpenAnew(const warehouse::Marks& marks) {
  DropStore();
  auto opened = OpenStore();
  return opened && !marks.empty() ? CatchUp(marks) : opened;
}

base::Result<std::unique_ptr<ports::QuerySession>> Pipeline::Connect() {
  if (auto ready = CheckReady(); !ready) return std::unexpected(ready.error());
  return engine_->Connect();
}

base::Result<void> Pipeline::CheckReady() const {
  if (engine_ && builder_) return {};
  return base::Fail(ErrorCode::kRetryLater, "open the warehouse", folder_.Warehouse(),
                    "it could not be derived anew from the lake",
                    "see that the disk has room, then start again");
}

base::Result<void> Pipeline::Replace(const std::function<base::Result<void>()>& change) {
  if (before_replaced) before_replaced();
  const warehouse::Marks marks = KeptMarks();
  DropStore();
  auto done = change();
  auto opened = OpenAnew(marks);
  if (!opened) DropStore();
  if (after_replaced) after_replaced();
  return done ? opened : done;
}

base::Result<void> Pipeline::Rebuild() {
  const std::scoped_lock lock(import_mutex_, take_mutex_);
  return Replace([]() -> base::Result<void> { return {}; });
}

base::Result<ports::ErasedSummary> Pipeline::Erase(const ports::Erasure& what) {
  const std::scoped_lock lock(import_mutex_, take_mutex_);
  if (auto ready = CheckReady(); !ready) return std::unexpected(ready.error());
  const auto begin = SteadyClock::now();
  adapters::FolderSwap swap(folder_.Lake());
  log::ErasureFilter filter(what);
  auto prepared = swap.RemoveGone();
  if (prepared)
    prepared = log_->CopyTo(swap.NextPath(), [&filter](model::EventType type, std::string_view line) {
      return filter.Keeps(type, line);
    });
  if (!prepared) {
    (void)swap.Settle();  // the first failure is the one to tell
    return std::unexpected(std::move(prepared.error()).Within("erase " + what.listener));
  }
  ports::ErasedSummary summary = filter.Summary();
  if (summary.events == 0) {
    (void)swap.Settle();
    return summary;
  }
  auto replaced = Replace([this, &swap]() -> base::Result<void> {
    log_.reset();
    auto swapped = swap.Swap();
    auto opened = OpenLog();
    return swapped ? opened : swapped;
  });
  if (replaced) replaced = swap.RemoveGone();
  ++erasures_;
  if (!replaced) return std::unexpected(std::move(replaced.error()).Within("erase " + what.listener));
  summary.seconds = SecondsSince(begin);
  return summary;
}

ports::EventWriter& Pipeline::Writer() const { return writer_ != nullptr ? *writer_ : *log_; }

base::Result<void> Pipeline::CatchUp(const warehouse::Marks& marks) {
  stowed_.reset();
  auto built = builder_->CatchUp(marks);
  if (!built) return std::unexpected(built.error());
  SetDataVersion(built->data_version);
  return {};
}

/// What reading, loading and each model took goes back before the engine asks for its share.
base::Result<void> Pipeline::BuildMuch(const warehouse::Marks& marks) {
  stowed_.reset();
  builder_->on_step = [](const std::string&, std::size_t, std::size_t) { base::ReturnFreedMemory(); };
  base::ReturnFreedMemory();
  auto built = CatchUp(marks);
  builder_->on_step = nullptr;
  base::ReturnFreedMemory();
  return built;
}

base::Result<ports::TakenReport> Pipeline::Take(model::EventBatch batch, const std::string& kind,
                                                const std::string& listener) {
  if (auto named = CheckListenerName(listener); !named) return std::unexpected(named.error());
  // What is on the log stays there: a text that no one can read would stop every build to come.
  if (base::ToValidUtf8(batch.lines) != batch.lines) {
    return base::Fail(base::ErrorCode::kCorrupt, "take " + kind, listener, "a text in it is no UTF-8");
  }
  if (take_writer_ != nullptr) return TakeForSharedLog(std::move(batch), kind, listener);
  const std::lock_guard lock(import_mutex_);
  return Keep(std::move(batch), kind, listener, "spotify", {});
}

/// Nothing of it is for the warehouse yet, so that it waits for no build.
base::Result<ports::TakenReport> Pipeline::TakeForSharedLog(model::EventBatch batch, const std::string& kind,
                                                            const std::string& listener) {
  const std::lock_guard lock(take_mutex_);
  auto session = Connect();
  if (!session) return std::unexpected(session.error());
  log::KnownEvents known(**session, log::KnownEvents::Span::kFewBatches);
  return Collect(std::move(batch), kind, listener, {*take_writer_, "spotify", known});
}

base::Result<ports::TakenReport> Pipeline::Land(model::EventBatch batch, const warehouse::Marks& marks) {
  const std::lock_guard lock(import_mutex_);
  return Keep(std::move(batch), "events", "", "kafka", marks);
}

base::Result<ports::TakenReport> Pipeline::Stow(model::EventBatch batch) {
  const std::lock_guard lock(import_mutex_);
  return Put(std::move(batch), "events", "", "kafka");
}

base::Result<ports::TakenReport> Pipeline::Keep(model::EventBatch batch, const std::string& kind,
                                                const std::string& listener, const std::string& letter_source,
                                                const warehouse::Marks& marks) {
  const bool is_much = stowed_.has_value();
  auto report = Put(std::move(batch), kind, listener, letter_source);
  if (!report) return report;
  if (auto built = is_much ? BuildMuch(marks) : CatchUp(marks); !built)
    return std::unexpected(std::move(built.error()).Within("take " + kind));
  return report;
}

base::Result<ports::TakenReport> Pipeline::Put(model::EventBatch batch, const std::string& kind,
                                               const std::string& listener,
                                               const std::string& letter_source) {
  if (!stowed_) {
    if (auto level = CatchUpFirst(); !level) return std::unexpected(level.error());
    stowed_.emplace(builder_->session(), log::KnownEvents::Span::kFewBatches);
  }
  auto report = Collect(std::move(batch), kind, listener, {*log_, letter_source, *stowed_});
  if (!report) stowed_.reset();  // some of it may be on the log
  return report;
}

base::Result<ports::TakenReport> Pipeline::Collect(model::EventBatch batch, const std::string& kind,
                                                   const std::string& listener, const Way& way) {
  log::Collector collector(way.writer, way.known, way.letter_source);
  log::OneBatch source(std::move(batch), kind);
  auto report = collector.Collect(source, kind, listener);
  if (report) {
    if (auto finished = collector.Finish(); !finished) report = std::unexpected(finished.error());
  }
  if (!report) return std::unexpected(std::move(report.error()).Within("take " + kind));
  return ports::TakenReport{report->read, report->accepted, report->duplicate, report->rejected};
}

base::Result<warehouse::Marks> Pipeline::LandedMarks() {
  const std::lock_guard lock(import_mutex_);
  if (auto ready = CheckReady(); !ready) return std::unexpected(ready.error());
  return builder_->StoredMarks();
}

base::Result<void> Pipeline::CopyLogTo(ports::EventWriter& writer) {
  const std::lock_guard lock(import_mutex_);
  for (const model::EventType type : model::kEventTypes) {
    auto copied = log_->ReadFrames(type, 0, [&](std::string_view frame) -> base::Result<bool> {
      auto lines = log_->Unpack(frame);
      if (!lines) return std::unexpected(lines.error());
      auto appended = writer.Append(type, writer.Pack(*lines));
      if (!appended) return std::unexpected(appended.error());
      return true;
    });
    if (!copied) return std::unexpected(std::move(copied.error()).Within("copy the lake"));
  }
  return writer.Sync();
}

base::Result<ports::ImportSummary> Pipeline::Import(const ports::ImportRequest& asked,
                                                    const ports::ImportObserver& observer) {
  const std::lock_guard lock(import_mutex_);
  if (auto level = CatchUpFirst(); !level) return std::unexpected(std::move(level.error()).Within("import"));
  const auto begin = SteadyClock::now();
  ports::ImportRequest request = asked;
  if (request.listener.empty()) {
    auto listeners = metrics::ReadListeners(builder_->session());
    if (!listeners) return std::unexpected(std::move(listeners.error()).Within("import"));
    request.listener = OnlyListener(*listeners).value_or("");
  } else if (auto named = CheckListenerName(request.listener); !named) {
    return std::unexpected(named.error());
  }
  log::KnownEvents known(builder_->session());
  auto summary = CollectFiles(
      request, observer,
      {Writer(), known, clock_.Now(), log_->End(model::EventType::kPlay),
       [this] { return metrics::ReadListeners(builder_->session()).value_or(std::vector<std::string>()); }});
  if (!summary) return std::unexpected(std::move(summary.error()).Within("import"));
  if (auto built = BuildMuch({}); !built) return std::unexpected(std::move(built.error()).Within("import"));
  summary->data_version = DataVersion();
  summary->seconds = SecondsSince(begin);
  return summary;
}

}  // namespace earprint::app
