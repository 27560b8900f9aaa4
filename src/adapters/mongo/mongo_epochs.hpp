#pragma once

#include <string>
#include <vector>

#include "adapters/mongo/mongo_link.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::adapters {

/// A listener's state as a transaction, or nobody's, sees it. Data version and epoch are empty where nothing
/// is held.
struct MongoListener {
  std::string data_version, epoch;
  std::int64_t writes = 0;  ///< changes within an epoch so far
};
base::Result<MongoListener> ReadMongoListener(MongoLink& link, const std::string& listener,
                                              mongoc_client_session_t* session);
base::Result<ports::PartPrints> ReadMongoParts(MongoLink& link, const std::string& listener,
                                               const std::string& epoch, mongoc_client_session_t* session);

/// The epochs of which any document is there, but one.
base::Result<std::vector<std::string>> ListMongoEpochs(MongoLink& link, const std::string& listener,
                                                       const std::string& but);

/// Removes all documents of these epochs. What is removed before a failure stays removed.
base::Result<void> RemoveMongoEpochs(MongoLink& link, const std::string& listener,
                                     const std::vector<std::string>& epochs);

}  // namespace earprint::adapters
