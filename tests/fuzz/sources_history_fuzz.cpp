// Any bytes as a streaming history in JSON: records add up, lines are JSON, and where reads end changes
// nothing.
#include "sources/json_history_source.hpp"
#include "tests/support/source_oracle.hpp"
#include "tests/support/string_reader.hpp"

using namespace earprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  sources::HistoryOptions options;
  options.latest_ms = 1'900'000'000'000;
  options.shape = (data[0] & 1) != 0 ? sources::HistoryShape::kAccount : sources::HistoryShape::kExtended;
  options.is_video = (data[0] & 2) != 0;
  const auto read = [&](std::size_t step) {
    sources::JsonHistorySource source(std::make_unique<testing::StringReader>(bytes, step), options);
    return testing::ReadAllOrAbort(source);
  };
  if (read(1U << 20) != read(1 + (data[0] >> 2))) testing::Broken("the size of reads changes nothing");
  return 0;
}
