#include "metrics/publishing/slice_loader.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "base/hash.hpp"
#include "metrics/publishing/listener_slice.hpp"
#include "metrics/selection_sql.hpp"

namespace earprint::metrics::publishing {

namespace {

namespace fs = std::filesystem;
using base::Result;

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

}  // namespace

LoadedSlice::~LoadedSlice() {
  answerer.reset();
  engine.reset();
  std::error_code ignored;
  if (!spill_folder.empty()) fs::remove_all(spill_folder, ignored);
}

Result<void> LoadedSlice::Measure() {
  auto session = engine->Connect();
  if (!session) return std::unexpected(session.error());
  auto memory =
      (*session)->Query("select cast(coalesce(sum(memory_usage_bytes), 0) as bigint) from duckdb_memory()");
  if (!memory) return std::unexpected(memory.error());
  engine_bytes = static_cast<std::uint64_t>(std::get<std::int64_t>(memory->rows[0][0]));
  return {};
}

std::string SliceLoader::FolderOf(const std::string& listener) const {
  return options_.cache_folder + "/listener-" + base::HashText(listener);
}

void SliceLoader::Remove(const std::string& listener) {
  std::error_code ignored;
  fs::remove_all(FolderOf(listener), ignored);
}

Result<std::string> SliceLoader::FetchPart(const std::string& listener, const ports::PartName& name,
                                           const std::string& fingerprint, const std::string& folder) {
  const std::string path =
      folder + "/" + base::HashText(name.relation + '\x1f' + name.chunk + '\x1f' + fingerprint) + ".parquet";
  if (fs::exists(path)) return path;
  auto bytes = read_(listener, name, fingerprint);
  if (!bytes) return std::unexpected(bytes.error());
  if (auto written = WriteFile(path, *bytes); !written) return std::unexpected(written.error());
  return path;
}

/// The files of every part of a state; those that earlier states left and this one does not need are removed.
Result<SliceLoader::Files> SliceLoader::Fetch(const ports::StoredListener& state, std::string& tables_sql) {
  const std::string folder = FolderOf(state.listener);
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

/// Makes the tables, and lets the engine take no more from then on than it holds and needs for its work.
Result<void> SliceLoader::Fill(LoadedSlice& slice, const std::string& tables_sql, const Files& files) const {
  auto session = slice.engine->Connect();
  if (!session) return std::unexpected(session.error());
  if (auto made = (*session)->Query(tables_sql); !made) return std::unexpected(made.error());
  for (const auto& [table, paths] : files) {
    auto filled = (*session)->Query(
        fmt::format("insert into {} by name select * from read_parquet([{}])", table, SqlTexts(paths)));
    if (!filled) return std::unexpected(filled.error());
  }
  if (auto measured = slice.Measure(); !measured) return measured;
  const std::uint64_t limit_bytes = slice.engine_bytes + options_.work_max_bytes;
  auto limited = (*session)->Query(fmt::format("set memory_limit = '{}MiB'", (limit_bytes >> 20U) + 1));
  if (!limited) return std::unexpected(limited.error());
  return {};
}

Result<std::shared_ptr<LoadedSlice>> SliceLoader::Load(const ports::StoredListener& state) {
  std::string tables_sql;
  auto files = Fetch(state, tables_sql);
  if (!files) return std::unexpected(files.error());
  if (tables_sql.empty()) {
    return base::Fail(base::ErrorCode::kCorrupt, "load a slice", state.listener,
                      "the store has no tables of it", "earprint publish writes it anew");
  }
  auto loaded = std::make_shared<LoadedSlice>();
  loaded->data_version = state.data_version;
  loaded->spill_folder = options_.cache_folder + "/spill-" + std::to_string(++engines_);
  auto engine = make_engine_(FolderOf(state.listener), loaded->spill_folder);
  if (!engine) return std::unexpected(engine.error());
  loaded->engine = std::move(*engine);
  if (auto filled = Fill(*loaded, tables_sql, *files); !filled) return std::unexpected(filled.error());
  loaded->answerer = std::make_unique<Answerer>(*loaded->engine, catalogue_, options_.prelude,
                                                [version = state.data_version] { return version; });
  return loaded;
}

}  // namespace earprint::metrics::publishing
