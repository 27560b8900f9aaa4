#include "metrics/publishing/slice_mirror.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

#include "base/hash.hpp"
#include "metrics/publishing/listener_slice.hpp"
#include "metrics/selection_sql.hpp"

namespace earprint::metrics::publishing {

namespace {

namespace fs = std::filesystem;
using base::Result;

constexpr int kTriesMax = 5;  ///< of reading a state that is replaced while it is read

std::string NameOf(std::string_view text) {
  std::string name;
  const base::Hash128 hash = base::HashBytes(text);
  base::AppendHex(hash.high, 16, name);
  base::AppendHex(hash.low, 16, name);
  return name;
}

/// Written aside and moved, so that no half of a file is ever taken for one.
Result<void> WriteFile(const std::string& path, const std::string& bytes) {
  const std::string aside = path + ".new";
  std::ofstream file(aside, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  std::error_code failed;
  if (file) fs::rename(aside, path, failed);
  if (file && !failed) return {};
  return base::Fail(base::ErrorCode::kRetryLater, "keep a part", path, "the disk refuses",
                    "give the folder for temporary files room");
}

base::Failure NotHeld(const std::string& listener) {
  return base::Fail(base::ErrorCode::kNotFound, "choose listener", listener.substr(0, 60),
                    "the store holds nobody of that name", "earprint publish brings them there");
}

}  // namespace

SliceMirror::SliceMirror(ports::MetricStore& store, const MetricCatalogue& catalogue, MakeEngine make_engine,
                         SliceMirrorOptions options)
    : store_(store),
      catalogue_(catalogue),
      make_engine_(std::move(make_engine)),
      options_(std::move(options)) {}

SliceMirror::~SliceMirror() {
  seats_.clear();
  std::error_code ignored;
  fs::remove_all(options_.cache_folder, ignored);
}

std::shared_ptr<SliceMirror::Seat> SliceMirror::SeatOf(const std::string& listener) {
  const std::lock_guard lock(seats_mutex_);
  std::shared_ptr<Seat>& seat = seats_[listener];
  if (!seat) seat = std::make_shared<Seat>();
  seat->used_no = ++uses_;
  return seat;
}

Result<std::shared_ptr<LoadedSlice>> SliceMirror::Of(const std::string& listener) {
  const std::shared_ptr<Seat> seat = SeatOf(listener);
  Result<std::shared_ptr<LoadedSlice>> slice;
  {
    const std::lock_guard lock(seat->mutex);
    const auto now = std::chrono::steady_clock::now();
    if (seat->slice && now - seat->looked_at < options_.looks_apart) return seat->slice;
    slice = Refresh(listener, *seat);
    seat->looked_at = std::chrono::steady_clock::now();
  }
  if (slice) DropBeyondBound(listener);
  return slice;
}

/// The caller holds the seat's mutex.
Result<std::shared_ptr<LoadedSlice>> SliceMirror::Refresh(const std::string& listener, Seat& seat) {
  base::Error last;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    auto state = [&] {
      const std::lock_guard lock(store_mutex_);
      return store_.State(listener);
    }();
    if (!state) {
      if (seat.slice && state.error().code == base::ErrorCode::kRetryLater) return seat.slice;
      return std::unexpected(state.error());
    }
    if (state->data_version.empty()) {
      seat.slice.reset();  // forgotten: nothing of it stays
      std::error_code ignored;
      fs::remove_all(options_.cache_folder + "/" + NameOf(listener), ignored);
      return NotHeld(listener);
    }
    if (seat.slice && seat.slice->data_version == state->data_version) return seat.slice;
    auto loaded = LoadState(*state);
    if (loaded) return seat.slice = std::move(*loaded);
    last = std::move(loaded.error());
    if (seat.slice && last.code == base::ErrorCode::kRetryLater) return seat.slice;
    if (last.code != base::ErrorCode::kConflict) break;
  }
  return std::unexpected(std::move(last).Within("load " + listener));
}

Result<std::string> SliceMirror::FetchPart(const std::string& listener, const ports::PartName& name,
                                           const std::string& fingerprint, const std::string& folder) {
  const std::string path =
      folder + "/" + NameOf(name.relation + '\x1f' + name.chunk + '\x1f' + fingerprint) + ".parquet";
  if (fs::exists(path)) return path;
  auto bytes = [&] {
    const std::lock_guard lock(store_mutex_);
    return store_.ReadBytes(listener, name, fingerprint);
  }();
  if (!bytes) return std::unexpected(bytes.error());
  if (auto written = WriteFile(path, *bytes); !written) return std::unexpected(written.error());
  return path;
}

/// The files of every part of a state; those that earlier states left and this one does not need are removed.
Result<SliceMirror::Files> SliceMirror::Fetch(const ports::StoredListener& state, std::string& tables_sql) {
  const std::string folder = options_.cache_folder + "/" + NameOf(state.listener);
  std::error_code failed;
  fs::create_directories(folder, failed);
  Files files;
  std::set<std::string> needed;
  for (const auto& [name, print] : state.parts) {
    if (!name.relation.starts_with(kSlicePrefix)) continue;
    const std::string table = name.relation.substr(kSlicePrefix.size());
    if (!table.starts_with("silver_") && !table.starts_with("raw_") && name != SliceTablesPart()) continue;
    auto path = FetchPart(state.listener, name, print.fingerprint, folder);
    if (!path) return std::unexpected(path.error());
    needed.insert(*path);
    if (name == SliceTablesPart()) {
      std::ifstream file(*path, std::ios::binary);
      tables_sql.assign(std::istreambuf_iterator<char>(file), {});
    } else {
      files[table].push_back(*path);
    }
  }
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (!needed.contains(entry.path().string())) fs::remove(entry.path(), failed);
  }
  return files;
}

Result<std::shared_ptr<LoadedSlice>> SliceMirror::LoadState(const ports::StoredListener& state) {
  std::string tables_sql;
  auto files = Fetch(state, tables_sql);
  if (!files) return std::unexpected(files.error());
  if (tables_sql.empty()) {
    return base::Fail(base::ErrorCode::kCorrupt, "load a slice", state.listener,
                      "the store has no tables of it", "earprint publish writes it anew");
  }
  auto engine = make_engine_(options_.cache_folder);
  if (!engine) return std::unexpected(engine.error());
  auto session = (*engine)->Connect();
  if (!session) return std::unexpected(session.error());
  if (auto made = (*session)->Query(tables_sql); !made) return std::unexpected(made.error());
  for (const auto& [table, paths] : *files) {
    std::string list;
    for (const std::string& path : paths) list += (list.empty() ? "" : ", ") + SqlText(path);
    auto filled = (*session)->Query(
        fmt::format("insert into {} by name select * from read_parquet([{}])", table, list));
    if (!filled) return std::unexpected(filled.error());
  }
  auto memory =
      (*session)->Query("select cast(coalesce(sum(memory_usage_bytes), 0) as bigint) from duckdb_memory()");
  if (!memory) return std::unexpected(memory.error());
  auto loaded = std::make_shared<LoadedSlice>();
  loaded->data_version = state.data_version;
  loaded->memory_bytes = static_cast<std::uint64_t>(std::get<std::int64_t>(memory->rows[0][0]));
  loaded->engine = std::move(*engine);
  loaded->answerer = std::make_unique<Answerer>(*loaded->engine, catalogue_, options_.prelude,
                                                [version = state.data_version] { return version; });
  return loaded;
}

void SliceMirror::DropBeyondBound(const std::string& but) {
  const std::lock_guard lock(seats_mutex_);
  while (seats_.size() > 1) {
    std::uint64_t bytes = 0;
    auto oldest = seats_.end();
    for (auto at = seats_.begin(); at != seats_.end(); ++at) {
      const std::unique_lock sits(at->second->mutex, std::try_to_lock);
      if (!sits || !at->second->slice) continue;  // being loaded: counted when that is done
      bytes += at->second->slice->memory_bytes;
      if (at->first == but) continue;
      if (oldest == seats_.end() || at->second->used_no < oldest->second->used_no) oldest = at;
    }
    if (bytes <= options_.memory_max_bytes || oldest == seats_.end()) return;
    seats_.erase(oldest);
  }
}

SliceMirror::Load SliceMirror::Loaded() {
  const std::lock_guard lock(seats_mutex_);
  Load load;
  for (const auto& [listener, seat] : seats_) {
    const std::unique_lock sits(seat->mutex, std::try_to_lock);
    if (!sits || !seat->slice) continue;
    ++load.slices;
    load.bytes += seat->slice->memory_bytes;
  }
  return load;
}

Result<std::vector<ports::StoredListener>> SliceMirror::Look() {
  const std::lock_guard lock(look_mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (seen_at_ != Instant{} && now - seen_at_ < options_.looks_apart) return seen_;
  auto listeners = [&] {
    const std::lock_guard store_lock(store_mutex_);
    return store_.Listeners();
  }();
  if (!listeners) {
    if (seen_at_ == Instant{} || listeners.error().code != base::ErrorCode::kRetryLater) return listeners;
  } else {
    seen_ = std::move(*listeners);
  }
  seen_at_ = std::chrono::steady_clock::now();
  return seen_;
}

Result<std::vector<std::string>> SliceMirror::Listeners() {
  auto seen = Look();
  if (!seen) return std::unexpected(seen.error());
  std::vector<std::string> names;
  for (const ports::StoredListener& each : *seen) names.push_back(each.listener);
  return names;
}

Result<std::string> SliceMirror::Version() {
  auto seen = Look();
  if (!seen) return std::unexpected(seen.error());
  if (seen->size() == 1) return seen->front().data_version;
  std::string all;
  for (const ports::StoredListener& each : *seen) all += each.listener + '\x1f' + each.data_version + '\n';
  return NameOf(all).substr(0, 16);
}

}  // namespace earprint::metrics::publishing
