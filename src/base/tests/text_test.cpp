#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace earprint::base {
namespace {

using ::testing::ElementsAre;

std::string Quoted(std::string_view text) {
  std::string out = "before ";
  AppendJsonString(text, out);
  return out.substr(7);
}

TEST(Trim, TakesBlanksTabsAndLineEndsAtBothEndsOnly) {
  EXPECT_EQ(Trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(Trim(" \t "), "");
  EXPECT_EQ(Trim(""), "");
  EXPECT_EQ(Trim("\xC2\xA0x\xC2\xA0"), "\xC2\xA0x\xC2\xA0") << "a no-break space is part of the text";
}

TEST(AsciiLower, LeavesEverythingElseAsItIs) {
  EXPECT_EQ(AsciiLower("AZaz@[`{ÄÖ"), "azaz@[`{ÄÖ");
  EXPECT_TRUE(EqualsIgnoringCase("Content-LENGTH", "content-length"));
  EXPECT_FALSE(EqualsIgnoringCase("content", "content-length"));
  EXPECT_FALSE(EqualsIgnoringCase("@", "`")) << "32 apart, but no letters";
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_THAT(Split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(Split("", ','), ElementsAre(""));
  EXPECT_THAT(Split("a", ','), ElementsAre("a"));
}

TEST(BaseName, KnowsTheSlashesOfEverySystem) {
  EXPECT_EQ(BaseName("a/b/c.json"), "c.json");
  EXPECT_EQ(BaseName("C:\\b\\c.json"), "c.json");
  EXPECT_EQ(BaseName("a\\b/c.json"), "c.json");
  EXPECT_EQ(BaseName("c.json"), "c.json");
  EXPECT_EQ(BaseName("a/"), "");
}

TEST(AppendJsonString, EscapesWhatJsonDemandsAndNothingElse) {
  EXPECT_EQ(Quoted(""), "\"\"");
  EXPECT_EQ(Quoted("say \"hi\" \\ /"), R"("say \"hi\" \\ /")");
  EXPECT_EQ(Quoted("\n\r\t"), R"("\n\r\t")");
  EXPECT_EQ(Quoted(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
  EXPECT_EQ(Quoted("Ä\xF0\x9F\x8E\xB5"), "\"Ä\xF0\x9F\x8E\xB5\"");
}

TEST(ToValidUtf8, LeavesValidTextAlone) {
  for (const std::string_view valid :
       {std::string_view("plain"), std::string_view("\0", 1), std::string_view("\x7F\xC2\x80\xDF\xBF"),
        std::string_view("\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"),
        std::string_view("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF")}) {
    EXPECT_EQ(ToValidUtf8(valid), valid);
  }
}

TEST(ToValidUtf8, ReplacesEachByteThatIsPartOfNoCharacter) {
  const auto marks = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "\xEF\xBF\xBD";
    return text;
  };
  for (const std::string_view bad :
       {std::string_view("\x80"), std::string_view("\xC0\xAF"), std::string_view("\xC1\xBF"),
        std::string_view("\xE0\x80\xAF"), std::string_view("\xED\xA0\x80"), std::string_view("\xED\xBF\xBF"),
        std::string_view("\xF0\x80\x80\xAF"), std::string_view("\xF4\x90\x80\x80"), std::string_view("\xF5"),
        std::string_view("\xFF\xFE"), std::string_view("\xC3"), std::string_view("\xE2\x82"),
        std::string_view("\xF0\x9F\x8E")}) {
    EXPECT_EQ(ToValidUtf8("a" + std::string(bad) + "b"), "a" + marks(bad.size()) + "b");
    EXPECT_EQ(ToValidUtf8(bad), marks(bad.size())) << "at the end of the text";
  }
}

TEST(WithoutControls, ReplacesThoseOfOneAndTwoBytesAndNothingElse) {
  EXPECT_EQ(WithoutControls("a\x1b[1mb\x7f\n", '?'), "a?[1mb??");
  EXPECT_EQ(WithoutControls("a\xC2\x9B"
                            "1mb",
                            ' '),
            "a 1mb")
      << "U+009B in two bytes";
  EXPECT_EQ(WithoutControls("\xC2\xA0"
                            "\xC3\xA9\xF0\x9F\x8E\xB5",
                            '?'),
            "\xC2\xA0"
            "\xC3\xA9\xF0\x9F\x8E\xB5");
  EXPECT_EQ(WithoutControls("\xC2", '?'), "\xC2") << "damaged text stays";
}

}  // namespace
}  // namespace earprint::base
