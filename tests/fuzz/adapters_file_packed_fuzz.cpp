// Any bytes as a zip, a .gz or a plain file: entries are read or refused, never more than the limits let
// through.
#include <filesystem>
#include <fstream>

#include "adapters/file/input_files.hpp"
#include "tests/support/source_oracle.hpp"
#include "tests/support/temp_folder.hpp"

using namespace earprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static testing::TempFolder& folder = *new testing::TempFolder;
  for (const char* name : {"a.zip", "a.json.gz", "a.json"}) {
    const std::string path = folder / name;
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    const ports::InputListing listing = adapters::ListInputs({path});
    for (const base::Error& error : listing.refused) {
      if (error.cause.empty()) testing::Broken("a refusal has its cause");
    }
    std::uint64_t total = 0;
    for (const ports::InputFile& file : listing.files) {
      auto reader = file.open();
      if (!reader) continue;
      std::vector<char> buffer(1U << 16);
      std::uint64_t unpacked = 0;
      for (;;) {
        auto count = (*reader)->Read(buffer);
        if (!count || *count == 0) break;
        if (*count > buffer.size()) testing::Broken("a read fits its buffer");
        unpacked += *count;
        if (unpacked > adapters::kUnpackFreeBytes + (size + 1) * adapters::kUnpackRatioMax + buffer.size())
          testing::Broken("a bomb is refused");
      }
      total += unpacked;
      if (total > 256U << 20) break;  // many entries over the same bytes: each is bounded, time is too
    }
  }
  return 0;
}
