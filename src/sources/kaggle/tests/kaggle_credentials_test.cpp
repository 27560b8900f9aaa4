#include "sources/kaggle/kaggle_credentials.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/kaggle/kaggle_api.hpp"
#include "sources/kaggle/kaggle_name.hpp"

namespace earprint::sources::kaggle {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string HeaderOf(const CredentialTexts& texts) {
  auto header = ChooseAuthorization(texts);
  return header ? std::string(header->Reveal()) : header.error().Text();
}

TEST(KaggleCredentials, ATokenCountsBeforeAKeyAndTheEnvironmentBeforeAFile) {
  CredentialTexts texts;
  EXPECT_EQ(HeaderOf(texts), "");
  texts.kaggle_json = base::SecretText(R"({"username":"a","key":"b","other":1})");
  EXPECT_EQ(HeaderOf(texts), "Basic YTpi");
  texts.username = "Aladdin";
  EXPECT_EQ(HeaderOf(texts), "Basic YTpi") << "a name without a key is none";
  texts.key = base::SecretText("open sesame");
  EXPECT_EQ(HeaderOf(texts), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // the example of RFC 7617
  texts.token_file = base::SecretText(" KGAT_2\n");
  EXPECT_EQ(HeaderOf(texts), "Bearer KGAT_2");
  texts.api_token = base::SecretText("KGAT_1");
  EXPECT_EQ(HeaderOf(texts), "Bearer KGAT_1");
}

TEST(KaggleCredentials, ADamagedFileIsToldWithoutWhatIsInIt) {
  for (const char* text :
       {"{secret", "[\"secret\"]", R"({"username":"secret"})", R"({"username":"secret","key":7})"}) {
    CredentialTexts texts;
    texts.kaggle_json = base::SecretText(text);
    const auto header = ChooseAuthorization(texts);
    ASSERT_FALSE(header) << text;
    EXPECT_EQ(header.error().code, base::ErrorCode::kInvalidInput);
    EXPECT_THAT(header.error().Text(), Not(HasSubstr("secret")));
  }
}

TEST(KaggleName, IsReadAsTheAddressOfItsPageEnds) {
  const auto name = ReadKaggleName("kaggle:maharshipandya/-spotify-tracks-dataset");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->owner, "maharshipandya");
  EXPECT_EQ(name->slug, "-spotify-tracks-dataset");
  EXPECT_EQ(name->Text(), "kaggle:maharshipandya/-spotify-tracks-dataset");
  const std::string long_part(101, 'a');
  for (const std::string& wrong :
       {std::string(), std::string("a/b"), std::string("kaggle:"), std::string("kaggle:a"),
        std::string("kaggle:a/b/c"), std::string("kaggle:/b"), std::string("kaggle:../.."),
        std::string("kaggle:a/b c"), std::string("kaggle:a/b?c"), "kaggle:a/" + long_part,
        std::string("kaggle:a/\x1b[2J")}) {
    const auto read = ReadKaggleName(wrong);
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error().Text().find('\x1b'), std::string::npos);
  }
}

TEST(KaggleApi, BytesAndCredentialsGoToSafeAddressesOnly) {
  for (const char* safe : {"https://api.kaggle.com", "https://storage.googleapis.com/a?b=c",
                           "http://127.0.0.1:7777", "http://localhost/x", "http://[::1]:80"}) {
    EXPECT_TRUE(IsSafeAddress(safe)) << safe;
  }
  for (const char* unsafe : {"http://api.kaggle.com", "http://127.0.0.1.example.org", "ftp://127.0.0.1",
                             "https://", "https://user@host", "//host", "", "file:///etc/passwd"}) {
    EXPECT_FALSE(IsSafeAddress(unsafe)) << unsafe;
  }
}

TEST(KaggleApi, RetryAfterIsReadAndBounded) {
  const auto at = [](const std::string& text) {
    return NotBefore({.status = 429, .headers = {{"retry-after", text}}, .body = {}}, {1'000});
  };
  EXPECT_EQ(at("5")->value, 6'000);
  EXPECT_EQ(at("99999999")->value, 1'000 + 7 * base::kMsPerDay);
  EXPECT_EQ(at("Fri, 02 Jan 1970 00:00:00 GMT")->value, base::kMsPerDay) << "a date, too";
  for (const char* none : {"", "-1", "soon", "5 s"}) EXPECT_FALSE(at(none)) << none;
  EXPECT_FALSE(NotBefore({}, {0}));
}

}  // namespace
}  // namespace earprint::sources::kaggle
