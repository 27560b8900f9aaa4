#include "audit/answer_comparison.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "audit/figures/feature_scale.hpp"
#include "audit/figures/recounts.hpp"

namespace earprint::audit {

namespace {

constexpr std::size_t kFirstMax = 3;

std::string CellText(const model::AnswerCell& cell, const model::AnswerColumn& column) {
  if (cell.kind == model::AnswerCell::Kind::kNull) return "null";
  if (cell.kind == model::AnswerCell::Kind::kText) return cell.text;
  switch (column.type) {
    case model::ColumnType::kDate:
      return base::FormatEpochDay(cell.number);
    case model::ColumnType::kInstant:
      return base::FormatInstant({cell.number});
    case model::ColumnType::kDecimal: {
      std::string digits = std::to_string(std::abs(cell.number));
      const auto decimals = static_cast<std::size_t>(column.decimals);
      if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
      digits.insert(digits.size() - decimals, ".");
      return cell.number < 0 ? "-" + digits : digits;
    }
    default:
      return std::to_string(cell.number);
  }
}

bool IsEqual(const model::AnswerCell& left, const model::AnswerCell& right) {
  return left.kind == right.kind && left.number == right.number && left.text == right.text;
}

/// What tells a row from others, for people.
std::string RowKey(const Row& row, const std::vector<model::AnswerColumn>& columns) {
  std::string key;
  for (std::size_t i = 0; i < row.size() && i < columns.size(); ++i) {
    const bool tells = columns[i].type == model::ColumnType::kText ||
                       columns[i].type == model::ColumnType::kDate ||
                       (columns[i].type == model::ColumnType::kInteger && columns[i].unit.empty());
    if (tells) key += (key.empty() ? "" : ", ") + CellText(row[i], columns[i]);
  }
  return key;
}

void AddWitnesses(const Asked& asked, const std::vector<const Play*>& plays, Difference& difference) {
  difference.plays = plays.size();
  for (std::size_t i = 0; i < plays.size() && i < kWitnessesMax; ++i) {
    const Play& play = *plays[i];
    const Spelling& spelling = asked.truth.SpellingOf(play);
    WitnessedPlay& witness = difference.witnesses.emplace_back();
    play.id.AppendHexTo(witness.event_id);
    witness.ended_at_ms = play.ended_at_ms;
    witness.played_ms = play.played_ms;
    witness.track = asked.truth.lake.texts.Or(spelling.title);
    witness.artist = asked.truth.lake.texts.Or(spelling.artist);
  }
}

/// One comparison while it is made.
class Desk {
 public:
  Desk(const model::Answer& answer, const Asked& asked) : answer_(answer), asked_(asked) {}

  void Check(bool is_equal, const Difference& difference, const Row* row) {
    ++result.figures;
    if (is_equal) return;
    ++result.differing;
    if (result.first.size() >= kFirstMax) return;
    Difference& told = result.first.emplace_back(difference);
    told.metric = answer_.question.metric;
    told.listener = answer_.question.listener;
    told.conditions = model::ConditionsJson(answer_.question.conditions);
    if (row != nullptr) {
      told.row_key = RowKey(*row, answer_.columns);
      AddWitnesses(asked_, PlaysBehind(asked_, answer_.columns, *row), told);
    }
  }

  void CheckNumber(std::string_view column, std::int64_t expected, std::int64_t found) {
    Check(
        expected == found,
        {.column = std::string(column), .expected = std::to_string(expected), .found = std::to_string(found)},
        nullptr);
  }

  Comparison result;

 private:
  const model::Answer& answer_;
  const Asked& asked_;
};

/// A condition of a play that a cell names; nothing where the column says nothing of plays.
using IsMeant = std::function<bool(const ChosenPlay&)>;

IsMeant MeantByText(const Asked& asked, const std::string& column, const std::string& text) {
  const LakeEvents& lake = asked.truth.lake;
  const auto is = [&lake, text](std::uint32_t number) { return lake.texts.Or(number) == text; };
  if (column == "track_id")
    return [&asked, is](const ChosenPlay& p) { return is(asked.Track(p.track).item_id); };
  if (column == "track") return [&asked, is](const ChosenPlay& p) { return is(asked.Track(p.track).title); };
  if (column == "artist") {
    return [&asked, is](const ChosenPlay& p) { return is(p.artist) || is(asked.Track(p.track).artist); };
  }
  if (column == "album") {
    return
        [&lake, is](const ChosenPlay& p) { return p.album != kNone && is(lake.album_texts[p.album].first); };
  }
  if (column == "genre") {
    return [&asked, is](const ChosenPlay& p) {
      return std::ranges::any_of(asked.Track(p.own_track).genres, is);
    };
  }
  if (column == "source")
    return [&asked, is](const ChosenPlay& p) { return is(asked.truth.CircumstancesOf(*p.play).source); };
  if (column == "feature") {
    return [&asked, no = FeatureNumber(text)](const ChosenPlay& p) {
      const TrackEntry& track = asked.Track(p.own_track);
      return no < model::kFeatureCount && track.feature != kNone &&
             asked.truth.lake.features[track.feature].e6[no];
    };
  }
  if (column == "playlist_id") {
    return [&asked, text](const ChosenPlay& p) {
      return std::ranges::any_of(asked.lists, [&](const ChosenList& list) {
        return asked.truth.lake.texts.Or(list.list->playlist_id) == text &&
               std::ranges::find(list.entries, p.own_track, &ChosenList::Entry::track) != list.entries.end();
      });
    };
  }
  return {};
}

IsMeant MeantByNumber(const std::string& column, std::int64_t number) {
  if (column == "period") return [number](const ChosenPlay& p) { return p.period == number; };
  if (column == "date") return [number](const ChosenPlay& p) { return p.day == number; };
  if (column == "start") return [number](const ChosenPlay& p) { return p.day >= number; };
  if (column == "end") return [number](const ChosenPlay& p) { return p.day <= number; };
  if (column == "weekday") return [number](const ChosenPlay& p) { return p.weekday == number; };
  if (column == "hour") return [number](const ChosenPlay& p) { return p.hour == number; };
  if (column == "started") return [number](const ChosenPlay& p) { return p.play->ended_at_ms >= number; };
  if (column == "ended") return [number](const ChosenPlay& p) { return p.play->ended_at_ms <= number; };
  return {};
}

}  // namespace

std::vector<const Play*> PlaysBehind(const Asked& asked, const std::vector<model::AnswerColumn>& columns,
                                     const Row& row) {
  std::vector<IsMeant> conditions;
  for (std::size_t i = 0; i < row.size() && i < columns.size(); ++i) {
    IsMeant meant =
        row[i].kind == model::AnswerCell::Kind::kText     ? MeantByText(asked, columns[i].name, row[i].text)
        : row[i].kind == model::AnswerCell::Kind::kNumber ? MeantByNumber(columns[i].name, row[i].number)
                                                          : IsMeant();
    if (meant) conditions.push_back(std::move(meant));
  }
  std::vector<const Play*> plays;
  for (const ChosenPlay& play : asked.plays) {
    if (std::ranges::all_of(conditions, [&play](const IsMeant& meant) { return meant(play); }))
      plays.push_back(play.play);
  }
  return plays;
}

Comparison Compare(const model::Answer& answer, const Rows& expected, const model::AnswerLimits& limits,
                   const Asked& asked) {
  Desk desk(answer, asked);
  // Rows of an answer are in an order that is part of it; those for people to read are told apart by their
  // key.
  const RowView* view = FindRowView(answer.question.metric);
  for (std::size_t row = 0, at = 0; row < expected.size() || at < answer.rows.size();) {
    const bool is_over = row >= expected.size(), is_short = at >= answer.rows.size();
    const auto ahead = view != nullptr && !is_over && !is_short
                           ? CompareKeys(expected[row], answer.rows[at], view->key_columns)
                           : std::strong_ordering::equal;
    if (is_short || ahead < 0) {
      desk.Check(false, {.row = row, .column = "row", .expected = "a row", .found = "no row"},
                 &expected[row]);
      ++row;
      continue;
    }
    if (is_over || ahead > 0) {
      desk.Check(false, {.row = at, .column = "row", .expected = "no row", .found = "a row"},
                 &answer.rows[at]);
      ++at;
      continue;
    }
    const Row& wanted = expected[row];
    const Row& found = answer.rows[at++];
    for (std::size_t i = 0; i < std::max(wanted.size(), found.size()); ++i) {
      static const model::AnswerColumn kUnknown{.name = "beyond the columns"};
      const model::AnswerColumn& column = i < answer.columns.size() ? answer.columns[i] : kUnknown;
      const bool are_both = i < wanted.size() && i < found.size();
      const bool is_equal = are_both && IsEqual(wanted[i], found[i]);
      desk.Check(is_equal,
                 is_equal
                     ? Difference()
                     : Difference{.row = row,
                                  .column = column.name,
                                  .expected = i < wanted.size() ? CellText(wanted[i], column) : "no cell",
                                  .found = i < found.size() ? CellText(found[i], column) : "no cell"},
                 &wanted);
    }
    ++row;
  }
  desk.CheckNumber("limits.feature_coverage", limits.feature_coverage_e4, answer.limits.feature_coverage_e4);
  desk.CheckNumber("limits.rejects", limits.rejects, answer.limits.rejects);
  desk.CheckNumber("limits.gaps", limits.gaps, answer.limits.gaps);
  desk.CheckNumber("limits.estimated_plays", limits.estimated_plays, answer.limits.estimated_plays);
  return std::move(desk.result);
}

}  // namespace earprint::audit
