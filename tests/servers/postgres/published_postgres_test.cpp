#include "tests/contract/published_store_contract.hpp"
#include "tests/support/server_places.hpp"

namespace earprint::testing {

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, PublishedStore, PostgresPlace);

}  // namespace earprint::testing
