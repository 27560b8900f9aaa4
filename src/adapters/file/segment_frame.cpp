#include "adapters/file/segment_frame.hpp"

#include <zstd.h>

#include <cstdint>
#include <vector>

#include "base/ensure.hpp"

namespace earprint::adapters {

namespace {

// The lake is written once and read often, but the write is what a person waits for.
constexpr int kCompressionLevel = 1;
constexpr std::uint64_t kFrameLinesBytesMax = 256ULL << 20;

struct CompressionContext {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  CompressionContext() {
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kCompressionLevel);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  }
  ~CompressionContext() { ZSTD_freeCCtx(context); }
  CompressionContext(const CompressionContext&) = delete;
  CompressionContext& operator=(const CompressionContext&) = delete;
};

}  // namespace

std::string FrameOf(std::string_view lines) {
  ENSURE(lines.size() <= kFrameLinesBytesMax, "a frame has a bounded size");
  static thread_local CompressionContext compression;
  std::string frame(ZSTD_compressBound(lines.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(compression.context, frame.data(), frame.size(), lines.data(), lines.size());
  ENSURE(!ZSTD_isError(size), "a buffer of the bound's size holds the frame");
  frame.resize(size);
  return frame;
}

std::optional<std::string> LinesOf(std::string_view frame) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kFrameLinesBytesMax)
    return {};
  std::string lines(size, '\0');
  const std::size_t got = ZSTD_decompress(lines.data(), lines.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) || got != size) return {};
  return lines;
}

std::size_t SoundPrefix(std::string_view bytes) {
  std::vector<std::size_t> starts;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t size = ZSTD_findFrameCompressedSize(bytes.data() + at, bytes.size() - at);
    if (ZSTD_isError(size)) break;
    starts.push_back(at);
    at += size;
  }
  // A kill can only tear the end, so the last whole frame decides; a damaged one gives way to the one before.
  while (!starts.empty() && !LinesOf(bytes.substr(starts.back(), at - starts.back()))) {
    at = starts.back();
    starts.pop_back();
  }
  return at;
}

bool HoldsSoundFrame(std::string_view bytes) {
  static constexpr std::string_view kMagic = "\x28\xB5\x2F\xFD";  // RFC 8878, little-endian 0xFD2FB528
  for (std::size_t at = 0; (at = bytes.find(kMagic, at)) != std::string_view::npos; ++at) {
    const std::size_t size = ZSTD_findFrameCompressedSize(bytes.data() + at, bytes.size() - at);
    if (!ZSTD_isError(size) && LinesOf(bytes.substr(at, size))) return true;
  }
  return false;
}

}  // namespace earprint::adapters
