#include "metrics/answer_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/json.hpp>
#include <limits>

#include "base/text.hpp"

namespace earprint::metrics {
namespace {

using model::AnswerCell;
using model::AnswerColumn;
using model::ColumnType;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

AnswerCell Number(std::int64_t number) { return {AnswerCell::Kind::kNumber, number, ""}; }
AnswerCell Text(std::string text) { return {AnswerCell::Kind::kText, 0, std::move(text)}; }
AnswerCell Null() { return {}; }

AnswerColumn Column(std::string name, ColumnType type, int decimals = 0) {
  return {std::move(name), "unit", "meaning", type, decimals};
}

model::Answer Answer(std::vector<AnswerColumn> columns, std::vector<std::vector<AnswerCell>> rows) {
  model::Answer answer;
  answer.question = {"top_tracks", "m\"e", {}};
  answer.data_version = "v1";
  answer.columns = std::move(columns);
  answer.rows = std::move(rows);
  return answer;
}

model::Answer EveryType() {
  return Answer({Column("plays", ColumnType::kInteger), Column("share", ColumnType::kDecimal, 4),
                 Column("artist", ColumnType::kText), Column("date", ColumnType::kDate),
                 Column("at", ColumnType::kInstant)},
                {{Number(-3), Number(6'543), Text("Be\"yo,n\ncé"), Number(16'447), Number(1'421'098'269'000)},
                 {Null(), Null(), Null(), Null(), Null()}});
}

TEST(CellText, PutsThePointWhereItBelongs) {
  const auto decimal = [](std::int64_t number, int decimals) {
    return CellText(Column("x", ColumnType::kDecimal, decimals), Number(number));
  };
  EXPECT_EQ(decimal(0, 4), "0.0000");
  EXPECT_EQ(decimal(1, 4), "0.0001");
  EXPECT_EQ(decimal(-1, 4), "-0.0001");
  EXPECT_EQ(decimal(12'345, 4), "1.2345");
  EXPECT_EQ(decimal(-12'345, 1), "-1234.5");
  EXPECT_EQ(decimal(std::numeric_limits<std::int64_t>::max(), 6), "9223372036854.775807");
  EXPECT_EQ(decimal(std::numeric_limits<std::int64_t>::min(), 6), "-9223372036854.775808");
}

TEST(AnswerJson, HasTheContractsShape) {
  model::Answer answer = EveryType();
  answer.limits = {9'100, 2, 3, 12};
  const auto json = boost::json::parse(AnswerJson(answer)).as_object();
  EXPECT_EQ(json.at("metric").as_string(), "top_tracks");
  EXPECT_EQ(json.at("listener").as_string(), "m\"e");
  EXPECT_EQ(json.at("conditions").at("min_ms").as_int64(), 30'000);
  EXPECT_EQ(json.at("data_version").as_string(), "v1");
  EXPECT_EQ(json.at("columns").at(1),
            boost::json::parse(R"({"name": "share", "type": "decimal", "unit": "unit", "decimals": 4})"));
  EXPECT_EQ(json.at("rows"),
            boost::json::parse(R"([[-3, 0.6543, "Be\"yo,n\ncé", "2015-01-12", "2015-01-12T21:31:09Z"],
                                                    [null, null, null, null, null]])"));
  EXPECT_EQ(json.at("limits"),
            boost::json::parse(
                R"({"feature_coverage_ms": 0.9100, "gaps": 3, "estimated_plays": 12, "rejects": 2})"));
}

TEST(AnswerJson, TellsNoLimitsWhereThereAreNone) {
  const auto json = boost::json::parse(AnswerJson(Answer({}, {})));
  EXPECT_EQ(json.at("limits"), boost::json::parse("{}"));
  EXPECT_EQ(json.at("rows"), boost::json::parse("[]"));
}

TEST(AnswerJsonLines, IsOneObjectARow) {
  const std::string lines = AnswerJsonLines(EveryType());
  const auto parts = base::Split(lines, '\n');
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(boost::json::parse(parts[0]).at("artist").as_string(), "Be\"yo,n\ncé");
  EXPECT_TRUE(boost::json::parse(parts[1]).at("plays").is_null());
  EXPECT_EQ(parts[2], "");
}

TEST(AnswerCsv, QuotesWhatNeedsQuotesAndNothingElse) {
  EXPECT_EQ(AnswerCsv(EveryType()),
            "plays,share,artist,date,at\r\n"
            "-3,0.6543,\"Be\"\"yo,n\ncé\",2015-01-12,2015-01-12T21:31:09Z\r\n"
            ",,,,\r\n");
  EXPECT_EQ(AnswerCsv(Answer({Column("a,b", ColumnType::kText)}, {{Text("\r")}, {Text(" x ; y")}})),
            "\"a,b\"\r\n\"\r\"\r\n x ; y\r\n");
}

/// The rows of a file as RFC 4180 has them; made apart from the house's own reader.
std::vector<std::vector<std::string>> Rfc4180(std::string_view text) {
  std::vector<std::vector<std::string>> rows(1, {""});
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& cell = rows.back().back();
    if (is_quoted) {
      if (text[i] != '"') {
        cell += text[i];
      } else if (text.substr(i + 1).starts_with('"')) {
        cell += text[++i];
      } else {
        is_quoted = false;
      }
    } else if (text[i] == '"' && cell.empty()) {
      is_quoted = true;
    } else if (text[i] == ',') {
      rows.back().emplace_back();
    } else if (text.substr(i).starts_with("\r\n")) {
      rows.push_back({""});
      ++i;
    } else {
      cell += text[i];
    }
  }
  rows.pop_back();
  return rows;
}

RC_GTEST_PROP(AnswerCsv, IsReadBackAsItWas, ()) {
  const auto any_text =
      rc::gen::container<std::string>(rc::gen::element('a', '"', ',', '\n', '\r', ' ', ';', '\t'));
  const auto rows = *rc::gen::container<std::vector<std::pair<std::string, std::string>>>(
      rc::gen::pair(any_text, any_text));
  model::Answer answer = Answer({Column("a", ColumnType::kText), Column("b", ColumnType::kText)}, {});
  std::vector<std::vector<std::string>> expected = {{"a", "b"}};
  for (const auto& [first, second] : rows) {
    answer.rows.push_back({Text(first), Text(second)});
    expected.push_back({first, second});
  }
  RC_ASSERT(Rfc4180(AnswerCsv(answer)) == expected);
}

TEST(AnswerTable, AlignsByWhatATerminalShows) {
  const auto answer =
      Answer({Column("artist", ColumnType::kText), Column("plays", ColumnType::kInteger)},
             {{Text("Ärzte"), Number(7)}, {Text("宇多田"), Number(12'345)}, {Null(), Null()}});
  EXPECT_EQ(AnswerTable(answer, false), "artist  plays\nÄrzte       7\n宇多田  12345\n\n");
}

TEST(AnswerTable, CutsLongTextsOnACharactersBorder) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "Ä";
  const std::string table = AnswerTable(Answer({Column("a", ColumnType::kText)}, {{Text(text)}}), false);
  EXPECT_EQ(base::ToValidUtf8(table), table);
  EXPECT_THAT(table, HasSubstr("Ä…\n"));
  EXPECT_THAT(table, Not(HasSubstr(text)));
}

TEST(AnswerTable, NoTextDrivesTheTerminal) {
  const std::string table =
      AnswerTable(Answer({Column("a", ColumnType::kText)}, {{Text("\x1b[2J\n\r\t\x07\x7F")},
                                                            {Text("\xC2\x9B"
                                                                  "2J\xC2\x85")}}),
                  false);
  for (const char* control : {"\x1b", "\r", "\x07", "\x7F", "\xC2\x9B", "\xC2\x85"}) {
    EXPECT_THAT(table, Not(HasSubstr(control)));
  }
  EXPECT_EQ(std::ranges::count(table, '\n'), 3);
}

TEST(AnswerTable, ColoursOnlyWhenAsked) {
  EXPECT_THAT(AnswerTable(EveryType(), true), ::testing::StartsWith("\x1b[1m"));
  EXPECT_THAT(AnswerTable(EveryType(), false), Not(HasSubstr("\x1b")));
}

TEST(AnswerTable, TellsBelowWhatTheFiguresRestOn) {
  auto answer = Answer({Column("plays", ColumnType::kInteger)}, {{Number(7)}});
  EXPECT_EQ(AnswerTable(answer, false), "plays\n    7\n");
  answer.limits.feature_coverage_e4 = 9'150;
  answer.limits.gaps = 1;
  answer.limits.estimated_plays = 12;
  answer.limits.rejects = 3;
  EXPECT_EQ(AnswerTable(answer, false),
            "plays\n    7\n"
            "- rests on 91.50 % of the listening time: of the rest the sound is not known\n"
            "- 1 span in which plays may be missing: earprint query gaps\n"
            "- 12 plays whose length is estimated\n"
            "- 3 records refused: earprint query rejects\n");
  answer.limits = {.feature_coverage_e4 = 10'000};
  EXPECT_EQ(AnswerTable(answer, false), "plays\n    7\n") << "all of it is known";
}

TEST(AnswerTable, SaysSoWhenThereIsNothing) {
  EXPECT_THAT(AnswerTable(Answer({Column("a", ColumnType::kText)}, {}), false), HasSubstr("(nothing: "));
}

}  // namespace
}  // namespace earprint::metrics
