// The public histories of other services that developers have beside the repository.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "sources/source_detector.hpp"
#include "tests/support/gathered_source.hpp"
#include "tests/support/real_files.hpp"
#include "tests/support/string_reader.hpp"
#include "tests/support/unpacked_bytes.hpp"

namespace earprint::sources {
namespace {

/// Records, and those that tell of no play.
const std::map<std::string, std::pair<std::uint64_t, std::size_t>> kCounts = {
    {"listens/listenbrainz/listenbrainz_listens.jsonl", {2, 0}},
    {"listens/listenbrainz/listenbrainz_mixed_validity.jsonl", {5, 2}},
    {"listens/listenbrainz/maloja.json", {2, 0}},
    {"listens/listenbrainz/recently_played_3_as_listens.json", {1, 0}},
    {"listens/listenbrainz/valid_duration.json", {1, 0}},
    {"listens/listenbrainz/valid_import.json", {2, 0}},
    {"listens/listenbrainz/valid_playing_now.json", {1, 1}},
    {"listens/listenbrainz/valid_single.json", {1, 0}},
    {"listens/listenbrainz_export_2025_6.jsonl", {5, 0}},
    {"listens/maloja_export.json", {38, 0}}};

class RealServiceHistory : public ::testing::TestWithParam<std::string> {};

TEST_P(RealServiceHistory, IsReadWhole) {
  auto bytes = testing::UnpackedBytes(testing::RealPath(GetParam()));
  ASSERT_TRUE(bytes);
  const auto source =
      DetectSource(testing::FileOf("noname", std::move(*bytes)), {"me", 1'900'000'000'000, "auto"});
  ASSERT_TRUE(source) << source.error().Text();
  const testing::Gathered all = testing::Gather(**source);
  const auto expected = kCounts.find(GetParam());
  ASSERT_NE(expected, kCounts.end()) << "say what it holds";
  EXPECT_EQ(all.read, expected->second.first);
  EXPECT_EQ(all.rejects.size(), expected->second.second);
  EXPECT_EQ(all.ids.size(), all.read - all.rejects.size());
  EXPECT_FALSE(all.error) << all.error->Text();
  EXPECT_TRUE(all.adds_up);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealServiceHistory);
INSTANTIATE_TEST_SUITE_P(, RealServiceHistory, ::testing::ValuesIn(testing::RealFiles("listens/")),
                         [](const auto& of) { return testing::TestNameOf(of.param); });

}  // namespace
}  // namespace earprint::sources
