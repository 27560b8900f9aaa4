// Any bytes as a CSV file, taken for whatever it may be: cells are valid UTF-8, records come in the order of
// the file, every row is an event or a reject, and reads of any size give the same.
#include "base/text.hpp"
#include "sources/csv_reader.hpp"
#include "sources/source_detector.hpp"
#include "tests/support/fuzz_check.hpp"
#include "tests/support/sound_batch.hpp"
#include "tests/support/string_reader.hpp"

namespace {

using namespace earprint;
using testing::Hold;

constexpr std::int64_t kNow = 1'800'000'000'000;

/// Every record with its cells, for a comparison.
std::string Records(const std::string& bytes, std::size_t step, std::size_t expected_cells) {
  sources::CsvReader reader(std::make_unique<testing::StringReader>(bytes, step));
  if (expected_cells > 0) reader.ExpectCells(expected_cells);
  sources::CsvRecord record;
  std::string told;
  std::uint64_t number = 0, byte = 0;
  for (;;) {
    const auto more = reader.Next(record);
    Hold(more.has_value(), "bytes from memory cannot break off");
    if (!*more) return told;
    Hold(record.number == number++ && record.byte >= byte, "records come in the order of the file");
    byte = record.byte;
    Hold(record.fault.empty() != record.cells.empty(), "a record has cells or a fault");
    told += std::to_string(byte) + std::string(record.fault);
    for (const std::string_view cell : record.cells) {
      Hold(base::ToValidUtf8(cell) == cell && cell.find('\0') == cell.npos,
           "a cell is valid UTF-8 without NUL");
      told += '\x1f' + std::string(cell);
    }
  }
}

struct Opened {
  std::string kind, refused;
  testing::Given given;
};

Opened Open(const std::string& bytes, std::size_t step, const std::string& as) {
  const ports::InputFile file{"x/songs.csv", "songs.csv", bytes.size(),
                              [&]() -> base::Result<std::unique_ptr<ports::ByteReader>> {
                                return std::make_unique<testing::StringReader>(bytes, step);
                              }};
  auto source = sources::DetectSource(file, {.latest_ms = kNow, .as = as});
  if (!source) {
    Hold(!source.error().cause.empty() && !source.error().hint.empty(),
         "a refusal has a cause and a way out");
    return {"", source.error().Text(), {}};
  }
  return {(*source)->Kind(), "", testing::Exhaust(**source)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (const std::size_t cells : {0, 2}) {
    Hold(Records(bytes, 1U << 20, cells) == Records(bytes, 3, cells),
         "reads of any size give the same cells");
  }
  for (const char* as : {"auto", "history", "catalogue"}) {
    const Opened whole = Open(bytes, size + 1, as);
    Hold(whole.given.unsound.empty(), whole.given.unsound);
    Hold(whole.given.error.empty() || whole.kind.find("CSV") == std::string::npos, whole.given.error);
    if (as != std::string("auto")) continue;
    const Opened slowly = Open(bytes, size / 3 + 1, as);
    Hold(whole.kind == slowly.kind && whole.refused == slowly.refused &&
             whole.given.lines == slowly.given.lines &&
             whole.given.rejects.size() == slowly.given.rejects.size(),
         "reads of any size give the same events");
  }
  return 0;
}
