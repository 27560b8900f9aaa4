#include "fakes/world/cover_picture.hpp"

#include <array>
#include <cstdint>

#include "base/hash.hpp"

namespace earprint::fakes {

namespace {

constexpr std::uint32_t kSidePx = 72;

std::string BigEndian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

std::uint32_t Crc32(std::string_view bytes) {
  std::uint32_t sum = 0xFFFF'FFFF;
  for (const char byte : bytes) {
    sum ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xEDB8'8320 : 0);
  }
  return ~sum;
}

std::uint32_t Adler32(std::string_view bytes) {
  constexpr std::uint32_t kModulus = 65'521;
  std::uint32_t a = 1, b = 0;
  for (const char byte : bytes) {
    a = (a + static_cast<unsigned char>(byte)) % kModulus;
    b = (b + a) % kModulus;
  }
  return (b << 16) | a;
}

std::string Chunk(std::string_view type, std::string_view data) {
  const std::string body = std::string(type) + std::string(data);
  return BigEndian(static_cast<std::uint32_t>(data.size())) + body + BigEndian(Crc32(body));
}

/// A zlib stream of one stored block.
std::string Stored(std::string_view bytes) {
  const auto size = static_cast<std::uint16_t>(bytes.size()), rest = static_cast<std::uint16_t>(~size);
  std::string stream = {0x78, 0x01, 0x01};
  stream += {static_cast<char>(size), static_cast<char>(size >> 8), static_cast<char>(rest),
             static_cast<char>(rest >> 8)};
  return stream + std::string(bytes) + BigEndian(Adler32(bytes));
}

}  // namespace

std::string CoverPicture(std::string_view playlist_id) {
  const std::uint64_t hash = base::HashBytes(playlist_id).high;
  const auto colour = [hash](std::uint32_t end, std::uint32_t channel) {
    return 50U + static_cast<std::uint32_t>((hash >> ((end * 3 + channel) * 8)) & 0xFF) * 170U / 255U;
  };
  std::string pixels;
  for (std::uint32_t y = 0; y < kSidePx; ++y) {
    pixels += '\0';  // no filter
    for (std::uint32_t x = 0; x < kSidePx; ++x) {
      for (std::uint32_t channel = 0; channel < 3; ++channel) {
        const std::uint32_t at = x + y, all = 2 * (kSidePx - 1);
        pixels += static_cast<char>((colour(0, channel) * (all - at) + colour(1, channel) * at) / all);
      }
    }
  }
  const std::string header = BigEndian(kSidePx) + BigEndian(kSidePx) + std::string("\x08\x02\0\0\0", 5);
  return "\x89PNG\r\n\x1a\n" + Chunk("IHDR", header) + Chunk("IDAT", Stored(pixels)) + Chunk("IEND", "");
}

}  // namespace earprint::fakes
