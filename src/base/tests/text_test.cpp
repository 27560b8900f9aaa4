#include "base/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

namespace earprint::base {
namespace {

TEST(Text, TrimTakesBlanksOffBothEndsOnly) {
  EXPECT_EQ(Trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(Trim(" \t\r\n"), "");
  EXPECT_EQ(Trim(""), "");
}

TEST(Text, LowerCaseConcernsAsciiAlone) {
  EXPECT_EQ(AsciiLower("AbZ-Ä"), "abz-Ä");
  EXPECT_TRUE(EqualsIgnoringCase("UserName", "uSERnAME"));
  EXPECT_FALSE(EqualsIgnoringCase("Ä", "ä"));
  EXPECT_FALSE(EqualsIgnoringCase("a", "ab"));
}

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_EQ(Split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(Split("", ','), std::vector<std::string_view>{""});
}

TEST(Text, SplitPartsJoinToTheWhole) {
  EXPECT_TRUE(rc::check("parts joined by the separator are the text", [](const std::string& text) {
    std::string joined;
    for (const std::string_view part : Split(text, ',')) joined += std::string(part) + ",";
    joined.pop_back();
    RC_ASSERT(joined == text);
  }));
}

TEST(Text, BaseNameCountsBothSlashes) {
  EXPECT_EQ(BaseName("a/b/c.json"), "c.json");
  EXPECT_EQ(BaseName("a\\b\\c.json"), "c.json");
  EXPECT_EQ(BaseName("c.json"), "c.json");
  EXPECT_EQ(BaseName("a/"), "");
}

TEST(Text, InvalidBytesBecomeReplacementCharacters) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(ToValidUtf8("naïve 日本 🎵"), "naïve 日本 🎵");
  EXPECT_EQ(ToValidUtf8("a\xFF"
                        "b"),
            "a" + mark + "b");
  EXPECT_EQ(ToValidUtf8("\xC0\xAF"), mark + mark) << "overlong";
  EXPECT_EQ(ToValidUtf8("\xE0\x80\x80"), mark + mark + mark) << "overlong";
  EXPECT_EQ(ToValidUtf8("\xED\xA0\x80"), mark + mark + mark) << "a surrogate";
  EXPECT_EQ(ToValidUtf8("\xF4\x90\x80\x80"), mark + mark + mark + mark) << "beyond U+10FFFF";
  EXPECT_EQ(ToValidUtf8("\xE6\x97"), mark + mark) << "cut off";
}

TEST(Text, WhatWasMadeValidStaysAsItIs) {
  EXPECT_TRUE(rc::check("making valid twice is making valid once", [](const std::string& bytes) {
    const std::string valid = ToValidUtf8(bytes);
    RC_ASSERT(ToValidUtf8(valid) == valid);
  }));
}

TEST(Text, JsonStringsEscapeWhatMustBe) {
  std::string out = "x";
  AppendJsonString("a\"\\\n\r\t\x01\x1F é", out);
  EXPECT_EQ(out, "x\"a\\\"\\\\\\n\\r\\t\\u0001\\u001f é\"");
  out.clear();
  AppendJsonString(std::string_view("\0", 1), out);
  EXPECT_EQ(out, "\"\\u0000\"");
}

}  // namespace
}  // namespace earprint::base
