#include "metrics/publishing/listener_slice.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "base/hash.hpp"
#include "metrics/selection_sql.hpp"

namespace earprint::metrics::publishing {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kRowsAtOnceMax = 10'000;

base::Result<std::string> BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) return base::Fail(base::ErrorCode::kRetryLater, "read a part", path, "the disk refuses");
  return std::move(bytes).str();
}

}  // namespace

ports::PartName SliceTablesPart() { return {std::string(kSlicePrefix) + "tables", "all"}; }

ListenerSlice::ListenerSlice(std::string listener, std::span<const PublishedRelation> relations,
                             std::string scratch_folder)
    : listener_(std::move(listener)), relations_(relations), scratch_folder_(std::move(scratch_folder)) {}

ListenerSlice::~ListenerSlice() {
  std::error_code ignored;
  fs::remove_all(scratch_folder_, ignored);
}

base::Result<std::unique_ptr<ListenerSlice>> ListenerSlice::Open(ports::QueryEngine& engine,
                                                                 const std::string& prelude,
                                                                 std::string listener,
                                                                 std::span<const PublishedRelation> relations,
                                                                 std::string scratch_folder) {
  std::unique_ptr<ListenerSlice> slice(
      new ListenerSlice(std::move(listener), relations, std::move(scratch_folder)));
  std::error_code failed;
  fs::create_directories(slice->scratch_folder_, failed);
  if (failed) {
    return base::Fail(base::ErrorCode::kRetryLater, "make a folder", slice->scratch_folder_,
                      failed.message());
  }
  auto schema = SliceSchema::Copy(engine, prelude, {&slice->listener_, 1});
  if (!schema) return std::unexpected(schema.error());
  slice->schema_ = std::move(*schema);
  slice->tables_ = slice->schema_->tables();
  slice->tables_sql_ = MakeTablesSql(slice->tables_);
  auto session = slice->engine().Connect();
  if (!session) return std::unexpected(session.error());
  slice->session_ = std::move(*session);
  if (auto ready = slice->session_->Query(prelude); !ready) return std::unexpected(ready.error());
  if (auto made = slice->MakePrints(); !made) return std::unexpected(made.error());
  return slice;
}

/// The columns tell parts apart, too: the same values under other columns are another part.
base::Result<void> ListenerSlice::AddPrints(const std::string& relation, const std::string& columns,
                                            const std::string& rows_sql) {
  auto sums = session_->Query(fmt::format(
      "select slice_part, count(*), cast(sum(hash(r)) as varchar) from ({}) r group by slice_part",
      rows_sql));
  if (!sums) return std::unexpected(sums.error());
  for (const auto& row : sums->rows) {
    const std::int64_t rows = std::get<std::int64_t>(row[1]);
    prints_[{relation, std::get<std::string>(row[0])}] = {
        base::HashText(fmt::format("{} {} {}", rows, std::get<std::string>(row[2]), columns)), rows};
  }
  return {};
}

base::Result<void> ListenerSlice::MakePrints() {
  if (auto joined = JoinSmallParts(*session_, tables_); !joined) return joined;
  prints_[SliceTablesPart()] = {base::HashText(tables_sql_), 1};
  for (const PublishedRelation& relation : relations_) {
    auto added =
        AddPrints(relation.stored.name, ColumnsText(relation.stored), RelationRowsSql(relation, listener_));
    if (!added) return added;
  }
  for (const SliceTable& table : tables_) {
    auto added = AddPrints(std::string(kSlicePrefix) + table.name, table.definition, SlicePartsSql(table));
    if (!added) return added;
  }
  return {};
}

/// Lays the rows of some chunks down in their order, so that each is read by itself at no cost, and gives
/// where they are to be read from. Those of one chunk are read where they are.
base::Result<std::string> ListenerSlice::Gather(const std::string& rows_sql,
                                                std::span<const std::string> chunks) {
  if (chunks.size() == 1) return "(" + rows_sql + ")";
  auto gathered =
      session_->Query(fmt::format("create or replace temp table slice_rows as select * from ({}) where "
                                  "slice_part in ({}) order by slice_part",
                                  rows_sql, SqlTexts(chunks)));
  if (!gathered) return std::unexpected(gathered.error());
  return "slice_rows";
}

/// The first chunks of some that have no more than some thousand rows together, and one at least.
std::span<const std::string> ListenerSlice::FirstOf(const std::string& relation,
                                                    std::span<const std::string> chunks) const {
  std::int64_t rows = 0;
  std::size_t count = 0;
  for (const std::string& chunk : chunks) {
    rows += prints_.at({relation, chunk}).rows;
    if (count > 0 && rows > kRowsAtOnceMax) break;
    ++count;
  }
  return chunks.first(count);
}

base::Result<void> ListenerSlice::SendRows(const PublishedRelation& relation, const Chunks& chunks,
                                           ports::ListenerChange& change, const Told& told) {
  auto rows = Gather(RelationRowsSql(relation, listener_), chunks);
  if (!rows) return std::unexpected(rows.error());
  for (std::span<const std::string> rest = chunks; !rest.empty();) {
    const auto some = FirstOf(relation.stored.name, rest);
    rest = rest.subspan(some.size());
    auto read = session_->Query(fmt::format(
        "select * exclude(slice_part), slice_part from {} where slice_part in ({})", *rows, SqlTexts(some)));
    if (!read) return std::unexpected(read.error());
    std::map<std::string, std::vector<std::vector<ports::Cell>>> rows_of;
    for (std::vector<ports::Cell>& row : read->rows) {
      auto& of_chunk = rows_of[std::get<std::string>(row.back())];
      row.pop_back();
      of_chunk.push_back(std::move(row));
    }
    for (const std::string& chunk : some) {
      const ports::PartName name{relation.stored.name, chunk};
      if (auto put = change.PutRows(relation.stored, name, prints_.at(name), rows_of[chunk]); !put)
        return put;
      if (auto goes_on = told(name, prints_.at(name).rows); !goes_on) return goes_on;
    }
  }
  return {};
}

base::Result<void> ListenerSlice::SendTable(const SliceTable& table, const Chunks& chunks,
                                            ports::ListenerChange& change, const Told& told) {
  auto rows = Gather(SlicePartsSql(table), chunks);
  if (!rows) return std::unexpected(rows.error());
  const std::string file = scratch_folder_ + "/part.parquet";
  for (const std::string& chunk : chunks) {
    auto copied =
        session_->Query(fmt::format("copy (select * exclude(slice_part) from {} where slice_part = {}) to {} "
                                    "(format parquet, compression zstd)",
                                    *rows, SqlText(chunk), SqlText(file)));
    if (!copied) return std::unexpected(copied.error());
    auto bytes = BytesOf(file);
    if (!bytes) return std::unexpected(bytes.error());
    const ports::PartName name{std::string(kSlicePrefix) + table.name, chunk};
    if (auto put = change.PutBytes(name, prints_.at(name), *bytes); !put) return put;
    if (auto goes_on = told(name, prints_.at(name).rows); !goes_on) return goes_on;
  }
  return {};
}

base::Result<void> ListenerSlice::Send(const std::set<ports::PartName>& wanted, ports::ListenerChange& change,
                                       const Told& told) {
  const auto chunks_of = [&wanted](const std::string& relation) {
    Chunks chunks;
    for (auto at = wanted.lower_bound({relation, ""}); at != wanted.end() && at->relation == relation; ++at)
      chunks.push_back(at->chunk);
    return chunks;
  };
  for (const PublishedRelation& relation : relations_) {
    const Chunks chunks = chunks_of(relation.stored.name);
    if (chunks.empty()) continue;
    if (auto sent = SendRows(relation, chunks, change, told); !sent) return sent;
  }
  if (wanted.contains(SliceTablesPart())) {
    auto put = change.PutBytes(SliceTablesPart(), prints_.at(SliceTablesPart()), tables_sql_);
    if (!put) return put;
  }
  for (const SliceTable& table : tables_) {
    const Chunks chunks = chunks_of(std::string(kSlicePrefix) + table.name);
    if (chunks.empty()) continue;
    if (auto sent = SendTable(table, chunks, change, told); !sent) return sent;
  }
  auto dropped = session_->Query("drop table if exists slice_rows");
  if (!dropped) return std::unexpected(dropped.error());
  return {};
}

}  // namespace earprint::metrics::publishing
