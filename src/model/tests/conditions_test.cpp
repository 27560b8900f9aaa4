#include "model/conditions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace earprint::model {
namespace {

using ::testing::HasSubstr;

base::Result<Conditions> Parse(const std::vector<ConditionPair>& pairs) {
  return ParseConditions(pairs, "Europe/Paris");
}

TEST(Conditions, HaveTheContractsDefaults) {
  const auto read = Parse({});
  ASSERT_TRUE(read);
  EXPECT_EQ(ConditionsJson(*read), R"({"tz":"Europe/Paris","min_ms":30000,"limit":100,"by":"track",)"
                                   R"("grain":"month","weight":"plays","x":"valence","y":"energy"})");
}

TEST(Conditions, AreToldBackAsUnderstood) {
  const auto read = Parse({{"from", "2020-01-01"},
                           {"to", " 2021-01-01T12:00:00Z "},
                           {"tz", "UTC"},
                           {"min_ms", "0"},
                           {"hours", "22-2"},
                           {"weekdays", "Sunday, sat,6"},
                           {"artist", "Simon & \"G\""},
                           {"artist", "B"},
                           {"released", "1990-1999"},
                           {"shuffle", "yes"},
                           {"skipped", "no"},
                           {"feature", "energy >= 0.80"},
                           {"feature", "tempo<120"},
                           {"limit", "5"},
                           {"by", "recording"},
                           {"grain", "week"},
                           {"weight", "ms"},
                           {"x", "tempo"}});
  ASSERT_TRUE(read) << read.error().Text();
  EXPECT_EQ(boost::json::parse(ConditionsJson(*read)), boost::json::parse(R"({
    "from": "2020-01-01", "to": "2021-01-01T12:00:00Z", "tz": "UTC", "min_ms": 0, "hours": "22-2", "weekdays": [6, 7],
    "artist": ["Simon & \"G\"", "B"], "released": "1990-1999", "shuffle": "yes", "skipped": "no",
    "feature": ["energy>=0.80", "tempo<120"], "limit": 5, "by": "recording", "grain": "week", "weight": "ms",
    "x": "tempo", "y": "energy"})"));
  EXPECT_EQ(read->features[0].value_e6, 800'000);
}

TEST(Conditions, ASingleHourOrYearIsASpanOfOne) {
  EXPECT_EQ(Parse({{"hours", "5"}})->hours, std::pair(5, 6));
  EXPECT_EQ(Parse({{"hours", "23"}})->hours, std::pair(23, 24));
  EXPECT_EQ(Parse({{"released", "1999"}})->released, std::pair(1999, 1999));
}

class Refused : public ::testing::TestWithParam<ConditionPair> {};

TEST_P(Refused, IsNamedWithWhatIsAllowed) {
  const auto& [name, value] = GetParam();
  const auto read = Parse({{"artist", "kept"}, {name, value}});
  ASSERT_FALSE(read) << name << "=" << value;
  EXPECT_EQ(read.error().code, base::ErrorCode::kInvalidInput);
  EXPECT_EQ(read.error().subject, name);
  EXPECT_FALSE(read.error().hint.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Values, Refused,
    ::testing::Values(
        ConditionPair{"from", "yesterday"}, ConditionPair{"to", "2020-02-30"}, ConditionPair{"tz", ""},
        ConditionPair{"min-ms", "-1"}, ConditionPair{"min-ms", "1e3"},
        ConditionPair{"min-ms", "99999999999999999999"}, ConditionPair{"hours", "25"},
        ConditionPair{"hours", "5-5"}, ConditionPair{"hours", "a-b"}, ConditionPair{"hours", "24"},
        ConditionPair{"weekdays", "noday"}, ConditionPair{"weekdays", "0"}, ConditionPair{"weekdays", ""},
        ConditionPair{"weekdays", "satisfied"}, ConditionPair{"artist", ""},
        ConditionPair{"artist", std::string(1'001, 'a')}, ConditionPair{"released", "1999-1990"},
        ConditionPair{"released", "99"}, ConditionPair{"shuffle", "true"}, ConditionPair{"offline", ""},
        ConditionPair{"feature", "energy"}, ConditionPair{"feature", "energy>=nan"},
        ConditionPair{"feature", "energy>=inf"}, ConditionPair{"feature", "energy=0.5"},
        ConditionPair{"feature", "colour>0"}, ConditionPair{"feature", "energy>"},
        ConditionPair{"limit", "0"}, ConditionPair{"limit", "100001"}, ConditionPair{"by", "album"},
        ConditionPair{"grain", "decade"}, ConditionPair{"weight", "kg"}, ConditionPair{"x", "colour"},
        ConditionPair{"colour", "red"}, ConditionPair{"", "x"}, ConditionPair{"ARTIST", "x"}));

TEST(Conditions, HaveABoundOnHowOftenOneIsSaid) {
  std::vector<ConditionPair> many(kConditionValuesMax, {"track", "a"});
  EXPECT_TRUE(Parse(many));
  many.emplace_back("track", "a");
  EXPECT_FALSE(Parse(many));
  std::vector<ConditionPair> bounds(kConditionValuesMax + 1, {"feature", "energy>0"});
  EXPECT_FALSE(Parse(bounds));
}

TEST(Conditions, AnUnknownOneListsAllThatThereAre) {
  const auto read = Parse({{"colour", "red"}});
  for (const ConditionHelp& help : ConditionHelps()) {
    EXPECT_THAT(read.error().hint, HasSubstr(std::string(help.name)));
  }
}

}  // namespace
}  // namespace earprint::model
