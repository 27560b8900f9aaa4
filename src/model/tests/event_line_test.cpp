#include "model/event_line.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace earprint::model {
namespace {

std::string Replaced(std::string lines) {
  const bool had_zeros = ReplaceZeros(lines);
  EXPECT_EQ(had_zeros, lines.contains("\\ufffd"));
  return lines;
}

TEST(ReplaceZeros, TakesEveryTextThatHoldsOneAndNoOther) {
  EXPECT_EQ(Replaced(""), "");
  EXPECT_EQ(Replaced(R"(\u0000)"), R"(\ufffd)");
  EXPECT_EQ(Replaced(R"({"a":"x\u0000\u0000y"}
{"b":["\u0000","z"]})"),
            R"({"a":"x\ufffd\ufffdy"}
{"b":["\ufffd","z"]})");
  EXPECT_EQ(Replaced(R"({"a":"\\u0000 \u0001 u0000 \u00001"})"), R"({"a":"\\u0000 \u0001 u0000 \ufffd1"})");
  EXPECT_EQ(Replaced(R"("\\\u0000")"), R"("\\\ufffd")");
  EXPECT_EQ(Replaced(R"("\\\\u0000")"), R"("\\\\u0000")");
}

TEST(ReplaceZeros, LeavesWhatAWriterWroteAsItMeantIt) {
  using std::literals::operator""sv;
  std::string json;
  base::AppendJsonString("\\u0000\0\\\0\\\\u0000"sv, json);
  EXPECT_TRUE(ReplaceZeros(json));
  EXPECT_EQ(json, R"("\\u0000\ufffd\\\ufffd\\\\u0000")");
}

}  // namespace
}  // namespace earprint::model
