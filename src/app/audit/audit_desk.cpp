#include "app/audit/audit_desk.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <condition_variable>
#include <utility>

#include "adapters/file/segment_frame.hpp"
#include "app/audit/warehouse_answers.hpp"
#include "audit/lake/lake_reader.hpp"
#include "base/embedded_file.hpp"
#include "base/hash.hpp"
#include "base/process_memory.hpp"
#include "base/text.hpp"

namespace earprint::app {

namespace {

namespace json = boost::json;

const std::string kDocument = "audit";
constexpr std::uint64_t kSamplesMax = 10'000;
constexpr auto kLookEvery = std::chrono::seconds(2);
constexpr std::int64_t kWholeEveryMs = 20 * 60 * base::kMsPerMinute;  // not before, and at night
constexpr std::int64_t kWholeAfterMs = 2 * base::kMsPerDay;           // however busy the nights
constexpr std::int64_t kNightBegins = 2, kNightEnds = 5;              // hours of the house

/// What makes a program's figures: another one has to be audited anew.
std::string ProgramFingerprint() {
  std::string tags = EARPRINT_VERSION;
  for (const base::EmbeddedFile& file : base::sql_files()) tags += file.tag;
  std::string fingerprint;
  base::AppendHex(base::HashBytes(tags).low, 16, fingerprint);
  return fingerprint;
}

/// The packed bytes of a log at one moment, to be read when events may come in again.
class LogCopy final : public ports::EventLog {
 public:
  base::Result<void> Take(const ports::EventLog& log, const std::string& scratch_folder) {
    for (const model::EventType type : model::kEventTypes) {
      auto files = log.FilesFrom(type, 0, scratch_folder);
      if (!files) return std::unexpected(files.error());
      files_[type] = std::move(*files);
      auto read = log.ReadFrames(type, 0, [&](std::string_view frame) -> base::Result<bool> {
        frames_[type].emplace_back(frame);
        return true;
      });
      if (!read) return read;
    }
    return {};
  }

  std::string Pack(std::string_view lines) const override { return adapters::FrameOf(lines); }
  std::size_t EventBytesMax() const override { return adapters::SegmentEventLog::kEventBytesMax; }
  base::Result<void> Append(model::EventType, std::string_view) override { return Refusal(); }
  base::Result<void> Sync() override { return Refusal(); }
  std::uint64_t End(model::EventType type) const override {
    std::uint64_t end = 0;
    for (const std::string& frame : frames_.at(type)) end += frame.size();
    return end;
  }
  base::Result<std::vector<std::string>> FilesFrom(model::EventType type, std::uint64_t,
                                                   const std::string&) const override {
    return files_.at(type);
  }
  base::Result<void> ReadFrames(model::EventType type, std::uint64_t, const FrameSink& sink) const override {
    const auto found = frames_.find(type);
    if (found == frames_.end()) return {};
    for (const std::string& frame : found->second) {
      auto goes_on = sink(frame);
      if (!goes_on) return std::unexpected(goes_on.error());
      if (!*goes_on) break;
    }
    return {};
  }
  base::Result<std::string> Unpack(std::string_view frame) const override {
    auto lines = adapters::LinesOf(frame);
    if (lines) return std::move(*lines);
    return base::Fail(base::ErrorCode::kCorrupt, "read the lake", "a frame", "it is damaged",
                      "restore the lake folder from a backup");
  }

 private:
  static base::Failure Refusal() {
    return base::Fail(base::ErrorCode::kUnsupported, "write to a copy of the log", "",
                      "it is there to be read");
  }
  std::map<model::EventType, std::vector<std::string>> files_, frames_;
};

}  // namespace

base::Result<AuditWish> ReadWish(std::string_view text) {
  AuditWish wish;
  if (base::Trim(text).empty()) return wish;
  const auto wrong = [](std::string_view name, std::string hint) {
    return base::Fail(base::ErrorCode::kInvalidInput, "audit", std::string(name), "it is not allowed",
                      std::move(hint));
  };
  json::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return wrong("the body", "a JSON object with seed, samples and listener");
  for (const auto& [name, field] : value.get_object()) {
    const bool is_number = field.is_int64() && field.get_int64() >= 0;
    if (name == "listener" && field.is_string()) {
      wish.listener = field.get_string();
    } else if (name == "seed" && is_number) {
      wish.seed = static_cast<std::uint64_t>(field.get_int64());
    } else if (name == "samples" && is_number &&
               field.get_int64() <= static_cast<std::int64_t>(kSamplesMax)) {
      wish.samples = static_cast<std::uint64_t>(field.get_int64());
    } else {
      return wrong(base::ToValidUtf8(std::string_view(name).substr(0, 40)),
                   "seed and samples are whole numbers, samples at most 10000, listener a text");
    }
  }
  return wish;
}

std::string WishJson(const AuditWish& wish) {
  json::object body{{"seed", static_cast<std::int64_t>(wish.seed)},
                    {"samples", static_cast<std::int64_t>(wish.samples)}};
  if (!wish.listener.empty()) body["listener"] = wish.listener;
  return json::serialize(body);
}

AuditDesk::AuditDesk(const DataFolder& folder, Pipeline& pipeline, Asker& asker, const ports::Clock& clock,
                     std::string default_tz)
    : folder_(folder),
      pipeline_(pipeline),
      asker_(asker),
      clock_(clock),
      default_tz_(std::move(default_tz)),
      states_(folder.States()) {
  LoadRemembered();
}

void AuditDesk::LoadRemembered() {
  auto document = states_.Load(kDocument);
  if (!document || !*document) return;
  json::error_code failed;
  const json::value value = json::parse(**document, failed);
  if (failed || !value.is_object()) return;  // the next audit writes it anew
  const json::object& object = value.get_object();
  const json::value* program = object.if_contains("program");
  const json::value* equal = object.if_contains("equal");
  const json::value* report = object.if_contains("report");
  const json::value* whole_at = object.if_contains("whole_at_ms");
  if (report != nullptr && report->is_object()) report_json_ = json::serialize(*report);
  if (whole_at != nullptr && whole_at->is_int64()) whole_at_ms_ = whole_at->get_int64();
  if (program == nullptr || *program != json::value(ProgramFingerprint()) || equal == nullptr ||
      !equal->is_object())
    return;
  for (const auto& [listener, digest] : equal->get_object()) {
    if (digest.is_int64()) equal_[listener] = static_cast<std::uint64_t>(digest.get_int64());
  }
}

void AuditDesk::Remember(audit::AuditOutcome outcome, bool is_whole) {
  const std::lock_guard lock(state_mutex_);
  for (const std::string& listener : forgotten_) {
    audit::LeaveOut(listener, outcome.report);
    outcome.equal.erase(listener);
  }
  // Where nothing had changed, what was found before still tells more.
  const bool is_news = !outcome.report.listeners.empty() || report_json_.empty();
  if (is_news) report_json_ = audit::ReportJson(outcome.report);
  for (const std::string& listener : outcome.report.listeners) equal_.erase(listener);
  for (const auto& [listener, digest] : outcome.equal) equal_[listener] = digest;
  if (is_whole) whole_at_ms_ = outcome.report.finished.value;
  (void)Save();
}

base::Result<void> AuditDesk::Save() {
  json::object equal;
  for (const auto& [listener, digest] : equal_) equal[listener] = static_cast<std::int64_t>(digest);
  json::object document{
      {"program", ProgramFingerprint()}, {"whole_at_ms", whole_at_ms_}, {"equal", std::move(equal)}};
  if (!report_json_.empty()) document["report"] = json::parse(report_json_);
  return states_.Save(kDocument, json::serialize(document));
}

base::Result<void> AuditDesk::Forget(const std::string& listener) {
  const std::lock_guard lock(state_mutex_);
  if (is_running_) forgotten_.insert(listener);
  bool is_change = equal_.erase(listener) > 0;
  if (!report_json_.empty()) {
    auto report = audit::ReadReport(report_json_);
    // What cannot be told apart goes whole; the next audit writes it anew.
    if (!report) is_change = true;
    if (report && audit::LeaveOut(listener, *report)) is_change = true;
    const bool has_any = report && !(report->listeners.empty() && report->unchanged.empty());
    if (is_change) report_json_ = has_any ? audit::ReportJson(*report) : "";
  }
  return is_change ? Save() : base::Result<void>();
}

base::Result<audit::DatedTruth> AuditDesk::Read() {
  audit::DatedTruth dated;
  // Copied as it lies: at the lowest priority, reading it may take long, and no event could come in.
  auto copy = std::make_unique<LogCopy>();
  auto taken = pipeline_.WithLog([&](const ports::EventLog& log, const std::string& version) {
    dated.data_version = version;
    return copy->Take(log, folder_.Scratch());
  });
  if (!taken) return std::unexpected(taken.error());
  auto lake = audit::ReadLake(*copy, folder_.Scratch());
  copy.reset();  // settling takes room of its own
  if (!lake) return std::unexpected(lake.error());
  dated.truth = std::make_shared<const audit::Truth>(audit::Settle(std::move(*lake)));
  return dated;
}

base::Result<audit::AuditReport> AuditDesk::Run(const AuditWish& wish) {
  const std::lock_guard running(run_mutex_);
  {
    const std::lock_guard lock(state_mutex_);
    is_running_ = true;
    forgotten_.clear();
    progress_ = {};
  }
  // A long history is hundreds of MB, and a server idles for hours after its audit.
  const base::FrugalMemory frugal;
  auto outcome = [&] {
    const Pipeline::SmallEngine small(pipeline_);
    return Compare(wish);
  }();
  asker_.answerer().ReleaseMemory();
  pipeline_.ReleaseMemory();
  if (outcome) Remember(*outcome, wish.listener.empty() && outcome->report.unchanged.empty());
  const std::lock_guard lock(state_mutex_);
  is_running_ = false;
  if (!outcome) return std::unexpected(outcome.error());
  return std::move(outcome->report);
}

/// What is read for it is gone when it returns.
base::Result<audit::AuditOutcome> AuditDesk::Compare(const AuditWish& wish) {
  audit::AuditOptions options{.seed = wish.seed,
                              .samples = wish.samples,
                              .listener = wish.listener,
                              .default_tz = default_tz_,
                              .home_tz = asker_.home_zone(),
                              .cancel = wish.cancel};
  if (wish.leaves_out_unchanged) {
    const std::lock_guard lock(state_mutex_);
    options.known = equal_;
  }
  options.on_progress = [&](const audit::AuditProgress& progress) {
    {
      const std::lock_guard lock(state_mutex_);
      progress_ = progress;
    }
    if (wish.on_progress) wish.on_progress(progress);
  };
  WarehouseAnswers store(asker_);
  audit::Auditor auditor([this] { return Read(); }, store, clock_);
  auto outcome = auditor.Run(options);
  if (outcome && !wish.listener.empty() && outcome->report.listeners.empty()) {
    return base::Fail(base::ErrorCode::kNotFound, "audit", wish.listener.substr(0, 60),
                      "there is no such listener");
  }
  return outcome;
}

base::Result<std::string> AuditDesk::RunJson(const std::string& text) {
  auto wish = ReadWish(text);
  if (!wish) return std::unexpected(wish.error());
  auto report = Run(*wish);
  if (!report) return std::unexpected(report.error());
  return audit::ReportJson(*report);
}

std::string AuditDesk::StateJson() {
  const std::string version = pipeline_.DataVersion();
  const std::lock_guard lock(state_mutex_);
  return fmt::format(
      R"({{"is_running":{},"progress":{{"answers":{},"of_answers":{},"figures":{},"differing":{}}},"data_version":"{}","report":{}}})",
      is_running_, progress_.answers, progress_.of_answers, progress_.figures, progress_.differing, version,
      report_json_.empty() ? "null" : report_json_);
}

void AuditDesk::NoteImport() {
  const std::lock_guard lock(state_mutex_);
  is_import_noted_ = true;
}

bool AuditDesk::IsDue(bool& is_whole) {
  const std::int64_t now_ms = clock_.Now().value;
  const std::time_t seconds = now_ms / base::kMsPerSecond;
  std::tm local = {};
  ::localtime_r(&seconds, &local);
  const bool is_night = local.tm_hour >= kNightBegins && local.tm_hour < kNightEnds;
  const std::lock_guard lock(state_mutex_);
  const std::int64_t age_ms = now_ms - whole_at_ms_;
  is_whole = whole_at_ms_ > 0 && (age_ms > kWholeAfterMs || (is_night && age_ms > kWholeEveryMs));
  return is_whole || std::exchange(is_import_noted_, false);
}

std::jthread AuditDesk::Keep(std::function<void()> on_change) {
  {
    const std::lock_guard lock(state_mutex_);
    if (whole_at_ms_ == 0 || report_json_.empty()) is_import_noted_ = true;
  }
  return std::jthread([this, on_change = std::move(on_change)](const std::stop_token& stop) {
    ::setpriority(PRIO_PROCESS, 0, 19);  // of this thread alone, and of those that it begins
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      bool is_whole = false;
      if (IsDue(is_whole)) {
        AuditWish wish;
        wish.seed =
            static_cast<std::uint64_t>(clock_.Now().value);  // other conditions each time; the report tells
        wish.leaves_out_unchanged = !is_whole;
        wish.cancel = stop;
        on_change();
        auto report = Run(wish);
        if (!report && !stop.stop_requested()) fmt::print(stderr, "earprint: {}\n", report.error().Text());
        if (report && report->differing > 0)
          fmt::print(stderr,
                     "earprint: the audit found {} figures that differ; `earprint audit` tells which\n",
                     report->differing);
        on_change();
      }
      stopped.wait_for(lock, stop, kLookEvery, [] { return false; });
    }
  });
}

std::unique_ptr<HouseAudit> OpenAudit(const DataFolder& folder, Pipeline& pipeline, Asker& asker,
                                      const ports::Clock& clock, const std::string& default_tz) {
  return std::make_unique<AuditDesk>(folder, pipeline, asker, clock, default_tz);
}

}  // namespace earprint::app
