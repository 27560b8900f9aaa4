#include "log/erasure_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace earprint::log {
namespace {

using model::EventType;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Line(EventType type, std::string_view source, std::string_view listener) {
  std::string line;
  model::AppendEnvelope(type, {7, 9}, source, listener, 1'700'000'000'000, line);
  return line + "{\"subject\":\"Ann\"}}\n";
}

TEST(ErasureFilter, TakesAllOfOneListenerAndNothingOfAnother) {
  ErasureFilter filter({.listener = "Ann"});
  EXPECT_FALSE(*filter.Keeps(EventType::kPlay, Line(EventType::kPlay, "extended", "Ann")));
  EXPECT_FALSE(*filter.Keeps(EventType::kPlay, Line(EventType::kPlay, "extended", "Ann")));
  EXPECT_FALSE(*filter.Keeps(EventType::kDeadLetter, Line(EventType::kDeadLetter, "import", "Ann")));
  EXPECT_TRUE(*filter.Keeps(EventType::kPlay, Line(EventType::kPlay, "extended", "Anna")));
  EXPECT_TRUE(*filter.Keeps(EventType::kPlay, Line(EventType::kPlay, "Ann", "")));
  const auto summary = filter.Summary();
  EXPECT_EQ(summary.events, 3U);
  EXPECT_EQ(summary.kept_events, 2U);
  ASSERT_THAT(summary.counts, SizeIs(2));
  EXPECT_EQ(summary.counts[0].type, "dead_letter");
  EXPECT_EQ(summary.counts[1].type, "play");
  EXPECT_EQ(summary.counts[1].source, "extended");
  EXPECT_EQ(summary.counts[1].events, 2U);
}

TEST(ErasureFilter, ANameIsComparedAsItIsWritten) {
  const std::string name = "A\"\n\\ \xc3\x84";
  ErasureFilter filter({.listener = name});
  EXPECT_FALSE(*filter.Keeps(EventType::kPlay, Line(EventType::kPlay, "csv", name)));
  EXPECT_TRUE(*filter.Keeps(EventType::kPlay, Line(EventType::kPlay, "csv", "A")));
}

TEST(ErasureFilter, ADisconnectionLeavesWhatFilesTold) {
  ErasureFilter filter({.listener = "Ann", .is_api_only = true});
  for (const std::string_view source : {"extended", "account", "csv", "import"})
    EXPECT_TRUE(*filter.Keeps(EventType::kPlay, Line(EventType::kPlay, source, "Ann"))) << source;
  for (const std::string_view source : {"recent", "player", "spotify"})
    EXPECT_FALSE(*filter.Keeps(EventType::kPlay, Line(EventType::kPlay, source, "Ann"))) << source;
  EXPECT_TRUE(*filter.Keeps(EventType::kPlay, Line(EventType::kPlay, "recent", "Bob")));
}

TEST(ErasureFilter, CataloguesAreNobodys) {
  ErasureFilter filter({.listener = "catalogue"});
  EXPECT_TRUE(
      *filter.Keeps(EventType::kAudioFeatures, Line(EventType::kAudioFeatures, "catalogue", "catalogue")));
  EXPECT_FALSE(*filter.Keeps(EventType::kPlay, Line(EventType::kPlay, "csv", "catalogue")));
}

TEST(ErasureFilter, ALineOfAnotherShapeStopsItAll) {
  const std::string whole = Line(EventType::kPlay, "csv", "Ann");
  for (std::size_t size = 0; size < whole.find(",\"time\""); ++size) {
    ErasureFilter filter({.listener = "Ann"});
    const auto kept = filter.Keeps(EventType::kPlay, std::string_view(whole).substr(0, size));
    ASSERT_FALSE(kept) << size;
    EXPECT_EQ(kept.error().code, base::ErrorCode::kCorrupt);
    EXPECT_THAT(filter.Summary().counts, IsEmpty());
  }
}

}  // namespace
}  // namespace earprint::log
