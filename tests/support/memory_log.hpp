#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "ports/event_log.hpp"
#include "ports/event_source.hpp"
#include "ports/query_engine.hpp"

namespace earprint::testing {

/// A log in memory whose frames are the lines themselves; fails where it is told to.
class MemoryLog final : public ports::EventLog {
 public:
  std::string Pack(std::string_view lines) const override { return std::string(lines); }
  std::size_t EventBytesMax() const override { return event_bytes_max; }
  base::Result<void> Append(model::EventType type, std::string_view frame) override {
    if (appends_until_full == 0) return std::unexpected(full);
    if (appends_until_full > 0) --appends_until_full;
    frames[type].emplace_back(frame);
    return {};
  }
  base::Result<void> Sync() override {
    if (sync_fails) return std::unexpected(full);
    ++syncs;
    return {};
  }
  std::uint64_t End(model::EventType type) const override { return Lines(type).size(); }
  base::Result<std::vector<std::string>> FilesFrom(model::EventType, std::uint64_t,
                                                   const std::string&) const override {
    return std::vector<std::string>();
  }
  base::Result<void> ReadFrames(model::EventType type, std::uint64_t from_offset,
                                const FrameSink& sink) const override {
    const std::string lines = Lines(type);
    if (from_offset >= lines.size()) return {};
    auto goes_on = sink(std::string_view(lines).substr(from_offset));
    return goes_on ? base::Result<void>() : std::unexpected(goes_on.error());
  }
  base::Result<std::string> Unpack(std::string_view frame) const override { return std::string(frame); }

  std::string Lines(model::EventType type) const {
    std::string lines;
    const auto found = frames.find(type);
    if (found == frames.end()) return lines;
    for (const std::string& frame : found->second) lines += frame;
    return lines;
  }

  std::map<model::EventType, std::vector<std::string>> frames;
  const base::Error full{base::ErrorCode::kRetryLater, "append", "lake", "no space left",
                         "free some disk space"};
  int appends_until_full = -1;  ///< negative: never
  std::size_t event_bytes_max = 128U << 20;
  bool sync_fails = false;
  int syncs = 0;
};

/// A warehouse that knows which events are on the log, and answers the one question about it.
class KnownIdsSession final : public ports::QuerySession {
 public:
  base::Result<ports::Table> Query(std::string_view) override { return ports::Table(); }
  base::Result<void> QueryIntegers(std::string_view sql,
                                   const std::function<void(std::span<const std::int64_t>)>& row) override {
    if (fault) return std::unexpected(*fault);
    questions.emplace_back(sql);
    for (const auto& [type, id] : known) {
      if (!sql.contains("from raw_" + std::string(model::TypeName(type)) + " where")) continue;
      if (!sql.ends_with("where true") && !Asks(sql, id.identity) && !AsksByTable(sql, id.identity)) continue;
      const auto place = places.contains(id.identity) ? places.at(id.identity) : std::pair{0L, 0L};
      const std::int64_t cells[] = {static_cast<std::int64_t>(id.identity),
                                    static_cast<std::int64_t>(id.details), place.first, place.second};
      row(std::span(cells).first(type == model::EventType::kPlay ? 4 : 2));
    }
    return {};
  }
  base::Result<void> Append(const std::string& table, std::span<const ports::AppendColumn> columns) override {
    appended[table] = std::get<std::vector<std::int64_t>>(columns[0]);
    return {};
  }

  std::map<std::string, std::vector<std::int64_t>> appended;  ///< the first column
  std::vector<std::pair<model::EventType, model::EventId>> known;
  std::map<std::uint64_t, std::pair<std::int64_t, std::int64_t>>
      places;  ///< of a play's identity: file and row
  std::vector<std::string> questions;
  std::optional<base::Error> fault;

 private:
  bool AsksByTable(std::string_view sql, std::uint64_t identity) const {
    for (const auto& [table, identities] : appended) {
      if (sql.contains("from " + table + ")"))
        return std::ranges::find(identities, static_cast<std::int64_t>(identity)) != identities.end();
    }
    return false;
  }
  static bool Asks(std::string_view sql, std::uint64_t identity) {
    const std::size_t open = sql.find('(') + 1;
    for (const std::string_view part : base::Split(sql.substr(open, sql.rfind(')') - open), ',')) {
      if (part == std::to_string(identity)) return true;
    }
    return false;
  }
};

/// Gives batches from memory, then ends or breaks off.
class BatchesSource final : public ports::EventSource {
 public:
  explicit BatchesSource(std::vector<model::EventBatch> batches, std::optional<base::Error> fault = {})
      : batches_(std::move(batches)), fault_(std::move(fault)) {}
  std::string Kind() const override { return "invented"; }
  base::Result<std::optional<model::BatchTask>> Next() override {
    if (at_ == batches_.size()) {
      if (fault_) return std::unexpected(*fault_);
      return std::nullopt;
    }
    return [batch = batches_[at_++]] { return batch; };
  }

 private:
  std::vector<model::EventBatch> batches_;
  std::optional<base::Error> fault_;
  std::size_t at_ = 0;
};

}  // namespace earprint::testing
