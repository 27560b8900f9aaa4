// What only a test may ask, the switches, and the filter of fields.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/spotify/field_filter.hpp"
#include "fakes/spotify/tests/asked_fake.hpp"

namespace earprint::fakes {
namespace {

using ::testing::HasSubstr;

struct ControlledFake : AskedFake {
  WebAnswer Control(const std::string& what, const std::string& body = {}) {
    return fake.Answer(Question("POST", "/fake/" + what, body));
  }
  boost::json::value Do(const std::string& what, const std::string& body = {}) {
    const WebAnswer answer = Control(what, body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return boost::json::parse(answer.body);
  }
};

TEST(ControlAnswers, MoveTheClock) {
  ControlledFake asked;
  EXPECT_EQ(asked.Do("clock", R"({"advance_ms":5})").at("now_ms"), Said(kNoon.value + 5));
  EXPECT_EQ(asked.Do("clock", R"({"set_ms":77})").at("now_ms"), Said(77));
  EXPECT_EQ(asked.Do("clock").at("now_ms"), Said(77)) << "it stands still";
}

TEST(ControlAnswers, EverySwitchIsWrittenAndReadBack) {
  ControlledFake asked;
  const auto all = asked.Do("switches");
  for (const auto& [name, value] : all.as_object()) {
    const auto same = asked.Do("switches", boost::json::serialize(boost::json::object{{name, value}}));
    EXPECT_EQ(boost::json::serialize(same), boost::json::serialize(all)) << name;
  }
  EXPECT_EQ(asked.Do("switches", R"({"profile":"dev-existing","lag_ms":5})").at("lag_ms"), Said(5));
  EXPECT_EQ(asked.fake.Switches().at("profile"), Said("dev-existing"));
}

TEST(ControlAnswers, AWrongSwitchChangesNothing) {
  ControlledFake asked;
  for (const char* wrong :
       {R"({"seats":1,"nonsense":2})", R"({"seats":1,"lag_ms":"late"})", R"({"seats":1,"profile":"old"})",
        R"({"seats":1,"forced":[{"kind":"flood"}]})", R"({"seats":1,"failures":{"flood":1}})", "[]", "{"}) {
    EXPECT_EQ(asked.Control("switches", wrong).status, 400) << wrong;
  }
  EXPECT_EQ(asked.fake.Switches().at("seats"), Said(5));
}

TEST(ControlAnswers, TellWhatWasAsked) {
  ControlledFake asked;
  asked.Set(R"({"forced":[{"kind":"503"}]})");
  asked.Get("/me/");
  asked.Get("/me/tracks?limit=1");
  const auto records = asked.Do("requests");
  ASSERT_EQ(records.as_array().size(), 2U);
  EXPECT_EQ(records.at(0).at("path"), Said("/me"));
  EXPECT_EQ(records.at(0).at("status"), Said(503));
  EXPECT_EQ(records.at(0).at("reason"), Said("503"));
  EXPECT_EQ(records.at(1).at("family"), Said("library"));
  EXPECT_EQ(records.at(1).at("reason"), Said(""));
}

TEST(ControlAnswers, BeginAPlayAndTellTheTruth) {
  ControlledFake asked;
  asked.Do("plays", R"({"listener":"anna","item":3,"played_ms":1000})");
  asked.Do("plays", R"({"listener":"anna","kind":"ad","item":0,"played_ms":1000,"started_ms":)" +
                        std::to_string(kNoon.value + 500) + "}");
  const auto truth = boost::json::parse(asked.fake.Answer(Question("GET", "/fake/truth?listener=anna")).body);
  ASSERT_EQ(truth.as_array().size(), 2U);
  EXPECT_EQ(truth.at(0).at("track_id"), Said(IdOf('4')));
  EXPECT_EQ(truth.at(0).at("played_ms"), Said(500)) << "the ad broke in";
  EXPECT_EQ(truth.at(1).at("kind"), Said("ad"));
  EXPECT_EQ(asked.Control("plays", R"({"listener":"nobody","item":0,"played_ms":1})").status, 400);
  EXPECT_EQ(asked.Control("plays", R"({"listener":"anna","item":99,"played_ms":1})").status, 400);
  EXPECT_EQ(asked.Control("plays", R"({"listener":"anna","kind":"video","item":0,"played_ms":1})").status,
            400);
  EXPECT_EQ(asked.Control("plays", R"({"listener":"anna"})").status, 400);
}

TEST(ControlAnswers, MintAndRevokeTokens) {
  ControlledFake asked;
  const auto tokens = asked.Do("tokens", R"({"listener":"bruno","scopes":["user-top-read"]})");
  EXPECT_EQ(tokens.at("scope"), Said("user-top-read"));
  asked.token = TextOf(tokens.at("access_token"));
  EXPECT_EQ(asked.Read("/me").at("id"), Said("bruno"));
  asked.Do("revoke", R"({"listener":"bruno"})");
  EXPECT_EQ(asked.Get("/me").status, 401);
  EXPECT_EQ(asked.Do("app").at("client_id"), Said(asked.fake.app().client_id));
  EXPECT_THAT(asked.Control("nothing").body, HasSubstr("clock, requests, truth"));
}

std::string FilteredText(const char* whole, std::string_view fields) {
  return boost::json::serialize(Filtered(boost::json::parse(whole).as_object(), fields));
}

TEST(FieldFilter, KeepsLeavesOutAndNests) {
  constexpr const char* kWhole = R"({"a":1,"b":{"c":2,"d":3},"e":[{"f":4,"g":5}]})";
  EXPECT_EQ(FilteredText(kWhole, "a"), R"({"a":1})");
  EXPECT_EQ(FilteredText(kWhole, "b.c,e(g)"), R"({"b":{"c":2},"e":[{"g":5}]})");
  EXPECT_EQ(FilteredText(kWhole, "!a"), R"({"b":{"c":2,"d":3},"e":[{"f":4,"g":5}]})");
  EXPECT_EQ(FilteredText(kWhole, "e(!f)"), R"({"e":[{"g":5}]})");
  EXPECT_EQ(FilteredText(kWhole, "b.!c"), kWhole) << "not well formed: everything";
  EXPECT_EQ(FilteredText(kWhole, "a,"), kWhole);
  EXPECT_EQ(FilteredText(kWhole, "e(f"), kWhole);
  EXPECT_EQ(FilteredText(kWhole, ""), kWhole);
}

}  // namespace
}  // namespace earprint::fakes
