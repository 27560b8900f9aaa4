#include "adapters/postgres/postgres_change.hpp"

#include <fmt/format.h>

#include <utility>

#include "adapters/postgres/postgres_text.hpp"
#include "model/answer_json.hpp"
#include "model/event_line.hpp"

namespace earprint::adapters {

namespace {

constexpr std::string_view kPlays = "plays";
constexpr std::string_view kAnswers = "answers";
constexpr std::string_view kSlicePrefix = "slice/";

/// "2020-03-01" is the month that begins there. Nothing else can be a part of plays.
bool IsMonth(const std::string& chunk) {
  return chunk.size() == 10 && chunk.ends_with("-01") &&
         chunk.find_first_not_of("0123456789-") == std::string::npos;
}

/// Makes the partitions of plays that are missing, in a transaction of its own: they are everybody's, and
/// readers wait for no one's rows.
void MakePartitions(pqxx::connection& connection, const ports::PartPrints& target) {
  pqxx::work work(connection);
  std::set<std::string> there;
  for (const auto& row :
       work.exec("select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where "
                 "i.inhparent = 'earprint.plays'::regclass")) {
    there.insert(row[0].c_str());
  }
  bool has_lock = false;
  for (const auto& [name, print] : target) {
    if (name.relation != kPlays || !IsMonth(name.chunk)) continue;
    const std::string table = fmt::format("plays_{}_{}", name.chunk.substr(0, 4), name.chunk.substr(5, 2));
    if (there.contains(table)) continue;
    // Attaching one that was made aside lets readers go on, which making it as a partition does not.
    if (!std::exchange(has_lock, true)) work.exec("select pg_advisory_xact_lock(4715269923472)");
    work.exec(
        fmt::format("do $$ begin if to_regclass('earprint.{0}') is null then "
                    "create table earprint.{0} (like earprint.plays including all); "
                    "alter table earprint.plays attach partition earprint.{0} for values from ('{1}') to "
                    "(timestamptz '{1}' + "
                    "interval '1 month'); end if; end $$",
                    table, name.chunk));
  }
  work.commit();
}

}  // namespace

ports::PartPrints ReadPostgresParts(pqxx::transaction_base& work, const std::string& listener) {
  ports::PartPrints parts;
  for (const auto& row : work.exec_params(
           "select relation, chunk, fingerprint, row_count from earprint.parts where listener = $1",
           listener)) {
    parts[{row[0].c_str(), row[1].c_str()}] = {row[2].c_str(), row[3].as<std::int64_t>()};
  }
  return parts;
}

base::Result<std::unique_ptr<PostgresChange>> PostgresChange::Begin(PostgresLink& link,
                                                                    const std::string& listener,
                                                                    const ports::PartPrints& target) {
  return link.Try("begin a change", [&]() -> base::Result<std::unique_ptr<PostgresChange>> {
    if (auto migrated = link.Migrate(); !migrated) return std::unexpected(migrated.error());
    MakePartitions(link.Open(), target);
    auto change = std::unique_ptr<PostgresChange>(new PostgresChange(link, listener));
    change->work_ = std::make_unique<pqxx::work>(link.Open());
    pqxx::work& work = *change->work_;
    try {
      work.exec_params("select pg_advisory_xact_lock(hashtextextended($1, 4715))", listener);
      work.exec_params(
          "insert into earprint.listeners (listener, data_version) values ($1, '') on conflict do nothing",
          listener);
      change->held_ = ReadPostgresParts(work, listener);
    } catch (...) {
      change->work_.reset();  // before its connection
      throw;
    }
    return change;
  });
}

PostgresChange::~PostgresChange() { End(); }

void PostgresChange::End() {
  stages_.clear();
  const auto owed = link_.Wait();
  try {
    work_.reset();
  } catch (const std::exception&) {
    link_.GiveUp();  // a rollback that fails leaves nothing behind: the server ends the transaction with the
                     // connection
  }
}

template <typename Work>
base::Result<void> PostgresChange::Try(const Work& work) {
  if (failure_) return std::unexpected(*failure_);
  const auto owed = link_.Wait();
  try {
    work();
    return {};
  } catch (const std::exception& error) {
    failure_ = link_.ErrorOf("write to the store", error);
    End();
    link_.GiveUp();
    return std::unexpected(*failure_);
  }
}

PostgresStage& PostgresChange::Stage(const std::string& table, const std::vector<std::string>& columns,
                                     const std::vector<std::string>& key) {
  const auto found = stages_.find(table);
  if (found != stages_.end()) return found->second;
  return stages_.emplace(table, PostgresStage(*work_, table, columns, key)).first->second;
}

void PostgresChange::Note(const ports::PartName& name, const ports::PartPrint& print) {
  Stage("parts", {"listener", "relation", "chunk", "fingerprint", "row_count"}, {"relation", "chunk"})
      .PutRow({listener_, name.relation, name.chunk, print.fingerprint, std::to_string(print.rows)});
}

base::Result<void> PostgresChange::PutRows(const ports::StoredRelation& relation, const ports::PartName& name,
                                           const ports::PartPrint& print,
                                           const std::vector<std::vector<ports::Cell>>& rows) {
  return Try([&] {
    std::vector<std::string> columns = {"listener", "part"};
    for (const ports::StoredColumn& column : relation.columns) columns.push_back(PostgresColumn(column.name));
    std::vector<std::string> key = relation.key;
    if (relation.name == kPlays)
      key.emplace_back("ended_at");  // a partitioned table's key has what it is cut by
    Stage(relation.name, columns, key).PutPart(listener_, name.chunk, relation, rows);
    Note(name, print);
  });
}

base::Result<void> PostgresChange::PutBytes(const ports::PartName& name, const ports::PartPrint& print,
                                            const std::string& bytes) {
  return Try([&] {
    std::string hex = "\\x";
    hex.reserve(2 + bytes.size() * 2);
    for (const char byte : bytes) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      hex += kDigits[static_cast<unsigned char>(byte) >> 4U];
      hex += kDigits[static_cast<unsigned char>(byte) & 15U];
    }
    Stage("slices", {"listener", "relation", "chunk", "fingerprint", "bytes"}, {"relation", "chunk"})
        .PutRow({listener_, name.relation, name.chunk, print.fingerprint, hex});
    Note(name, print);
  });
}

base::Result<void> PostgresChange::PutAnswer(const ports::PartPrint& print,
                                             const ports::StoredAnswer& stored) {
  return Try([&] {
    const model::Answer& answer = stored.answer;
    std::string columns, rows, limits;
    model::AppendJsonColumns(answer.columns, true, columns);
    model::AppendJsonRows(answer, rows);
    model::ReplaceZeros(rows);  // jsonb refuses them, see AppendPostgresText
    model::AppendJsonLimits(answer.limits, limits);
    Stage("metrics", {"listener", "key", "metric", "conditions", "columns", "rows", "limits"}, {"key"})
        .PutRow(
            {listener_, stored.key, answer.question.metric, stored.conditions_json, columns, rows, limits});
    Note({std::string(kAnswers), stored.key}, print);
  });
}

base::Result<void> PostgresChange::Drop(const ports::PartName& name) {
  return Try([&] {
    for (auto& [table, stage] : stages_) stage.Flush();
    if (name.relation == kAnswers) {
      work_->exec_params("delete from earprint.metrics where listener = $1 and key = $2", listener_,
                         name.chunk);
    } else if (name.relation.starts_with(kSlicePrefix)) {
      work_->exec_params("delete from earprint.slices where listener = $1 and relation = $2 and chunk = $3",
                         listener_, name.relation, name.chunk);
    } else {
      work_->exec_params(
          "delete from earprint." + work_->quote_name(name.relation) + " where listener = $1 and part = $2",
          listener_, name.chunk);
    }
    work_->exec_params("delete from earprint.parts where listener = $1 and relation = $2 and chunk = $3",
                       listener_, name.relation, name.chunk);
  });
}

base::Result<void> PostgresChange::Commit(const std::string& data_version) {
  auto committed = Try([&] {
    for (auto& [table, stage] : stages_) stage.Flush();
    work_->exec_params(
        "update earprint.listeners set data_version = $2, published_at = now() where listener = $1",
        listener_, data_version);
    // An answer that stayed as it was holds of this version too.
    work_->exec_params(
        "update earprint.metrics set data_version = $2 where listener = $1 and data_version <> $2", listener_,
        data_version);
    work_->commit();
  });
  if (committed) End();
  return committed;
}

}  // namespace earprint::adapters
