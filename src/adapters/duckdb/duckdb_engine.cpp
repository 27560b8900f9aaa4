#include "adapters/duckdb/duckdb_engine.hpp"

#include <duckdb.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <utility>
#include <vector>

namespace earprint::adapters {

namespace {

using base::ErrorCode;

ErrorCode CodeOf(duckdb_error_type type) {
  switch (type) {
    case DUCKDB_ERROR_TRANSACTION:
      return ErrorCode::kConflict;
    case DUCKDB_ERROR_OUT_OF_MEMORY:
    case DUCKDB_ERROR_INTERRUPT:
      return ErrorCode::kRetryLater;
    case DUCKDB_ERROR_IO:
      return ErrorCode::kRetryLater;
    case DUCKDB_ERROR_INTERNAL:
    case DUCKDB_ERROR_FATAL:
    case DUCKDB_ERROR_SERIALIZATION:
      return ErrorCode::kCorrupt;
    default:
      return ErrorCode::kInvalidInput;
  }
}

/// A vector of one column of one chunk, read cell by cell.
class ColumnView {
 public:
  ColumnView(duckdb_data_chunk chunk, idx_t column)
      : vector_(duckdb_data_chunk_get_vector(chunk, column)),
        data_(duckdb_vector_get_data(vector_)),
        validity_(duckdb_vector_get_validity(vector_)) {
    duckdb_logical_type type = duckdb_vector_get_column_type(vector_);
    type_ = duckdb_get_type_id(type);
    duckdb_destroy_logical_type(&type);
  }

  duckdb_type type() const { return type_; }

  ports::Cell At(idx_t row) const {
    if (validity_ != nullptr && !duckdb_validity_row_is_valid(validity_, row)) return {};
    switch (type_) {
      case DUCKDB_TYPE_BOOLEAN:
        return Get<bool>(row);
      case DUCKDB_TYPE_TINYINT:
        return std::int64_t{Get<std::int8_t>(row)};
      case DUCKDB_TYPE_SMALLINT:
        return std::int64_t{Get<std::int16_t>(row)};
      case DUCKDB_TYPE_INTEGER:
      case DUCKDB_TYPE_DATE:
        return std::int64_t{Get<std::int32_t>(row)};
      case DUCKDB_TYPE_UTINYINT:
        return std::int64_t{Get<std::uint8_t>(row)};
      case DUCKDB_TYPE_USMALLINT:
        return std::int64_t{Get<std::uint16_t>(row)};
      case DUCKDB_TYPE_UINTEGER:
        return std::int64_t{Get<std::uint32_t>(row)};
      case DUCKDB_TYPE_BIGINT:
        return Get<std::int64_t>(row);
      case DUCKDB_TYPE_UBIGINT:
        return static_cast<std::int64_t>(Get<std::uint64_t>(row));
      case DUCKDB_TYPE_HUGEINT:
        return HugeInt(Get<duckdb_hugeint>(row));
      case DUCKDB_TYPE_FLOAT:
        return double{Get<float>(row)};
      case DUCKDB_TYPE_DOUBLE:
        return Get<double>(row);
      default:
        return Text(row);
    }
  }

 private:
  template <typename T>
  T Get(idx_t row) const {
    return static_cast<const T*>(data_)[row];
  }

  /// A sum of integers arrives as 128 bits; beyond 64 bits it is told as text rather than cut.
  static ports::Cell HugeInt(duckdb_hugeint value) {
    const auto low = static_cast<std::int64_t>(value.lower);
    if (value.upper == (low < 0 ? -1 : 0)) return low;
    return fmt::format("{}", duckdb_hugeint_to_double(value));
  }

  ports::Cell Text(idx_t row) const {
    if (type_ != DUCKDB_TYPE_VARCHAR && type_ != DUCKDB_TYPE_BLOB) return std::string("(type not supported)");
    auto text = Get<duckdb_string_t>(row);
    return std::string(duckdb_string_t_data(&text), duckdb_string_t_length(text));
  }

  duckdb_vector vector_;
  void* data_;
  std::uint64_t* validity_;
  duckdb_type type_;
};

/// Owns a result from the moment the query was run.
class ResultHandle {
 public:
  ResultHandle() = default;
  ~ResultHandle() { duckdb_destroy_result(&result_); }
  ResultHandle(const ResultHandle&) = delete;
  ResultHandle& operator=(const ResultHandle&) = delete;
  duckdb_result* get() { return &result_; }

  ports::Table ToTable() {
    ports::Table table;
    const idx_t columns = duckdb_column_count(&result_);
    for (idx_t i = 0; i < columns; ++i) table.columns.emplace_back(duckdb_column_name(&result_, i));
    for (duckdb_data_chunk chunk = duckdb_fetch_chunk(result_); chunk != nullptr;
         chunk = duckdb_fetch_chunk(result_)) {
      AppendChunk(chunk, columns, table);
      duckdb_destroy_data_chunk(&chunk);
    }
    return table;
  }

  base::Result<void> EachIntegerRow(const std::function<void(std::span<const std::int64_t>)>& row) {
    const idx_t columns = duckdb_column_count(&result_);
    for (idx_t i = 0; i < columns; ++i) {
      if (duckdb_column_type(&result_, i) != DUCKDB_TYPE_BIGINT) {
        return base::Fail(ErrorCode::kInvalidInput, "read integers", duckdb_column_name(&result_, i),
                          "not a BIGINT");
      }
    }
    std::vector<std::int64_t> cells(columns);
    std::vector<const std::int64_t*> data(columns);
    for (duckdb_data_chunk chunk = duckdb_fetch_chunk(result_); chunk != nullptr;
         chunk = duckdb_fetch_chunk(result_)) {
      for (idx_t i = 0; i < columns; ++i) {
        data[i] =
            static_cast<const std::int64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, i)));
      }
      const idx_t rows = duckdb_data_chunk_get_size(chunk);
      for (idx_t r = 0; r < rows; ++r) {
        for (idx_t i = 0; i < columns; ++i) cells[i] = data[i][r];
        row(cells);
      }
      duckdb_destroy_data_chunk(&chunk);
    }
    return {};
  }

 private:
  static void AppendChunk(duckdb_data_chunk chunk, idx_t columns, ports::Table& table) {
    const idx_t rows = duckdb_data_chunk_get_size(chunk);
    const std::size_t first = table.rows.size();
    table.rows.resize(first + rows);
    for (idx_t row = 0; row < rows; ++row) table.rows[first + row].reserve(columns);
    for (idx_t column = 0; column < columns; ++column) {
      const ColumnView view(chunk, column);
      for (idx_t row = 0; row < rows; ++row) table.rows[first + row].push_back(view.At(row));
    }
  }

  duckdb_result result_{};
};

/// Appends columns to one table, a chunk of the engine's size at a time.
class TableAppender {
 public:
  TableAppender(duckdb_connection connection, const std::string& table) : table_(table) {
    created_ = duckdb_appender_create(connection, nullptr, table.c_str(), &appender_) != DuckDBError;
  }
  ~TableAppender() { duckdb_appender_destroy(&appender_); }
  TableAppender(const TableAppender&) = delete;
  TableAppender& operator=(const TableAppender&) = delete;

  base::Result<void> Append(std::span<const ports::AppendColumn> columns) {
    if (!created_) return Failure();
    std::vector<duckdb_logical_type> types;
    for (const ports::AppendColumn& column : columns) {
      const bool is_integer = std::holds_alternative<std::vector<std::int64_t>>(column);
      types.push_back(duckdb_create_logical_type(is_integer ? DUCKDB_TYPE_BIGINT : DUCKDB_TYPE_VARCHAR));
    }
    duckdb_data_chunk chunk = duckdb_create_data_chunk(types.data(), types.size());
    for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
    const std::size_t rows = std::visit([](const auto& cells) { return cells.size(); }, columns.front());
    bool appended = true;
    for (std::size_t first = 0; appended && first < rows; first += duckdb_vector_size()) {
      const std::size_t count = std::min<std::size_t>(rows - first, duckdb_vector_size());
      duckdb_data_chunk_reset(chunk);
      for (idx_t i = 0; i < columns.size(); ++i) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
        std::visit([&](const auto& cells) { Fill(vector, std::span(cells).subspan(first, count)); },
                   columns[i]);
      }
      duckdb_data_chunk_set_size(chunk, count);
      appended = duckdb_append_data_chunk(appender_, chunk) != DuckDBError;
    }
    duckdb_destroy_data_chunk(&chunk);
    if (!appended || duckdb_appender_close(appender_) == DuckDBError) return Failure();
    return {};
  }

 private:
  static void Fill(duckdb_vector vector, std::span<const std::int64_t> cells) {
    std::ranges::copy(cells, static_cast<std::int64_t*>(duckdb_vector_get_data(vector)));
  }

  static void Fill(duckdb_vector vector, std::span<const std::optional<std::string>> cells) {
    duckdb_vector_ensure_validity_writable(vector);
    std::uint64_t* validity = duckdb_vector_get_validity(vector);
    for (idx_t row = 0; row < cells.size(); ++row) {
      duckdb_validity_set_row_validity(validity, row, cells[row].has_value());
      if (!cells[row]) continue;
      duckdb_vector_assign_string_element_len(vector, row, cells[row]->data(), cells[row]->size());
    }
  }

  base::Failure Failure() {
    duckdb_error_data data = duckdb_appender_error_data(appender_);
    const char* message = duckdb_error_data_message(data);
    auto failure = base::Fail(CodeOf(duckdb_error_data_error_type(data)), "append rows", table_,
                              message == nullptr ? "unknown" : message);
    duckdb_destroy_error_data(&data);
    return failure;
  }

  std::string table_;
  duckdb_appender appender_ = nullptr;
  bool created_ = false;
};

class DuckDbSession final : public ports::QuerySession {
 public:
  DuckDbSession(duckdb_connection connection, std::shared_timed_mutex& statements)
      : connection_(connection), statements_(statements) {}
  ~DuckDbSession() override { duckdb_disconnect(&connection_); }
  DuckDbSession(const DuckDbSession&) = delete;
  DuckDbSession& operator=(const DuckDbSession&) = delete;

  base::Result<ports::Table> Query(std::string_view sql) override {
    ResultHandle result;
    if (auto run = Run(std::string(sql), result); !run) return std::unexpected(run.error());
    return result.ToTable();
  }

  base::Result<void> QueryIntegers(std::string_view sql,
                                   const std::function<void(std::span<const std::int64_t>)>& row) override {
    ResultHandle result;
    if (auto run = Run(std::string(sql), result); !run) return run;
    return result.EachIntegerRow(row);
  }

  base::Result<void> Append(const std::string& table, std::span<const ports::AppendColumn> columns) override {
    const std::shared_lock running(statements_);
    TableAppender appender(connection_, table);
    return appender.Append(columns);
  }

 private:
  static constexpr std::size_t kSubjectBytesMax = 120;

  base::Result<void> Run(const std::string& sql, ResultHandle& result) {
    const std::shared_lock running(statements_);
    if (duckdb_query(connection_, sql.c_str(), result.get()) != DuckDBError) return {};
    const char* cause = duckdb_result_error(result.get());
    return base::Fail(CodeOf(duckdb_result_error_type(result.get())), "run SQL",
                      sql.substr(0, kSubjectBytesMax), cause == nullptr ? "unknown" : cause);
  }

  duckdb_connection connection_;
  std::shared_timed_mutex& statements_;
};

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

std::string LockDown(const DuckDbOptions& options) {
  // Derived tables that every connection shares and no disk needs to keep: local time, and copies of a
  // listener's rows.
  std::string sql = "ATTACH ':memory:' AS zones; ATTACH ':memory:' AS slices;";
  const std::filesystem::path store(options.path);
  std::vector<std::string> folders;
  if (!options.readable_folder.empty()) folders.push_back(options.readable_folder);
  if (!options.path.empty()) folders.push_back(store.parent_path().string());
  std::string list;
  for (const auto& folder : folders) list += (list.empty() ? "" : ", ") + Quoted(folder);
  sql += "SET allowed_directories = [" + list + "];";
  // Neither can be taken back while the engine runs; all other settings stay open for ReleaseMemory.
  sql += "SET enable_external_access = false;";
  return sql;
}

constexpr std::chrono::seconds kStatementsWait{2};

std::string MemoryText(std::uint64_t bytes) { return fmt::format("{}MiB", bytes >> 20U); }

bool SetMemoryLimit(duckdb_database database, const std::string& limit) {
  duckdb_connection connection = nullptr;
  if (duckdb_connect(database, &connection) == DuckDBError) return false;
  const std::string sql = "SET memory_limit = '" + limit + "'";
  const bool is_set = duckdb_query(connection, sql.c_str(), nullptr) != DuckDBError;
  duckdb_disconnect(&connection);
  return is_set;
}

}  // namespace

struct DuckDbEngine::Handle {
  duckdb_database database = nullptr;
  std::shared_timed_mutex statements;  ///< of those that run; their sessions end before the engine
  std::mutex limit_mutex;              ///< taken after `statements`
  std::atomic<std::uint64_t> memory_max_bytes = 0;
  ~Handle() { duckdb_close(&database); }
};

DuckDbEngine::DuckDbEngine(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
DuckDbEngine::~DuckDbEngine() = default;

base::Result<std::unique_ptr<DuckDbEngine>> DuckDbEngine::Open(const DuckDbOptions& options) {
  duckdb_config config = nullptr;
  duckdb_create_config(&config);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const std::string threads = std::to_string(options.threads > 0 ? options.threads : static_cast<int>(cores));
  const std::string memory = MemoryText(options.memory_max_bytes);
  std::string temp = options.temp_folder;
  if (temp.empty() && !options.path.empty()) temp = options.path + ".tmp";
  duckdb_set_config(config, "threads", threads.c_str());
  duckdb_set_config(config, "memory_limit", memory.c_str());
  duckdb_set_config(config, "autoinstall_known_extensions", "false");
  duckdb_set_config(config, "autoload_known_extensions", "false");
  duckdb_set_config(config, "preserve_insertion_order", "false");
  if (!temp.empty()) duckdb_set_config(config, "temp_directory", temp.c_str());
  auto handle = std::make_unique<Handle>();
  handle->memory_max_bytes = options.memory_max_bytes;
  char* message = nullptr;
  const char* path = options.path.empty() ? nullptr : options.path.c_str();
  const duckdb_state state = duckdb_open_ext(path, &handle->database, config, &message);
  duckdb_destroy_config(&config);
  if (state == DuckDBError) {
    const std::string cause = message == nullptr ? "unknown" : message;
    duckdb_free(message);
    const bool locked = cause.find("lock") != std::string::npos;
    return base::Fail(locked ? ErrorCode::kConflict : ErrorCode::kCorrupt, "open the warehouse", options.path,
                      cause,
                      locked ? "end the other earprint process, or let the command reach its server"
                             : "earprint rebuild, which derives the warehouse anew from the lake");
  }
  auto engine = std::unique_ptr<DuckDbEngine>(new DuckDbEngine(std::move(handle)));
  auto session = engine->Connect();
  if (!session) return std::unexpected(session.error());
  auto locked = (*session)->Query(LockDown(options));
  if (!locked) return std::unexpected(locked.error());
  return engine;
}

base::Result<std::unique_ptr<ports::QuerySession>> DuckDbEngine::Connect() {
  duckdb_connection connection = nullptr;
  if (duckdb_connect(handle_->database, &connection) == DuckDBError) {
    return base::Fail(ErrorCode::kRetryLater, "connect to the warehouse", "",
                      "the engine gave no connection");
  }
  return std::make_unique<DuckDbSession>(connection, handle_->statements);
}

void DuckDbEngine::SetMemoryMax(std::uint64_t bytes) {
  std::unique_lock alone(handle_->statements, std::defer_lock);
  // A statement that runs may need what it began with. Where there is always one, who asks for less goes
  // without.
  if (bytes < handle_->memory_max_bytes && !alone.try_lock_for(kStatementsWait)) return;
  const std::lock_guard lock(handle_->limit_mutex);
  if (SetMemoryLimit(handle_->database, MemoryText(bytes))) handle_->memory_max_bytes = bytes;
}

void DuckDbEngine::ReleaseMemory() {
  const std::unique_lock alone(handle_->statements, std::try_to_lock);
  if (!alone) return;
  const std::lock_guard lock(handle_->limit_mutex);
  // A bound that cannot be met drops all that can be dropped, and is refused; it may also be met.
  (void)SetMemoryLimit(handle_->database, MemoryText(1U << 20U));
  (void)SetMemoryLimit(handle_->database, MemoryText(handle_->memory_max_bytes));
}

}  // namespace earprint::adapters
