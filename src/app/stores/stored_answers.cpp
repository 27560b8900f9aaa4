#include "app/stores/stored_answers.hpp"

#include <algorithm>
#include <utility>

#include "app/stores/store_choice.hpp"
#include "audit/figures/recounts.hpp"
#include "base/embedded_file.hpp"
#include "metrics/publishing/metric_publisher.hpp"
#include "model/conditions.hpp"

namespace earprint::app {

namespace {

using AskedAnswer = base::Result<std::shared_ptr<const model::Answer>>;

model::AnswerColumn ColumnOf(const ports::StoredColumn& column) {
  using enum model::ColumnType;
  const model::ColumnType type = column.type == ports::StoredType::kInstant ? kInstant
                                 : column.type == ports::StoredType::kText  ? kText
                                                                            : kInteger;
  return {.name = column.name, .unit = "", .meaning = "", .type = type};
}

}  // namespace

StoredAnswers::StoredAnswers(std::unique_ptr<ports::MetricStore> store, std::unique_ptr<StoreAsker> asker,
                             ports::StoredRelation plays, std::string default_tz)
    : store_(std::move(store)),
      asker_(std::move(asker)),
      plays_(std::move(plays)),
      default_tz_(std::move(default_tz)) {}

base::Result<std::unique_ptr<StoredAnswers>> StoredAnswers::Make(const std::string& url,
                                                                 const std::string& default_tz,
                                                                 std::uint64_t memory_max_bytes) {
  auto store = ChooseStore(url);
  if (!store) return std::unexpected(store.error());
  auto asked_store = ChooseStore(url);
  if (!asked_store) return std::unexpected(asked_store.error());
  auto asker = StoreAsker::Make(std::move(*asked_store),
                                {.default_tz = default_tz, .memory_max_bytes = memory_max_bytes});
  if (!asker) return std::unexpected(asker.error());
  auto relations = metrics::publishing::LoadPublishedRelations(base::sql_files());
  if (!relations) return std::unexpected(relations.error());
  ports::StoredRelation plays;
  for (const auto& relation : *relations) {
    if (relation.stored.name == "plays") plays = relation.stored;
  }
  // Columns as the audit tells them; those that it does not know are no figures: keys of this program's own.
  ports::StoredRelation told{plays.name, {}, plays.key};
  for (const std::string_view name : audit::kPlayRowColumns) {
    const auto found = std::ranges::find(plays.columns, name, &ports::StoredColumn::name);
    if (found == plays.columns.end()) {
      return base::Fail(base::ErrorCode::kCorrupt, "audit a store", std::string(name),
                        "no published play has such a column");
    }
    told.columns.push_back(*found);
  }
  return std::unique_ptr<StoredAnswers>(
      new StoredAnswers(std::move(*store), std::move(*asker), std::move(told), default_tz));
}

base::Result<std::vector<std::string>> StoredAnswers::Metrics() {
  std::vector<std::string> names;
  for (const metrics::Metric& metric : asker_->catalogue().all()) names.push_back(metric.name);
  names.emplace_back(audit::kPlayRows);
  return names;
}

base::Result<std::optional<std::vector<std::string>>> StoredAnswers::Listeners() {
  auto held = store_->Listeners();
  if (!held) return std::unexpected(held.error());
  std::vector<std::string> names;
  for (const ports::StoredListener& listener : *held) names.push_back(listener.listener);
  return names;
}

AskedAnswer StoredAnswers::PlayRows(const model::Question& question) {
  auto rows = store_->ReadRows(question.listener, plays_);
  if (!rows) return std::unexpected(rows.error());
  auto answer = std::make_shared<model::Answer>();
  answer->question = question;
  for (const ports::StoredColumn& column : plays_.columns) answer->columns.push_back(ColumnOf(column));
  for (const std::vector<ports::Cell>& row : *rows) {
    auto& cells = answer->rows.emplace_back();
    for (const ports::Cell& cell : row) cells.push_back(metrics::ToAnswerCell(cell));
  }
  std::ranges::sort(answer->rows, {}, [](const auto& row) { return row.front().number; });
  return answer;
}

AskedAnswer StoredAnswers::Ask(const model::Question& question) {
  if (question.metric == audit::kPlayRows) return PlayRows(question);
  model::Conditions defaults;
  defaults.tz = default_tz_;
  if (model::ConditionsJson(question.conditions) == model::ConditionsJson(defaults)) {
    auto held = store_->FindAnswer(question.listener, metrics::publishing::AnswerKey(question));
    if (!held) return std::unexpected(held.error());
    if (*held) {
      (*held)->question = question;
      return std::make_shared<const model::Answer>(std::move(**held));
    }
    return base::Fail(base::ErrorCode::kNotFound, "audit a store", question.metric,
                      "it holds no answer under the default conditions",
                      "earprint publish with the same --tz");
  }
  auto slice = asker_->mirror().Of(question.listener);
  if (!slice) return std::unexpected(slice.error());
  return (*slice)->answerer->Ask(question);
}

}  // namespace earprint::app
