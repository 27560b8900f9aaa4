#include "sources/personal_fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/event_batch.hpp"
#include "sources/json_history_source.hpp"
#include "tests/support/sound_batch.hpp"
#include "tests/support/string_reader.hpp"

namespace earprint::sources {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kSecrets[] = {
    "secret_name", "203.0.113.7", "2001:db8::7",   "secret_agent/5.0 (X11, \\\"x\\\")",
    "52.5200",     "Secretville", "secret_region", "Secretfriend"};

/// Every personal field that an export of any year has had, between others.
std::string Record(std::string_view played = "60000") {
  return R"({"ts":"2019-01-01T00:00:10Z","username":"secret_name","platform":"ios","ms_played":)" +
         std::string(played) +
         R"(,"conn_country":"DE","ip_addr_decrypted":"203.0.113.7","ip_addr":"2001:db8::7",)"
         R"j("user_agent_decrypted":"secret_agent/5.0 (X11, \"x\")","city":"Secretville","region":"secret_region",)j"
         R"("metro_code":"203.0.113.7","latitude":52.5200,"longitude":"52.5200","collaborators":["Secretfriend"],)"
         R"("master_metadata_track_name":"City","spotify_track_uri":"spotify:track:2J3n32GeLmMjwuAzyhcSNe"})";
}

testing::Given Read(std::string text) {
  JsonHistorySource source(std::make_unique<testing::StringReader>(std::move(text)),
                           {.latest_ms = 1'800'000'000'000});
  return testing::Exhaust(source);
}

std::string KeptOf(const testing::Given& all) {
  std::string kept = all.lines;
  for (const model::Reject& reject : all.rejects) kept += reject.raw + reject.reason;
  return kept;
}

TEST(PersonalFields, AreKnownByEveryNameThatExportsGiveThem) {
  for (const char* name : {"username", "userName", "user_name", "ip_addr", "ip_addr_decrypted", "ipAddress",
                           "user_agent", "user_agent_decrypted", "userAgent", "USERNAME", "city", "region",
                           "metro_code", "latitude", "longitude", "collaborators"}) {
    EXPECT_TRUE(IsPersonalField(name)) << name;
  }
  for (const char* name :
       {"platform", "conn_country", "ms_played", "artistName", "trackName", "publicity", "ship"}) {
    EXPECT_FALSE(IsPersonalField(name)) << name;
  }
}

TEST(PersonalFields, NeverReachAnEventOrAReject) {
  const testing::Given all = Read("[" + Record() + "," + Record("-5") + "," + Record("\"x\"") + "]");
  EXPECT_EQ(all.events.size(), 1U);
  ASSERT_EQ(all.rejects.size(), 2U);
  for (const std::string_view secret : kSecrets) EXPECT_THAT(KeptOf(all), Not(HasSubstr(secret)));
  EXPECT_THAT(all.rejects[0].raw, HasSubstr("2J3n32GeLmMjwuAzyhcSNe")) << "what follows them is kept";
  EXPECT_THAT(all.rejects[0].raw, HasSubstr("\"City\"")) << "a title is no place";
}

TEST(WithoutPersonalFields, BlanksValuesOfEveryTypeAndDepth) {
  EXPECT_EQ(WithoutPersonalFields(R"({"a":[{"userName" : "bob","b":1}]})"),
            R"({"a":[{"userName":null,"b":1}]})");
  EXPECT_EQ(WithoutPersonalFields(R"({"username":{"a":"x","b":["bob"]},"c":2})"),
            R"({"username":null,"c":2})");
  EXPECT_EQ(WithoutPersonalFields(R"({"collaborators":["bob","}"],"c":2})"),
            R"({"collaborators":null,"c":2})");
  EXPECT_EQ(WithoutPersonalFields(R"({"latitude":-5.25e1,"c":2})"), R"({"latitude":null,"c":2})");
  EXPECT_EQ(WithoutPersonalFields(R"({"username":null,"c":"say \"hi\""})"),
            R"({"username":null,"c":"say \"hi\""})");
  EXPECT_EQ(WithoutPersonalFields(R"({"username":"say \"bob\", }","c":2})"), R"({"username":null,"c":2})");
}

TEST(WithoutPersonalFields, KnowsANameHoweverItIsEscaped) {
  for (const char* name : {R"(user\u006eame)", R"(\u0075sername)", R"(USER\u006E\u0061ME)"}) {
    const std::string kept = WithoutPersonalFields("{\"" + std::string(name) + R"(":"bob","c":2})");
    EXPECT_THAT(kept, Not(HasSubstr("bob"))) << name;
    EXPECT_THAT(kept, HasSubstr("\"c\":2")) << name;
  }
}

/// Whatever byte breaks: as long as the names are whole, no value of theirs is kept.
TEST(WithoutPersonalFields, KeepsNoValueWhenAByteIsDamaged) {
  const std::string json =
      R"({"ts":"2019","username":"bobsname","platform":"ios","ip_addr_decrypted":"203.0.113.7","c":"d",)"
      R"j("user_agent_decrypted":"agent(X11, y)"})j";
  for (std::size_t at = 0; at < json.size(); ++at) {
    for (const char damage : {'"', '\\', '}', ']', '{', ',', ':', ' ', '\n', '\0', 'x', '\xFF'}) {
      std::string damaged = json;
      damaged[at] = damage;
      if (!damaged.contains("username") || !damaged.contains("ip_addr") || !damaged.contains("user_agent"))
        continue;
      const std::string kept = WithoutPersonalFields(damaged);
      for (const char* part : {"bob", "bsna", "203", "113", "agent(", "X11", "y)"}) {
        ASSERT_THAT(kept, Not(HasSubstr(part))) << "byte " << at << " became '" << damage << "'";
      }
    }
  }
}

TEST(WithoutPersonalFields, KeepsNoValueWhenCutAnywhere) {
  const std::string record = Record();
  for (std::size_t size = 0; size <= record.size(); ++size) {
    const std::string kept = WithoutPersonalFields(record.substr(0, size));
    for (const std::string_view secret : kSecrets) {
      ASSERT_THAT(kept, Not(HasSubstr(secret.substr(0, 5)))) << size;
    }
  }
}

TEST(WithoutPersonalFields, CutsLongTextOnACharactersBorder) {
  for (std::size_t blanks = 0; blanks < 4; ++blanks) {
    std::string json = "{" + std::string(blanks, ' ') + "\"a\":\"";
    while (json.size() < 3 * model::kRejectRawMax) json += "\xE2\x82\xAC";
    const std::string kept = WithoutPersonalFields(json + "\"}");
    EXPECT_LE(kept.size(), model::kRejectRawMax);
    EXPECT_GT(kept.size(), model::kRejectRawMax - 3);
    EXPECT_TRUE(kept.ends_with("\xE2\x82\xAC"));
  }
}

}  // namespace
}  // namespace earprint::sources
