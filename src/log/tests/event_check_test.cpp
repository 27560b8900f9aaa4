#include "log/event_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told_events.hpp"

namespace earprint::log {
namespace {

using model::EventType;
using ::testing::HasSubstr;

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// Why a line is no event; empty where it is one.
std::string Why(const std::string& line, EventType type = EventType::kPlay) {
  EventCheck check;
  const auto event = check.Check(type, line);
  return event ? "" : event.error().cause;
}

TEST(EventCheck, TakesWhatTheHouseWritesOfEveryType) {
  for (const EventType type : model::kEventTypes) EXPECT_EQ(Why(testing::LineOf(type, 1), type), "");
  EXPECT_EQ(Why(testing::PlayLine(1, "Ann \"the ears\" \\ 名前", "\ttab")), "");
}

TEST(EventCheck, GivesTheIdThatTheLineTells) {
  EventCheck check;
  const std::string line = testing::PlayLine(1);
  const auto event = check.Check(EventType::kPlay, line);
  ASSERT_TRUE(event);
  std::string id;
  event->id.AppendHexTo(id);
  EXPECT_THAT(line, HasSubstr(id));
  EXPECT_EQ(event->size, line.size() + 1);
}

TEST(EventCheck, RefusesWhatIsNoLineOfTheHouse) {
  const std::string line = testing::PlayLine(1);
  EXPECT_EQ(Why(""), "it is no event of the house");
  EXPECT_EQ(Why("{}"), "it is no event of the house");
  EXPECT_EQ(Why("\x00\xff\xfe garbage"), "it is no event of the house");
  EXPECT_EQ(Why(line.substr(0, line.size() / 2)).substr(0, 13), "it is no JSON");
  EXPECT_EQ(Why(line + "\n" + line), "it is more than one line");
  EXPECT_EQ(Why(line, EventType::kGap), "it is an event of another type");
  EXPECT_EQ(Why(Replaced(line, "\"id\":\"", "\"id\":\"g")), "it is no event of the house");
  EXPECT_EQ(Why(line.substr(0, line.size() - 1) + ",\"data\":{}}"), "its envelope has other members");
  EXPECT_EQ(Why(Replaced(line, "\"subject\":\"me\"", "\"subject\":\"\"")), "its listener's name is none");
  EXPECT_EQ(Why(Replaced(line, "\"subject\":\"me\"", "\"subject\":\"m\\u0000e\"")),
            "its listener's name is none");
  EXPECT_EQ(Why(Replaced(line, "A title", "A \xc3 title")).substr(0, 13), "it is no JSON");
}

TEST(EventCheck, RefusesDataThatNoBuildCouldRead) {
  const std::string line = testing::PlayLine(1);
  EXPECT_EQ(Why(Replaced(line, "\"played_ms\":60000", "\"played_ms\":\"60000\"")),
            "its played_ms is not what it must be");
  EXPECT_EQ(Why(Replaced(line, "\"played_ms\":60000", "\"played_ms\":6.5")),
            "its played_ms is not what it must be");
  EXPECT_EQ(Why(Replaced(line, "\"played_ms\":60000", "\"played_ms\":-1")),
            "the milliseconds played are not believable");
  EXPECT_EQ(Why(Replaced(line, "\"ended_at_ms\":1546300801000", "\"ended_at_ms\":9223372036854775807")),
            "its ended_at_ms is not what it must be");
  EXPECT_EQ(Why(Replaced(line, "\"ended_at_ms\":1546300801000", "\"ended_at_ms\":1000")),
            "it ends before Spotify existed");
  EXPECT_EQ(Why(Replaced(line, "\"played_ms\":60000,", "")), "it tells no kind, no end or no milliseconds");
  EXPECT_EQ(Why(Replaced(line, "\"title\":\"A title\"", "\"title\":null")),
            "its title is not what it must be");
  // The first of two is read by one reader, the last by another.
  EXPECT_EQ(Why(Replaced(line, "\"kind\":\"track\"", "\"kind\":\"track\",\"kind\":\"track\"")),
            "it tells something twice");
  EXPECT_EQ(Why(Replaced(line, "\"kind\":\"track\"", R"("kind":"track","k\u0069nd":"track")")),
            "it tells something twice");
  EXPECT_EQ(Why(Replaced(line, "\"played_ms\":", R"("played_\u006ds":)")),
            "a name in it is written with an escape");
  EXPECT_EQ(Why(Replaced(line, "\"title\":\"A title\"", R"("title":"A \"played_\u006ds\": title \\")")), "");
  EXPECT_EQ(Why(Replaced(line, "\"kind\":\"track\"", "\"kind\":\"noise\"")), "its kind is none");
}

TEST(EventCheck, RefusesListsOfOtherThings) {
  model::EventBatch batch;
  model::AddEvent({EventType::kPlaylist, "account", "p", R"({"name":"n","tracks":[{"title":1}]})"}, "me",
                  batch);
  batch.lines.pop_back();
  EXPECT_EQ(Why(batch.lines, EventType::kPlaylist), "its tracks is not what it must be");
}

}  // namespace
}  // namespace earprint::log
