// Any bytes as an import's event stream: the reader stays bounded, and how the bytes are cut makes no
// difference.
#include <cstdlib>
#include <vector>

#include "server/events/import_events.hpp"

namespace {

using namespace earprint;

std::vector<std::string> Read(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> told;
  const ports::ImportObserver observer{
      .on_progress =
          [&told](const ports::ImportProgress& progress) { told.push_back(server::ProgressJson(progress)); },
      .on_file = [&told](const ports::FileReport& report) { told.push_back(server::FileJson(report)); }};
  server::ImportEventReader reader(observer);
  while (!bytes.empty()) {
    const std::size_t taken = std::min(piece, bytes.size());
    reader.Take(bytes.substr(0, taken));
    if (reader.rest().size() > server::EventReader::kEventBytesMax) std::abort();
    bytes.remove_prefix(taken);
  }
  auto summary = reader.End();
  told.push_back(summary ? server::SummaryJson(*summary) : summary.error().Text());
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (Read(bytes, 1) != Read(bytes, 7) || Read(bytes, 7) != Read(bytes, size + 1)) std::abort();
  return 0;
}
