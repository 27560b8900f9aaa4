// Texts in lower case and names without their edition: as the engine has them, character by character.
#include "audit/lake/plain_text.hpp"

#include <gtest/gtest.h>

#include "metrics/selection_sql.hpp"
#include "tests/support/audited_store.hpp"

namespace earprint {
namespace {

class PlainText : public ::testing::Test {
 protected:
  PlainText() {
    auto engine = adapters::DuckDbEngine::Open({});
    EXPECT_TRUE(engine);
    engine_ = std::move(*engine);
    session_ = std::move(*engine_->Connect());
    EXPECT_TRUE(session_->Query(testing::SqlWithFault().prelude()));
  }
  std::string Ask(const std::string& function, const std::string& text) {
    auto table = session_->Query("select " + function + "(" + metrics::SqlText(text) + ")");
    EXPECT_TRUE(table) << table.error().Text();
    return std::get<std::string>(table->rows[0][0]);
  }
  std::unique_ptr<adapters::DuckDbEngine> engine_;
  std::unique_ptr<ports::QuerySession> session_;
};

TEST_F(PlainText, IsLowerAsInTheEngineForEveryCharacter) {
  auto table = session_->Query(
      "select chr(cast(i as integer)) as c, f_lower(chr(cast(i as integer))) as lower from range(32, 65536) "
      "t(i) where i not between 55296 and "
      "57343 "
      "union all select chr(cast(i as integer)), f_lower(chr(cast(i as integer))) from range(66560, 126000) "
      "t(i)");
  ASSERT_TRUE(table) << table.error().Text();
  int differing = 0;
  for (const auto& row : table->rows) {
    const auto& text = std::get<std::string>(row[0]);
    if (audit::LowerText(text) != std::get<std::string>(row[1]) && ++differing < 20)
      ADD_FAILURE() << text << " -> " << audit::LowerText(text) << ", not " << std::get<std::string>(row[1]);
  }
}

TEST_F(PlainText, LosesItsEditionAsInTheEngine) {
  for (const std::string text : {"Été (feat. Zoë) - 2011 Remaster",
                                 "The The",
                                 "the",
                                 "  The Song",
                                 "Song  - Remastered 2009 ",
                                 "Song (2011 - Remaster) [Mono]",
                                 "Song - Mono / Stereo Version",
                                 "Song (Digitally Remastered)",
                                 "Song - Live",
                                 "Song (with Strings",
                                 "Song [ft X] (Featuring Y) more",
                                 "monologue",
                                 "Song - mono",
                                 "Song -mono- stereo",
                                 "(2000)",
                                 "2000 Remaster",
                                 "???",
                                 "İstanbul ΑΣ",
                                 "a\xCC\x81\xCC\x80 ǆ Ǆ ẞ",
                                 "Rock’n’Roll – “Live”",
                                 "ＦＵＬＬ！　width",
                                 "((remaster))",
                                 "x - remastermono",
                                 "x (mono)(stereo) ",
                                 "x - 20111 remaster",
                                 "a\tb\nc\x01 d"}) {
    EXPECT_EQ(audit::NormalName(text), Ask("f_norm", text)) << text;
  }
}

}  // namespace
}  // namespace earprint
