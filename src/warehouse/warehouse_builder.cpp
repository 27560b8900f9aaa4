#include "warehouse/warehouse_builder.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "warehouse/lake_files.hpp"
#include "warehouse/play_loader.hpp"

namespace earprint::warehouse {

namespace {

using base::ErrorCode;
namespace fs = std::filesystem;

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

const std::string kMarkKey = "mark.";

// How a model of days is built that changes another table too.
constexpr std::string_view kInto = "days into ", kOutOf = "days out of ";

/// A model's rows as they are kept: those of days with the load that built them.
std::string RowsOf(const model::SqlFile& model) {
  const bool is_of_days = model.Field("build").starts_with("days");
  return std::string("select ") + (is_of_days ? "p_load_no() as load_no, " : "") + "* from (" + model.body +
         ")";
}

std::string OffsetKey(model::EventType type) { return "offset." + std::string(model::TypeName(type)); }

}  // namespace

WarehouseBuilder::WarehouseBuilder(ports::QueryEngine& engine, const ports::EventLog& log,
                                   const ModelGraph& graph, std::string prelude, std::string scratch_folder)
    : engine_(engine),
      log_(log),
      graph_(graph),
      prelude_(std::move(prelude)),
      scratch_folder_(std::move(scratch_folder)) {}

base::Result<void> WarehouseBuilder::Run(const std::string& sql) {
  auto ran = session_->Query(sql);
  if (!ran) return std::unexpected(std::move(ran.error()).Within("build the warehouse"));
  return {};
}

base::Result<void> WarehouseBuilder::Open() {
  auto session = engine_.Connect();
  if (!session) return std::unexpected(session.error());
  session_ = std::move(*session);
  if (auto ran = Run(prelude_); !ran) return ran;
  if (auto ran = Run("create table if not exists warehouse_state(key varchar, value varchar)"); !ran)
    return ran;
  auto stored = session_->Query("select value from warehouse_state where key = 'fingerprint'");
  if (!stored) return std::unexpected(stored.error());
  if (stored->rows.empty()) return MakeTables();
  if (std::get<std::string>(stored->rows[0][0]) != graph_.fingerprint) {
    return base::Fail(ErrorCode::kConflict, "open the warehouse", "",
                      "it was made by other models than this program's");
  }
  return {};
}

base::Result<void> WarehouseBuilder::MakeTables() {
  if (auto made = MakeStagedPlays(*session_); !made) return made;
  if (auto ran = Run("begin; create or replace temp macro p_load_no() as cast(0 as bigint)"); !ran)
    return ran;
  if (auto made = MakeLakeViews(Ends(), Ends()); !made) return made;
  for (const model::SqlFile& model : graph_.models) {
    const bool is_temp = model.Field("build") == "temp";
    const std::string sql = "create " + std::string(is_temp ? "or replace temp " : "") + "table " +
                            model.name + " as " + RowsOf(model) + " limit 0";
    if (auto ran = Run(sql); !ran) return ran;
  }
  if (auto ran = Run("insert into warehouse_state values ('fingerprint', " + Quoted(graph_.fingerprint) +
                     "), ('data_version', 'empty')");
      !ran) {
    return ran;
  }
  return Run("commit");
}

base::Result<WarehouseBuilder::Offsets> WarehouseBuilder::StoredOffsets() {
  auto table = session_->Query("select key, value from warehouse_state where key like 'offset.%'");
  if (!table) return std::unexpected(table.error());
  Offsets offsets;
  for (const model::EventType type : model::kEventTypes) {
    offsets[type] = 0;
    for (const auto& row : table->rows) {
      if (std::get<std::string>(row[0]) != OffsetKey(type)) continue;
      const auto& text = std::get<std::string>(row[1]);
      std::from_chars(text.data(), text.data() + text.size(), offsets[type]);
    }
  }
  return offsets;
}

base::Result<void> WarehouseBuilder::MakeLakeViews(const Offsets& from, const Offsets& to) {
  const fs::path nothing = fs::path(scratch_folder_) / "type=none" / "date=1970-01-01" / "empty.jsonl";
  std::error_code failed;
  fs::create_directories(nothing.parent_path(), failed);
  if (!std::ofstream(nothing)) {
    return base::Fail(ErrorCode::kRetryLater, "build the warehouse", nothing.string(), "cannot write there");
  }
  for (const model::SqlFile& view : graph_.lake) {
    std::string body = view.body;
    // Plays are staged, all else is read from files.
    bool has_rows = view.List("inputs") == std::vector<std::string>{"segments"}
                        ? from.at(model::EventType::kPlay) != to.at(model::EventType::kPlay)
                        : IsConcerned(view);
    for (const auto& [type, offset] : from) {
      const bool is_of_files = body.contains("{segments}");
      if (!is_of_files || view.name != "lake_" + std::string(model::TypeName(type))) continue;
      auto files = FilesToRead(log_, type, offset, scratch_folder_);
      if (!files) return std::unexpected(files.error());
      has_rows = !files->empty();
      if (files->empty()) files->push_back(nothing.string());
      std::string list;
      for (const std::string& file : *files) list += (list.empty() ? "[" : ", ") + Quoted(file);
      body = Replaced(std::move(body), "{segments}", list + "]");
    }
    if (auto ran = Run("create or replace temp view " + view.name + " as " + body); !ran) return ran;
    if (!has_rows) unchanged_.insert(view.name);
  }
  return {};
}

base::Result<std::uint64_t> WarehouseBuilder::NextLoadNo() {
  auto table = session_->Query(
      "select coalesce(max(cast(value as bigint)), 0) + 1 from warehouse_state where key = 'load_no'");
  if (!table) return std::unexpected(table.error());
  return static_cast<std::uint64_t>(std::get<std::int64_t>(table->rows[0][0]));
}

WarehouseBuilder::Offsets WarehouseBuilder::Ends() const {
  Offsets ends;
  for (const model::EventType type : model::kEventTypes) ends[type] = log_.End(type);
  return ends;
}

std::string WarehouseBuilder::DataVersion(const Offsets& ends) const {
  std::string state = graph_.fingerprint;
  for (const model::EventType type : model::kEventTypes) state += ' ' + std::to_string(ends.at(type));
  std::string version;
  base::AppendHex(base::HashBytes(state).high, 16, version);
  return version;
}

base::Result<void> WarehouseBuilder::StoreState(const std::string& data_version, const Offsets& to) {
  std::string sql =
      "delete from warehouse_state where key like 'offset.%' or key in ('data_version', 'load_no');"
      "insert into warehouse_state values ('data_version', " +
      Quoted(data_version) + "), ('load_no', cast(p_load_no() as varchar))";
  for (const model::EventType type : model::kEventTypes) {
    sql += ", (" + Quoted(OffsetKey(type)) + ", '" + std::to_string(to.at(type)) + "')";
  }
  return Run(sql);
}

base::Result<void> WarehouseBuilder::StoreMarks(const Marks& marks) {
  if (marks.empty()) return {};
  std::string names, rows;
  for (const auto& [name, value] : marks) {
    const std::string key = Quoted(kMarkKey + name);
    names += (names.empty() ? "" : ", ") + key;
    rows += (rows.empty() ? "(" : ", (") + key + ", " + Quoted(value) + ")";
  }
  return Run("delete from warehouse_state where key in (" + names + "); insert into warehouse_state values " +
             rows);
}

base::Result<Marks> WarehouseBuilder::StoredMarks() {
  auto table = session_->Query("select key, value from warehouse_state where starts_with(key, " +
                               Quoted(kMarkKey) + ")");
  if (!table) return std::unexpected(table.error());
  Marks marks;
  for (const auto& row : table->rows)
    marks[std::get<std::string>(row[0]).substr(kMarkKey.size())] = std::get<std::string>(row[1]);
  return marks;
}

/// Puts the touched days' rows of a model into another table as well, or takes them out of it.
base::Result<void> WarehouseBuilder::MoveDays(const std::string& name, std::string_view build) {
  const bool is_into = build.starts_with(kInto);
  if (!is_into && !build.starts_with(kOutOf)) return {};
  const std::string other(base::Trim(build.substr((is_into ? kInto : kOutOf).size())));
  if (!is_into)
    return Run("delete from " + other + " p using " + name +
               " x where p.load_no = p_load_no() and p.play_id = x.play_id");
  auto table = session_->Query("select * from " + other + " limit 0");
  if (!table) return std::unexpected(table.error());
  std::string columns;
  for (const std::string& column : table->columns) columns += (columns.empty() ? "" : ", ") + column;
  return Run("insert into " + other + " select " + columns + " from " + name +
             " p where exists (select 1 from touched_day t where t.listener_key = p.listener_key and "
             "t.ended_day = p.ended_day)");
}

/// Runs a statement that writes rows. Gives how many it wrote.
base::Result<std::int64_t> WarehouseBuilder::Write(const std::string& sql) {
  auto written = session_->Query(sql);
  if (!written) return std::unexpected(std::move(written.error()).Within("build the warehouse"));
  return std::get<std::int64_t>(written->rows.at(0).at(0));
}

/// Whether a model may have other rows than are there: what it is made of is not as the last load left it.
bool WarehouseBuilder::IsConcerned(const model::SqlFile& model) const {
  // A table of days is made of much; no row of it is another where no day is touched.
  if (model.Field("build").starts_with("days")) return !unchanged_.contains("touched_day");
  const auto inputs = model.List("inputs");
  return std::ranges::any_of(
      inputs, [&](const std::string& input) { return input != model.name && !unchanged_.contains(input); });
}

base::Result<bool> WarehouseBuilder::HasRows(const std::string& table) {
  if (const auto temp = temps_.find(table); temp != temps_.end()) return temp->second;
  auto rows = session_->Query("select 1 from " + table + " limit 1");
  if (!rows) return std::unexpected(std::move(rows.error()).Within("build the warehouse"));
  return !rows->rows.empty();
}

/// Makes a temp table anew; one that has no rows and is to have none stays.
base::Result<std::int64_t> WarehouseBuilder::MakeTemp(const model::SqlFile& model, bool has_rows) {
  const auto made = temps_.find(model.name);
  if (!has_rows && made != temps_.end() && !made->second) return 0;
  auto count = Write("create or replace temp table " + model.name + " as " + RowsOf(model) +
                     (has_rows ? "" : " limit 0"));
  if (count) temps_[model.name] = *count > 0;
  return count;
}

/// Puts a model's rows into its table. Gives how many are other than before, at most.
base::Result<std::int64_t> WarehouseBuilder::Apply(const model::SqlFile& model) {
  const std::string& name = model.name;
  const std::string_view build = model.Field("build");
  if (!IsConcerned(model)) return build == "temp" ? MakeTemp(model, false) : base::Result<std::int64_t>(0);
  bool has_rows = true;
  if (const std::string needed(model.Field("needs")); !needed.empty()) {
    auto found = HasRows(needed);
    if (!found) return std::unexpected(found.error());
    has_rows = *found;
  }
  if (build == "temp") return MakeTemp(model, has_rows);
  if (build.starts_with("keys ")) return ReplaceKeys(model, has_rows);
  const std::string insert = "insert into " + name + " " + RowsOf(model);
  if (build == "append") return has_rows ? Write(insert) : 0;
  if (build == "replace") {
    if (auto ran = Run("delete from " + name); !ran) return std::unexpected(ran.error());
    if (has_rows) {
      if (auto ran = Run(insert); !ran) return std::unexpected(ran.error());
    }
    return 1;
  }
  if (build == "days" || build.starts_with(kInto) || build.starts_with(kOutOf)) {
    auto built = Run("delete from " + name +
                     " p using touched_day t where p.load_no in (select load_no from touched_load) and "
                     "p.listener_key = t.listener_key and p.ended_day = t.ended_day");
    if (built && has_rows) built = Run(insert);
    if (built) built = MoveDays(name, build);
    return built ? base::Result<std::int64_t>(1) : std::unexpected(built.error());
  }
  return base::Fail(ErrorCode::kCorrupt, "build the warehouse", model.path,
                    "unknown build '" + std::string(build) + "'");
}

/// Puts in place of the rows of each key that the model names those that it has of it.
base::Result<std::int64_t> WarehouseBuilder::ReplaceKeys(const model::SqlFile& model, bool has_rows) {
  if (!has_rows) return 0;
  const std::string key(base::Trim(model.Field("build").substr(std::string_view("keys ").size())));
  auto count = Write("create or replace temp table fresh as " + RowsOf(model));
  if (!count || *count == 0) return count;
  auto put = Run("delete from " + model.name + " where " + key + " in (select " + key +
                 " from fresh); insert into " + model.name + " select * from fresh; drop table fresh");
  return put ? count : std::unexpected(put.error());
}

base::Result<BuildReport> WarehouseBuilder::Build(const Offsets& from, const Offsets& to,
                                                  const Marks& marks) {
  auto load_no = NextLoadNo();
  if (!load_no) return std::unexpected(load_no.error());
  if (auto ran =
          Run("create or replace temp macro p_load_no() as cast(" + std::to_string(*load_no) + " as bigint)");
      !ran) {
    return std::unexpected(ran.error());
  }
  unchanged_.clear();
  if (*load_no > 1) unchanged_.insert("nothing");  // what a model of constants is made of
  if (auto made = MakeLakeViews(from, to); !made) return std::unexpected(made.error());
  for (std::size_t i = 0; i < graph_.models.size(); ++i) {
    const model::SqlFile& model = graph_.models[i];
    if (on_step) on_step(model.name, i, graph_.models.size());
    auto changes = Apply(model);
    if (!changes) return std::unexpected(changes.error());
    if (*changes == 0) unchanged_.insert(model.name);
  }
  BuildReport report{true, DataVersion(to)};
  if (auto stored = StoreState(report.data_version, to); !stored) return std::unexpected(stored.error());
  if (auto stored = StoreMarks(marks); !stored) return std::unexpected(stored.error());
  return report;
}

/// One portion: of the plays as many as one transaction takes, of all else what there is.
base::Result<BuildReport> WarehouseBuilder::TakeIn(Offsets from, const Marks& marks, Offsets& to) {
  to = Ends();
  // Before the transaction: the engine reads what is committed on all cores.
  auto reached = LoadPlays(log_, from.at(model::EventType::kPlay), plays_at_once, *session_);
  if (!reached) return std::unexpected(std::move(reached.error()).Within("build the warehouse"));
  const bool is_last = *reached == to.at(model::EventType::kPlay);
  to[model::EventType::kPlay] = *reached;
  if (auto begun = Run("begin"); !begun) return std::unexpected(begun.error());
  auto report = Build(from, to, is_last ? marks : Marks());  // a mark holds once all is here
  if (!report) {
    (void)session_->Query("rollback");  // the first failure is the one to tell
    temps_.clear();
  } else if (auto committed = Run("commit"); !committed) {
    report = std::unexpected(committed.error());
    temps_.clear();
  }
  // Their memory goes back; the next load makes them anew.
  if (auto emptied = MakeStagedPlays(*session_); !emptied && report)
    report = std::unexpected(emptied.error());
  std::error_code ignored;
  fs::remove_all(scratch_folder_, ignored);
  return report;
}

base::Result<BuildReport> WarehouseBuilder::CatchUp(const Marks& marks) {
  auto reached = StoredOffsets();
  if (!reached) return std::unexpected(reached.error());
  const Offsets ends = Ends();
  if (*reached == ends) {
    if (auto stored = StoreMarks(marks); !stored) return std::unexpected(stored.error());
    return BuildReport{false, DataVersion(ends)};
  }
  base::Result<BuildReport> report;
  do {
    report = TakeIn(*reached, marks, *reached);
  } while (report && reached->at(model::EventType::kPlay) < ends.at(model::EventType::kPlay));
  return report;
}

}  // namespace earprint::warehouse
