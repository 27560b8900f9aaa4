#include "app/stores/store_backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "adapters/duckdb/duckdb_engine.hpp"
#include "app/asker.hpp"
#include "app/listener_choice.hpp"
#include "app/openapi.hpp"
#include "app/serving/serving.hpp"
#include "base/embedded_file.hpp"
#include "metrics/answer_writer.hpp"
#include "model/conditions.hpp"

namespace earprint::app {

namespace {

constexpr std::uint64_t kLoadMinBytes = 256ULL << 20;  ///< a slice may be larger than the bound of all

}  // namespace

StoreAsker::StoreAsker(std::unique_ptr<ports::MetricStore> store, metrics::MetricCatalogue catalogue,
                       Options options)
    : store_(std::move(store)), catalogue_(std::move(catalogue)), options_(std::move(options)) {}

base::Result<std::unique_ptr<StoreAsker>> StoreAsker::Make(std::unique_ptr<ports::MetricStore> store,
                                                           Options options) {
  auto catalogue = metrics::MetricCatalogue::Load(base::sql_files());
  if (!catalogue) return std::unexpected(catalogue.error());
  auto folder = CacheFolder::Make(std::filesystem::temp_directory_path().string());
  if (!folder) return std::unexpected(folder.error());
  std::unique_ptr<StoreAsker> asker(
      new StoreAsker(std::move(store), std::move(*catalogue), std::move(options)));
  asker->folder_ = std::move(*folder);
  const std::uint64_t bound = asker->options_.memory_max_bytes;
  const auto make_engine =
      [bound](const std::string& readable_folder,
              const std::string& spill_folder) -> base::Result<std::unique_ptr<ports::QueryEngine>> {
    auto engine = adapters::DuckDbEngine::Open({.temp_folder = spill_folder,
                                                .readable_folder = readable_folder,
                                                .memory_max_bytes = std::max(bound, kLoadMinBytes)});
    if (!engine) return std::unexpected(engine.error());
    return std::move(*engine);
  };
  asker->mirror_ = std::make_unique<metrics::publishing::SliceMirror>(
      *asker->store_, asker->catalogue_, make_engine,
      metrics::publishing::SliceMirrorOptions{EnginePrelude(), asker->SlicesFolder(), bound,
                                              asker->options_.looks_apart, asker->options_.wait_max});
  return asker;
}

base::Result<std::string> StoreAsker::ListenerOr(const std::string& named) {
  auto seen = mirror_->Seen();
  if (!seen) return std::unexpected(seen.error());
  return ChooseListener((*seen)->names, named);
}

base::Result<StoreAsker::Meant> StoreAsker::Choose(const std::string& named) {
  auto listener = named.empty() ? ListenerOr(named) : base::Result<std::string>(named);
  if (!listener) return std::unexpected(listener.error());
  auto slice = mirror_->Of(*listener);
  if (slice) return Meant{std::move(*listener), std::move(*slice)};
  // Only who names nobody is told who there is: all others are answered without a look at the names.
  if (slice.error().code == base::ErrorCode::kNotFound) {
    if (auto known = ListenerOr(*listener); !known) return std::unexpected(known.error());
  }
  return std::unexpected(slice.error());
}

base::Result<std::shared_ptr<const model::Answer>> StoreAsker::Ask(
    const std::string& metric, const std::string& listener, std::span<const model::ConditionPair> pairs) {
  auto conditions = model::ParseConditions(pairs, options_.default_tz);
  if (!conditions) return std::unexpected(conditions.error());
  auto meant = Choose(listener);
  if (!meant) return std::unexpected(meant.error());
  return meant->slice->answerer->Ask({metric, meant->listener, std::move(*conditions)});
}

std::string StoreAsker::FiguresText() {
  const auto load = mirror_->Loaded();
  return fmt::format(
      "# HELP earprint_store_is_there Whether the store answered when it was last looked at.\n"
      "# TYPE earprint_store_is_there gauge\n"
      "earprint_store_is_there {}\n"
      "# HELP earprint_store_failed_looks_total Times that the store did not answer.\n"
      "# TYPE earprint_store_failed_looks_total counter\n"
      "earprint_store_failed_looks_total {}\n"
      "# HELP earprint_slices_loaded Listeners that are answered from memory.\n"
      "# TYPE earprint_slices_loaded gauge\n"
      "earprint_slices_loaded {}\n"
      "# HELP earprint_slices_bytes What they and their kept answers take of memory.\n"
      "# TYPE earprint_slices_bytes gauge\n"
      "earprint_slices_bytes {}\n"
      "# HELP earprint_slices_evicted_total Listeners that were dropped since they were too much together.\n"
      "# TYPE earprint_slices_evicted_total counter\n"
      "earprint_slices_evicted_total {}\n",
      load.is_store_there ? 1 : 0, load.failed_looks, load.slices, load.bytes, load.evictions);
}

server::ApiBackend StoreAsker::Backend() {
  server::ApiBackend backend;
  backend.ask = [this](const std::string& metric, const std::string& listener,
                       server::ApiBackend::Pairs pairs,
                       const std::string& format) -> base::Result<server::WrittenAnswer> {
    if (auto known = CheckFormat(format); !known) return std::unexpected(known.error());
    auto answer = Ask(metric, listener, pairs);
    if (!answer) return std::unexpected(answer.error());
    return WriteAnswer(**answer, format);
  };
  backend.values_json = [this](const std::string& dimension, const std::string& text,
                               const std::string& listener, std::int64_t limit) -> base::Result<std::string> {
    auto meant = Choose(listener);
    if (!meant) return std::unexpected(meant.error());
    return ValuesJson(*meant->slice->answerer, dimension, text, meant->listener, limit);
  };
  backend.listeners_json = [this] { return ListenersJson(mirror_->Listeners()); };
  backend.data_version = [this] { return mirror_->Version(); };
  backend.catalogue_json = [this] { return metrics::CatalogueJson(catalogue_); };
  backend.more_figures = [this] { return FiguresText(); };
  backend.openapi_json = [this] { return OpenApiJson(catalogue_); };
  backend.import = [](const ports::ImportRequest&,
                      const ports::ImportObserver&) -> base::Result<ports::ImportSummary> {
    return base::Fail(base::ErrorCode::kUnsupported, "import", "", "this server answers from a store",
                      "import where the data folder is, and publish from there");
  };
  return backend;
}

}  // namespace earprint::app
