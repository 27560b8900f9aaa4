#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/mongo/mongo_epochs.hpp"
#include "adapters/mongo/mongo_link.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::adapters {

/// A change on its way: one transaction, or a new epoch.
class MongoChange final : public ports::ListenerChange {
 public:
  static base::Result<std::unique_ptr<MongoChange>> Begin(MongoLink& link, const std::string& listener,
                                                          const ports::PartPrints& target);
  ~MongoChange() override;

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
  /// Documents of one part, made one by one: id and body are given to be filled.
  using Make = std::function<void(std::size_t at, Bson& id, Bson& body)>;

  MongoChange(MongoLink& link, std::string listener) : link_(link), listener_(std::move(listener)) {}
  base::Result<void> BeginAside();
  base::Result<void> BeginWithin();
  base::Result<mongoc_client_session_t*> Session();
  base::Result<void> EndBatch(bool is_last);
  bool IsBatchLarge() const;
  base::Result<void> PutPart(const char* collection, const ports::PartName& name,
                             const ports::PartPrint& print, const Bson& where, std::size_t count,
                             const Make& make);
  base::Result<void> PutBatch(const char* collection, std::size_t first, std::size_t count, bool is_new,
                              const Make& make);
  base::Result<void> Note(const ports::PartName& name, const ports::PartPrint& print);
  base::Result<void> Switch(const std::string& data_version);
  Bson& Own(Bson& document) const;

  MongoLink& link_;
  std::string listener_, epoch_, base_epoch_, owner_;
  std::int64_t base_writes_ = 0;  ///< changes within the state that was there
  bool is_aside_ = false;
  bool is_fresh_ = false;              ///< nothing is in the epoch but what this change puts there
  std::vector<std::string> replaced_;  ///< epochs that nobody needs once this one counts
  ports::PartPrints held_;
  std::vector<ports::PartName> put_;
  std::size_t batch_rows_ = 0, batch_bytes_ = 0;  ///< in the transaction that is on its way
  MongoHandle<mongoc_client_session_t> session_;
};

}  // namespace earprint::adapters
