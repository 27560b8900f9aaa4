#include "sources/spotify/sync/recent_plays.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utc_time.hpp"

namespace earprint::sources::spotify {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::int64_t kStart = 1'700'000'000'000, kShown = kStart + 200 * base::kMsPerMinute;

/// An entry of the list: the track's number and its stamp, in minutes.
std::string Entry(int track, std::int64_t minute) {
  return fmt::format(
      R"({{"track":{{"type":"track","id":"00000000000000000000{:02}","uri":"spotify:track:00000000000000000000{:02}","name":"T{}","duration_ms":180000,"is_local":false,"external_ids":{{"isrc":"SE{}"}},"album":{{"id":"a","name":"One","artists":[{{"name":"Various"}}]}},"artists":[{{"name":"Ann"}}]}},"played_at":"{}","context":{{"type":"playlist","uri":"spotify:playlist:37i9dQZF1DX0000000000{:02}","href":"h","external_urls":{{}}}}}})",
      track, track, track, track, base::FormatInstant({kStart + minute * base::kMsPerMinute}), track);
}

boost::json::value Page(const std::vector<std::string>& entries) {
  return boost::json::parse(
      fmt::format(R"({{"items":[{}],"next":null,"cursors":null,"limit":50}})", fmt::join(entries, ",")));
}

/// Entries with stamps from one minute down to another, a minute apart.
boost::json::value Page(std::int64_t newest, std::int64_t oldest) {
  std::vector<std::string> entries;
  for (std::int64_t minute = newest; minute >= oldest; --minute)
    entries.push_back(Entry(static_cast<int>(minute % 7), minute));
  return Page(entries);
}

RecentReading MustRead(const boost::json::value& page, const RecentMark& mark) {
  auto reading = ReadRecentPlays(page, mark, "me", kShown);
  EXPECT_TRUE(reading);
  // Between two readings the mark is written out and read again.
  if (reading) reading->mark = RecentMark::FromDocument(reading->mark.Document());
  return reading ? std::move(*reading) : RecentReading();
}

TEST(ReadRecentPlays, StatesWhatTheListStates) {
  const RecentReading reading = MustRead(Page({Entry(1, 5)}), {});
  ASSERT_THAT(reading.batch.events, SizeIs(1));
  EXPECT_EQ(reading.batch.read, 1U);
  for (const char* part :
       {"\"source\":\"recent\"", "\"item_id\":\"0000000000000000000001\"", "\"title\":\"T1\"",
        "\"artist\":\"Various\"", "\"album\":\"One\"", "\"isrc\":\"SE1\"", "\"played_ms\":180000",
        "\"context_uri\":\"spotify:playlist:37i9dQZF1DX000000000001\""}) {
    EXPECT_THAT(reading.batch.lines, HasSubstr(part));
  }
  EXPECT_THAT(reading.batch.lines,
              HasSubstr(fmt::format("\"ended_at_ms\":{}", kStart + 5 * base::kMsPerMinute)));
}

TEST(ReadRecentPlays, TakesEachEntryOnceInWhateverOrderPagesCome) {
  RecentReading first = MustRead(Page(30, 1), {});
  EXPECT_THAT(first.batch.events, SizeIs(30));
  RecentReading second = MustRead(Page(35, 6), first.mark);
  EXPECT_THAT(second.batch.events, SizeIs(5));
  RecentReading late = MustRead(Page(30, 1), second.mark);
  EXPECT_THAT(late.batch.events, SizeIs(0));
  EXPECT_FALSE(late.has_gap);
}

TEST(ReadRecentPlays, EntriesThatAgreeInEverythingAreTwoPlays) {
  const auto page = Page({Entry(1, 5), Entry(1, 5)});
  const RecentReading reading = MustRead(page, {});
  ASSERT_THAT(reading.batch.events, SizeIs(2));
  EXPECT_NE(reading.batch.events[0].id.identity, reading.batch.events[1].id.identity);
  EXPECT_THAT(MustRead(page, reading.mark).batch.events, SizeIs(0));
}

TEST(ReadRecentPlays, AnEntryIsTheSameWhenItsTwinHasLeftTheList) {
  const RecentReading both = MustRead(Page({Entry(2, 5), Entry(1, 5)}), {});
  ASSERT_THAT(both.batch.events, SizeIs(2));
  EXPECT_THAT(MustRead(Page({Entry(2, 5)}), both.mark).batch.events, SizeIs(0));
}

TEST(ReadRecentPlays, AFullPageOfNewsIsAGap) {
  const RecentReading first = MustRead(Page(10, 1), {});
  EXPECT_FALSE(first.has_gap) << "nothing was known before";
  const RecentReading second = MustRead(Page(100, 51), first.mark);
  EXPECT_TRUE(second.has_gap);
  ASSERT_THAT(second.batch.events, SizeIs(51));
  EXPECT_EQ(second.batch.events.back().type, model::EventType::kGap);
  EXPECT_THAT(second.batch.lines,
              HasSubstr(fmt::format("{{\"from_ms\":{},\"to_ms\":{},", kStart + 10 * base::kMsPerMinute,
                                    kStart + 51 * base::kMsPerMinute)));
}

TEST(ReadRecentPlays, AFullFirstPageMayHaveLostWhatCameSinceTheListIsRead) {
  RecentMark mark;
  mark.BeginAt(kStart + 20 * base::kMsPerMinute);
  mark = RecentMark::FromDocument(mark.Document());
  const RecentReading first = MustRead(Page(100, 51), mark);
  EXPECT_TRUE(first.has_gap);
  EXPECT_THAT(first.batch.lines,
              HasSubstr(fmt::format("{{\"from_ms\":{},\"to_ms\":{},", kStart + 20 * base::kMsPerMinute,
                                    kStart + 51 * base::kMsPerMinute)));
  EXPECT_FALSE(MustRead(Page(60, 11), mark).has_gap) << "it reaches back to before that";
  EXPECT_FALSE(MustRead(Page(99, 51), mark).has_gap) << "it is not full";
}

TEST(ReadRecentPlays, ANewerPlayThatIsKnownDoesNotVouchForThoseBelow) {
  // One at home is known; then a phone that was away for hours tells of sixty, of which 49 are shown.
  const RecentReading first = MustRead(Page({Entry(1, 100), Entry(2, 10)}), {});
  std::vector<std::string> entries{Entry(1, 100)};
  for (int i = 0; i < 49; ++i) entries.push_back(Entry(i % 7, 99 - i));
  const RecentReading second = MustRead(Page(entries), first.mark);
  EXPECT_TRUE(second.has_gap);
  ASSERT_THAT(second.batch.events, SizeIs(50));
  EXPECT_THAT(second.batch.lines,
              HasSubstr(fmt::format("{{\"from_ms\":{},\"to_ms\":{},", kStart + 10 * base::kMsPerMinute,
                                    kStart + 51 * base::kMsPerMinute)));
  EXPECT_FALSE(MustRead(Page(entries), second.mark).has_gap) << "it is told once";
}

TEST(ReadRecentPlays, AFullPageDownToWhatIsKnownIsNoGap) {
  const RecentReading first = MustRead(Page(10, 1), {});
  EXPECT_FALSE(MustRead(Page(59, 10), first.mark).has_gap);
  EXPECT_TRUE(MustRead(Page(60, 11), first.mark).has_gap);
}

/// Shown at a minute.
RecentReading ReadAt(const boost::json::value& page, const RecentMark& mark, std::int64_t minute) {
  auto reading = ReadRecentPlays(page, mark, "me", kStart + minute * base::kMsPerMinute);
  EXPECT_TRUE(reading);
  if (reading) reading->mark = RecentMark::FromDocument(reading->mark.Document());
  return reading ? std::move(*reading) : RecentReading();
}

TEST(ReadRecentPlays, AStampThatLiesAheadHidesNoGap) {
  // Hours ahead it is a play, years ahead it is none: neither says that the plays until then were seen.
  for (const std::int64_t ahead : {60 * 10, 60 * 24 * 400}) {
    RecentReading reading = ReadAt(Page({Entry(1, ahead), Entry(2, 10)}), {}, 12);
    EXPECT_EQ(reading.batch.read, 2U);
    EXPECT_EQ(ReadAt(Page({Entry(1, ahead), Entry(2, 10)}), reading.mark, 20).batch.read, 0U);
    std::vector<std::string> entries{Entry(1, ahead)};
    for (int i = 0; i < 49; ++i) entries.push_back(Entry(i % 7, 100 - i));
    const RecentReading lost = ReadAt(Page(entries), reading.mark, 101);
    EXPECT_TRUE(lost.has_gap) << ahead;
    EXPECT_EQ(lost.batch.read, 50U) << "49 plays and the gap";
    // After that instant, on a page that does not show it any more.
    const RecentReading later = ReadAt(Page(60 * 11, 60 * 11 - 49), reading.mark, 60 * 11 + 1);
    EXPECT_TRUE(later.has_gap);
    EXPECT_THAT(later.batch.lines,
                HasSubstr(fmt::format("{{\"from_ms\":{},", kStart + 10 * base::kMsPerMinute)));
  }
}

TEST(ReadRecentPlays, AStampThatLayAheadCountsOnceItIsPast) {
  const RecentReading first = ReadAt(Page({Entry(1, 30), Entry(2, 10)}), {}, 12);
  const RecentReading second = ReadAt(Page({Entry(1, 30), Entry(2, 10)}), first.mark, 31);
  EXPECT_EQ(second.batch.read, 0U) << "it was told already";
  EXPECT_FALSE(ReadAt(Page(79, 30), second.mark, 80).has_gap);
}

TEST(ReadRecentPlays, APageThatIsNotFullHidesNothing) {
  const RecentReading first = MustRead(Page(10, 1), {});
  EXPECT_FALSE(MustRead(Page(99, 51), first.mark).has_gap);
}

TEST(ReadRecentPlays, AnEntryThatCannotBeReadIsKeptWithItsReason) {
  const RecentReading reading = MustRead(
      Page({Entry(1, 5), R"({"track":{"name":7},"played_at":"yesterday"})", "null", Entry(2, 4)}), {});
  EXPECT_THAT(reading.batch.events, SizeIs(2));
  ASSERT_THAT(reading.batch.rejects, SizeIs(1));
  EXPECT_THAT(reading.batch.rejects[0].reason, HasSubstr("items[1]"));
  EXPECT_EQ(reading.batch.read, 3U) << "a null is no entry";
  const RecentReading again =
      MustRead(Page({Entry(3, 6), R"({"track":{"name":7},"played_at":"yesterday"})"}), reading.mark);
  EXPECT_THAT(again.batch.rejects, SizeIs(0)) << "it was refused already";
}

TEST(ReadRecentPlays, AStampInTheFutureIsARejectAndNotAPlay) {
  const RecentReading reading = MustRead(Page({Entry(1, 60 * 24 * 400)}), {});
  EXPECT_THAT(reading.batch.events, SizeIs(0));
  ASSERT_THAT(reading.batch.rejects, SizeIs(1));
  EXPECT_THAT(reading.batch.rejects[0].reason, HasSubstr("in the future"));
}

TEST(ReadRecentPlays, WhatIsNoPageIsRefused) {
  for (const char* page : {"null", "{}", "{\"items\":7}", "[]"}) {
    EXPECT_FALSE(ReadRecentPlays(boost::json::parse(page), {}, "me", kShown)) << page;
  }
}

TEST(RecentMark, KeepsTheNewestAndReadsNoNonsense) {
  RecentMark mark;
  for (int i = 0; i < 1'000; ++i) mark.Add("a", i);
  EXPECT_EQ(mark.Count(999), 1U);
  EXPECT_EQ(mark.Count(1), 0U);
  const std::string other = "b";
  EXPECT_EQ(mark.Count(999, &other), 0U);
  for (const char* document : {"", "7", "{", "{\"known\":[7,[1],[\"x\",\"y\"]]}"})
    EXPECT_TRUE(RecentMark::FromDocument(document).IsEmpty()) << document;
}

}  // namespace
}  // namespace earprint::sources::spotify
