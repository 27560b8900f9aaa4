#include "warehouse/play_loader.hpp"

#include <boost/unordered/unordered_flat_set.hpp>
#include <deque>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "warehouse/play_rows.hpp"

namespace earprint::warehouse {

namespace {

/// Texts that plays share, as columns after their keys, each taken once.
template <std::size_t kTexts>
class TextColumns {
 public:
  void Take(std::vector<SharedTexts<kTexts>>& shared) {
    for (SharedTexts<kTexts>& one : shared) {
      if (!met_.insert(one.key).second) continue;
      keys_.push_back(one.key);
      for (std::size_t i = 0; i < kTexts; ++i) texts_[i].push_back(std::move(one.texts[i]));
    }
  }

  /// What was taken since the last call.
  std::vector<ports::AppendColumn> Fresh() {
    std::vector<ports::AppendColumn> columns;
    columns.emplace_back(std::exchange(keys_, {}));
    for (auto& column : texts_) columns.emplace_back(std::exchange(column, {}));
    return columns;
  }

 private:
  boost::unordered_flat_set<std::int64_t> met_;
  std::vector<std::int64_t> keys_;
  std::array<std::vector<std::optional<std::string>>, kTexts> texts_;
};

/// Brings frames into the tables in order while the next ones are being read.
class Loader {
 public:
  Loader(const ports::EventLog& log, ports::QuerySession& session)
      : log_(log), session_(session), tasks_max_(std::max(2U, std::thread::hardware_concurrency())) {}

  base::Result<void> Add(std::string_view frame) {
    tasks_.push_back(
        std::async(std::launch::async, [this, frame = std::string(frame)]() -> base::Result<PlayRows> {
          auto lines = log_.Unpack(frame);
          if (!lines) return std::unexpected(lines.error());
          return ReadPlayLines(std::move(*lines));
        }));
    return Drain(tasks_max_);
  }

  base::Result<void> Drain(std::size_t leave) {
    while (tasks_.size() > leave) {
      auto rows = tasks_.front().get();
      tasks_.pop_front();
      if (!rows) return std::unexpected(rows.error());
      if (auto taken = Take(std::move(*rows)); !taken) return taken;
    }
    return {};
  }

  base::Result<void> Finish() {
    auto drained = Drain(0);
    return drained ? Flush() : drained;
  }

  /// How many plays there are of the frames that have been read; more may be on their way.
  std::size_t taken() const { return taken_; }

 private:
  static void Extend(std::vector<std::int64_t>& column, const std::vector<std::int64_t>& more) {
    column.insert(column.end(), more.begin(), more.end());
  }

  base::Result<void> Take(PlayRows rows) {
    taken_ += rows.identity.size();
    Extend(plays_.identity, rows.identity);
    Extend(plays_.details, rows.details);
    Extend(plays_.item_key, rows.item_key);
    Extend(plays_.context_key, rows.context_key);
    Extend(plays_.ended_at_ms, rows.ended_at_ms);
    Extend(plays_.ended_precision_ms, rows.ended_precision_ms);
    Extend(plays_.played_ms, rows.played_ms);
    Extend(plays_.file_key, rows.file_key);
    Extend(plays_.row_no, rows.row_no);
    Extend(plays_.more_identity, rows.more_identity);
    Extend(plays_.more_details, rows.more_details);
    Extend(plays_.began_at_ms, rows.began_at_ms);
    Extend(plays_.looked_before_ms, rows.looked_before_ms);
    Extend(plays_.last_seen_ms, rows.last_seen_ms);
    Extend(plays_.looked_after_ms, rows.looked_after_ms);
    Extend(plays_.shown_at_ms, rows.shown_at_ms);
    Extend(plays_.twin, rows.twin);
    items_.Take(rows.items);
    contexts_.Take(rows.contexts);
    return plays_.identity.size() < kRowsAtOnce ? base::Result<void>() : Flush();
  }

  base::Result<void> Flush() {
    if (auto appended = session_.Append("staged_play_item", items_.Fresh()); !appended) return appended;
    if (auto appended = session_.Append("staged_play_context", contexts_.Fresh()); !appended) return appended;
    PlayRows rows = std::exchange(plays_, {});
    const std::vector<ports::AppendColumn> more = {
        std::move(rows.more_identity),    std::move(rows.more_details), std::move(rows.began_at_ms),
        std::move(rows.looked_before_ms), std::move(rows.last_seen_ms), std::move(rows.looked_after_ms),
        std::move(rows.shown_at_ms),      std::move(rows.twin)};
    if (auto appended = session_.Append("staged_play_more", more); !appended) return appended;
    const std::vector<ports::AppendColumn> columns = {
        std::move(rows.identity),    std::move(rows.details),     std::move(rows.item_key),
        std::move(rows.context_key), std::move(rows.ended_at_ms), std::move(rows.ended_precision_ms),
        std::move(rows.played_ms),   std::move(rows.file_key),    std::move(rows.row_no)};
    return session_.Append("staged_play", columns);
  }

  // Two row groups of the engine's: fewer are copied once more.
  static constexpr std::size_t kRowsAtOnce = 245'760;
  const ports::EventLog& log_;
  ports::QuerySession& session_;
  const std::size_t tasks_max_;
  std::size_t taken_ = 0;
  PlayRows plays_;
  TextColumns<6> items_;
  TextColumns<10> contexts_;
  std::deque<std::future<base::Result<PlayRows>>> tasks_;
};

}  // namespace

base::Result<void> MakeStagedPlays(ports::QuerySession& session) {
  auto made = session.Query(
      "create or replace temp table staged_play(identity bigint, details bigint, item_key bigint,"
      " context_key bigint, ended_at_ms bigint, ended_precision_ms bigint, played_ms bigint, file_key "
      "bigint, row_no bigint);"
      "create or replace temp table staged_play_more(identity bigint, details bigint, began_at_ms bigint, "
      "looked_before_ms bigint, last_seen_ms bigint, looked_after_ms bigint, shown_at_ms bigint, twin "
      "bigint);"
      "create or replace temp table staged_play_item(item_key bigint, kind varchar, item_id varchar,"
      " title varchar, artist varchar, album varchar, isrc varchar);"
      "create or replace temp table staged_play_context(context_key bigint, listener varchar, source varchar,"
      " platform varchar, country varchar, reason_start varchar, reason_end varchar, shuffle varchar,"
      " skipped varchar, offline varchar, private varchar)");
  if (!made) return std::unexpected(made.error());
  return {};
}

base::Result<std::uint64_t> LoadPlays(const ports::EventLog& log, std::uint64_t from_offset,
                                      std::size_t plays_max, ports::QuerySession& session) {
  if (auto made = MakeStagedPlays(session); !made) return std::unexpected(made.error());
  Loader loader(log, session);
  std::uint64_t offset = from_offset;
  auto read =
      log.ReadFrames(model::EventType::kPlay, from_offset, [&](std::string_view frame) -> base::Result<bool> {
        if (loader.taken() >= plays_max) return false;
        offset += frame.size();
        auto added = loader.Add(frame);
        if (!added) return std::unexpected(added.error());
        return true;
      });
  if (read) read = loader.Finish();
  if (!read) return std::unexpected(read.error());
  return offset;
}

}  // namespace earprint::warehouse
