// Any bytes as Playlist*.json and YourLibrary.json: a sound file is read whole, each element of its list an
// event or a reject; of a damaged one whatever is given keeps the contract of batches.
#include <boost/json.hpp>

#include "sources/json_library_source.hpp"
#include "tests/support/fuzz_check.hpp"
#include "tests/support/sound_batch.hpp"
#include "tests/support/string_reader.hpp"

namespace {

using namespace earprint;
using testing::Hold;

std::uint64_t ElementsOf(const boost::json::value& root, std::string_view list) {
  if (!root.is_object()) return 0;
  const auto* found = root.get_object().if_contains(list);
  return found != nullptr && found->is_array() ? found->get_array().size() : 0;
}

bool NamesTwice(const std::string& text, std::string_view list) {
  const std::size_t at = text.find(list);
  return at != std::string::npos && text.find(list, at + 1) != std::string::npos;
}

void CheckReads(const std::string& text, sources::LibraryShape shape, const std::string& lines) {
  if (std::hash<std::string>()(text) % 8 != 0) return;  // a read costs more than all the rest
  sources::JsonLibrarySource again(std::make_unique<testing::StringReader>(text, text.size() / 2 + 1), "me",
                                   shape);
  Hold(testing::Exhaust(again).lines == lines, "reads of any size give the same");
}

void Check(const std::string& text, sources::LibraryShape shape, std::string_view list) {
  sources::JsonLibrarySource source(std::make_unique<testing::StringReader>(text), "me", shape);
  const testing::Given all = testing::Exhaust(source);
  Hold(all.unsound.empty(), all.unsound);
  CheckReads(text, shape, all.lines);
  const auto strict = testing::SoundJson(text);
  if (!strict || text.find('\\') != std::string::npos || NamesTwice(text, list)) return;
  if (all.error.contains("parsing a number")) return;  // of more than 64 bits, as no export has
  if (all.error.contains("too deep")) return;          // deeper than the parser goes, as no export is
  Hold(all.error.empty(), "a sound file is read: " + all.error);
  Hold(all.read == ElementsOf(*strict, list), "each element of the list is one record");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Check(text, sources::LibraryShape::kPlaylists, "playlists");
  Check(text, sources::LibraryShape::kYourLibrary, "tracks");
  return 0;
}
