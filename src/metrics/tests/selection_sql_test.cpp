#include "metrics/selection_sql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace earprint::metrics {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Pairs = std::vector<model::ConditionPair>;

const char* const kBody = "select count(*) from selection";

std::string Compose(const Pairs& pairs, const std::string& body = kBody,
                    const SelectionContext& context = {"me", {}}) {
  const auto conditions = model::ParseConditions(pairs, "UTC");
  EXPECT_TRUE(conditions) << conditions.error().Text();
  auto sql = ComposeMetricSql(*conditions, context, body);
  EXPECT_TRUE(sql) << sql.error().Text();
  return sql ? *sql : "";
}

/// What is left of SQL when its literals are taken away; says so when one is never closed.
std::string WithoutLiterals(std::string_view sql) {
  std::string rest;
  bool is_literal = false;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] != '\'') {
      if (!is_literal) rest += sql[i];
    } else if (is_literal && sql.substr(i + 1).starts_with('\'')) {
      ++i;
    } else {
      is_literal = !is_literal;
    }
  }
  return is_literal ? "(a literal is never closed)" : rest;
}

TEST(SqlText, DoublesQuotesAndHasWhatTheWarehouseHasForZeros) {
  EXPECT_EQ(SqlText(""), "''");
  EXPECT_EQ(SqlText("O'Neill"), "'O''Neill'");
  EXPECT_EQ(SqlText("'"), "''''");
  EXPECT_EQ(SqlText("\\' \"--"), "'\\'' \"--'");
  EXPECT_EQ(SqlText(std::string_view("a\0b", 3)), "'a\uFFFDb'");
}

RC_GTEST_PROP(SqlText, IsOneLiteralWhateverIsInIt, (const std::string& text)) {
  RC_ASSERT(WithoutLiterals(SqlText(text)) == "");
}

/// Every condition that takes any text, and the listener's name.
TEST(ComposeMetricSql, NoTextLeavesItsLiteral) {
  const std::vector<std::string> hostile = {
      "'",   "''",   "\\'",      "') or true --", "'; drop table silver_play; --",
      "$$",  "%",    "/*",       "\" or 1=1",     "x'||(select 1)||'",
      "{0}", "\n--", "p_limit()"};
  for (const char* name :
       {"playlist", "artist", "album", "track", "genre", "source", "platform", "country"}) {
    const std::string harmless = WithoutLiterals(Compose({{name, "x"}}));
    for (const std::string& text : hostile) {
      EXPECT_EQ(WithoutLiterals(Compose({{name, text}})), harmless) << name << ": " << text;
    }
  }
  for (const std::string& text : hostile) {
    EXPECT_EQ(WithoutLiterals(Compose({}, kBody, {text, {}})), WithoutLiterals(Compose({})))
        << "listener " << text;
    EXPECT_EQ(WithoutLiterals(Compose({}, "select p_listener(), p_limit()", {text, {}})),
              WithoutLiterals(Compose({}, "select p_listener(), p_limit()")))
        << "listener " << text;
  }
}

TEST(ComposeMetricSql, SelectsTheListenersTracksOfAtLeastMinMs) {
  EXPECT_THAT(Compose({}), AllOf(HasSubstr("p.listener_key = f_id('me')"), HasSubstr("p.is_track"),
                                 HasSubstr("played_ms >= 30000")));
  EXPECT_THAT(Compose({{"min-ms", "0"}}), Not(HasSubstr("p.played_ms >=")));
  EXPECT_THAT(Compose({{"min-ms", "5"}}, "select 1 from selection_all"), Not(HasSubstr("p.played_ms >= 5")))
      << "selection_all is every play";
}

TEST(ComposeMetricSql, HoursWrapOverMidnight) {
  EXPECT_THAT(Compose({{"hours", "8-17"}}), HasSubstr(">= 8 and "));
  EXPECT_THAT(Compose({{"hours", "22-2"}}), HasSubstr(">= 22 or "));
}

TEST(ComposeMetricSql, DatesAreLocalAndHalfOpen) {
  EXPECT_THAT(Compose({{"from", "1970-01-02"}, {"to", "1970-01-03"}}),
              AllOf(HasSubstr("p.ended_at_ms >= 86400000"), HasSubstr("p.ended_at_ms < 172800000")));
  EXPECT_THAT(Compose({{"from", "1970-01-02"}, {"tz", "Asia/Kathmandu"}}),
              HasSubstr("p.ended_at_ms >= 66600000"))
      << "Nepal was 5:30 ahead then";
}

TEST(ComposeMetricSql, AnUnknownZoneIsAnError) {
  const auto conditions =
      model::ParseConditions(Pairs{{"from", "2020-01-01"}, {"tz", "Europe/Nowhere"}}, "UTC");
  ASSERT_TRUE(conditions);
  const auto sql = ComposeMetricSql(*conditions, {"me", {}}, kBody);
  ASSERT_FALSE(sql);
  EXPECT_EQ(sql.error().code, base::ErrorCode::kInvalidInput);
}

TEST(ComposeMetricSql, MakesOnlyTheJoinsThatAreNeeded) {
  EXPECT_THAT(Compose({}, kBody, {"me", {}}), Not(HasSubstr("join")));
  EXPECT_THAT(Compose({}, kBody, {"me", {.name = "zone_1"}}), HasSubstr("join zone_1 z"));
  EXPECT_THAT(Compose({{"by", "recording"}}), HasSubstr("join silver_track r"));
  EXPECT_THAT(Compose({}), Not(HasSubstr("local_day")));
  EXPECT_THAT(Compose({{"weekdays", "sat"}}), HasSubstr("in (6)"));
  EXPECT_THAT(Compose({}, "select local_hour from selection"),
              AllOf(HasSubstr(" as local_hour"), Not(HasSubstr("local_day"))));
}

TEST(ComposeMetricSql, BoundsOnFeaturesAreIntegers) {
  EXPECT_THAT(Compose({{"feature", "energy>=0.8"}}), HasSubstr("energy_e6 >= 800000"));
  EXPECT_THAT(Compose({{"feature", "key<3"}}), HasSubstr("cast(key as bigint) * 1000000 < 3000000"));
}

TEST(ComposeMetricSql, PutsTheChoiceInThePlaceOfParameters) {
  EXPECT_THAT(Compose({{"grain", "week"}, {"weight", "ms"}, {"limit", "7"}, {"x", "tempo"}},
                      "select f_period(day), f_weight(1, ms), p_x(), p_listener() where place <= p_limit()"),
              HasSubstr("select f_period_week(day), f_weight_ms(1, ms), 'tempo', 'me' where place <= 7"));
  EXPECT_THAT(Compose({}, "select p_listener()", {"p_limit()", {}}), HasSubstr("select 'p_limit()'"));
}

TEST(PeriodTableSql, IsMadeOnlyForABodyThatAsksForPeriods) {
  EXPECT_EQ(PeriodTableSql({}, "select 1 from selection"), "");
  EXPECT_THAT(PeriodTableSql({}, "select local_period from selection"), HasSubstr("f_period_month(i)"));
}

}  // namespace
}  // namespace earprint::metrics
