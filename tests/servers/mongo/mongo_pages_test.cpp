// An answer in pages, none of which is larger than a document may be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/server_places.hpp"

namespace earprint::testing {
namespace {

/// A state with one answer of so many rows, each with a text of so many bytes.
StoredState StateWithTexts(std::int64_t rows, std::size_t bytes) {
  StoredState state = StateOf("me", 1, 30);
  model::Answer answer = AnswerOf("me", 1, rows);
  for (auto& row : answer.rows) {
    if (row[2].kind == model::AnswerCell::Kind::kText) row[2].text.resize(bytes, 'x');
  }
  state.answers.push_back({"large", R"({"tz":"UTC","min_ms":30000})", std::move(answer)});
  state.target[{"answers", "large"}] = {"f1", rows};
  return state;
}

TEST(MongoPages, AnAnswerOfLongTextsTakesAsManyAsItNeeds) {
  const MongoPlace place;
  const auto store = place.Open();
  // A thousand rows, as one page may have, and 40 MB.
  const StoredState long_texts = StateWithTexts(1'000, 40'000);
  MustPublish(*store, "me", "v1", long_texts);
  ExpectHeld(*store, "me", "v1", long_texts);
  // Rows each of which is more than a page would take of several.
  const StoredState longer_texts = StateWithTexts(6, 9U << 20U);
  MustPublish(*store, "other", "v1", longer_texts);
  ExpectHeld(*store, "other", "v1", longer_texts);
}

TEST(MongoPages, ARowThatNoDocumentHoldsIsTheListenersOwnFailure) {
  const MongoPlace place;
  const auto store = place.Open();
  const StoredState state = StateWithTexts(2, 17U << 20U);
  auto change = Must(store->Begin("me", state.target));
  const auto put = change->PutAnswer(state.target.at({"answers", "large"}), state.answers.back());
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, base::ErrorCode::kUnsupported) << put.error().Text();
  change.reset();
  const StoredState another = StateOf("other", 1, 30);
  MustPublish(*store, "other", "v1", another);
  ExpectHeld(*store, "other", "v1", another);
}

}  // namespace
}  // namespace earprint::testing
