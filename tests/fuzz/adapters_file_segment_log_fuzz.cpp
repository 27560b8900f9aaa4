// Any bytes as the newest segment of a lake: the log opens at the end of a whole, sound frame, opening it
// again changes nothing more, and what is appended then can be read back. Or it is refused, because sound
// frames lie behind the damage, and stays as it was.
#include <zstd.h>

#include <algorithm>
#include <filesystem>

#include "adapters/file/segment_event_log.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/fuzz_check.hpp"
#include "tests/support/stopped_clock.hpp"
#include "tests/support/temp_folder.hpp"

namespace {

using namespace earprint;
using testing::BytesOf;
using testing::Hold;
namespace fs = std::filesystem;

/// The offsets at which whole frames end, as zstd itself sees them.
std::vector<std::size_t> FrameEnds(const std::string& bytes) {
  std::vector<std::size_t> ends = {0};
  while (ends.back() < bytes.size()) {
    const std::size_t size =
        ZSTD_findFrameCompressedSize(bytes.data() + ends.back(), bytes.size() - ends.back());
    if (ZSTD_isError(size)) break;
    ends.push_back(ends.back() + size);
  }
  return ends;
}

std::string Unpacked(const std::string& frame) {
  std::string text(4'096, '\0');
  const std::size_t got = ZSTD_decompress(text.data(), text.size(), frame.data(), frame.size());
  return ZSTD_isError(got) ? "(damaged)" : text.substr(0, got);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const testing::TempFolder folder;  // one for all runs, gone when the target ends
  static const testing::StoppedClock clock;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  fs::remove_all(folder / "lake");
  const std::string segment = folder / "lake/type=play/date=2026-11-23/00000000000000000000.jsonl.zst";
  testing::WriteBytes(segment, bytes);

  std::uint64_t end = 0;
  {
    auto log = adapters::SegmentEventLog::Open(folder / "lake", clock);
    if (!log) {
      Hold(log.error().code == base::ErrorCode::kCorrupt, "only damage is refused: " + log.error().Text());
      Hold(bytes.find("\x28\xB5\x2F\xFD") != std::string::npos, "a damaged tail is repaired, not refused");
      Hold(BytesOf(segment) == bytes, "what is refused stays as it was");
      return 0;
    }
    end = (*log)->End(model::EventType::kPlay);
    Hold(end + (*log)->repaired_bytes() == size, "what was taken away is told");
    Hold(BytesOf(segment) == bytes.substr(0, end), "what stays, stays as it was");
    const auto ends = FrameEnds(bytes);
    Hold(std::ranges::find(ends, end) != ends.end(), "the log ends where a frame ends");
  }
  auto log = adapters::SegmentEventLog::Open(folder / "lake", clock);
  Hold(log.has_value() && (*log)->repaired_bytes() == 0, "a repaired log needs no repair");
  const std::string line = "{\"a\":1}\n";
  Hold((*log)->Append(model::EventType::kPlay, (*log)->Pack(line)).has_value(), "a repaired log takes more");
  auto files = (*log)->FilesFrom(model::EventType::kPlay, end, folder / "scratch");
  Hold(files && files->size() == 1, "what was appended lies in one file");
  Hold(Unpacked(BytesOf(files->front())) == line, "what was appended is read back");
  return 0;
}
