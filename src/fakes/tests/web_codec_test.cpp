#include "fakes/web_codec.hpp"

#include <gtest/gtest.h>

namespace earprint::fakes {
namespace {

TEST(WebCodec, EncodesAllButUnreservedCharacters) {
  EXPECT_EQ(PercentEncode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncode("a b&c=\xc3\xa9/+"), "a%20b%26c%3D%C3%A9%2F%2B");
}

TEST(WebCodec, EncodesBase64ForUrlsWithoutPadding) {
  EXPECT_EQ(Base64Url(""), "");
  EXPECT_EQ(Base64Url("\xfb\xff"), "-_8");  // "+/8=" in the ordinary alphabet
}

TEST(WebCodec, ReadsOrdinaryBase64AndNothingElse) {
  EXPECT_EQ(ReadBase64("Y2xpZW50OnNlY3JldA=="), "client:secret");
  EXPECT_FALSE(ReadBase64("Y2xpZW50OnNlY3JldA"));
  EXPECT_FALSE(ReadBase64("?"));
}

// RFC 7636, appendix B.
TEST(WebCodec, HashesTheVerifierOfTheStandardToItsChallenge) {
  EXPECT_EQ(Base64Url(Sha256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

}  // namespace
}  // namespace earprint::fakes
