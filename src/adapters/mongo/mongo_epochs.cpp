#include "adapters/mongo/mongo_epochs.hpp"

#include <set>

namespace earprint::adapters {

using base::Result;

Result<MongoListener> ReadMongoListener(MongoLink& link, const std::string& listener,
                                        mongoc_client_session_t* session) {
  MongoListener state;
  Bson filter;
  filter.Text("_id", listener);
  auto read = link.Find("listeners", filter, Bson(), session, [&state](const bson_t* told) -> Result<void> {
    state = {MongoText(told, "data_version"), MongoText(told, "epoch"), MongoNumber(told, "writes")};
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return state;
}

Result<ports::PartPrints> ReadMongoParts(MongoLink& link, const std::string& listener,
                                         const std::string& epoch, mongoc_client_session_t* session) {
  ports::PartPrints parts;
  Bson filter;
  filter.Text("listener", listener).Text("epoch", epoch);
  auto read = link.Find("parts", filter, Bson(), session, [&parts](const bson_t* told) -> Result<void> {
    parts[{MongoText(told, "relation"), MongoText(told, "chunk")}] = {MongoText(told, "fingerprint"),
                                                                      MongoNumber(told, "rows")};
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return parts;
}

Result<std::vector<std::string>> ListMongoEpochs(MongoLink& link, const std::string& listener,
                                                 const std::string& but) {
  std::set<std::string> epochs;
  Bson mine;
  mine.Text("listener", listener);
  for (const char* collection : kMongoOwned) {
    auto found = link.Distinct(collection, "epoch", mine);
    if (!found) return std::unexpected(found.error());
    epochs.insert(found->begin(), found->end());
  }
  epochs.erase(but);
  return std::vector<std::string>(epochs.begin(), epochs.end());
}

Result<void> RemoveMongoEpochs(MongoLink& link, const std::string& listener,
                               const std::vector<std::string>& epochs) {
  for (const std::string& epoch : epochs) {
    Bson where;
    where.Text("listener", listener).Text("epoch", epoch);
    for (const char* collection : kMongoOwned) {
      if (auto removed = link.Delete(collection, where, nullptr); !removed) return removed;
    }
  }
  return {};
}

}  // namespace earprint::adapters
