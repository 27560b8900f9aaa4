#include "server/gzip.hpp"

#include <zlib.h>

#include "base/text.hpp"

namespace earprint::server {

namespace {
constexpr int kGzipWindow = 15 + 16;  // zlib's way to ask for the widest window and gzip's own frame
constexpr int kMemoryLevel = 8;
}  // namespace

std::string Gzipped(std::string_view bytes, int level) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK)
    return {};
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  // zlib's old signature knows no const; it only reads here.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int ended = deflate(&stream, Z_FINISH);
  packed.resize(ended == Z_STREAM_END ? stream.total_out : 0);
  deflateEnd(&stream);
  return packed;
}

bool PacksWell(std::string_view content_type) {
  return content_type.starts_with("text/") || content_type.find("json") != std::string_view::npos;
}

bool AcceptsGzip(std::string_view accept_encoding) {
  for (const std::string_view part : base::Split(accept_encoding, ',')) {
    const std::size_t semicolon = part.find(';');
    const std::string_view name = base::Trim(part.substr(0, semicolon));
    if (!base::EqualsIgnoringCase(name, "gzip") && name != "*") continue;
    if (semicolon == std::string_view::npos) return true;
    const std::string_view weight = base::Trim(part.substr(semicolon + 1));
    // q=0, q=0.0 and so on mean "never"; any other digit means "rather less".
    return !weight.starts_with("q=0") || weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

}  // namespace earprint::server
