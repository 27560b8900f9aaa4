#include "metrics/publishing/metric_publisher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "base/hash.hpp"
#include "metrics/answer_writer.hpp"
#include "metrics/answerer.hpp"
#include "metrics/publishing/listener_slice.hpp"
#include "model/answer_json.hpp"
#include "model/conditions.hpp"

namespace earprint::metrics::publishing {

namespace {

constexpr std::string_view kAnswers = "answers";
/// To be raised where the same SQL over the same rows comes to other answers: what stands beside them, how a
/// selection is made of conditions, a day of an instant, a cell of the engine's.
constexpr int kAnswersNo = 1;

/// What the answers were made of; while it is the same, they are.
ports::PartName RecipePart() { return {std::string(kSlicePrefix) + "recipe", "all"}; }

/// The parts of one state that the other lacks or has otherwise.
std::set<ports::PartName> Differing(const ports::PartPrints& wanted, const ports::PartPrints& held) {
  std::set<ports::PartName> differing;
  for (const auto& [name, print] : wanted) {
    const auto found = held.find(name);
    if (found == held.end() || found->second.fingerprint != print.fingerprint) differing.insert(name);
  }
  return differing;
}

}  // namespace

std::string AnswerKey(const model::Question& question) {
  return base::HashText(question.metric + '\x1f' + model::ConditionsJson(question.conditions)).substr(0, 30);
}

/// What is to be in the store, and where it comes from.
struct MetricPublisher::Plan {
  PublishedReport report;
  std::unique_ptr<ListenerSlice> slice;
  ports::PartPrints target;
  std::string recipe;
  std::vector<std::pair<ports::PartName, ports::StoredAnswer>> answers;
};

/// Changes with whatever an answer is made of: the rows, the metrics, the zone. And with what people read,
/// of which a store may have to be written anew as a whole, and then the answers with it.
std::string MetricPublisher::RecipePrint(const ports::PartPrints& slice) const {
  std::string recipe = sources_.prelude + sources_.default_tz;
  recipe += fmt::format("{}\n", kAnswersNo);
  for (const Metric& metric : sources_.catalogue.all()) {
    recipe += metric.name + metric.body;
    model::AppendJsonColumns(metric.columns, true, recipe);
  }
  for (const PublishedRelation& relation : sources_.relations)
    recipe += ColumnsText(relation.stored) + relation.body;
  for (const auto& [name, print] : slice) {
    if (name.relation.starts_with(kSlicePrefix))
      recipe += name.relation + ' ' + name.chunk + ' ' + print.fingerprint + '\n';
  }
  return base::HashText(recipe);
}

base::Result<void> MetricPublisher::GoOn() const {
  if (!cancel.stop_requested()) return {};
  return base::Fail(base::ErrorCode::kRetryLater, "publish", "", "it was broken off",
                    "publish again; what was sent is not sent twice");
}

model::Question MetricPublisher::QuestionOf(const Metric& metric, const std::string& listener) const {
  model::Question question{metric.name, listener, {}};
  question.conditions.tz = sources_.default_tz;
  return question;
}

/// Takes over the answers that a store holds; false where it lacks any.
bool MetricPublisher::AdoptAnswers(const ports::PartPrints& held, Plan& plan) const {
  ports::PartPrints adopted;
  for (const Metric& metric : sources_.catalogue.all()) {
    const ports::PartName name{std::string(kAnswers), AnswerKey(QuestionOf(metric, plan.report.listener))};
    const auto found = held.find(name);
    if (found == held.end()) return false;
    adopted.insert(*found);
  }
  plan.target.merge(adopted);
  return true;
}

base::Result<void> MetricPublisher::AddAnswers(Plan& plan) {
  Answerer answerer(plan.slice->engine(), sources_.catalogue, sources_.prelude,
                    [&plan] { return plan.report.data_version; });
  for (const Metric& metric : sources_.catalogue.all()) {
    if (auto goes_on = GoOn(); !goes_on) return goes_on;
    const model::Question question = QuestionOf(metric, plan.report.listener);
    auto answer = answerer.Ask(question);
    if (!answer) return std::unexpected(answer.error());
    const std::string key = AnswerKey(question);
    ports::StoredAnswer stored{key, model::ConditionsJson(question.conditions), **answer};
    stored.answer.data_version.clear();  // the listener's; an answer that stays the same is not sent again
    const ports::PartName name{std::string(kAnswers), key};
    std::string told = AnswerJson(stored.answer);
    model::AppendJsonColumns(stored.answer.columns, true, told);  // with what each of them is
    plan.target[name] = {base::HashText(told), static_cast<std::int64_t>(stored.answer.rows.size())};
    plan.answers.emplace_back(name, std::move(stored));
  }
  return {};
}

base::Result<void> MetricPublisher::Send(Plan& plan, ports::MetricStore& store) {
  auto change = store.Begin(plan.report.listener, plan.target);
  if (!change) return std::unexpected(change.error());
  const ports::PartPrints held = (*change)->Held();
  std::set<ports::PartName> wanted = Differing(plan.target, held);
  // A store may want answers again that it has: written as a whole beside what it holds.
  const bool wants_answers =
      std::ranges::any_of(wanted, [](const ports::PartName& name) { return name.relation == kAnswers; });
  if (wants_answers && plan.answers.empty()) {
    if (auto added = AddAnswers(plan); !added) return added;
    wanted = Differing(plan.target, held);
  }
  PublishProgress progress{plan.report.listener, 0, wanted.size()};
  const auto told = [&](const ports::PartName&, std::int64_t rows) {
    ++progress.parts_done;
    progress.rows += rows;
    if (on_progress) on_progress(progress);
    return GoOn();
  };
  if (auto sent = plan.slice->Send(wanted, **change, told); !sent) return sent;
  for (const auto& [name, answer] : plan.answers) {
    if (!wanted.contains(name)) continue;
    if (auto put = (*change)->PutAnswer(plan.target.at(name), answer); !put) return put;
    ++plan.report.answers_sent;
    if (auto goes_on = told(name, plan.target.at(name).rows); !goes_on) return goes_on;
  }
  if (wanted.contains(RecipePart())) {
    auto put = (*change)->PutBytes(RecipePart(), plan.target.at(RecipePart()), plan.recipe);
    if (!put) return put;
  }
  for (const auto& [name, print] : held) {
    if (plan.target.contains(name)) continue;
    if (auto dropped = (*change)->Drop(name); !dropped) return dropped;
    ++plan.report.parts_dropped;
  }
  plan.report.parts_sent = wanted.size();
  plan.report.rows_sent = progress.rows;
  return (*change)->Commit(plan.report.data_version);
}

base::Result<PublishedReport> MetricPublisher::Publish(const std::string& listener,
                                                       ports::MetricStore& store) {
  const auto begin = std::chrono::steady_clock::now();
  Plan plan;
  plan.report.listener = listener;
  if (auto goes_on = GoOn(); !goes_on) return std::unexpected(goes_on.error());
  auto slice = ListenerSlice::Open(sources_.engine, sources_.prelude, listener, sources_.relations,
                                   sources_.scratch_folder);
  if (!slice) return std::unexpected(std::move(slice.error()).Within("publish " + listener));
  plan.slice = std::move(*slice);
  plan.report.data_version = plan.slice->data_version();
  if (auto goes_on = GoOn(); !goes_on) return std::unexpected(goes_on.error());
  plan.target = plan.slice->Prints();
  plan.recipe = RecipePrint(plan.target);
  plan.target[RecipePart()] = {plan.recipe, 1};
  auto state = store.State(listener);
  if (!state) return std::unexpected(std::move(state.error()).Within("publish " + listener));
  const auto held = state->parts.find(RecipePart());
  const bool is_same_recipe = held != state->parts.end() && held->second.fingerprint == plan.recipe;
  if (!is_same_recipe || !AdoptAnswers(state->parts, plan)) {
    if (auto added = AddAnswers(plan); !added)
      return std::unexpected(std::move(added.error()).Within("publish " + listener));
  }
  plan.report.parts = plan.target.size();
  if (state->parts == plan.target) {
    plan.report.data_version = state->data_version;
  } else if (auto sent = Send(plan, store); !sent) {
    return std::unexpected(std::move(sent.error()).Within("publish " + listener));
  }
  plan.report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return plan.report;
}

}  // namespace earprint::metrics::publishing
