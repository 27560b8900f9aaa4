// Texts that no warehouse of ours holds any more: the store takes them all the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/server_places.hpp"

namespace earprint::testing {
namespace {

TEST(PostgresZeroTexts, AreTakenWhereverATextMayBe) {
  using std::literals::operator""sv;
  StoredState put = StateOf("me", 1, 30), expected = put;
  const ports::StoredRelation& tracks = Relation("tracks");
  for (std::size_t i = 0; i < tracks.columns.size(); ++i) {
    const bool is_several = tracks.columns[i].type == ports::StoredType::kTexts;
    if (!is_several && tracks.columns[i].name != "title") continue;
    put.rows[{"tracks", "3"}][0][i] = is_several ? std::string("\0rock\x1f\"\0"sv) : std::string("a\0b"sv);
    expected.rows[{"tracks", "3"}][0][i] =
        is_several ? std::string("\uFFFDrock\x1f\"\uFFFD") : std::string("a\uFFFDb");
  }
  put.answers[0].answer.rows[0][2].text = std::string("\\u0000 \0"sv);
  expected.answers[0].answer.rows[0][2].text = "\\u0000 \uFFFD";
  const PostgresPlace place;
  const auto store = place.Open();
  MustPublish(*store, "me", "v1", put);
  ExpectHeld(*store, "me", "v1", expected);
}

}  // namespace
}  // namespace earprint::testing
