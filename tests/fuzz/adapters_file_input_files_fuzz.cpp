// Any bytes as a file to import, plain, gzip or zip: it is listed or refused, reads of any size give the same
// bytes and the same end, progress never runs back, and nothing is left on the disk.
#include <filesystem>

#include "adapters/file/input_files.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/fuzz_check.hpp"
#include "tests/support/temp_folder.hpp"

namespace {

using namespace earprint;
using testing::Hold;

constexpr std::uint64_t kBytesMax = 4U << 20;  // more is read elsewhere, in the unit tests of bombs

struct Unpacked {
  std::string bytes, error;
  bool operator==(const Unpacked&) const = default;
  std::string Told() const { return std::to_string(bytes.size()) + " bytes, then '" + error + "'"; }
};

Unpacked ReadAll(const ports::InputFile& file, std::size_t step) {
  Unpacked all;
  auto reader = file.open();
  if (!reader) {
    Hold(!reader.error().cause.empty(), "a refusal has a cause");
    return {"", reader.error().Text()};
  }
  std::string buffer(step, '\0');
  std::uint64_t packed = 0;
  while (all.bytes.size() < kBytesMax) {
    auto count = (*reader)->Read(buffer);
    Hold((*reader)->PackedBytesRead() >= packed, "progress never runs back");
    packed = (*reader)->PackedBytesRead();
    Hold(packed <= file.packed_bytes, "progress ends at the file's size");
    if (!count) {
      all.error = count.error().Text();
      break;
    }
    Hold(*count <= buffer.size(), "a read fills no more than its buffer");
    if (*count == 0) break;
    all.bytes.append(buffer, 0, *count);
  }
  all.bytes.resize(std::min<std::size_t>(all.bytes.size(), kBytesMax));
  return all;
}

bool HasControl(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (byte < 0x20 || byte == 0x7F || (byte == 0xC2 && next >= 0x80 && next < 0xA0)) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const testing::TempFolder folder;  // one for all runs, gone when the target ends
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::string path = folder / "x.bin";
  testing::WriteBytes(path, bytes);
  const ports::InputListing listing = adapters::ListInputs({path});
  const bool is_zip = bytes.starts_with("PK");
  Hold(is_zip || listing.files.size() + listing.refused.size() == 1, "one file is listed or refused");
  for (const base::Error& error : listing.refused) {
    Hold(!error.subject.empty() && !error.cause.empty(), "a refusal names the file and the cause");
    Hold(!HasControl(error.Text()), "no name drives a terminal");
  }
  std::size_t looked_at = 0;
  for (const ports::InputFile& file : listing.files) {
    if (++looked_at > 20) break;
    Hold(!HasControl(file.name) && !HasControl(file.base_name), "no name drives a terminal");
    Hold(file.packed_bytes <= size, "nothing in a file is larger than the file");
    const Unpacked whole = ReadAll(file, 1U << 16);
    const Unpacked slowly = ReadAll(file, 1'009);
    Hold(whole == slowly, "reads of any size give the same: " + whole.Told() + " and " + slowly.Told());
    Hold(is_zip || bytes.starts_with("\x1f\x8b") || whole == Unpacked{bytes, ""},
         "plain bytes come as they are");
  }
  Hold(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1,
       "nothing is unpacked to disk");
  return 0;
}
