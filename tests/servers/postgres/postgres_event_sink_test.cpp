#include "tests/contract/event_sink_contract.hpp"
#include "tests/support/event_stores.hpp"

namespace earprint::testing {
namespace {

class PostgresEvents final : public EventPlace {
 public:
  std::unique_ptr<ports::EventSink> Sink(const std::string& origin) override {
    return Must(app::ChooseEventSink(place_.url(), origin));
  }
  std::vector<std::string> Lines() override { return PostgresEventLines(place_.url()); }

 private:
  PostgresPlace place_;
};

std::unique_ptr<EventPlace> MakePostgres() { return std::make_unique<PostgresEvents>(); }

INSTANTIATE_TEST_SUITE_P(Postgres, EventSinkContract, ::testing::Values(&MakePostgres));

TEST(PostgresEventSink, WhatIsDocumentedCanBeAsked) {
  const PostgresPlace place;
  const auto sink = Must(app::ChooseEventSink(place.url(), "log"));
  ASSERT_TRUE(sink->Keep(BatchOf({PlayLine(1, "ann", "A \\ \"title\""), PlayLine(2, "bob")}),
                         {{{model::EventType::kPlay, 3}, 9}}));
  pqxx::connection connection(place.url());
  pqxx::nontransaction look(connection);
  const auto row = look.exec1(
      "select type, listener, source, body->'data'->>'title', (body->'data'->>'played_ms')::bigint from "
      "earprint.events where listener = 'ann'");
  EXPECT_STREQ(row[0].c_str(), "play");
  EXPECT_STREQ(row[2].c_str(), "extended");
  EXPECT_STREQ(row[3].c_str(), "A \\ \"title\"");
  EXPECT_EQ(row[4].as<std::int64_t>(), 60'000);
  const auto offset = look.exec1("select log, type, partition, next_offset from earprint.consumed_offsets");
  EXPECT_STREQ(offset[1].c_str(), "play");
  EXPECT_EQ(offset[2].as<int>(), 3);
  EXPECT_EQ(offset[3].as<std::int64_t>(), 9);
}

TEST(PostgresEventSink, WhatFailsBeforeItsPlaceIsWrittenLeavesNeither) {
  const PostgresPlace place;
  const auto sink = Must(app::ChooseEventSink(place.url(), "log"));
  ASSERT_TRUE(sink->Name());
  RunPsql(place.url(),
          "alter table earprint.consumed_offsets add constraint full_disk check (next_offset < 5)");
  const auto refused = sink->Keep(BatchOf({PlayLine(1)}), {{{model::EventType::kPlay, 0}, 5}});
  EXPECT_FALSE(refused);
  EXPECT_TRUE(PostgresEventLines(place.url()).empty());
  RunPsql(place.url(), "alter table earprint.consumed_offsets drop constraint full_disk");
  const auto kept = sink->Keep(BatchOf({PlayLine(1)}), {{{model::EventType::kPlay, 0}, 5}});
  ASSERT_TRUE(kept) << kept.error().Text();
  EXPECT_EQ(kept->accepted, 1U);
}

TEST(PostgresEventSink, ForgettingAListenerSparesACatalogueOfTheirName) {
  const PostgresPlace place;
  ExpectForgettingSparesCatalogues(place.url(), &PostgresEventLines);
}

TEST(PostgresEventSink, AReaderThatWasHeldUpBringsNothingBackThatWasErased) {
  const PostgresPlace place;
  ExpectAFrozenReaderBringsNothingBack(place.url(), &PostgresEventLines);
}

}  // namespace
}  // namespace earprint::testing
