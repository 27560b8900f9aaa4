#include "warehouse/model_graph.hpp"

#include <algorithm>
#include <set>

#include "base/hash.hpp"

namespace earprint::warehouse {

namespace {

using base::ErrorCode;

// What the builder looks into for every model of days, though none may name it.
constexpr std::string_view kDaysOf = "touched_load";

// How a text of an event is read before any model sees it; a warehouse that was filled otherwise is made
// anew.
constexpr std::string_view kReadAs = "U+0000 as U+FFFD\n";

/// Moves the files whose inputs are all made already from `waiting` to `ordered`; false when none could.
bool TakeReady(std::vector<model::SqlFile>& waiting, std::vector<model::SqlFile>& ordered,
               std::set<std::string>& made) {
  for (auto file = waiting.begin(); file != waiting.end(); ++file) {
    const auto inputs = file->List("inputs");
    const auto befores = file->List("after");
    const auto is_made = [&](const std::string& input) {
      // A model may merge with itself; one of constants has no inputs.
      return input == file->name || input == "segments" || input == "nothing" || made.contains(input);
    };
    if (!std::ranges::all_of(inputs, is_made) || !std::ranges::all_of(befores, is_made)) continue;
    if (file->Field("build").starts_with("days") && !made.contains(std::string(kDaysOf))) continue;
    made.insert(file->name);
    ordered.push_back(std::move(*file));
    waiting.erase(file);
    return true;
  }
  return false;
}

}  // namespace

base::Result<ModelGraph> LoadModelGraph(std::span<const base::EmbeddedFile> files, std::string_view engine) {
  ModelGraph graph;
  std::vector<model::SqlFile> waiting;
  std::string all(kReadAs);
  const std::string engine_suffix = "." + std::string(engine) + ".sql";
  for (const base::EmbeddedFile& embedded : files) {
    const bool is_lake = embedded.path.starts_with("lake/") && embedded.path.ends_with(engine_suffix);
    const bool is_model = embedded.path.starts_with("raw/") || embedded.path.starts_with("silver/");
    if (!is_lake && !is_model && embedded.path != "prelude/" + std::string(engine) + ".sql") continue;
    all += embedded.tag;
    if (!is_lake && !is_model) continue;
    auto file = model::ParseSqlFile(embedded.path, embedded.body);
    if (!file) return std::unexpected(file.error());
    if (std::ranges::find(waiting, file->name, &model::SqlFile::name) != waiting.end()) {
      return base::Fail(ErrorCode::kCorrupt, "order the SQL models", file->path,
                        "another file makes " + file->name + " too");
    }
    const std::string needed(file->Field("needs"));
    const auto inputs = file->List("inputs");
    if (!needed.empty() && std::ranges::find(inputs, needed) == inputs.end()) {
      return base::Fail(ErrorCode::kCorrupt, "order the SQL models", file->path,
                        "it needs " + needed + ", which is none of its inputs");
    }
    waiting.push_back(std::move(*file));
  }
  std::vector<model::SqlFile> ordered;
  std::set<std::string> made;
  while (TakeReady(waiting, ordered, made)) {
  }
  if (!waiting.empty()) {
    return base::Fail(ErrorCode::kCorrupt, "order the SQL models", waiting.front().path,
                      "an input is made by no file, or inputs run in a circle: " +
                          std::string(waiting.front().Field("inputs")));
  }
  for (model::SqlFile& file : ordered) {
    (file.layer == "lake" ? graph.lake : graph.models).push_back(std::move(file));
  }
  base::AppendHex(base::HashBytes(all).high, 16, graph.fingerprint);
  return graph;
}

}  // namespace earprint::warehouse
