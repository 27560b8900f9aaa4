#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/embedded_file.hpp"
#include "metrics/publishing/published_relations.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::testing {

template <typename T>
T Must(base::Result<T> result) {
  if (result) return std::move(*result);
  ADD_FAILURE() << result.error().Text();
  throw std::runtime_error(result.error().Text());
}

/// A relation of sql/published.
inline const ports::StoredRelation& Relation(const std::string& name) {
  static const auto all = Must(metrics::publishing::LoadPublishedRelations(base::sql_files()));
  const auto found = std::ranges::find(all, name, [](const auto& each) { return each.stored.name; });
  if (found == all.end()) throw std::runtime_error("no relation " + name);
  return found->stored;
}

/// An invented state of a listener, to be published.
struct StoredState {
  ports::PartPrints target;
  std::map<ports::PartName, std::vector<std::vector<ports::Cell>>> rows;
  std::map<ports::PartName, std::string> bytes;
  std::vector<ports::StoredAnswer> answers;
};

/// A row with a value in every column that its type allows, and null in some.
inline std::vector<ports::Cell> RowOf(const ports::StoredRelation& relation, std::int64_t no,
                                      std::int64_t ended_at_ms, std::int64_t version) {
  std::vector<ports::Cell> row;
  for (const ports::StoredColumn& column : relation.columns) {
    const bool is_key = std::ranges::find(relation.key, column.name) != relation.key.end();
    const bool may_lack =
        column.name == "album" || column.name == "country" || column.name.starts_with("features.l");
    switch (column.type) {
      case ports::StoredType::kInteger:
        row.emplace_back(is_key ? no * 1'000'003 : column.name == "witnesses" ? version + 1 : no % 1000);
        break;
      case ports::StoredType::kInstant:
        row.emplace_back(ended_at_ms);
        break;
      case ports::StoredType::kMillionths:
        row.emplace_back(no % 3 == 0 && may_lack ? ports::Cell{}
                                                 : ports::Cell(no * 7919 % 2'000'000 - 1'000'000));
        break;
      case ports::StoredType::kBoolean:
        row.emplace_back(no % 2 == 0);
        break;
      case ports::StoredType::kTexts:
        row.emplace_back(no % 2 == 0 ? std::string("rock\x1fé \"quoted\", {x}\\") : std::string("pop"));
        break;
      case ports::StoredType::kText:
        row.emplace_back(no % 3 == 0 && may_lack ? ports::Cell{}
                         : column.name == "features.provenance"
                             ? ports::Cell(std::string("isrc"))
                             : ports::Cell(column.name + "\t'\\N' \u65e5\n" + std::to_string(no % 50)));
        break;
    }
  }
  return row;
}

inline model::Answer AnswerOf(const std::string& listener, std::int64_t version, std::int64_t rows) {
  using enum model::ColumnType;
  using Kind = model::AnswerCell::Kind;
  model::Answer answer{{"invented", listener, {}}, "", {}, {}, {}};
  answer.columns = {{"version", "x", "what", kInteger, 0},
                    {"share", "share", "a share", kDecimal, 4},
                    {"name", "", "a text", kText, 0},
                    {"day", "", "a day", kDate, 0},
                    {"at", "UTC", "an instant", kInstant, 0}};
  answer.limits = {.feature_coverage_e4 = 9'123, .rejects = 3, .gaps = 0, .estimated_plays = 12};
  for (std::int64_t i = 0; i < rows; ++i) {
    answer.rows.push_back({{Kind::kNumber, version, {}},
                           {Kind::kNumber, -12'345 + i * 17, {}},
                           {Kind::kText, 0, "näme \"" + std::to_string(i)},
                           {Kind::kNumber, 18'000 + i, {}},
                           {Kind::kNumber, 1'600'000'000'123 + i * 1'000, {}}});
    if (i % 5 == 1) answer.rows.back()[1] = answer.rows.back()[2] = answer.rows.back()[3] = {};
  }
  return answer;
}

/// So many plays over three months, some tracks and a playlist, two answers, some bytes; all that can tells
/// the version.
inline StoredState StateOf(const std::string& listener, std::int64_t version, std::int64_t plays) {
  StoredState state;
  const std::string print = "f" + std::to_string(version);
  const std::int64_t days_of_months[] = {18'262, 18'293, 18'322};  // 2020-01-01 and the two months after
  const char* const months[] = {"2020-01-01", "2020-02-01", "2020-03-01"};
  const auto add_rows = [&](const std::string& relation, const std::string& chunk, std::int64_t count,
                            std::int64_t from, std::int64_t at_ms) {
    auto& rows = state.rows[{relation, chunk}];
    for (std::int64_t i = 0; i < count; ++i)
      rows.push_back(RowOf(Relation(relation), from + i, at_ms + i * 1'001, version));
    state.target[{relation, chunk}] = {print, count};
  };
  for (int month = 0; month < 3; ++month)
    add_rows("plays", months[month], plays / 3, month * 1'000'000 + 1, days_of_months[month] * 86'400'000);
  add_rows("tracks", "3", 20, 1, 0);
  add_rows("playlists", "all", 2, 1, 1'577'836'800'000);
  add_rows("playlist_tracks", "1", 2, 1, 1'577'836'800'000);
  for (const std::string month : months) {
    state.bytes[{"slice/silver_play", month}] = std::string("bytes\0of ", 9) + month + print;
    state.target[{"slice/silver_play", month}] = {print, 7};
  }
  const std::pair<const char*, std::int64_t> answers[] = {{"0123456789abcdef", 3}, {"fedcba", 2'345}};
  for (const auto& [key, rows] : answers) {
    state.answers.push_back({key, R"({"tz":"UTC","min_ms":30000})", AnswerOf(listener, version, rows)});
    state.target[{"answers", key}] = {print, rows};
  }
  return state;
}

inline bool IsHeld(const ports::PartPrints& held, const ports::PartName& name,
                   const ports::PartPrint& print) {
  const auto found = held.find(name);
  return found != held.end() && found->second.fingerprint == print.fingerprint;
}

/// What a store said when it last refused a part.
inline std::string& LastRefusal() {
  static thread_local std::string words;
  return words;
}
inline bool IsDone(const base::Result<void>& done) {
  if (!done) LastRefusal() = done.error().Text();
  return done.has_value();
}

/// Puts what the change does not hold and drops what is not to be. False where the store refuses.
inline bool TryPut(const StoredState& state, ports::ListenerChange& change, int* parts_put = nullptr,
                   bool put_all = false) {
  const ports::PartPrints held = change.Held();
  const auto wants = [&](const ports::PartName& name) {
    if (!put_all && IsHeld(held, name, state.target.at(name))) return false;
    if (parts_put != nullptr) ++*parts_put;
    return true;
  };
  for (const auto& [name, rows] : state.rows) {
    if (wants(name) && !IsDone(change.PutRows(Relation(name.relation), name, state.target.at(name), rows)))
      return false;
  }
  for (const auto& [name, bytes] : state.bytes) {
    if (wants(name) && !IsDone(change.PutBytes(name, state.target.at(name), bytes))) return false;
  }
  for (const ports::StoredAnswer& answer : state.answers) {
    if (wants({"answers", answer.key}) &&
        !IsDone(change.PutAnswer(state.target.at({"answers", answer.key}), answer)))
      return false;
  }
  for (const auto& [name, print] : held) {
    if (!state.target.contains(name) && !IsDone(change.Drop(name))) return false;
  }
  return true;
}

inline void MustPut(const StoredState& state, ports::ListenerChange& change) {
  ASSERT_TRUE(TryPut(state, change, nullptr, true));
}

/// Publishes, and says how many parts had to be put.
inline int MustPublish(ports::MetricStore& store, const std::string& listener, const std::string& version,
                       const StoredState& state) {
  int parts_put = 0;
  auto change = Must(store.Begin(listener, state.target));
  EXPECT_TRUE(TryPut(state, *change, &parts_put));
  const auto committed = change->Commit(version);
  EXPECT_TRUE(committed) << committed.error().Text();
  return parts_put;
}

/// The store holds exactly this of the listener.
inline void ExpectHeld(ports::MetricStore& store, const std::string& listener, const std::string& version,
                       const StoredState& state) {
  const auto told = Must(store.State(listener));
  EXPECT_EQ(told.data_version, version);
  EXPECT_TRUE(told.parts == state.target);
  for (const std::string relation : {"plays", "tracks", "playlists", "playlist_tracks"}) {
    std::vector<std::vector<ports::Cell>> expected;
    for (const auto& [name, rows] : state.rows)
      if (name.relation == relation) expected.insert(expected.end(), rows.begin(), rows.end());
    auto found = Must(store.ReadRows(listener, Relation(relation)));
    std::ranges::sort(expected);
    std::ranges::sort(found);
    EXPECT_EQ(found.size(), expected.size()) << relation;
    EXPECT_TRUE(found == expected) << relation;
  }
  for (const auto& [name, bytes] : state.bytes)
    EXPECT_EQ(Must(store.ReadBytes(listener, name, state.target.at(name).fingerprint)), bytes);
  for (const ports::StoredAnswer& stored : state.answers) {
    const auto found = Must(store.FindAnswer(listener, stored.key));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->data_version, version);
    EXPECT_EQ(found->question.metric, stored.answer.question.metric);
    ASSERT_EQ(found->rows.size(), stored.answer.rows.size());
    ASSERT_EQ(found->columns.size(), stored.answer.columns.size());
    EXPECT_EQ(found->limits.feature_coverage_e4, stored.answer.limits.feature_coverage_e4);
    EXPECT_EQ(found->limits.estimated_plays, stored.answer.limits.estimated_plays);
    for (std::size_t r = 0; r < found->rows.size(); ++r) {
      for (std::size_t c = 0; c < found->columns.size(); ++c) {
        const model::AnswerCell &cell = found->rows[r][c], &expected = stored.answer.rows[r][c];
        ASSERT_TRUE(cell.kind == expected.kind && cell.number == expected.number &&
                    cell.text == expected.text)
            << "row " << r << ", " << found->columns[c].name << ": " << cell.number << " " << cell.text;
      }
    }
  }
}

}  // namespace earprint::testing
