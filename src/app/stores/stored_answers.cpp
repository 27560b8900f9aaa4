#include "app/stores/stored_answers.hpp"

#include <algorithm>
#include <utility>

#include "app/stores/store_choice.hpp"
#include "base/embedded_file.hpp"
#include "metrics/publishing/metric_publisher.hpp"
#include "model/conditions.hpp"

namespace earprint::app {

namespace {

using AskedAnswer = base::Result<std::shared_ptr<const model::Answer>>;

constexpr std::chrono::seconds kWaitMax{60};  ///< an audit means the store as it is

model::AnswerColumn ColumnOf(const ports::StoredColumn& column) {
  using enum model::ColumnType;
  const model::ColumnType type = column.type == ports::StoredType::kInstant ? kInstant
                                 : column.type == ports::StoredType::kText  ? kText
                                                                            : kInteger;
  return {.name = column.name, .unit = "", .meaning = "", .type = type};
}

base::Failure Unpublished(std::string_view name) {
  return base::Fail(base::ErrorCode::kCorrupt, "audit a store", std::string(name),
                    "the audit knows it, and it is not published");
}

}  // namespace

StoredAnswers::StoredAnswers(std::unique_ptr<ports::MetricStore> store, std::unique_ptr<StoreAsker> asker,
                             std::vector<ports::StoredRelation> views, std::string default_tz)
    : store_(std::move(store)),
      asker_(std::move(asker)),
      views_(std::move(views)),
      default_tz_(std::move(default_tz)) {}

base::Result<std::unique_ptr<StoredAnswers>> StoredAnswers::Make(const std::string& url,
                                                                 const std::string& default_tz,
                                                                 std::uint64_t memory_max_bytes) {
  auto store = ChooseStore(url);
  if (!store) return std::unexpected(store.error());
  auto asked_store = ChooseStore(url);
  if (!asked_store) return std::unexpected(asked_store.error());
  auto asker = StoreAsker::Make(
      std::move(*asked_store),
      {.default_tz = default_tz, .memory_max_bytes = memory_max_bytes, .wait_max = kWaitMax});
  if (!asker) return std::unexpected(asker.error());
  auto relations = metrics::publishing::LoadPublishedRelations(base::sql_files());
  if (!relations) return std::unexpected(relations.error());
  std::vector<ports::StoredRelation> views;
  for (const audit::RowView& view : audit::RowViews()) {
    const auto relation =
        std::ranges::find(*relations, view.relation, [](const auto& each) { return each.stored.name; });
    if (relation == relations->end()) return Unpublished(view.relation);
    ports::StoredRelation told{relation->stored.name, {}, relation->stored.key};
    for (const std::string_view name : view.columns) {
      const auto found = std::ranges::find(relation->stored.columns, name, &ports::StoredColumn::name);
      if (found == relation->stored.columns.end()) return Unpublished(name);
      told.columns.push_back(*found);
    }
    views.push_back(std::move(told));
  }
  return std::unique_ptr<StoredAnswers>(
      new StoredAnswers(std::move(*store), std::move(*asker), std::move(views), default_tz));
}

base::Result<std::vector<std::string>> StoredAnswers::Metrics() {
  std::vector<std::string> names;
  for (const metrics::Metric& metric : asker_->catalogue().all()) names.push_back(metric.name);
  for (const audit::RowView& view : audit::RowViews()) names.emplace_back(view.metric);
  return names;
}

base::Result<std::optional<std::vector<std::string>>> StoredAnswers::Listeners() {
  auto held = [this] {
    const std::lock_guard lock(store_mutex_);
    return store_->Listeners();
  }();
  if (!held) return std::unexpected(held.error());
  std::vector<std::string> names;
  for (const ports::StoredListener& listener : *held) names.push_back(listener.listener);
  return names;
}

AskedAnswer StoredAnswers::RowsOf(const model::Question& question, const audit::RowView& view) {
  const ports::StoredRelation& relation =
      *std::ranges::find(views_, view.relation, &ports::StoredRelation::name);
  auto rows = [&] {
    const std::lock_guard lock(store_mutex_);
    return store_->ReadRows(question.listener, relation);
  }();
  if (!rows) return std::unexpected(rows.error());
  auto answer = std::make_shared<model::Answer>();
  answer->question = question;
  for (const ports::StoredColumn& column : relation.columns) answer->columns.push_back(ColumnOf(column));
  for (const std::vector<ports::Cell>& row : *rows) {
    auto& cells = answer->rows.emplace_back();
    for (const ports::Cell& cell : row) cells.push_back(metrics::ToAnswerCell(cell));
  }
  std::ranges::sort(answer->rows, [&view](const auto& left, const auto& right) {
    return audit::CompareKeys(left, right, view.key_columns) < 0;
  });
  return answer;
}

AskedAnswer StoredAnswers::Ask(const model::Question& question) {
  if (const audit::RowView* view = audit::FindRowView(question.metric)) return RowsOf(question, *view);
  model::Conditions defaults;
  defaults.tz = default_tz_;
  if (model::ConditionsJson(question.conditions) == model::ConditionsJson(defaults)) {
    auto held = [&] {
      const std::lock_guard lock(store_mutex_);
      return store_->FindAnswer(question.listener, metrics::publishing::AnswerKey(question));
    }();
    if (!held) return std::unexpected(held.error());
    if (*held) {
      (*held)->question = question;
      return std::make_shared<const model::Answer>(std::move(**held));
    }
    return base::Fail(base::ErrorCode::kNotFound, "audit a store", question.metric,
                      "it holds no answer under the default conditions",
                      "earprint publish with the same --zone");
  }
  auto slice = asker_->mirror().Of(question.listener);
  if (!slice) return std::unexpected(slice.error());
  return (*slice)->answerer->Ask(question);
}

}  // namespace earprint::app
