// A listener is forgotten on a Kafka: every lake and store that reads it erases her, those too that come
// later, and she may come again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "model/event_line.hpp"
#include "tests/support/event_stores.hpp"
#include "tests/support/kafka_run.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::testing {
namespace {

using ::testing::HasSubstr;

class KafkaForget : public ::testing::Test {
 protected:
  KafkaForget() {
    using model::EventType;
    for (const std::string listener : {"ann", "bob"}) {
      for (const EventType type : {EventType::kPlay, EventType::kGap}) {
        std::vector<std::string> lines;
        // Invented gaps of one number are one event, whoever tells them.
        for (int i = 0; i < 20; ++i) lines.push_back(LineOf(type, listener == "bob" ? i + 100 : i, listener));
        topics.Write(type, lines);
        all[listener].insert(all[listener].end(), lines.begin(), lines.end());
      }
    }
  }

  std::string Consume(const std::string& at, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"--log", topics.url(), "--data", at, "consume", "--once"};
    words.insert(words.end(), more.begin(), more.end());
    return MustRun(words);
  }
  std::string ConsumeTo(const std::string& url) const {
    return MustRun({"--log", topics.url(), "consume", "--to", url, "--once"});
  }
  std::string ForgetAnn(const std::string& at) const {
    return MustRun({"--log", topics.url(), "--data", at, "forget", "ann", "--yes"});
  }
  static std::set<std::string> ListenersOf(const std::string& at) {
    std::set<std::string> names;
    const StoppedClock clock;
    const auto log = Must(adapters::SegmentEventLog::OpenToRead(at + "/lake", clock));
    for (const model::EventType type : model::kEventTypes) {
      const auto read = log->ReadFrames(type, 0, [&](std::string_view frame) -> base::Result<bool> {
        const std::string lines = Must(log->Unpack(frame));
        for (const std::string_view line : base::Split(lines, '\n')) {
          std::string scratch;
          if (const auto told = model::ReadEventLine(line))
            names.emplace(model::ListenerOf(*told, scratch).value_or("?"));
        }
        return true;
      });
      EXPECT_TRUE(read) << read.error().Text();
    }
    return names;
  }
  std::set<std::string> Ids(const std::string& listener) const { return IdsOf(all.at(listener)); }

  KafkaTopics topics{ServerAddress("kafka")};
  TempFolder folder;
  std::map<std::string, std::vector<std::string>> all;
  const std::string house = folder / "house", lagging = folder / "lagging", late = folder / "late";
};

TEST_F(KafkaForget, EveryLakeErasesWhoWasForgottenAndNobodyElse) {
  Consume(house);
  Consume(lagging);
  ASSERT_EQ(ListenersOf(lagging), (std::set<std::string>{"ann", "bob"}));
  EXPECT_THAT(ForgetAnn(house), HasSubstr("ann is forgotten: 40 events erased, 40 of others kept"));
  EXPECT_EQ(ListenersOf(house), std::set<std::string>{"bob"});
  for (const std::string& each : {house, lagging, late}) {
    EXPECT_THAT(Consume(each, {"--batch", "7"}), HasSubstr(" 0 rejected"));
    EXPECT_EQ(ListenersOf(each), std::set<std::string>{"bob"}) << each;
    EXPECT_EQ(IdsOfLake(each), Ids("bob")) << each;
    EXPECT_EQ(CountPlays(*OpenAt(each), "true"), 20) << each;
  }
}

TEST_F(KafkaForget, WhoIsToldOfAgainCountsFromThen) {
  Consume(house);
  Consume(lagging);
  ForgetAnn(house);
  const std::vector<std::string> again(all.at("ann").begin(), all.at("ann").begin() + 5);
  topics.Write(model::EventType::kPlay, again);
  std::set<std::string> there = Ids("bob");
  there.merge(IdsOf(again));
  for (const std::string& each : {house, lagging, late}) {
    Consume(each, {"--batch", "9"});
    EXPECT_EQ(IdsOfLake(each), there) << each;
    Consume(each);
    EXPECT_EQ(IdsOfLake(each), there) << each << ", once more";
  }
}

TEST_F(KafkaForget, ALakeThatIsDerivedAnewOrReadFromTheStartHasTheSame) {
  Consume(house);
  ForgetAnn(house);
  topics.Write(model::EventType::kPlay, {PlayLine(3, "ann")});
  Consume(house);
  const std::set<std::string> there = IdsOfLake(house);
  EXPECT_EQ(there.size(), 41U);
  // As docs/kafka.md has it: everything is read again.
  std::filesystem::remove(house + "/warehouse.duckdb");
  std::filesystem::remove(house + "/state/lake-name");
  Consume(house, {"--batch", "11"});
  EXPECT_EQ(IdsOfLake(house), there);
}

TEST_F(KafkaForget, WhoeverHasNothingOfHerCanTellItToo) {
  EXPECT_THAT(ForgetAnn(house), HasSubstr("ann is forgotten"));
  Consume(late);
  EXPECT_EQ(ListenersOf(late), std::set<std::string>{"bob"});
}

TEST_F(KafkaForget, StoresOfEventsEraseHerAndDoNotTakeHerIn) {
  const PostgresPlace postgres, empty_postgres;
  const MongoPlace mongo, empty_mongo;
  ConsumeTo(postgres.url());
  ConsumeTo(mongo.url());
  EXPECT_EQ(PostgresEventLines(postgres.url()).size(), 80U);
  // Features of a catalogue are nobody's, whatever it is called; those of her login are hers.
  const std::string feature = LineOf(model::EventType::kAudioFeatures, 1, "ann");
  std::string own = LineOf(model::EventType::kAudioFeatures, 2, "ann");
  const std::string_view told = "extended", by_login = "spotify_features";
  for (std::size_t at = own.find(told); at != std::string::npos; at = own.find(told, at))
    own.replace(at, told.size(), by_login);
  topics.Write(model::EventType::kAudioFeatures, {feature, own});
  ConsumeTo(postgres.url());
  ConsumeTo(mongo.url());
  EXPECT_THAT(PostgresEventLines(postgres.url()), ::testing::Contains(own));
  EXPECT_THAT(MongoEventLines(mongo.url()), ::testing::Contains(own));
  ForgetAnn(house);
  std::vector<std::string> there = all.at("bob");
  there.push_back(feature);
  topics.Write(model::EventType::kPlay, {PlayLine(3, "ann")});
  there.push_back(PlayLine(3, "ann"));
  for (const std::string& url : {postgres.url(), empty_postgres.url()}) {
    ConsumeTo(url);
    EXPECT_THAT(PostgresEventLines(url), ::testing::UnorderedElementsAreArray(there));
  }
  for (const std::string& url : {mongo.url(), empty_mongo.url()}) {
    ConsumeTo(url);
    EXPECT_THAT(MongoEventLines(url), ::testing::UnorderedElementsAreArray(there));
  }
}

TEST_F(KafkaForget, WhoIsDisconnectedLosesWhatCameOverTheLoginEverywhereAndNothingElse) {
  const PostgresPlace postgres;
  const MongoPlace mongo;
  const auto live = [this](int first, int count, const std::string& listener) {
    std::vector<std::string> lines;
    for (int i = first; i < first + count; ++i) lines.push_back(PlayFromApi(1'000 + i, listener));
    topics.Write(model::EventType::kPlay, lines);
    return lines;
  };
  std::vector<std::string> there = all.at("ann");
  there.insert(there.end(), all.at("bob").begin(), all.at("bob").end());
  const auto add = [&there](const std::vector<std::string>& lines) {
    there.insert(there.end(), lines.begin(), lines.end());
  };
  live(0, 5, "ann");
  add(live(100, 5, "bob"));
  Consume(house);
  Consume(lagging);
  ConsumeTo(postgres.url());
  ConsumeTo(mongo.url());
  live(5, 3, "ann");  // written, and not come home yet
  EXPECT_THAT(MustRun({"--log", topics.url(), "--data", house, "--listener", "ann", "logout", "--yes"}),
              HasSubstr("ann is disconnected: 5 events erased"));
  add(live(8, 2, "ann"));  // logged in again
  for (const std::string& each : {house, lagging, late}) {
    EXPECT_THAT(Consume(each, {"--batch", "7"}), HasSubstr(" 0 rejected"));
    EXPECT_EQ(IdsOfLake(each), IdsOf(there)) << each;
    EXPECT_EQ(CountPlays(*OpenAt(each), "true"), 40 + 5 + 2) << each;
  }
  ConsumeTo(postgres.url());
  EXPECT_THAT(PostgresEventLines(postgres.url()), ::testing::UnorderedElementsAreArray(there));
  ConsumeTo(mongo.url());
  EXPECT_THAT(MongoEventLines(mongo.url()), ::testing::UnorderedElementsAreArray(there));
  // The older word is stronger, and means all of her still.
  ForgetAnn(house);
  Consume(lagging);
  EXPECT_EQ(ListenersOf(lagging), std::set<std::string>{"bob"});
}

TEST_F(KafkaForget, WhatHerLoginBroughtOfSoundsIsRemovedFromItsTopic) {
  std::vector<std::string> features;
  for (int i = 0; i < 6; ++i) {
    std::string line = LineOf(model::EventType::kAudioFeatures, i, i % 2 == 0 ? "ann" : "bob");
    for (std::size_t at = line.find("extended"); i < 4 && at != std::string::npos;
         at = line.find("extended", at))
      line.replace(at, 8, "spotify_features");
    features.push_back(line);
  }
  topics.Write(model::EventType::kAudioFeatures, features);
  Consume(house);
  ForgetAnn(house);
  // An id without a line is what compaction takes for the end of all that was told under it.
  std::set<std::string> removed;
  auto feed = topics.Feed(FreshName("eyes"));
  for (bool at_end = false; !at_end;) {
    const auto batch = feed->Read({});
    ASSERT_TRUE(batch) << batch.error().Text();
    for (const ports::FedMessage& one : batch->messages) {
      if (one.size == 0) removed.insert(batch->bytes.substr(one.begin - one.key_size, one.key_size));
    }
    at_end = batch->at_end;
  }
  EXPECT_EQ(removed, IdsOf({features[0], features[2]}));
  Consume(late);
  std::set<std::string> there = Ids("bob");
  there.merge(IdsOf({features[1], features[3], features[4], features[5]}));
  EXPECT_EQ(IdsOfLake(late), there);
}

TEST_F(KafkaForget, AReaderKilledWhileItErasesEndsWithTheSame) {
  Consume(house);
  Consume(lagging);
  ForgetAnn(house);
  topics.Write(model::EventType::kPlay, {PlayLine(3, "ann")});
  std::set<std::string> there = Ids("bob");
  there.merge(IdsOf({PlayLine(3, "ann")}));
  // While a lake is erased from, the next one lies beside it, or the one before.
  const auto is_erasing = [this] {
    std::error_code failed;
    for (const char* beside : {"/lake.next", "/lake.gone"})
      if (std::filesystem::exists(lagging + beside, failed)) return true;
    return false;
  };
  int in_mid_erasing = 0;
  for (int kill = 0; kill < 6; ++kill) {
    ProgramRun consume({"--log", topics.url(), "--data", lagging, "--kafka", "session.timeout.ms=6000",
                        "consume", "--batch", "1"});
    // A kill leaves what lay there, which the next program puts away or goes on with.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(kill == 0 ? 60 : 8);
    while (kill > 0 && is_erasing() && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    bool is_met = false;
    while (!(is_met = is_erasing()) && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    in_mid_erasing += is_met ? 1 : 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(5 * kill));
    consume.Kill();
  }
  EXPECT_GT(in_mid_erasing, 0);
  Consume(lagging);
  EXPECT_EQ(IdsOfLake(lagging), there);
}

}  // namespace
}  // namespace earprint::testing
