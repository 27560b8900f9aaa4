#include "adapters/duckdb/parquet_metric_store.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <utility>

#include "adapters/duckdb/duckdb_engine.hpp"
#include "adapters/duckdb/parquet_folder.hpp"
#include "adapters/duckdb/parquet_state.hpp"
#include "adapters/duckdb/parquet_table.hpp"
#include "model/answer_json.hpp"

namespace earprint::adapters {

namespace {

using base::Result;

constexpr std::string_view kAnswers = "answers";

class ParquetChange final : public ports::ListenerChange {
 public:
  ParquetChange(const ParquetFolder& folder, ports::QuerySession& session,
                std::unique_ptr<ParquetFolder::Lock> lock, HeldState base, std::string next)
      : folder_(folder),
        session_(session),
        lock_(std::move(lock)),
        base_(std::move(base)),
        next_(std::move(next)),
        parts_(base_.parts) {
    for (const auto& [name, part] : base_.parts) held_[name] = part.print;
  }

  const ports::PartPrints& Held() const override { return held_; }

  Result<void> PutRows(const ports::StoredRelation& relation, const ports::PartName& name,
                       const ports::PartPrint& print,
                       const std::vector<std::vector<ports::Cell>>& rows) override {
    return Put(
        name, {print, FileOf(name.relation, name.chunk), "", "", "", ""},
        [&](const std::string& file) { return WriteParquet(session_, file, ColumnsOf(relation), rows); });
  }

  Result<void> PutBytes(const ports::PartName& name, const ports::PartPrint& print,
                        const std::string& bytes) override {
    return Put(name, {print, FileOf(name.relation, name.chunk), "", "", "", ""},
               [&](const std::string& file) -> Result<void> {
                 errno = 0;
                 std::ofstream out(file, std::ios::binary | std::ios::trunc);
                 out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
                 out.close();
                 if (!out) return base::Failure(FileError("write a part", file, errno == 0 ? EIO : errno));
                 return {};
               });
  }

  Result<void> PutAnswer(const ports::PartPrint& print, const ports::StoredAnswer& stored) override {
    const model::Answer& answer = stored.answer;
    HeldPart part{print, "", answer.question.metric, stored.conditions_json, "", ""};
    part.file = "metrics/" + ParquetFolder::FileNameOf(part.metric + "-" + stored.key) + ".parquet";
    model::AppendJsonColumns(answer.columns, true, part.columns);
    model::AppendJsonLimits(answer.limits, part.limits);
    ParquetRows rows;
    for (const auto& told : answer.rows) {
      auto& row = rows.emplace_back();
      for (const model::AnswerCell& cell : told) {
        switch (cell.kind) {
          case model::AnswerCell::Kind::kNull:
            row.emplace_back();
            break;
          case model::AnswerCell::Kind::kNumber:
            row.emplace_back(cell.number);
            break;
          case model::AnswerCell::Kind::kText:
            row.emplace_back(cell.text);
            break;
        }
      }
      row.emplace_back(static_cast<std::int64_t>(rows.size()));
    }
    return Put({std::string(kAnswers), stored.key}, std::move(part), [&](const std::string& file) {
      return WriteParquet(session_, file, ColumnsOf(answer), rows);
    });
  }

  Result<void> Drop(const ports::PartName& name) override {
    parts_.erase(name);
    put_.erase(name);
    return {};
  }

  Result<void> Commit(const std::string& data_version) override {
    if (failure_) return std::unexpected(*failure_);
    ParquetRows rows;
    for (const auto& [name, part] : parts_) {
      if (!put_.contains(name)) {
        auto shared = folder_.Share(base_.folder + "/" + part.file, next_ + "/" + part.file);
        if (!shared) return Broken(shared.error());
      }
      rows.push_back({base_.listener, data_version, name.relation, name.chunk, part.print.fingerprint,
                      part.print.rows, part.file, part.metric, part.conditions, part.columns, part.limits});
    }
    if (rows.empty()) {
      rows.push_back({base_.listener, data_version});
      rows.back().resize(StateColumns().size());
    }
    auto done = WriteParquet(session_, next_ + "/state.parquet", StateColumns(), rows);
    if (done) done = folder_.Switch(base_.listener);
    if (!done) return Broken(done.error());
    failure_ = base::Error{base::ErrorCode::kConflict, "change the folder", next_, "the change is committed"};
    lock_.reset();
    return {};
  }

 private:
  static std::string FileOf(const std::string& relation, const std::string& chunk) {
    const std::size_t slash = relation.find('/');
    const std::string folder = slash == std::string::npos
                                   ? ParquetFolder::FileNameOf(relation)
                                   : ParquetFolder::FileNameOf(relation.substr(0, slash)) + "/" +
                                         ParquetFolder::FileNameOf(relation.substr(slash + 1));
    return folder + "/" + ParquetFolder::FileNameOf(chunk) + ".parquet";
  }

  Result<void> Put(const ports::PartName& name, HeldPart part,
                   const std::function<Result<void>(const std::string&)>& write) {
    if (failure_) return std::unexpected(*failure_);
    const std::string file = next_ + "/" + part.file;
    auto done = folder_.MakeFolderOf(file);
    if (done) done = write(file);
    if (!done) return Broken(done.error());
    parts_[name] = std::move(part);
    put_[name] = true;
    return {};
  }

  /// The change is over, and every further call says why.
  Result<void> Broken(base::Error error) {
    failure_ = std::move(error);
    lock_.reset();
    return std::unexpected(*failure_);
  }

  const ParquetFolder& folder_;
  ports::QuerySession& session_;
  std::unique_ptr<ParquetFolder::Lock> lock_;
  HeldState base_;
  std::string next_;
  std::map<ports::PartName, HeldPart> parts_;
  std::map<ports::PartName, bool> put_;  ///< written anew; all others are the files of the state before
  ports::PartPrints held_;
  std::optional<base::Error> failure_;
};

class ParquetMetricStore final : public ports::MetricStore {
 public:
  explicit ParquetMetricStore(const std::string& folder)
      : folder_(std::filesystem::absolute(folder).lexically_normal().string()) {}

  std::string Place() const override { return "parquet:" + folder_.path(); }

  Result<std::vector<ports::StoredListener>> Listeners() override {
    auto listeners = ListenersAfter("", SIZE_MAX);
    if (listeners) std::ranges::sort(*listeners, {}, &ports::StoredListener::listener);
    return listeners;
  }

  Result<std::vector<ports::StoredListener>> ListenersAfter(const std::string& name,
                                                            std::size_t listeners_max) override {
    if (auto opened = Open(); !opened) return std::unexpected(opened.error());
    std::vector<ports::StoredListener> listeners;
    auto is_there = IsThere();
    if (!is_there) return std::unexpected(is_there.error());
    if (!*is_there) return listeners;
    auto folders = folder_.CurrentAfter(name);
    if (!folders) return std::unexpected(folders.error());
    for (const std::string& folder : *folders) {
      if (listeners.size() == listeners_max) break;
      auto state = ReadParquetState(*session_, folder);
      std::error_code failed;
      // Forgotten, or a newer one, just now.
      if (!state && !std::filesystem::exists(folder, failed) && !failed) continue;
      if (!state) return std::unexpected(state.error());
      listeners.push_back({state->listener, state->data_version, {}});
    }
    return listeners;
  }

  Result<std::vector<ports::StoredListener>> VersionsOf(const std::vector<std::string>& names) override {
    std::vector<ports::StoredListener> listeners;
    for (const std::string& name : names) {
      auto state = State(name);
      if (!state) return std::unexpected(state.error());
      if (!state->data_version.empty()) listeners.push_back({name, state->data_version, {}});
    }
    return listeners;
  }

  Result<ports::StoredListener> State(const std::string& listener) override {
    ports::StoredListener told{listener, "", {}};
    auto read = InState(listener, [&told](const HeldState& state) -> Result<void> {
      told = {state.listener, state.data_version, {}};
      for (const auto& [name, part] : state.parts) told.parts[name] = part.print;
      return {};
    });
    if (!read) return std::unexpected(read.error());
    return told;
  }

  Result<std::unique_ptr<ports::ListenerChange>> Begin(const std::string& listener,
                                                       const ports::PartPrints&) override {
    if (auto opened = Open(); !opened) return std::unexpected(opened.error());
    auto lock = folder_.Take();
    if (!lock) return std::unexpected(lock.error());
    HeldState base{"", listener, "", {}};
    auto current = folder_.Current(listener);
    if (!current) return std::unexpected(current.error());
    if (!current->empty()) {
      auto state = ReadParquetState(*session_, *current);
      if (!state) return std::unexpected(state.error());
      base = std::move(*state);
    }
    auto next = folder_.BeginNext(listener);
    if (!next) return std::unexpected(next.error());
    return std::make_unique<ParquetChange>(folder_, *session_, std::move(*lock), std::move(base),
                                           std::move(*next));
  }

  Result<void> RemoveStatesBefore(const std::string& listener) override {
    auto lock = TakeThere("remove states before");
    return lock ? folder_.RemoveBefore(listener) : std::unexpected(lock.error());
  }

  Result<void> Forget(const std::string& listener) override {
    auto lock = TakeThere("forget in the store");
    return lock ? folder_.Remove(listener) : std::unexpected(lock.error());
  }

  Result<std::optional<model::Answer>> FindAnswer(const std::string& listener,
                                                  const std::string& key) override {
    std::optional<model::Answer> found;
    auto read = InState(listener, [&](const HeldState& state) -> Result<void> {
      found.reset();
      const auto part = state.parts.find({std::string(kAnswers), key});
      if (part == state.parts.end()) return {};
      auto answer = model::ReadAnswerJson(part->second.columns, "[]", part->second.limits);
      if (!answer) return std::unexpected(answer.error());
      answer->question = {part->second.metric, state.listener, {}};
      answer->data_version = state.data_version;
      auto rows = ReadParquet(*session_, {state.folder + "/" + part->second.file}, ColumnsOf(*answer), true);
      if (!rows) return std::unexpected(rows.error());
      for (const auto& row : *rows) {
        auto& cells = answer->rows.emplace_back(answer->columns.size());
        for (std::size_t i = 0; i < cells.size(); ++i) {
          if (const auto* number = std::get_if<std::int64_t>(&row[i]))
            cells[i] = {model::AnswerCell::Kind::kNumber, *number, {}};
          if (const auto* text = std::get_if<std::string>(&row[i]))
            cells[i] = {model::AnswerCell::Kind::kText, 0, *text};
        }
      }
      found = std::move(*answer);
      return {};
    });
    if (!read) return std::unexpected(read.error());
    return found;
  }

  Result<std::string> ReadBytes(const std::string& listener, const ports::PartName& name,
                                const std::string& fingerprint) override {
    std::optional<std::string> bytes;
    auto read = InState(listener, [&](const HeldState& state) -> Result<void> {
      const auto part = state.parts.find(name);
      if (part == state.parts.end() || part->second.print.fingerprint != fingerprint) return {};
      std::ifstream in(state.folder + "/" + part->second.file, std::ios::binary);
      std::stringstream whole;
      whole << in.rdbuf();
      if (!in.is_open()) return base::Failure(FileError("read a part", part->second.file, ENOENT));
      bytes = std::move(whole).str();
      return {};
    });
    if (!read) return std::unexpected(read.error());
    if (bytes) return std::move(*bytes);
    return base::Fail(base::ErrorCode::kConflict, "read a part from the store",
                      listener + ": " + name.relation + " " + name.chunk, "it is no longer there");
  }

  Result<std::vector<std::vector<ports::Cell>>> ReadRows(const std::string& listener,
                                                         const ports::StoredRelation& relation) override {
    ParquetRows rows;
    auto read = InState(listener, [&](const HeldState& state) -> Result<void> {
      std::vector<std::string> files;
      for (const auto& [name, part] : state.parts)
        if (name.relation == relation.name) files.push_back(state.folder + "/" + part.file);
      auto all = ReadParquet(*session_, files, ColumnsOf(relation));
      if (!all) return std::unexpected(all.error());
      rows = std::move(*all);
      return {};
    });
    if (!read) return std::unexpected(read.error());
    return rows;
  }

 private:
  Result<void> Open() {
    if (session_) return {};
    auto engine = DuckDbEngine::Open({.readable_folder = folder_.path(), .threads = 2});
    if (!engine) return std::unexpected(engine.error());
    engine_ = std::move(*engine);
    auto session = engine_->Connect();
    if (!session) return std::unexpected(session.error());
    session_ = std::move(*session);
    return {};
  }

  base::Failure NotThere(const std::string& op) const {
    return base::Fail(
        base::ErrorCode::kRetryLater, op, Place(),
        "the folder is not there, or nothing was ever published to it",
        "mount its disk; if it is gone for good, make the folder again with an empty file .lock");
  }

  /// The lock of a folder that is there, for who removes something.
  Result<std::unique_ptr<ParquetFolder::Lock>> TakeThere(const std::string& op) const {
    auto is_there = folder_.IsThere();
    if (!is_there) return std::unexpected(is_there.error());
    if (!*is_there) return NotThere(op);
    return folder_.Take();
  }

  /// Fails where a folder that was there is not: a disk that went away is no empty store.
  Result<bool> IsThere() {
    auto is_there = folder_.IsThere();
    if (!is_there) return is_there;
    if (!*is_there && was_there_) return NotThere("look at the store");
    was_there_ = *is_there;
    return is_there;
  }

  /// Calls with the state that counts; not at all where there is none. Where it stopped to count meanwhile,
  /// and its files went, once more with the newer one.
  Result<void> InState(const std::string& listener,
                       const std::function<Result<void>(const HeldState&)>& look) {
    if (auto opened = Open(); !opened) return opened;
    constexpr int kTriesMax = 20;
    for (int tries = 1;; ++tries) {
      auto is_there = IsThere();
      if (!is_there) return std::unexpected(is_there.error());
      auto current = *is_there ? folder_.Current(listener) : std::string();
      if (!current) return std::unexpected(current.error());
      if (current->empty()) return {};
      auto state = ReadParquetState(*session_, *current);
      auto done = state ? look(*state) : Result<void>(std::unexpected(state.error()));
      if (done || tries == kTriesMax || folder_.Current(listener) == *current) return done;
    }
  }

  ParquetFolder folder_;
  std::unique_ptr<DuckDbEngine> engine_;
  std::unique_ptr<ports::QuerySession> session_;  ///< after the engine
  bool was_there_ = false;
};

}  // namespace

std::unique_ptr<ports::MetricStore> MakeParquetMetricStore(const std::string& folder) {
  return std::make_unique<ParquetMetricStore>(folder);
}

}  // namespace earprint::adapters
