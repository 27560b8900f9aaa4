#include "tests/contract/answered_store_contract.hpp"
#include "tests/contract/audited_publishing_contract.hpp"
#include "tests/contract/kept_store_contract.hpp"
#include "tests/contract/published_store_contract.hpp"
#include "tests/contract/zero_texts_store_contract.hpp"
#include "tests/support/server_places.hpp"

namespace earprint::testing {

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, PublishedStore, PostgresPlace);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, AuditedPublishing, PostgresPlace);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, AnsweredStoreContract, StoreHolds<PostgresPlace>);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, KeptStore, PostgresPlace);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, ZeroTextsStore, PostgresPlace);

}  // namespace earprint::testing
