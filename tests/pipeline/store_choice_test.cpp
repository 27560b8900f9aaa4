// What is told of a store: where it is, and no password.
#include "app/stores/store_choice.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/stored_listener.hpp"

namespace earprint::app {
namespace {

std::string PlaceOf(const std::string& url) { return testing::Must(ChooseStore(url))->Place(); }

TEST(StorePlace, TellsNoPassword) {
  EXPECT_EQ(PlaceOf("postgresql://ann:secret@db.example:5433/earprint"),
            "postgresql://ann@db.example:5433/earprint");
  EXPECT_EQ(PlaceOf("postgresql://ann@db.example/earprint?password=secret&sslmode=require"),
            "postgresql://ann@db.example/earprint");
  EXPECT_EQ(PlaceOf("postgresql://db.example/earprint"), "postgresql://db.example/earprint");
}

// Who is forgotten is erased from every place that was published to: two databases are two places.
TEST(StorePlace, OfTwoDatabasesIsAnotherHoweverTheyAreNamed) {
  EXPECT_EQ(PlaceOf("postgresql:///earprint?host=/run/a"), "postgresql:///earprint?host=/run/a");
  EXPECT_NE(PlaceOf("postgresql:///earprint?host=/run/a"), PlaceOf("postgresql:///earprint?host=/run/b"));
  EXPECT_EQ(PlaceOf("postgresql://h/?sslmode=require&port=5433&password=secret&dbname=ours"),
            "postgresql://h/?port=5433&dbname=ours");
  EXPECT_EQ(PlaceOf("postgresql://h/db?application_name=x"), PlaceOf("postgresql://h/db"));
}

}  // namespace
}  // namespace earprint::app
