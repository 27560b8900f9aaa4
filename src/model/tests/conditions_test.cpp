#include "model/conditions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "tests/support/condition_pairs.hpp"

namespace earprint::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Pairs = std::vector<ConditionPair>;

base::Result<Conditions> Parse(const Pairs& pairs) { return ParseConditions(pairs, "Europe/Paris"); }

std::string JsonOf(const Pairs& pairs) {
  const auto conditions = Parse(pairs);
  EXPECT_TRUE(conditions) << conditions.error().Text();
  return conditions ? ConditionsJson(*conditions) : "";
}

struct Case {
  const char* name;
  const char* value;
  const char* understood = nullptr;  ///< its part of the JSON; none where the value is malformed
};

class GoodCondition : public ::testing::TestWithParam<Case> {};

TEST_P(GoodCondition, IsTakenAndToldAsUnderstood) {
  const auto& [name, value, understood] = GetParam();
  EXPECT_THAT(JsonOf({{name, value}}), HasSubstr(understood));
  EXPECT_EQ(JsonOf({{name, " " + std::string(value) + "\t"}}), JsonOf({{name, value}})) << "blanks around it";
}

INSTANTIATE_TEST_SUITE_P(
    All, GoodCondition,
    ::testing::Values(
        Case{"from", "2020-01-31", R"("from":"2020-01-31")"},
        Case{"from", "2020-01-31T12:00:00+05:45", R"("from":"2020-01-31T12:00:00+05:45")"},
        Case{"to", "2020-02-29 23:59", R"("to":"2020-02-29 23:59")"},
        Case{"tz", "America/Argentina/Buenos_Aires", R"("tz":"America/Argentina/Buenos_Aires")"},
        Case{"tz", "Etc/GMT+12", R"("tz":"Etc/GMT+12")"}, Case{"min-ms", "0", R"("min_ms":0)"},
        Case{"min_ms", "1000000000", R"("min_ms":1000000000)"}, Case{"hours", "22-2", R"("hours":"22-2")"},
        Case{"hours", "0-24", R"("hours":"0-24")"}, Case{"hours", "7", R"("hours":"7-8")"},
        Case{"weekdays", "sat,sun", R"("weekdays":[6,7])"},
        Case{"weekdays", "SUN, 1,monday,mon", R"("weekdays":[1,7])"},
        Case{"playlist", "a, b", R"("playlist":["a, b"])"},
        Case{"artist", "Bj\"rk", R"("artist":["Bj\"rk"])"},
        Case{"album", "\xFFx", "\"album\":[\"\xEF\xBF\xBDx\"]"},
        Case{"track", "2J3n32GeLmMjwuAzyhcSNe", R"("track":["2J3n)"},
        Case{"genre", "dance pop", R"("genre":["dance pop"])"}, Case{"source", "csv", R"("source":["csv"])"},
        Case{"platform", "ios", R"("platform":["ios"])"}, Case{"country", "DE", R"("country":["DE"])"},
        Case{"released", "1990-1999", R"("released":"1990-1999")"},
        Case{"released", "1999", R"("released":"1999-1999")"}, Case{"shuffle", "yes", R"("shuffle":"yes")"},
        Case{"skipped", "no", R"("skipped":"no")"}, Case{"offline", "yes", R"("offline":"yes")"},
        Case{"feature", "energy>=0.8", R"("feature":["energy>=0.8"])"},
        Case{"feature", "loudness < -7.5", R"("feature":["loudness<-7.5"])"},
        Case{"feature", "key<=1e1", R"("feature":["key<=1e1"])"}, Case{"limit", "1", R"("limit":1,)"},
        Case{"limit", "100000", R"("limit":100000)"}, Case{"by", "recording", R"("by":"recording")"},
        Case{"grain", "quarter", R"("grain":"quarter")"}, Case{"weight", "ms", R"("weight":"ms")"},
        Case{"x", "tempo", R"("x":"tempo")"}, Case{"y", "time_signature", R"("y":"time_signature")"},
        Case{"tz", "local", R"("tz":"local")"}, Case{"rule", "half", R"("rule":"half","against":"30s")"},
        Case{"against", "wrapped", R"("rule":"any","against":"wrapped")"},
        Case{"year", "2023", R"("year":2023)"}, Case{"said", "minutes=041200", R"("said":["minutes=41200"])"},
        Case{"said", "top_artist=Ann = Bob", R"("said":["top_artist=Ann = Bob"])"}));

class BadCondition : public ::testing::TestWithParam<Case> {};

TEST_P(BadCondition, IsAnErrorThatNamesItAndSaysWhatIsAllowed) {
  const auto conditions = Parse({{GetParam().name, GetParam().value}});
  ASSERT_FALSE(conditions) << ConditionsJson(*conditions);
  EXPECT_EQ(conditions.error().code, base::ErrorCode::kInvalidInput);
  EXPECT_EQ(conditions.error().subject, GetParam().name);
  EXPECT_FALSE(conditions.error().hint.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, BadCondition,
    ::testing::Values(
        Case{"from", ""}, Case{"from", "yesterday"}, Case{"from", "2020-02-30"}, Case{"to", "2020"},
        Case{"to", "'--"}, Case{"tz", ""}, Case{"tz", "Europe/Paris'"}, Case{"tz", "Zürich"},
        Case{"tz", "\xFF"}, Case{"tz", "a b"}, Case{"min-ms", ""}, Case{"min-ms", "-1"},
        Case{"min-ms", "1e3"}, Case{"min-ms", "1000000001"}, Case{"min-ms", "99999999999999999999"},
        Case{"min-ms", "30000ms"}, Case{"hours", ""}, Case{"hours", "25"}, Case{"hours", "24"},
        Case{"hours", "22-"}, Case{"hours", "-2"}, Case{"hours", "22-25"}, Case{"hours", "5-5"},
        Case{"hours", "24-24"}, Case{"hours", "1-2-3"}, Case{"hours", "a-b"}, Case{"weekdays", ""},
        Case{"weekdays", "sat,"}, Case{"weekdays", "0"}, Case{"weekdays", "8"}, Case{"weekdays", "satxyz"},
        Case{"weekdays", "sa"}, Case{"playlist", ""}, Case{"artist", ""}, Case{"album", " "},
        Case{"track", ""}, Case{"genre", ""}, Case{"source", ""}, Case{"platform", ""}, Case{"country", ""},
        Case{"released", "199"}, Case{"released", "1990-99"}, Case{"released", "1999-1990"},
        Case{"released", "3000"}, Case{"shuffle", ""}, Case{"shuffle", "true"}, Case{"skipped", "YES"},
        Case{"offline", "maybe"}, Case{"feature", ""}, Case{"feature", "energy"},
        Case{"feature", "energy=0.8"}, Case{"feature", "energy>"}, Case{"feature", "mood>0.5"},
        Case{"feature", "energy>0.8.1"}, Case{"feature", "energy>nan"}, Case{"feature", "energy<inf"},
        Case{"feature", "energy>1e7"}, Case{"feature", "energy>=0.8;drop"}, Case{"limit", "0"},
        Case{"limit", "100001"}, Case{"limit", ""}, Case{"by", "artist"}, Case{"by", ""},
        Case{"grain", "decade"}, Case{"weight", "minutes"}, Case{"x", "mood"}, Case{"y", ""},
        Case{"rule", "31s"}, Case{"against", ""}, Case{"year", "2005"}, Case{"year", "last"},
        Case{"said", "minutes"}, Case{"said", "minutes=many"}, Case{"said", "minutes=-1"},
        Case{"said", "top_artist="}, Case{"said", "mood=1"}, Case{"said", "=1"}));

TEST(ParseConditions, AFigureOfAWrappedIsSaidOnce) {
  // Bytes that are no UTF-8 take more room once they are: what was understood must be understood again.
  EXPECT_TRUE(Parse({{"said", "top_artist=" + std::string(1'000, 'a')}}));
  EXPECT_TRUE(Parse({{"said", "top_artist=" + std::string(333, '\xFF')}}));
  EXPECT_FALSE(Parse({{"said", "top_artist=" + std::string(334, '\xFF')}}));
  EXPECT_TRUE(Parse({{"said", "minutes=1"}, {"said", "plays=1"}}));
  EXPECT_FALSE(Parse({{"said", "minutes=1"}, {"said", "minutes=2"}}));
}

TEST(ParseConditions, HasTheContractsDefaults) {
  EXPECT_EQ(
      JsonOf({}),
      R"({"tz":"Europe/Paris","min_ms":30000,"limit":100,"by":"track","grain":"month","weight":"plays",)"
      R"("x":"valence","y":"energy"})");
}

TEST(ParseConditions, AnUnknownNameIsAnErrorThatListsTheKnownOnes) {
  const auto conditions = Parse({{"artists", "x"}});
  ASSERT_FALSE(conditions);
  EXPECT_EQ(conditions.error().subject, "artists");
  for (const ConditionHelp& help : ConditionHelps()) {
    EXPECT_THAT(conditions.error().hint, HasSubstr(help.name));
  }
}

TEST(ParseConditions, KnowsEveryNameThatTheHelpLists) {
  std::set<std::string_view> names;
  for (const ConditionHelp& help : ConditionHelps()) {
    EXPECT_TRUE(names.insert(help.name).second) << help.name;
    const auto conditions = Parse({{std::string(help.name), "\x01"}});
    if (!conditions) {
      EXPECT_EQ(conditions.error().subject, help.name) << "taken for an unknown name";
    }
  }
  EXPECT_THAT(names, SizeIs(32));
}

TEST(ParseConditions, PlaysAreNamedByTheirId) {
  EXPECT_THAT(JsonOf({{"play", "00000000000000f"}, {"play", "fffffffffffffff"}}),
              HasSubstr(R"("play":["00000000000000f","fffffffffffffff"])"));
  for (const std::string wrong : {"", "f", "00000000000000g", "-0000000000000f", "1000000000000000"}) {
    EXPECT_FALSE(Parse({{"play", wrong}})) << wrong;
  }
}

TEST(ParseConditions, ValuesOfOneNameAddUpToALimit) {
  EXPECT_THAT(JsonOf({{"artist", "a"}, {"artist", "b"}, {"weekdays", "sun"}, {"weekdays", "mon"}}),
              ::testing::AllOf(HasSubstr(R"("artist":["a","b"])"), HasSubstr(R"("weekdays":[1,7])")));
  for (const ConditionPair& pair : {ConditionPair("artist", "a"), ConditionPair("feature", "energy>0")}) {
    EXPECT_TRUE(Parse(Pairs(kConditionValuesMax, pair))) << pair.first;
    EXPECT_FALSE(Parse(Pairs(kConditionValuesMax + 1, pair))) << pair.first;
  }
  EXPECT_TRUE(Parse({{"artist", std::string(1'000, 'x')}}));
  EXPECT_FALSE(Parse({{"artist", std::string(1'001, 'x')}}));
  EXPECT_FALSE(Parse({{"artist", std::string(500, '\xFF')}})) << "1500 bytes when told as understood";
}

TEST(ParseConditions, BoundsAreScaledExactly) {
  const auto conditions =
      Parse({{"feature", "energy>=0.1"}, {"feature", "loudness<-7.654321"}, {"feature", "tempo>128"}});
  ASSERT_TRUE(conditions);
  std::vector<std::int64_t> values;
  for (const FeatureBound& bound : conditions->features) values.push_back(bound.value_e6);
  EXPECT_THAT(values, ElementsAre(100'000, -7'654'321, 128'000'000));
  EXPECT_EQ(conditions->features[0].comparison, ">=");
  EXPECT_EQ(conditions->features[1].comparison, "<");
}

TEST(ParseConditions, AnErrorShowsNoHalfCharacters) {
  const auto conditions = Parse({{"x", std::string(79, 'a') + "Ä"}});
  ASSERT_FALSE(conditions);
  EXPECT_THAT(conditions.error().cause, HasSubstr("a\xEF\xBF\xBD'"));
}

/// One condition that is good, whatever its value is.
ConditionPair AnyCondition() {
  using rc::gen::inRange;
  const auto text = [] { return "t" + *rc::gen::string<std::string>(); };
  const auto pick = [](std::vector<std::string> values) { return *rc::gen::elementOf(values); };
  const auto number = [](int low, int high) { return std::to_string(*inRange(low, high)); };
  const std::string name = *rc::gen::elementOf(std::vector<std::string>{
      "from", "to", "tz", "min-ms", "hours", "weekdays", "artist", "playlist", "genre", "released", "shuffle",
      "feature", "limit", "by", "grain", "weight", "x"});
  if (name == "from" || name == "to")
    return {name, "20" + number(10, 30) + "-0" + number(1, 10) + "-" + number(10, 29)};
  if (name == "tz") return {name, pick({"UTC", "Asia/Kathmandu", "America/St_Johns"})};
  if (name == "min-ms") return {name, number(0, 100'000)};
  if (name == "hours") return {name, number(0, 12) + "-" + number(12, 25)};
  if (name == "weekdays") return {name, number(1, 8) + "," + pick({"mon", "Sunday", "fri"})};
  if (name == "released") return {name, number(1900, 1950) + "-" + number(1950, 2100)};
  if (name == "shuffle") return {name, pick({"yes", "no"})};
  if (name == "feature")
    return {name, pick({"energy", "tempo", "loudness"}) + pick({"<", "<=", ">", ">="}) + number(-60, 200)};
  if (name == "limit") return {name, number(1, 1'000)};
  if (name == "by") return {name, pick({"track", "recording"})};
  if (name == "grain") return {name, pick({"day", "week", "month", "quarter", "year"})};
  if (name == "weight") return {name, pick({"plays", "ms"})};
  if (name == "x") return {name, pick({"energy", "key"})};
  return {name, text()};
}

RC_GTEST_PROP(ParseConditions, WhatIsUnderstoodIsUnderstoodAgainAsTheSame, ()) {
  Pairs pairs;
  const int count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) pairs.push_back(AnyCondition());
  const auto conditions = Parse(pairs);
  RC_ASSERT(conditions.has_value());
  const std::string json = ConditionsJson(*conditions);
  const auto again = ParseConditions(testing::PairsOfJson(boost::json::parse(json).as_object()), "UTC");
  RC_ASSERT(again.has_value());
  RC_ASSERT(ConditionsJson(*again) == json);
}

}  // namespace
}  // namespace earprint::model
