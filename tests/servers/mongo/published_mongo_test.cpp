#include "adapters/mongo/mongo_metric_store.hpp"
#include "tests/contract/answered_store_contract.hpp"
#include "tests/contract/audited_publishing_contract.hpp"
#include "tests/contract/kept_store_contract.hpp"
#include "tests/contract/published_store_contract.hpp"
#include "tests/contract/zero_texts_store_contract.hpp"
#include "tests/support/server_places.hpp"

namespace earprint::testing {

INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, PublishedStore, MongoPlace);
INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, AuditedPublishing, MongoPlace);
INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, AnsweredStoreContract, StoreHolds<MongoPlace>);
INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, KeptStore, MongoPlace);
INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, ZeroTextsStore, MongoPlace);

// A change that is large for the store is written as a whole beside what it holds, answers and all.
TEST(PublishedMongo, OtherRowsForPeopleInALargeChangeLeaveTheAnswersWhereTheyWere) {
  const MongoPlace place;
  std::string collections;
  for (const base::EmbeddedFile& file : base::sql_files())
    if (file.path == "stores/mongo_collections.json") collections = file.body;
  const auto store = adapters::MakeMongoMetricStore(
      {.url = place.url(), .collections_json = collections, .transaction_rows_max = 500});
  Household house;
  ExpectAnswersAfterOtherRelations(house, *store);
}

}  // namespace earprint::testing
