#include "tests/contract/event_sink_contract.hpp"
#include "tests/support/event_stores.hpp"

namespace earprint::testing {
namespace {

class MongoEvents final : public EventPlace {
 public:
  std::unique_ptr<ports::EventSink> Sink(const std::string& origin) override {
    return Must(app::ChooseEventSink(place_.url(), origin));
  }
  std::vector<std::string> Lines() override { return MongoEventLines(place_.url()); }

 private:
  MongoPlace place_;
};

std::unique_ptr<EventPlace> MakeMongo() { return std::make_unique<MongoEvents>(); }

INSTANTIATE_TEST_SUITE_P(Mongo, EventSinkContract, ::testing::Values(&MakeMongo));

TEST(MongoEventSink, WhatIsDocumentedCanBeAskedWhereItIsNoNameOfMongos) {
  const MongoPlace place;
  const auto sink = Must(app::ChooseEventSink(place.url(), "log"));
  ASSERT_TRUE(sink->Keep(
      BatchOf({PlayLine(1, "ann", "A title"), LineWith(2, R"("$gt":1)"), PlayLine(3, "ann", "$ave Dat Money"),
               PlayLine(4, "ann", "say \"$5\""), LineWith(5, R"("worth": "$5","list":["$5"])")}),
      {}));
  adapters::MongoLink link({.url = place.url(), .collections_json = ""});
  ASSERT_TRUE(link.Open());
  const auto count = [&link](const adapters::Bson& filter) {
    int found = 0;
    EXPECT_TRUE(link.Find("events", filter, adapters::Bson(), nullptr, [&found](const bson_t*) {
      ++found;
      return base::Result<void>();
    }));
    return found;
  };
  EXPECT_EQ(
      count(adapters::Bson().Text("data.title", "A title").Text("listener", "ann").Text("type", "play")), 1);
  EXPECT_EQ(count(adapters::Bson().Number("data.played_ms", 60'000)), 3);
  EXPECT_EQ(count(adapters::Bson().Text("data.title", "$ave Dat Money")), 1);
  EXPECT_EQ(count(adapters::Bson().Text("data.title", "say \"$5\"")), 1);
  EXPECT_EQ(count(adapters::Bson()), 5);
}

TEST(MongoEventSink, ForgettingAListenerSparesACatalogueOfTheirName) {
  ExpectForgettingSparesCatalogues(MongoPlace().url(), &MongoEventLines);
}

TEST(MongoEventSink, AReaderThatWasHeldUpBringsNothingBackThatWasErased) {
  const MongoPlace place;
  ExpectAFrozenReaderBringsNothingBack(place.url(), &MongoEventLines);
}

}  // namespace
}  // namespace earprint::testing
