#include "adapters/postgres/postgres_event_sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "adapters/postgres/postgres_copy_line.hpp"
#include "adapters/postgres/postgres_link.hpp"
#include "model/event_line.hpp"

namespace earprint::adapters {

namespace {

using base::Result;

constexpr std::size_t kEventBytesMax = 64U
                                       << 20;  // a field may have a gigabyte; a line of COPY is copied often

/// A row of earprint.events, but when it landed.
CopyLine RowOf(std::string_view line, const model::EventLine& told) {
  std::string scratch;
  CopyLine row;
  row.Add(told.id_text);
  row.Add(told.type);
  row.Add(model::ListenerOf(told, scratch).value_or(""));
  row.Add(told.source);
  row.Add(line);
  return row;
}

class PostgresEventSink final : public ports::EventSink {
 public:
  PostgresEventSink(PostgresOptions options, std::string origin)
      : link_(std::move(options)), origin_(std::move(origin)) {}

  void BreakOff() override { link_.BreakOff(); }

  Result<std::string> Name() override {
    return Try("open the store", [&]() -> Result<std::string> {
      if (auto migrated = link_.Migrate(); !migrated) return std::unexpected(migrated.error());
      pqxx::nontransaction look(link_.Open());
      return "store." + look.exec1("select name from earprint.event_sink")[0].as<std::string>();
    });
  }

  Result<ports::SinkPlaces> Places() override {
    return Try("read how far the store is", [&]() -> Result<ports::SinkPlaces> {
      if (auto migrated = link_.Migrate(); !migrated) return std::unexpected(migrated.error());
      ports::SinkPlaces places{{}, true};
      pqxx::nontransaction look(link_.Open());
      for (const auto& row : look.exec_params(
               "select type, partition, next_offset from earprint.consumed_offsets where log = $1",
               origin_)) {
        const auto type =
            std::ranges::find(model::kEventTypes, std::string_view(row[0].c_str()), model::TypeName);
        if (type == model::kEventTypes.end()) continue;  // of a later version, which reads it
        places.next[{*type, row[1].as<std::int32_t>()}] = row[2].as<std::int64_t>();
      }
      known_ = places.next;
      return places;
    });
  }

  std::size_t EventBytesMax() const override { return kEventBytesMax; }

  Result<ports::TakenReport> Keep(model::EventBatch batch, const ports::FeedPlaces& next) override {
    bool is_behind = false;
    auto kept = Try("write events to the store", [&]() -> Result<ports::TakenReport> {
      if (auto migrated = link_.Migrate(); !migrated) return std::unexpected(migrated.error());
      pqxx::work work(link_.Open());
      is_behind = IsBehind(work, next);
      if (is_behind) {
        return base::Fail(base::ErrorCode::kConflict, "write events to the store", link_.place(),
                          "another reader has brought a share further meanwhile",
                          "it is read anew from there");
      }
      ports::TakenReport report{.read = batch.read};
      report.accepted = batch.events.empty() ? 0 : KeepEvents(work, batch);
      report.duplicate = batch.events.size() - report.accepted;
      expects_known_ = report.duplicate > 0;
      for (const auto& [share, place] : next) {
        work.exec_params(
            "insert into earprint.consumed_offsets as o (log, type, partition, next_offset) values ($1, $2, "
            "$3, $4) "
            "on conflict (log, type, partition) do update set next_offset = greatest(o.next_offset, "
            "excluded.next_offset)",
            origin_, std::string(model::TypeName(share.type)), share.number, place);
      }
      work.commit();
      for (const auto& [share, place] : next) known_[share] = std::max(known_[share], place);
      return report;
    });
    if (!kept && is_behind) kept.error().code = base::ErrorCode::kConflict;
    return kept;
  }

  Result<void> BeginAnew(const std::set<ports::FeedShare>& shares) override {
    return Try("begin shares anew", [&]() -> Result<void> {
      if (auto migrated = link_.Migrate(); !migrated) return migrated;
      pqxx::work work(link_.Open());
      for (const ports::FeedShare& share : shares) {
        work.exec_params(
            "delete from earprint.consumed_offsets where log = $1 and type = $2 and partition = $3", origin_,
            std::string(model::TypeName(share.type)), share.number);
      }
      work.commit();
      for (const ports::FeedShare& share : shares) known_.erase(share);
      return {};
    });
  }

  Result<void> Forget(const std::set<ports::ForgottenEvents>& forgotten) override {
    return Try("forget in the store", [&]() -> Result<void> {
      if (auto migrated = link_.Migrate(); !migrated) return migrated;
      pqxx::work work(link_.Open());
      for (const auto& [listener, type, part] : forgotten) {
        const bool is_of_api = part == model::ForgottenPart::kFromApi;
        work.exec_params(fmt::format("delete from earprint.events where listener = $1 and type = $2 and {}",
                                     is_of_api ? std::string(kPostgresFromApi) : PostgresGoesWithListener()),
                         listener, std::string(model::TypeName(type)));
      }
      work.commit();
      return {};
    });
  }

 private:
  /// Who was held up for so long that another reader has brought a share further would bring back what was
  /// erased there meanwhile.
  bool IsBehind(pqxx::work& work, const ports::FeedPlaces& next) const {
    for (const auto& [share, place] : next) {
      const auto known = known_.find(share);
      if (known == known_.end()) continue;
      const auto row = work.exec_params(
          "select next_offset from earprint.consumed_offsets where log = $1 and type = $2 and partition = $3 "
          "for "
          "update",
          origin_, std::string(model::TypeName(share.type)), share.number);
      if (!row.empty() && row[0][0].as<std::int64_t>() > known->second) return true;
    }
    return false;
  }

  /// Gives how many of the events were new. Whoever else keeps the same ones does so in the same order, so
  /// that two wait for each other and never both.
  std::uint64_t KeepEvents(pqxx::work& work, model::EventBatch& batch) {
    std::ranges::sort(batch.events, {}, [](const model::EventRef& event) {
      return std::pair(event.id.identity, event.id.details);
    });
    if (!expects_known_) {
      // Mostly all are new, and then they are copied to where they belong.
      try {
        pqxx::subtransaction attempt(work, "all_are_new");
        const std::uint64_t count = Copy(attempt, "earprint.events", batch);
        attempt.commit();
        return count;
      } catch (const pqxx::unique_violation&) {
        // The savepoint has taken them back.
      }
    }
    work.exec(
        "create temp table staged_events on commit drop as select event_id, type, listener, source, body "
        "from "
        "earprint.events limit 0");
    Copy(work, "staged_events", batch);
    return work
        .exec(
            "insert into earprint.events (event_id, type, listener, source, body) select event_id, type, "
            "listener, "
            "source, body from staged_events order by event_id on conflict (event_id) do nothing")
        .affected_rows();
  }

  static std::uint64_t Copy(pqxx::transaction_base& work, const std::string& table,
                            const model::EventBatch& batch) {
    std::uint64_t count = 0;
    pqxx::stream_to stream(work, table,
                           std::vector<std::string>{"event_id", "type", "listener", "source", "body"});
    for (const model::EventRef& event : batch.events) {
      const std::string_view line = std::string_view(batch.lines).substr(event.begin, event.size - 1);
      if (const auto told = model::ReadEventLine(line)) {
        stream << RowOf(line, *told);
        ++count;
      }
    }
    stream.complete();
    return count;
  }

  /// Of those who bring events at once one may be sent back; what it brought comes again.
  template <typename Work>
  auto Try(const std::string& op, const Work& work) -> decltype(work()) {
    auto done = link_.Try(op, work);
    if (!done && done.error().code == base::ErrorCode::kConflict) {
      base::Error error = done.error();
      error.code = base::ErrorCode::kRetryLater;
      error.hint = "somebody else writes there too; it is tried again by itself";
      return std::unexpected(std::move(error));
    }
    return done;
  }

  PostgresLink link_;
  std::string origin_;
  ports::FeedPlaces known_;     ///< how far each share was when we last looked or wrote
  bool expects_known_ = false;  ///< the batch before had events that were there: more may come
};

}  // namespace

std::unique_ptr<ports::EventSink> MakePostgresEventSink(PostgresOptions options, std::string origin) {
  return std::make_unique<PostgresEventSink>(std::move(options), std::move(origin));
}

}  // namespace earprint::adapters
