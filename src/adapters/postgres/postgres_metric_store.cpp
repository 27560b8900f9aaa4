#include "adapters/postgres/postgres_metric_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/postgres/postgres_change.hpp"
#include "adapters/postgres/postgres_link.hpp"
#include "adapters/postgres/postgres_text.hpp"
#include "base/text.hpp"
#include "model/answer_json.hpp"

namespace earprint::adapters {

namespace {

using base::Result;

/// Sees one state of the store from its first statement on.
using Snapshot = pqxx::transaction<pqxx::isolation_level::repeatable_read, pqxx::readwrite_policy::read_only>;

class PostgresMetricStore final : public ports::MetricStore {
 public:
  explicit PostgresMetricStore(PostgresOptions options) : link_(std::move(options)) {}

  std::string Place() const override { return link_.place(); }

  void BreakOff() override { link_.BreakOff(); }

  Result<std::vector<ports::StoredListener>> Listeners() override {
    return TellVersions("order by listener collate \"C\"");
  }

  Result<std::vector<ports::StoredListener>> ListenersAfter(const std::string& name,
                                                            std::size_t listeners_max) override {
    // In the order of the key, whose index gives them without a look at the others.
    return TellVersions("where listener > $1 order by listener limit $2", name,
                        static_cast<std::int64_t>(listeners_max));
  }

  Result<std::vector<ports::StoredListener>> VersionsOf(const std::vector<std::string>& names) override {
    std::string all;
    for (const std::string& name : names) {
      all += all.empty() ? '[' : ',';
      base::AppendJsonString(name, all);
    }
    if (all.empty()) return std::vector<ports::StoredListener>();
    return TellVersions("where listener = any(array(select jsonb_array_elements_text($1::jsonb)))",
                        all + ']');
  }

  Result<ports::StoredListener> State(const std::string& listener) override {
    return link_.Try("look at the store", [&]() -> Result<ports::StoredListener> {
      ports::StoredListener state{listener, "", {}};
      if (!link_.HasSchema()) return state;
      Snapshot look(link_.Open());
      const auto version =
          look.exec_params("select data_version from earprint.listeners where listener = $1", listener);
      if (version.empty()) return state;
      state.data_version = version[0][0].c_str();
      state.parts = ReadPostgresParts(look, listener);
      return state;
    });
  }

  Result<std::unique_ptr<ports::ListenerChange>> Begin(const std::string& listener,
                                                       const ports::PartPrints& target) override {
    return PostgresChange::Begin(link_, listener, target);
  }

  Result<void> Forget(const std::string& listener) override {
    return link_.Try("forget in the store", [&]() -> Result<void> {
      if (!link_.HasSchema()) return {};
      pqxx::work work(link_.Open());
      work.exec_params("select pg_advisory_xact_lock(hashtextextended($1, 4715))", listener);
      const auto patience = link_.BePatient();  // with a long history each takes its time
      work.exec_params("delete from earprint.plays where listener = $1", listener);
      work.exec_params("delete from earprint.listeners where listener = $1",
                       listener);  // and all that refers to it
      if (!work.exec1("select to_regclass('earprint.events')")[0].is_null())
        work.exec_params(
            fmt::format("delete from earprint.events where listener = $1 and {}", PostgresGoesWithListener()),
            listener);
      work.commit();
      return {};
    });
  }

  Result<std::optional<model::Answer>> FindAnswer(const std::string& listener,
                                                  const std::string& key) override {
    return link_.Try("read an answer from the store", [&]() -> Result<std::optional<model::Answer>> {
      if (!link_.HasSchema()) return std::nullopt;
      pqxx::nontransaction look(link_.Open());
      const auto found = look.exec_params(
          "select m.metric, m.columns, m.rows, m.limits, l.data_version from earprint.metrics m join "
          "earprint.listeners l on l.listener = m.listener where m.listener = $1 and m.key = $2",
          listener, key);
      if (found.empty()) return std::nullopt;
      auto answer = model::ReadAnswerJson(found[0][1].c_str(), found[0][2].c_str(), found[0][3].c_str());
      if (!answer) return std::unexpected(answer.error());
      answer->question = {found[0][0].c_str(), listener, {}};
      answer->data_version = found[0][4].c_str();
      return std::move(*answer);
    });
  }

  Result<std::string> ReadBytes(const std::string& listener, const ports::PartName& name,
                                const std::string& fingerprint) override {
    return link_.Try("read a part from the store", [&]() -> Result<std::string> {
      if (link_.HasSchema()) {
        pqxx::nontransaction look(link_.Open());
        const auto found = look.exec_params(
            "select bytes from earprint.slices where listener = $1 and relation = $2 and chunk = $3 and "
            "fingerprint = $4",
            listener, name.relation, name.chunk, fingerprint);
        if (!found.empty()) return pqxx::binarystring(found[0][0]).str();
      }
      return base::Fail(base::ErrorCode::kConflict, "read a part from the store",
                        listener + ": " + name.relation + " " + name.chunk, "it is no longer there");
    });
  }

  Result<std::vector<std::vector<ports::Cell>>> ReadRows(const std::string& listener,
                                                         const ports::StoredRelation& relation) override {
    return link_.Try("read rows from the store", [&]() -> Result<std::vector<std::vector<ports::Cell>>> {
      std::vector<std::vector<ports::Cell>> rows;
      if (!link_.HasSchema()) return rows;
      std::string columns;
      for (const ports::StoredColumn& column : relation.columns)
        columns += (columns.empty() ? "" : ", ") + PostgresReadExpression(column);
      pqxx::nontransaction look(link_.Open());
      for (const auto& told : look.exec_params(
               fmt::format("select {} from earprint.{} where listener = $1", columns, relation.name),
               listener)) {
        auto& row = rows.emplace_back();
        for (std::size_t i = 0; i < relation.columns.size(); ++i) {
          const auto field = told[static_cast<pqxx::row_size_type>(i)];
          row.push_back(field.is_null() ? ports::Cell{}
                                        : ReadPostgresText(relation.columns[i].type, field.c_str()));
        }
      }
      return rows;
    });
  }

 private:
  template <typename... Values>
  Result<std::vector<ports::StoredListener>> TellVersions(const std::string& which, const Values&... values) {
    return link_.Try("list the store's listeners", [&]() -> Result<std::vector<ports::StoredListener>> {
      std::vector<ports::StoredListener> listeners;
      if (!link_.HasSchema()) return listeners;
      pqxx::nontransaction look(link_.Open());
      for (const auto& row :
           look.exec_params("select listener, data_version from earprint.listeners " + which, values...))
        listeners.push_back({row[0].c_str(), row[1].c_str(), {}});
      return listeners;
    });
  }

  PostgresLink link_;
};

}  // namespace

std::unique_ptr<ports::MetricStore> MakePostgresMetricStore(PostgresOptions options) {
  return std::make_unique<PostgresMetricStore>(std::move(options));
}

}  // namespace earprint::adapters
