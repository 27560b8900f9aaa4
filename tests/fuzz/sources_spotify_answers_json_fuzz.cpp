// Any JSON as an answer of the Web API: every reader gives a thing or a reject with its place, and lists add
// up.
#include <boost/json.hpp>

#include "sources/spotify/answers/spotify_json.hpp"
#include "tests/support/fuzz_check.hpp"

namespace {

using namespace earprint::sources::spotify;
using earprint::testing::Hold;

template <typename T>
void Check(const boost::json::value& answer, Read<T> (*reader)(const boost::json::value&, std::string)) {
  const auto one = reader(answer, "answer");
  if (!one) {
    Hold(one.error().place.starts_with("answer"), "a reject tells its place");
    Hold(!one.error().reason.empty(), "a reject tells its reason");
  }
  for (const std::string_view list : {"items", "tracks", "audio_features"}) {
    const boost::json::value* found = answer.is_object() ? answer.get_object().if_contains(list) : nullptr;
    const bool is_list = found != nullptr && found->is_array();
    const auto all = ReadElements(answer, reader, list);
    Hold(all.has_value() == is_list, "a list is read, and nothing else");
    if (!all) continue;
    const std::size_t size = all->elements.size() + all->nulls + all->rejects.size();
    Hold(size == found->get_array().size(), "every element is a thing, a null or a reject");
    for (const RejectedElement& reject : all->rejects) {
      boost::json::error_code failed;
      boost::json::parse(reject.raw, failed);
      Hold(!failed, "a reject keeps its text");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  boost::json::error_code failed;
  const boost::json::value answer =
      boost::json::parse(boost::json::string_view(reinterpret_cast<const char*>(data), size), failed);
  if (failed) return 0;
  Check(answer, &ReadArtist);
  Check(answer, &ReadAlbum);
  Check(answer, &ReadTrack);
  Check(answer, &ReadEpisode);
  Check(answer, &ReadItem);
  Check(answer, &ReadPlayHistoryItem);
  Check(answer, &ReadDevice);
  Check(answer, &ReadPlayerState);
  Check(answer, &ReadPlaylist);
  Check(answer, &ReadPlaylistEntry);
  Check(answer, &ReadSavedTrack);
  Check(answer, &ReadAudioFeatures);
  Check(answer, &ReadUser);
  return 0;
}
