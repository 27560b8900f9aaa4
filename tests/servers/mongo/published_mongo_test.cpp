#include "tests/contract/audited_publishing_contract.hpp"
#include "tests/contract/kept_store_contract.hpp"
#include "tests/contract/published_store_contract.hpp"
#include "tests/support/server_places.hpp"

namespace earprint::testing {

INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, PublishedStore, MongoPlace);
INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, AuditedPublishing, MongoPlace);
INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, KeptStore, MongoPlace);

}  // namespace earprint::testing
