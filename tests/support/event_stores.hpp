#pragma once

#include <gmock/gmock.h>
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
#include "tests/support/checked_batch.hpp"
#include "tests/support/server_places.hpp"
#include "tests/support/told_events.hpp"

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

/// Who is forgotten in a store into which events were consumed takes along what they told, and not what a
/// catalogue of their name did.
inline void ExpectForgettingSparesCatalogues(const std::string& url,
                                             std::vector<std::string> (*lines_of)(const std::string&)) {
  const auto features = [](int number, const std::string& source) {
    std::string line = LineOf(model::EventType::kAudioFeatures, number, "ann");
    return line.replace(line.find("extended"), 8, source);
  };
  const std::vector<std::string> kept = {features(1, "catalogue"), features(2, "reccobeats"),
                                         PlayLine(3, "bob")};
  const std::vector<std::string> gone = {PlayLine(4, "ann"), LineOf(model::EventType::kGap, 5, "ann"),
                                         features(6, "recent"), features(7, "player"),
                                         features(8, "spotify_audio_features")};
  std::vector<std::string> all = kept;
  all.insert(all.end(), gone.begin(), gone.end());
  const auto sink = Must(app::ChooseEventSink(url, "log"));
  EXPECT_EQ(Must(sink->Keep(BatchOf(all), {})).accepted, all.size());
  const auto store = Must(app::ChooseStore(url));
  const StoredState state = StateOf("ann", 1, 30);
  MustPublish(*store, "ann", "v1", state);
  EXPECT_TRUE(store->Forget("ann"));
  EXPECT_THAT(lines_of(url), ::testing::UnorderedElementsAreArray(kept));
  EXPECT_TRUE(Must(store->Listeners()).empty());
}

/// A reader that was held up, while another brought its share further and erased somebody there, brings
/// nothing back.
inline void ExpectAFrozenReaderBringsNothingBack(const std::string& url,
                                                 std::vector<std::string> (*lines_of)(const std::string&)) {
  const ports::FeedShare plays{model::EventType::kPlay, 0};
  const auto frozen = Must(app::ChooseEventSink(url, "log")), other = Must(app::ChooseEventSink(url, "log"));
  ASSERT_TRUE(frozen->Keep(BatchOf({PlayLine(1, "bob")}), {{plays, 1}}));
  ASSERT_TRUE(other->Places());
  ASSERT_TRUE(other->Keep(BatchOf({PlayLine(2, "ann")}), {{plays, 2}}));
  ASSERT_TRUE(other->Forget({{"ann", model::EventType::kPlay}}));
  ASSERT_TRUE(other->Keep({}, {{plays, 3}}));
  const auto refused = frozen->Keep(BatchOf({PlayLine(2, "ann")}), {{plays, 2}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kConflict) << refused.error().Text();
  EXPECT_THAT(lines_of(url), ::testing::ElementsAre(PlayLine(1, "bob")));
  EXPECT_EQ(Must(frozen->Places()).next.at(plays), 3);
  ASSERT_TRUE(frozen->Keep(BatchOf({PlayLine(4, "ann")}), {{plays, 4}}));
  EXPECT_THAT(lines_of(url), ::testing::UnorderedElementsAre(PlayLine(1, "bob"), PlayLine(4, "ann")));
}

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
