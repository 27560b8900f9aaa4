#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/postgres/postgres_link.hpp"
#include "adapters/postgres/postgres_stage.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::adapters {

/// The parts of a listener that are in a store. Throws what libpqxx throws.
ports::PartPrints ReadPostgresParts(pqxx::transaction_base& work, const std::string& listener);

/// One transaction on its way.
class PostgresChange final : public ports::ListenerChange {
 public:
  /// Waits for whoever changes the same listener.
  static base::Result<std::unique_ptr<PostgresChange>> Begin(PostgresLink& link, const std::string& listener,
                                                             const ports::PartPrints& target);
  ~PostgresChange() override;

  const ports::PartPrints& Held() const override { return held_; }
  base::Result<void> PutRows(const ports::StoredRelation& relation, const ports::PartName& name,
                             const ports::PartPrint& print,
                             const std::vector<std::vector<ports::Cell>>& rows) override;
  base::Result<void> PutBytes(const ports::PartName& name, const ports::PartPrint& print,
                              const std::string& bytes) override;
  base::Result<void> PutAnswer(const ports::PartPrint& print, const ports::StoredAnswer& answer) override;
  base::Result<void> Drop(const ports::PartName& name) override;
  base::Result<void> Commit(const std::string& data_version) override;

 private:
  PostgresChange(PostgresLink& link, std::string listener) : link_(link), listener_(std::move(listener)) {}
  template <typename Work>
  base::Result<void> Try(const Work& work);
  PostgresStage& Stage(const std::string& table, const std::vector<std::string>& columns,
                       const std::vector<std::string>& key);
  void Note(const ports::PartName& name, const ports::PartPrint& print);
  void End();

  PostgresLink& link_;
  std::string listener_;
  ports::PartPrints held_;
  std::unique_ptr<pqxx::work> work_;
  std::map<std::string, PostgresStage> stages_;
  std::optional<base::Error> failure_;  ///< the transaction is over, and every further call says why
};

}  // namespace earprint::adapters
