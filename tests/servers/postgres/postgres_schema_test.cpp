// What the catalogue of a PostgreSQL store says of its schema, and how it came there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>
#include <pqxx/pqxx>
#include <set>
#include <string>
#include <vector>

#include "adapters/postgres/postgres_event_sink.hpp"
#include "adapters/postgres/postgres_metric_store.hpp"
#include "tests/support/checked_batch.hpp"
#include "tests/support/event_stores.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::testing {
namespace {

using Rows = std::vector<std::string>;

/// The rows of a query, their fields separated by a blank.
Rows Ask(const std::string& url, const std::string& sql) {
  Rows rows;
  pqxx::connection connection(url);
  pqxx::nontransaction look(connection);
  look.exec("set timezone = 'UTC'");
  for (const auto& row : look.exec(sql)) {
    std::string& told = rows.emplace_back();
    for (const auto& field : row) told += (told.empty() ? "" : " ") + std::string(field.c_str());
  }
  return rows;
}

class PostgresSchema : public ::testing::Test {
 protected:
  PostgresSchema() { MustPublish(*place.Open(), "me", "v1", StateOf("me", 1, 30)); }
  Rows Ask(const std::string& sql) const { return testing::Ask(place.url(), sql); }

  PostgresPlace place;
};

TEST_F(PostgresSchema, EveryTableAndColumnSaysWhatItMeans) {
  EXPECT_GE(
      Ask("select 1 from pg_class where relnamespace = 'earprint'::regnamespace and relkind in ('r', 'p')")
          .size(),
      12U);
  EXPECT_THAT(
      Ask("select relname from pg_class c where relnamespace = 'earprint'::regnamespace and relkind in "
          "('r', 'p') and not relispartition and coalesce(obj_description(c.oid, 'pg_class'), '') = ''"),
      ::testing::IsEmpty());
  EXPECT_THAT(
      Ask("select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid where "
          "c.relnamespace = 'earprint'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not "
          "a.attisdropped and coalesce(col_description(c.oid, a.attnum), '') = ''"),
      ::testing::IsEmpty());
}

TEST_F(PostgresSchema, EveryTableHasItsKeyAndWhatIsAListenersRefersToThem) {
  EXPECT_THAT(
      Ask("select relname from pg_class c where relnamespace = 'earprint'::regnamespace and relkind in "
          "('r', 'p') and not exists (select from pg_constraint where conrelid = c.oid and contype = 'p')"),
      ::testing::IsEmpty());
  EXPECT_THAT(Ask("select conrelid::regclass, confrelid::regclass from pg_constraint where contype = 'f' and "
                  "connamespace = 'earprint'::regnamespace and confdeltype = 'c'"),
              ::testing::UnorderedElementsAre(
                  "earprint.parts earprint.listeners", "earprint.tracks earprint.listeners",
                  "earprint.playlists earprint.listeners", "earprint.playlist_tracks earprint.playlists",
                  "earprint.metrics earprint.listeners", "earprint.slices earprint.listeners"));
}

TEST_F(PostgresSchema, WhatNoPlayCanBeIsRefused) {
  const auto refuses = [this](const std::string& sql) {
    pqxx::connection connection(place.url());
    pqxx::work work(connection);
    EXPECT_THROW(work.exec(sql), pqxx::integrity_constraint_violation) << sql;
  };
  const std::string play =
      "insert into earprint.plays (listener, part, play_id, ended_at, played_ms, is_track, track_key, "
      "source, "
      "was_skipped, witnesses) values ('me', '2020-01-01', 9, ";
  refuses(play + "'2020-01-05', -1, true, 1, 'x', false, 1)");
  refuses(play + "'2020-01-05', 1, true, 1, 'x', false, 0)");
  refuses(play + "'2020-01-05', 1, true, 1, null, false, 1)");
  refuses(play + "'1990-01-05', 1, true, 1, 'x', false, 1)");  // no partition holds it
  refuses("insert into earprint.tracks (listener, part, track_key) values ('nobody', '1', 1)");
  refuses(
      "insert into earprint.events (event_id, type, listener, source, body) values ('x', 'play', 'me', 'x', "
      "'{}')");
}

TEST_F(PostgresSchema, PlaysHaveAPartitionForEachMonthFromItsFirstDayToTheNext) {
  EXPECT_THAT(Ask("select c.relname, pg_get_expr(c.relpartbound, c.oid) from pg_inherits i join pg_class c "
                  "on c.oid = "
                  "i.inhrelid where i.inhparent = 'earprint.plays'::regclass order by 1"),
              ::testing::ElementsAre(
                  "plays_2020_01 FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2020-02-01 00:00:00+00')",
                  "plays_2020_02 FOR VALUES FROM ('2020-02-01 00:00:00+00') TO ('2020-03-01 00:00:00+00')",
                  "plays_2020_03 FOR VALUES FROM ('2020-03-01 00:00:00+00') TO ('2020-04-01 00:00:00+00')"));
  EXPECT_THAT(
      Ask("select tableoid::regclass, count(*), bool_and(date_trunc('month', ended_at) = part::date) from "
          "earprint.plays group by 1 order by 1"),
      ::testing::ElementsAre("earprint.plays_2020_01 10 t", "earprint.plays_2020_02 10 t",
                             "earprint.plays_2020_03 10 t"));
  // A question about a month goes through no other.
  const Rows plan =
      Ask("explain (costs off) select * from earprint.plays where listener = 'me' and ended_at >= "
          "'2020-02-01' and ended_at < '2020-03-01'");
  const std::string told = ::testing::PrintToString(plan);
  EXPECT_THAT(told, ::testing::HasSubstr("plays_2020_02"));
  EXPECT_THAT(told, ::testing::Not(::testing::HasSubstr("plays_2020_03")));
}

TEST_F(PostgresSchema, AnAnswerSaysOfWhichDataItIsThoughItStayedAsItWas) {
  const std::string versions = "select data_version, count(*) from earprint.metrics group by 1";
  EXPECT_EQ(Ask(versions), Rows{"v1 2"});
  StoredState next = StateOf("me", 2, 30);
  const StoredState before = StateOf("me", 1, 30);
  next.answers[0] = before.answers[0];
  const ports::PartName stays{"answers", before.answers[0].key};
  next.target[stays] = before.target.at(stays);
  MustPublish(*place.Open(), "me", "v2", next);
  MustPublish(*place.Open(), "other", "v7", StateOf("other", 1, 30));
  EXPECT_EQ(Ask(versions + " order by 1"), (Rows{"v2 2", "v7 2"}));
}

TEST(PostgresMigrations, WhatEarlierReleasesPublishedIsThereAfterTheLatest) {
  std::vector<adapters::PostgresMigration> all;
  for (const base::EmbeddedFile& file : base::sql_files()) {
    constexpr std::string_view kPrefix = "stores/postgres_";
    if (!file.path.starts_with(kPrefix)) continue;
    adapters::PostgresMigration migration{0, std::string(file.path), std::string(file.body)};
    std::from_chars(file.path.data() + kPrefix.size(), file.path.data() + file.path.size(), migration.number);
    all.push_back(std::move(migration));
  }
  ASSERT_GE(all.size(), 4U);
  for (std::size_t from = 1; from < all.size(); ++from) {
    const PostgresPlace place;
    const std::vector some(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(from));
    const StoredState first = StateOf("me", 1, 30), second = StateOf("me", 2, 60);
    const auto earlier = adapters::MakePostgresMetricStore({place.url(), some});
    ASSERT_TRUE(earlier->Begin("me", {}));
    // The fourth change brings a column that today's program writes and earlier ones did not know.
    if (from < 4)
      RunPsql(place.url(), "alter table earprint.metrics add column data_version text not null default ''");
    MustPublish(*earlier, "me", "v1", first);
    if (from < 4) RunPsql(place.url(), "alter table earprint.metrics drop column data_version");
    if (from >= 2) {
      const auto sink = adapters::MakePostgresEventSink({place.url(), some}, "log");
      ASSERT_TRUE(sink->Keep(BatchOf({PlayLine(1)}), {{{model::EventType::kPlay, 0}, 7}}));
    }
    EXPECT_EQ(Ask(place.url(), "select max(number) from earprint.migrations"), Rows{std::to_string(from)});
    const auto latest = place.Open();
    ExpectHeld(*latest, "me", "v1", first);  // read as it is: who reads changes no schema
    MustPublish(*latest, "bob", "v1", StateOf("bob", 3, 30));
    EXPECT_EQ(Ask(place.url(), "select max(number) from earprint.migrations"),
              Rows{std::to_string(all.size())});
    ExpectHeld(*latest, "me", "v1", first);
    EXPECT_EQ(Ask(place.url(), "select distinct data_version from earprint.metrics where listener = 'me'"),
              Rows{"v1"});
    MustPublish(*latest, "me", "v2", second);
    ExpectHeld(*latest, "me", "v2", second);
    const auto sink = Must(app::ChooseEventSink(place.url(), "log"));
    if (from >= 2) {
      EXPECT_EQ(Must(sink->Places()).next.at({model::EventType::kPlay, 0}), 7);
      EXPECT_EQ(Must(sink->Keep(BatchOf({PlayLine(1)}), {})).duplicate, 1U);
    }
    EXPECT_EQ(Must(sink->Keep(BatchOf({PlayLine(2)}), {})).accepted, 1U);
  }
}

}  // namespace
}  // namespace earprint::testing
