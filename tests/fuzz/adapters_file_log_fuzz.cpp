// Any bytes as a segment of the lake: opened with a sound end, or refused as corrupt and left as it was.
#include <filesystem>
#include <fstream>

#include "adapters/file/segment_event_log.hpp"
#include "tests/support/source_oracle.hpp"
#include "tests/support/temp_folder.hpp"

using namespace earprint;

namespace {
class FixedClock final : public ports::Clock {
 public:
  base::UtcMs Now() const override { return {1'795'400'000'000}; }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static testing::TempFolder& folder = *new testing::TempFolder;
  static const FixedClock clock;
  namespace fs = std::filesystem;
  fs::remove_all(folder / "lake");
  const fs::path day = fs::path(folder / "lake") / "type=play" / "date=2026-11-23";
  fs::create_directories(day);
  const fs::path segment = day / "00000000000000000000.jsonl.zst";
  std::ofstream(segment, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  auto log = adapters::SegmentEventLog::Open(folder / "lake", clock);
  if (!log) {
    if (fs::file_size(segment) != size) testing::Broken("a refused segment is left as it was");
    return 0;
  }
  const std::uint64_t end = (*log)->End(model::EventType::kPlay);
  if (end + (*log)->repaired_bytes() != size) testing::Broken("what was kept and what was cut add up");
  if (!(*log)->Append(model::EventType::kPlay, (*log)->Pack("{\"a\":1}\n")))
    testing::Broken("it can be appended to");
  if (!(*log)->FilesFrom(model::EventType::kPlay, end, folder / "scratch"))
    testing::Broken("it can be read on");
  return 0;
}
