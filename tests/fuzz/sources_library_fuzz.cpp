// Any bytes as a file of playlists or a saved library.
#include "sources/json_library_source.hpp"
#include "tests/support/source_oracle.hpp"
#include "tests/support/string_reader.hpp"

using namespace earprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (const auto shape : {sources::LibraryShape::kPlaylists, sources::LibraryShape::kYourLibrary}) {
    sources::JsonLibrarySource source(std::make_unique<testing::StringReader>(bytes), "me", shape);
    testing::ReadAllOrAbort(source);
  }
  return 0;
}
