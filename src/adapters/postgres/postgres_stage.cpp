#include "adapters/postgres/postgres_stage.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "adapters/postgres/postgres_copy_line.hpp"
#include "adapters/postgres/postgres_text.hpp"

namespace earprint::adapters {

namespace {

std::string Joined(const std::vector<std::string>& names, std::string_view before) {
  std::string joined;
  for (const std::string& name : names)
    joined += fmt::format("{}{}{}", joined.empty() ? "" : ", ", before, name);
  return joined;
}

}  // namespace

PostgresStage::PostgresStage(pqxx::work& work, std::string table, std::vector<std::string> columns,
                             std::vector<std::string> key)
    : work_(work), table_(std::move(table)), columns_(std::move(columns)), key_(std::move(key)) {
  key_.insert(key_.begin(), "listener");
  work_.exec(
      fmt::format("create temp table staged_{0} on commit drop as select {1} from earprint.{0} limit 0",
                  table_, Joined(columns_, "")));
}

void PostgresStage::PutPart(const std::string& listener, const std::string& chunk,
                            const ports::StoredRelation& relation,
                            const std::vector<std::vector<ports::Cell>>& rows) {
  if (chunks_.contains(chunk)) Flush();
  listener_ = listener;
  chunks_.insert(chunk);
  pqxx::stream_to stream(work_, "staged_" + table_, columns_);
  CopyLine line;
  line.Add(listener);
  line.Add(chunk);
  const std::size_t begin = line.text.size();
  std::string field;
  for (const auto& row : rows) {
    line.text.resize(begin);
    for (std::size_t i = 0; i < relation.columns.size(); ++i) {
      field.clear();
      if (AppendPostgresText(relation.columns[i].type, row[i], field)) {
        line.Add(field);
      } else {
        line.AddNull();
      }
    }
    bytes_ += line.text.size();
    stream << line;
  }
  stream.complete();
  rows_ += static_cast<std::int64_t>(rows.size());
  FlushIfLarge();
}

void PostgresStage::PutRow(const std::vector<std::string>& fields) {
  const std::string key = fmt::format("{}", fmt::join(fields.begin(), fields.begin() + 3, "\x1f"));
  if (!row_keys_.insert(key).second) Flush();
  CopyLine line;
  for (const std::string& field : fields) line.Add(field);
  bytes_ += line.text.size();
  lines_.push_back(std::move(line.text));
  ++rows_;
  FlushIfLarge();
}

void PostgresStage::FlushIfLarge() {
  if (rows_ >= kRowsMax || bytes_ >= kBytesMax) Flush();
}

void PostgresStage::SendLines() {
  if (lines_.empty()) return;
  pqxx::stream_to stream(work_, "staged_" + table_, columns_);
  for (std::string& text : lines_) stream << CopyLine{std::move(text)};
  stream.complete();
  lines_.clear();
}

void PostgresStage::Flush() {
  SendLines();
  if (!chunks_.empty()) {
    std::string list, same;
    for (const std::string& chunk : chunks_) list += (list.empty() ? "" : ", ") + work_.quote(chunk);
    for (const std::string& column : key_)
      same += fmt::format("{}s.{} = t.{}", same.empty() ? "" : " and ", column, column);
    work_.exec(fmt::format(
        "delete from earprint.{0} t where t.listener = {1} and t.part in ({2}) and not exists (select from "
        "staged_{0} s where {3})",
        table_, work_.quote(listener_), list, same));
  }
  if (rows_ > 0) {
    std::vector<std::string> rest;
    std::ranges::copy_if(columns_, std::back_inserter(rest), [this](const std::string& column) {
      return std::ranges::find(key_, column) == key_.end();
    });
    std::string set;
    for (const std::string& column : rest)
      set += fmt::format("{0}{1} = excluded.{1}", set.empty() ? "" : ", ", column);
    // A row that is there as it is to be is not written again.
    work_.exec(fmt::format(
        "insert into earprint.{0} as t ({1}) select {1} from staged_{0} on conflict ({2}) do update set {3} "
        "where ({4}) is "
        "distinct from ({5})",
        table_, Joined(columns_, ""), Joined(key_, ""), set, Joined(rest, "t."), Joined(rest, "excluded.")));
    work_.exec("truncate staged_" + table_);
  }
  chunks_.clear();
  row_keys_.clear();
  rows_ = 0;
  bytes_ = 0;
}

}  // namespace earprint::adapters
