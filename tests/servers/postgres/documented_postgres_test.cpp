#include <pqxx/pqxx>

#include "tests/support/documented_queries.hpp"
#include "tests/support/server_places.hpp"

namespace earprint::testing {

TEST(DocumentedPostgres, EveryExampleOfThePageHasAnAnswer) {
  const DocumentedStore<PostgresPlace> store;
  const auto statements = DocumentedStatements("PostgreSQL", "sql", "--");
  EXPECT_GE(statements.size(), 5U);
  pqxx::connection connection(store.url());
  for (const std::string& statement : statements) {
    pqxx::nontransaction look(connection);
    EXPECT_GT(look.exec(statement).size(), 0) << statement;
  }
}

}  // namespace earprint::testing
