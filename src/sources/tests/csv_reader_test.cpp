#include "sources/csv_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sources/encoding.hpp"
#include "tests/support/string_reader.hpp"

namespace earprint::sources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

struct Row {
  std::vector<std::string> cells;
  std::string raw, fault;
  std::uint64_t number = 0, byte = 0;
  bool is_unended = false;
};

std::vector<Row> ReadAll(std::string text, std::size_t step = 1U << 20, std::size_t expected_cells = 0) {
  CsvReader reader(std::make_unique<testing::StringReader>(std::move(text), step));
  reader.ExpectCells(expected_cells);
  std::vector<Row> rows;
  CsvRecord record;
  for (;;) {
    const auto more = reader.Next(record);
    if (!more.value_or(false)) return rows;
    rows.push_back({{record.cells.begin(), record.cells.end()},
                    std::string(record.raw),
                    std::string(record.fault),
                    record.number,
                    record.byte,
                    record.is_unended});
  }
}

std::vector<std::vector<std::string>> Cells(std::string text, std::size_t step = 1U << 20) {
  std::vector<std::vector<std::string>> all;
  for (Row& row : ReadAll(std::move(text), step)) all.push_back(std::move(row.cells));
  return all;
}

TEST(CsvReader, EndsRecordsAtEveryKindOfLineEnd) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const std::string text = "a,b" + end + "1,2" + end + end + "3,4";
    for (const std::size_t step : {1U, 2U, 3U, 1000U}) {
      EXPECT_THAT(Cells(text, step),
                  ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2"), ElementsAre("3", "4")));
    }
  }
}

TEST(CsvReader, FindsTheDelimiter) {
  EXPECT_THAT(Cells("a;b;c\n0,5;1,5;x\n0,1;2;y\n")[1], ElementsAre("0,5", "1,5", "x"));
  EXPECT_THAT(Cells("a\tb\n1,5\t2\n")[1], ElementsAre("1,5", "2"));
  EXPECT_THAT(Cells("a|b\nx, y|2\n")[1], ElementsAre("x, y", "2"));
  EXPECT_THAT(Cells("a,b\nX;Y;Z,2\nU;V;W,2\n")[1], ElementsAre("X;Y;Z", "2"));
  EXPECT_THAT(Cells("sep=;\na;b\n1;2\n")[2], ElementsAre("1", "2"));
}

TEST(CsvReader, UnderstandsQuotes) {
  EXPECT_THAT(Cells("\"a,b\",\"say \"\"hi\"\"\",\"\"\n")[0], ElementsAre("a,b", "say \"hi\"", ""));
  EXPECT_THAT(Cells("\"\"\"x\"\"\",2\n")[0], ElementsAre("\"x\"", "2"));
  EXPECT_THAT(Cells("12\" mix,b\n3,4\n"), ElementsAre(ElementsAre("12\" mix", "b"), ElementsAre("3", "4")));
  EXPECT_THAT(Cells("\"a\"b,c\n")[0], ElementsAre("ab", "c"));
  EXPECT_THAT(Cells("x,\" kept \"\n")[0], ElementsAre("x", " kept "));
}

TEST(CsvReader, KeepsLineBreaksInsideQuotes) {
  for (const std::size_t step : {1U, 4U, 1000U}) {
    EXPECT_THAT(Cells("a,\"1\n2\r\n3\",b\r\nc,d,e\r\n", step),
                ElementsAre(ElementsAre("a", "1\n2\r\n3", "b"), ElementsAre("c", "d", "e")));
  }
}

TEST(CsvReader, LeavesOutBlanksAroundCellsAndQuotes) {
  EXPECT_THAT(Cells("a  ,  b , c\n 1 , \"Lady Gaga, Bruno Mars\"    ,\t3  \n"),
              ElementsAre(ElementsAre("a", "b", "c"), ElementsAre("1", "Lady Gaga, Bruno Mars", "3")));
}

TEST(CsvReader, PassesOverEmptyLinesAndLinesOfDelimiters) {
  EXPECT_THAT(Cells("\n\na,b\n,\n  \n , \n1,2\n\n"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2")));
}

TEST(CsvReader, KnowsWhereARecordStands) {
  const auto rows = ReadAll(
      "\xEF\xBB\xBF"
      "a,b\n\n\"x\ny\",2\r\nlast,4");
  ASSERT_THAT(rows, SizeIs(3));
  EXPECT_EQ(rows[0].byte, 3U);
  EXPECT_EQ(rows[1].byte, 8U);
  EXPECT_EQ(rows[2].byte, 17U);
  EXPECT_EQ(rows[2].number, 2U);
  EXPECT_FALSE(rows[1].is_unended);
  EXPECT_TRUE(rows[2].is_unended);
}

TEST(CsvReader, TurnsEveryEncodingIntoUtf8) {
  EXPECT_THAT(Cells("\xEF\xBB\xBFname\nBeyonc\xC3\xA9\n")[1], ElementsAre("Beyonc\u00e9"));
  EXPECT_THAT(Cells("name,x\nBeyonc\xE9,\x93q\x94 \x80\n")[1],
              ElementsAre("Beyonc\u00e9", "\u201cq\u201d \u20ac"));
  std::string little = "\xFF\xFE", big = "\xFE\xFF";
  for (const char16_t unit : std::u16string(u"a,b\r\né,\U0001F3B5\r\n")) {
    little += {static_cast<char>(unit & 0xFF), static_cast<char>(unit >> 8)};
    big += {static_cast<char>(unit >> 8), static_cast<char>(unit & 0xFF)};
  }
  for (const std::string& text : {little, big}) {
    for (const std::size_t step : {1U, 3U, 1000U}) {
      EXPECT_THAT(Cells(text, step), ElementsAre(ElementsAre("a", "b"), ElementsAre("\u00e9", "\U0001F3B5")));
    }
  }
}

TEST(CsvReader, MarksDamageInAFileOfUtf8InsteadOfGuessingAnEncoding) {
  EXPECT_THAT(Cells("\u00e9,1\n\u00fc,2\nbad\xC3,3\n")[2], ElementsAre("bad\uFFFD", "3"));
}

TEST(CsvReader, DropsNulBytes) {
  EXPECT_THAT(Cells(std::string("a,b\nx\0y,\0002\n", 11))[1], ElementsAre("xy", "2"));
}

TEST(CsvReader, GivesUpOnlyTheLineOfAnUnclosedQuote) {
  const auto rows = ReadAll("a,b\n1,\"never\n2,x\n3,y\n");
  ASSERT_THAT(rows, SizeIs(4));
  EXPECT_THAT(rows[1].fault, HasSubstr("never closed"));
  EXPECT_EQ(rows[1].raw, "1,\"never");
  EXPECT_THAT(rows[2].cells, ElementsAre("2", "x"));
  EXPECT_THAT(rows[3].cells, ElementsAre("3", "y"));
}

TEST(CsvReader, ReadsAgainTheLinesThatAQuoteSwallowedUpToAnotherOne) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const auto rows = ReadAll("a,b,c" + end + "1,\"open,x" + end + "2,y,y" + end + "3,\"Foo, Bar\",z" + end +
                              "4,u,v" + end);
    ASSERT_THAT(rows, SizeIs(5));
    EXPECT_THAT(rows[1].fault, HasSubstr("closes lines below"));
    EXPECT_THAT(rows[2].cells, ElementsAre("2", "y", "y"));
    EXPECT_THAT(rows[3].cells, ElementsAre("3", "Foo, Bar", "z"));
    EXPECT_THAT(rows[4].cells, ElementsAre("4", "u", "v"));
  }
}

TEST(CsvReader, BelievesARecordOverSeveralLinesOnlyWithTheHeadersNumberOfCells) {
  const std::string text = "a,b\n1,\"open\n2,y\",z\n3,w\n";
  EXPECT_THAT(ReadAll(text), SizeIs(3));
  const auto rows = ReadAll(text, 1U << 20, 2);
  ASSERT_THAT(rows, SizeIs(4));
  EXPECT_FALSE(rows[1].fault.empty());
  EXPECT_THAT(rows[3].cells, ElementsAre("3", "w"));
}

TEST(CsvReader, GivesUpARecordThatIsTooLongAndGoesOnBehindIt) {
  const std::string huge(CsvReader::kRecordBytesMax * 3, 'x');
  for (const std::string& text :
       {"a,b\n1," + huge + "\n2,y\n", "a,b\r1," + huge + "\r2,y\r", "a,b\n\"" + huge + "\n2,y\n"}) {
    const auto rows = ReadAll(text, 100'000);
    ASSERT_THAT(rows, SizeIs(3));
    EXPECT_THAT(rows[1].fault, HasSubstr("longer than 1 MiB"));
    EXPECT_THAT(rows[2].cells, ElementsAre("2", "y"));
  }
}

TEST(CsvReader, TakesARecordJustBelowTheLimit) {
  const std::string cell(CsvReader::kRecordBytesMax - 4, 'x');
  EXPECT_THAT(Cells("a,b\n1," + cell + "\n2,y\n", 100'000)[1], ElementsAre("1", cell));
  EXPECT_THAT(Cells("a,b\n1,\"" + cell.substr(2) + "\"\n2,y\n", 100'000)[1],
              ElementsAre("1", cell.substr(2)));
}

TEST(CsvReader, TellsABrokenStreamAfterAllThatCameBefore) {
  const base::Error fault{base::ErrorCode::kCorrupt, "unpack", "x.gz", "ends early", ""};
  CsvReader reader(std::make_unique<testing::StringReader>("a,b\n1,2\n3,4", 5, fault));
  CsvRecord record;
  EXPECT_TRUE(*reader.Next(record));
  EXPECT_TRUE(*reader.Next(record));
  EXPECT_THAT(record.cells, ElementsAre("1", "2"));
  EXPECT_TRUE(*reader.Next(record));
  EXPECT_THAT(record.fault, HasSubstr("breaks off"));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(reader.Next(record).error().code, base::ErrorCode::kCorrupt);
}

std::string Quoted(const std::string& cell) {
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + '"';
}

RC_GTEST_PROP(CsvReader, GivesBackWhatAStrictWriterWrote, ()) {
  const auto cell = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab ,;\"\n\r'#")));
  const auto table = *rc::gen::container<std::vector<std::vector<std::string>>>(
      rc::gen::container<std::vector<std::string>>(3, cell));
  std::string text = "h1,h2,h3\r\n";
  for (const auto& row : table) text += Quoted(row[0]) + ',' + Quoted(row[1]) + ',' + Quoted(row[2]) + "\r\n";
  const auto step = *rc::gen::inRange<std::size_t>(1, 40);
  auto rows = Cells(text, step);
  rows.erase(rows.begin());
  RC_ASSERT(rows == table);
}

RC_GTEST_PROP(CsvReader, GivesValidUtf8AndEndsWhateverTheBytes, ()) {
  const auto bytes = *rc::gen::container<std::string>(
      rc::gen::oneOf(rc::gen::elementOf(std::string(",\"\n\r\t |;a")), rc::gen::arbitrary<char>()));
  for (const Row& row : ReadAll(bytes, *rc::gen::inRange<std::size_t>(1, 9))) {
    for (const std::string& cell : row.cells) RC_ASSERT(IsUtf8(cell) && cell.find('\0') == std::string::npos);
  }
}

}  // namespace
}  // namespace earprint::sources
