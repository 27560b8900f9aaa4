#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"  // bson_t is aligned, which a template drops
#include "adapters/mongo/mongo_link.hpp"
#pragma GCC diagnostic pop
#include "adapters/postgres/postgres_link.hpp"
#include "model/event_line.hpp"
#include "tests/support/server_places.hpp"

namespace earprint::testing {

/// The events of a PostgreSQL store, read past the program.
inline std::vector<std::string> PostgresEventLines(const std::string& url) {
  std::vector<std::string> lines;
  pqxx::connection connection(url);
  pqxx::nontransaction look(connection);
  if (look.exec1("select to_regclass('earprint.events')")[0].is_null()) return lines;
  for (const auto& row : look.exec("select body from earprint.events")) lines.emplace_back(row[0].c_str());
  return lines;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"  // bson_t is aligned, which a template drops
/// The events of a MongoDB store, read past the program.
inline std::vector<std::string> MongoEventLines(const std::string& url) {
  std::vector<std::string> lines;
  adapters::MongoLink link({.url = url, .collections_json = ""});
  EXPECT_TRUE(link.Open());
  auto read = link.Find("events", adapters::Bson(), adapters::Bson(), nullptr,
                        [&lines](const bson_t* told) -> base::Result<void> {
                          lines.push_back(adapters::MongoText(told, "body"));
                          return {};
                        });
  EXPECT_TRUE(read) << read.error().Text();
  return lines;
}
#pragma GCC diagnostic pop

/// The ids of lines, each of which must be there once.
inline std::set<std::string> IdsOf(const std::vector<std::string>& lines) {
  std::set<std::string> ids;
  for (const std::string& line : lines) {
    const auto told = model::ReadEventLine(line);
    EXPECT_TRUE(told) << line;
    if (!told) continue;
    EXPECT_TRUE(ids.insert(std::string(told->id_text)).second) << "twice in the store: " << line;
  }
  return ids;
}

}  // namespace earprint::testing
