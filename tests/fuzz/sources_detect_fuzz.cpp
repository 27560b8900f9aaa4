// Any bytes under any base name: recognised and read, or refused with a cause that a person can use.
#include "sources/source_detector.hpp"
#include "tests/support/fuzz_check.hpp"
#include "tests/support/sound_batch.hpp"
#include "tests/support/string_reader.hpp"

using namespace earprint;
using testing::Hold;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const char* const kNames[] = {"Streaming_History_Audio_2020_1.json",
                                       "Streaming_History_Video_2020.json",
                                       "endsong_0.json",
                                       "StreamingHistory_music_0.json",
                                       "StreamingHistory_podcast_0.json",
                                       "Playlist1.json",
                                       "YourLibrary.json",
                                       "tracks.csv",
                                       "noname",
                                       "Userdata.json"};
  if (size == 0) return 0;
  const std::string name = kNames[data[0] % std::size(kNames)];
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (!sources::WhyLeftAlone(name).empty()) return 0;
  auto source = sources::DetectSource(testing::FileOf(name, bytes), {"me", 1'900'000'000'000, "auto"});
  if (!source) {
    Hold(!source.error().cause.empty(), "a refusal has its cause");
    return 0;
  }
  const testing::Given given = testing::Exhaust(**source);
  Hold(given.unsound.empty(), given.unsound);
  return 0;
}
