// Answers of Spotify's Web API that others recorded, and that developers have beside the repository.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "sources/spotify/answers/spotify_json.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/real_files.hpp"

namespace earprint::sources::spotify {
namespace {

using testing::RealFiles;
using testing::RealPath;

/// Reads a whole answer; gives what was wrong with it, in words.
using Reading = std::string (*)(const boost::json::value&);

template <typename T>
std::string Wrong(const Read<T>& read) {
  return read ? "" : read.error().place + " " + read.error().reason;
}

template <auto Reader>
std::string One(const boost::json::value& answer) {
  return Wrong(Reader(answer, ""));
}

template <typename T>
std::string All(const boost::json::value& answer, Read<T> (*reader)(const boost::json::value&, std::string),
                std::string_view list) {
  const auto read = ReadElements(answer, reader, list);
  if (!read) return Wrong(read);
  for (const RejectedElement& reject : read->rejects) return reject.why.place + " " + reject.why.reason;
  const std::size_t size = answer.at(list).as_array().size();
  return read->elements.size() + read->nulls == size ? "" : "elements are missing";
}

template <auto Reader>
std::string Items(const boost::json::value& answer) {
  return All(answer, Reader, "items");
}

std::string PlaylistWithEntries(const boost::json::value& answer) {
  const std::string wrong = Wrong(ReadPlaylist(answer));
  return wrong.empty() ? All(answer.at("tracks"), &ReadPlaylistEntry, "items") : wrong;
}

std::string Queue(const boost::json::value& answer) {
  const std::string wrong = Wrong(ReadItem(answer.at("currently_playing")));
  return wrong.empty() ? All(answer, &ReadItem, "queue") : wrong;
}

/// Which reader is for which file; a file that is not named here fails, so that none goes unread.
const std::map<std::string, Reading>& Readings() {
  static const std::map<std::string, Reading> readings = {
      {"artist.json", &One<&ReadArtist>},
      {"audio_analysis.json",
       [](const boost::json::value& answer) { return Wrong(ReadAudioFeatures(answer.at("track"))); }},
      {"audio_features_several.json",
       [](const boost::json::value& answer) { return All(answer, &ReadAudioFeatures, "audio_features"); }},
      {"available_devices.json",
       [](const boost::json::value& answer) { return All(answer, &ReadDevice, "devices"); }},
      {"currently_playing.json", &One<&ReadPlayerState>},
      {"episode.json", &One<&ReadEpisode>},
      {"player_state.json", &One<&ReadPlayerState>},
      {"playlist.json", &PlaylistWithEntries},
      {"playlist_items_episodes_and_tracks.json", &Items<&ReadPlaylistEntry>},
      {"playlist_items_tracks.json", &Items<&ReadPlaylistEntry>},
      {"playlist_tracks.json", &Items<&ReadPlaylistEntry>},
      {"queue.json", &Queue},
      {"recently_played_1.json", &Items<&ReadPlayHistoryItem>},
      {"recently_played_2.json", &Items<&ReadPlayHistoryItem>},
      {"recently_played_3.json", &Items<&ReadPlayHistoryItem>},
      {"recently_played_empty.json", &Items<&ReadPlayHistoryItem>},
      {"saved_tracks.json", &Items<&ReadSavedTrack>},
      {"search_tracks.json",
       [](const boost::json::value& answer) { return All(answer.at("tracks"), &ReadTrack, "items"); }},
      {"top_artists.json", &Items<&ReadArtist>},
      {"top_tracks.json", &Items<&ReadTrack>},
      {"track.json", &One<&ReadTrack>},
      {"track_with_floats.json", &One<&ReadTrack>},
      {"tracks.json", [](const boost::json::value& answer) { return All(answer, &ReadTrack, "tracks"); }},
      {"tracks_notfound.json",
       [](const boost::json::value& answer) { return All(answer, &ReadTrack, "tracks"); }},
  };
  return readings;
}

class RealApiAnswer : public ::testing::TestWithParam<std::string> {};

TEST_P(RealApiAnswer, IsReadWhole) {
  const auto reading = Readings().find(GetParam().substr(GetParam().rfind('/') + 1));
  ASSERT_NE(reading, Readings().end()) << "no reader is told for this file";
  const boost::json::value answer = boost::json::parse(testing::BytesOf(RealPath(GetParam())));
  EXPECT_EQ(reading->second(answer), "");
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealApiAnswer);
INSTANTIATE_TEST_SUITE_P(, RealApiAnswer, ::testing::ValuesIn(RealFiles("api/")),
                         [](const auto& of) { return testing::TestNameOf(of.param); });

}  // namespace
}  // namespace earprint::sources::spotify
