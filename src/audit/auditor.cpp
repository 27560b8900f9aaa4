#include "audit/auditor.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <optional>
#include <set>
#include <utility>

#include "audit/answer_comparison.hpp"
#include "audit/asked/whereabouts.hpp"
#include "audit/condition_sampler.hpp"
#include "audit/figures/recounts.hpp"

namespace earprint::audit {

namespace {

using base::Result;
using StoreAnswer = Result<std::shared_ptr<const model::Answer>>;
constexpr int kReadingsMax = 3;

/// One set of conditions of one listener, and the metrics that are asked under it.
struct Task {
  std::string listener;
  model::Conditions conditions;
  std::vector<std::string> metrics;
  bool is_default = false;  ///< what is asked without any conditions
};

/// Deals metrics so that each comes as often as any other.
class Deck {
 public:
  Deck(const std::vector<std::string>& metrics, ConditionSampler& sampler)
      : metrics_(metrics), sampler_(sampler) {}
  std::string Deal() {
    if (left_.empty()) left_ = metrics_;
    std::swap(left_[sampler_.Below(left_.size())], left_.back());
    std::string dealt = std::move(left_.back());
    left_.pop_back();
    return dealt;
  }

 private:
  const std::vector<std::string>& metrics_;
  ConditionSampler& sampler_;
  std::vector<std::string> left_;
};

}  // namespace

std::vector<std::string> ListenersOf(const Truth& truth) {
  std::set<std::string> names;
  for (const auto& [name, one] : truth.listeners) names.insert(name);
  for (const Playlist& list : truth.playlists) names.emplace(truth.lake.texts.Or(list.listener));
  return {names.begin(), names.end()};
}

/// One run.
struct Auditor::Work {
  Auditor& auditor;
  const AuditOptions& options;
  AuditOutcome outcome = {};
  DatedTruth dated = {};
  AuditProgress progress = {};
  std::set<std::string> differing_listeners = {};

  const Truth& truth() const { return *dated.truth; }

  Result<void> Read() {
    auto read = auditor.read_();
    if (!read) return std::unexpected(read.error());
    dated = std::move(*read);
    AuditReport& report = outcome.report;
    report.data_version = dated.data_version;
    report.events = truth().lake.events;
    report.plays = 0;
    for (const auto& [name, one] : truth().listeners) report.plays += one.plays.size();
    return {};
  }

  Result<void> ChooseMetrics() {
    auto names = auditor.store_.Metrics();
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
      auto& list = FindRecount(name) == nullptr ? outcome.report.not_audited : outcome.report.metrics;
      list.push_back(name);
    }
    return {};
  }

  /// Someone of whom the lake tells nothing, and the store something: what was forgotten is still there.
  Result<std::optional<std::vector<std::string>>> CheckListeners() {
    auto held = auditor.store_.Listeners();
    if (!held || !*held) return held;
    const std::vector<std::string> known = ListenersOf(truth());
    for (const std::string& listener : **held) {
      if (!options.listener.empty() && options.listener != listener) continue;
      if (std::ranges::binary_search(known, listener)) continue;
      NoteRefusal({"listeners", listener, {}}, "listener", "nothing", "held");
    }
    return held;
  }

  Result<std::vector<Task>> Tasks() {
    auto held = CheckListeners();
    if (!held) return std::unexpected(held.error());
    std::vector<Task> tasks;
    std::vector<std::string> drawn_metrics = outcome.report.metrics;
    std::erase_if(drawn_metrics, FindRowView);  // they are held as they are, under no conditions
    for (const std::string& listener : ListenersOf(truth())) {
      if (!options.listener.empty() && options.listener != listener) continue;
      if (options.listener.empty() && *held && std::ranges::find(**held, listener) == (*held)->end()) {
        outcome.report.not_audited.push_back(listener + " (not held there)");
        continue;
      }
      const auto known = options.known.find(listener);
      if (known != options.known.end() && known->second == truth().DigestOf(listener)) {
        outcome.report.unchanged.push_back(listener);
        continue;
      }
      outcome.report.listeners.push_back(listener);
      model::Conditions defaults;
      defaults.tz = options.default_tz;
      defaults.home_tz = options.home_tz;
      tasks.push_back({listener, defaults, outcome.report.metrics, true});
      ConditionSampler sampler(truth(), listener, {options.default_tz, options.home_tz}, options.seed);
      Deck deck(drawn_metrics, sampler);
      for (std::uint64_t i = 0; i < options.samples; ++i) {
        auto drawn = sampler.Draw();
        if (!drawn) return std::unexpected(std::move(drawn.error()).Within("audit"));
        Task& task = tasks.emplace_back(Task{listener, std::move(*drawn), {}});
        for (std::size_t n = 0; n < std::min(kMetricsASample, drawn_metrics.size()); ++n)
          task.metrics.push_back(deck.Deal());
        std::ranges::sort(task.metrics);
        const auto twice = std::ranges::unique(task.metrics);
        task.metrics.erase(twice.begin(), twice.end());
      }
    }
    // What everyone sees at once comes first: a difference there is told early.
    std::ranges::stable_partition(tasks, &Task::is_default);
    for (const Task& task : tasks) progress.of_answers += task.metrics.size();
    return tasks;
  }

  void Note(Comparison comparison, const std::string& listener) {
    AuditReport& report = outcome.report;
    ++report.answers;
    report.figures += comparison.figures;
    report.differing += comparison.differing;
    if (comparison.differing > 0) differing_listeners.insert(listener);
    for (Difference& difference : comparison.first) {
      if (report.differences.size() < kDifferencesKeptMax)
        report.differences.push_back(std::move(difference));
    }
    progress.answers = report.answers;
    progress.figures = report.figures;
    progress.differing = report.differing;
    if (options.on_progress) options.on_progress(progress);
  }

  /// A question that was not answered, or from other data than the lake's.
  void NoteRefusal(const model::Question& question, std::string column, std::string expected,
                   std::string found) {
    Comparison comparison{.figures = 1, .differing = 1, .first = {}};
    comparison.first.push_back({.metric = question.metric,
                                .listener = question.listener,
                                .conditions = model::ConditionsJson(question.conditions),
                                .column = std::move(column),
                                .expected = std::move(expected),
                                .found = std::move(found)});
    Note(std::move(comparison), question.listener);
  }

  /// Plays and lists under a task's conditions, and the clock that these mean; once for all its metrics.
  struct Chosen {
    std::optional<Asked> of_plays, of_lists;
    std::optional<LocalClock> clock;
  };

  Result<const Asked*> ChosenFor(const Task& task, bool is_of_lists, Chosen& chosen) {
    std::optional<Asked>& asked = is_of_lists ? chosen.of_lists : chosen.of_plays;
    if (!asked) {
      if (!chosen.clock) {
        auto clock = ClockFor(truth(), task.listener, task.conditions);
        if (!clock) return std::unexpected(clock.error());
        chosen.clock.emplace(std::move(*clock));
      }
      auto made = Choose(truth(), task.listener, task.conditions, *chosen.clock, is_of_lists);
      if (!made) return std::unexpected(made.error());
      asked.emplace(std::move(*made));
    }
    return &*asked;
  }

  Result<void> Check(const Task& task, const std::string& metric, Chosen& chosen) {
    const model::Question question{metric, task.listener, task.conditions};
    const Recount& recount = *FindRecount(metric);
    for (int reading = 1;; ++reading) {
      auto pending = std::async(std::launch::async, [&] { return auditor.store_.Ask(question); });
      auto asked = ChosenFor(task, recount.is_of_lists, chosen);
      // What stands beside an answer is counted over plays, whichever way the metric takes `playlist`.
      auto beside = task.conditions.playlists.empty() ? asked : ChosenFor(task, false, chosen);
      const Rows rows = asked ? recount.count(**asked) : Rows();
      const StoreAnswer answer = pending.get();
      if (!asked || !beside) return std::unexpected(asked ? beside.error() : asked.error());
      if (!answer) {
        if (answer.error().code == base::ErrorCode::kUnsupported) return {};
        NoteRefusal(question, "answer", "an answer", answer.error().Text());
        return {};
      }
      const bool is_same_data =
          !auditor.store_.FollowsLake() || (*answer)->data_version == dated.data_version;
      if (is_same_data) {
        const auto limits =
            FindRowView(metric) != nullptr ? (*answer)->limits : RecountLimits(**beside, metric);
        Note(Compare(**answer, rows, limits, **asked), task.listener);
        return {};
      }
      if (reading == kReadingsMax) {
        NoteRefusal(question, "data_version", dated.data_version, (*answer)->data_version);
        return {};
      }
      chosen.of_plays.reset();
      chosen.of_lists.reset();
      chosen.clock.reset();
      if (auto read = Read(); !read) return read;
    }
  }

  Result<void> Run() {
    if (auto read = Read(); !read) return read;
    if (auto chosen = ChooseMetrics(); !chosen) return chosen;
    auto tasks = Tasks();
    if (!tasks) return std::unexpected(tasks.error());
    for (const Task& task : *tasks) {
      Chosen chosen;
      for (const std::string& metric : task.metrics) {
        if (options.cancel.stop_requested())
          return base::Fail(base::ErrorCode::kRetryLater, "audit", auditor.store_.Name(),
                            "it was broken off");
        if (auto checked = Check(task, metric, chosen); !checked)
          return std::unexpected(std::move(checked.error()).Within("audit " + metric));
      }
    }
    for (const auto* names : {&outcome.report.listeners, &outcome.report.unchanged}) {
      for (const std::string& listener : *names) {
        if (!differing_listeners.contains(listener)) outcome.equal[listener] = truth().DigestOf(listener);
      }
    }
    return {};
  }
};

Auditor::Auditor(ReadTruth read, ports::AnsweredStore& store, const ports::Clock& clock)
    : read_(std::move(read)), store_(store), clock_(clock) {}

Result<AuditOutcome> Auditor::Run(const AuditOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  Work work{.auditor = *this, .options = options};
  if (auto done = work.Run(); !done) return std::unexpected(done.error());
  AuditReport& report = work.outcome.report;
  report.store = store_.Name();
  report.seed = options.seed;
  report.samples = options.samples;
  report.finished = clock_.Now();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return std::move(work.outcome);
}

}  // namespace earprint::audit
