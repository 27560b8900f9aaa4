#include "server/gzip.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zlib.h>

namespace earprint::server {
namespace {

std::string Unpacked(const std::string& packed, std::size_t size) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string text(size + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const int ended = inflate(&stream, Z_FINISH);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return ended == Z_STREAM_END ? text : "(broken)";
}

RC_GTEST_PROP(Gzip, GivesBackWhatWasPacked, (const std::string& text)) {
  RC_ASSERT(Unpacked(Gzipped(text, 1), text.size()) == text);
  RC_ASSERT(Unpacked(Gzipped(text, 9), text.size()) == text);
}

TEST(Gzip, MakesAnswersSmaller) {
  const std::string text(100'000, 'x');
  EXPECT_LT(Gzipped(text, 4).size(), 1'000U);
  EXPECT_EQ(Unpacked(Gzipped(text, 4), text.size()), text);
}

TEST(Gzip, ReadsAcceptEncoding) {
  for (const std::string_view yes :
       {"gzip", "GZIP", "deflate, gzip", "gzip;q=0.5", "gzip; q=1", "*", "br,gzip ;q=0.001"}) {
    EXPECT_TRUE(AcceptsGzip(yes)) << yes;
  }
  for (const std::string_view no : {"", "identity", "gzip;q=0", "gzip; q=0.000", "xgzip", "br"})
    EXPECT_FALSE(AcceptsGzip(no)) << no;
}

}  // namespace
}  // namespace earprint::server
