#include "app/stores/publish_desk.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "app/stores/publish_events.hpp"
#include "app/stores/store_choice.hpp"
#include "base/process_memory.hpp"
#include "base/text.hpp"

namespace earprint::app {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLookEvery{500}, kRestMin{2'000}, kPauseMin{1'000}, kPauseMax{60'000},
    kPatientPauseMax{15'000};
/// Publishing a long history takes a core for many seconds, and a new play comes every few minutes: of its
/// time a server may spend a fifth on it.
constexpr int kRestsForWork = 4;

/// False where it was ended early.
bool Rest(std::chrono::milliseconds pause, const std::stop_token& cancel) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, cancel, pause, [] { return false; });
  return !cancel.stop_requested();
}

base::Error BrokenOff() {
  return {base::ErrorCode::kRetryLater, "publish", "", "it was broken off", "publish again"};
}

}  // namespace

/// The right to publish, until it goes.
class PublishDesk::Turn {
 public:
  Turn(PublishDesk& desk, const std::stop_token& cancel) : desk_(desk) {
    std::unique_lock lock(desk_.turn_mutex_);
    const bool is_free = desk_.changed_.wait(
        lock, cancel, [this] { return desk_.is_closed_ || (!desk_.is_running_ && desk_.holds_ == 0); });
    is_mine_ = is_free && !desk_.is_closed_;
    if (!is_mine_) return;
    desk_.is_running_ = true;
    desk_.running_ = std::stop_source();
    stop_ = desk_.running_;
  }
  ~Turn() {
    if (!is_mine_) return;
    const std::lock_guard lock(desk_.turn_mutex_);
    desk_.is_running_ = false;
    desk_.changed_.notify_all();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  /// False where it was cancelled before its time had come.
  bool is_mine() const { return is_mine_; }
  /// Asked to stop by a Hold, or by whoever has it.
  std::stop_source& stop() { return stop_; }

 private:
  PublishDesk& desk_;
  bool is_mine_ = false;
  std::stop_source stop_;
};

PublishDesk::PublishDesk(DataFolder folder, Pipeline& pipeline, Asker& asker, std::string default_tz)
    : folder_(std::move(folder)),
      pipeline_(pipeline),
      asker_(asker),
      default_tz_(std::move(default_tz)),
      before_replaced_(pipeline.before_replaced),
      after_replaced_(pipeline.after_replaced) {
  pipeline_.before_replaced = [this] {
    replacing_ = Hold();
    if (before_replaced_) before_replaced_();
  };
  pipeline_.after_replaced = [this] {
    if (after_replaced_) after_replaced_();
    replacing_.reset();
  };
}

PublishDesk::~PublishDesk() {
  pipeline_.before_replaced = before_replaced_;
  pipeline_.after_replaced = after_replaced_;
}

std::shared_ptr<void> PublishDesk::Hold() {
  {
    std::unique_lock lock(turn_mutex_);
    ++holds_;
    running_.request_stop();
    changed_.wait(lock, [this] { return !is_running_; });
  }
  return {nullptr, [this](void*) {
            const std::lock_guard lock(turn_mutex_);
            --holds_;
            changed_.notify_all();
          }};
}

void PublishDesk::Close() {
  const std::lock_guard lock(turn_mutex_);
  is_closed_ = true;
  running_.request_stop();
  changed_.notify_all();
}

/// One attempt, which a Hold may break off.
base::Result<PublishDesk::Outcome> PublishDesk::PublishOnce(const PublishWish& wish,
                                                            const PublishObserver& observer,
                                                            std::set<std::string>& done) {
  // Copies of a long history are hundreds of MB, and a server idles for hours afterwards.
  const base::FrugalMemory frugal;
  // Before the turn and gone after it: who replaces the warehouse waits for the turn, and this for them.
  const Pipeline::SmallEngine small(pipeline_);
  Turn turn(*this, wish.cancel);
  if (!turn.is_mine()) return std::unexpected(BrokenOff());
  const std::stop_callback forward(wish.cancel, [stop = turn.stop()]() mutable { stop.request_stop(); });
  if (observer.on_begin) observer.on_begin(pipeline_.DataVersion());
  PublishPass pass({folder_, pipeline_, asker_, default_tz_}, wish, observer, done, turn.stop().get_token());
  auto run = pass.Run();
  ++passes_;
  if (run) return Outcome::kOver;
  if (turn.stop().stop_requested() && !wish.cancel.stop_requested()) return Outcome::kHeld;
  return std::unexpected(std::move(run.error()));
}

base::Result<void> PublishDesk::Publish(const PublishWish& wish, const PublishObserver& observer) {
  std::set<std::string> done;
  return PublishRest(wish, observer, done);
}

/// Who is among `done` is left out, and who was published is added.
base::Result<void> PublishDesk::PublishRest(const PublishWish& wish, const PublishObserver& observer,
                                            std::set<std::string>& done) {
  if (!wish.zone.empty() && wish.zone != default_tz_) {
    return base::Fail(base::ErrorCode::kInvalidInput, "publish", wish.zone,
                      "the server answers in the zone " + default_tz_,
                      "leave --zone out, or start the server with it");
  }
  const auto end = SteadyClock::now() + wish.patience;
  for (auto pause = kPauseMin;;) {
    auto run = PublishOnce(wish, observer, done);
    if (run && *run == Outcome::kOver) return {};
    if (run) continue;
    const base::ErrorCode code = run.error().code;
    const bool may_pass = code == base::ErrorCode::kRetryLater || code == base::ErrorCode::kConflict;
    if (!may_pass || wish.cancel.stop_requested() || SteadyClock::now() + pause > end)
      return std::unexpected(std::move(run.error()));
    if (observer.on_retry) observer.on_retry(run.error(), pause);
    if (!Rest(pause, wish.cancel)) return std::unexpected(BrokenOff());
    pause = std::min(pause * 2, kPatientPauseMax);
  }
}

base::Result<void> PublishDesk::RunJson(const std::string& text, const SendEvent& send) {
  auto wish = ReadPublishWish(text);
  if (!wish) return std::unexpected(wish.error());
  std::stop_source gone;  // whoever asked for it
  wish->cancel = gone.get_token();
  const SendEvent watched = [&](std::string_view event, std::string_view data) {
    const bool is_there = send(event, data);
    if (!is_there) gone.request_stop();
    return is_there;
  };
  return Publish(*wish, SendPublishEvents(watched));
}

void PublishDesk::BringUp(Kept& kept, const std::stop_token& stop) {
  // Before it begins: who was published before a Hold, or when others could not be, is of this one at least.
  if (std::string version = pipeline_.DataVersion(); kept.tried_version != version) {
    kept.tried_version = std::move(version);
    kept.tried.clear();
  }
  auto begun = SteadyClock::now();
  const auto on_begin = [&begun](const std::string&) { begun = SteadyClock::now(); };
  base::Result<void> done;
  try {
    done = PublishRest({.url = kept.url, .cancel = stop}, {.on_begin = on_begin}, kept.tried);
  } catch (const std::exception& thrown) {  // memory, mostly; the server goes on
    done = base::Fail(base::ErrorCode::kRetryLater, "publish", kept.place, thrown.what());
  }
  // A store that was away may come back as it was before.
  if (done || !IsListenersOwn(done.error().code)) kept.tried.clear();
  if (stop.stop_requested()) return;
  const auto now = SteadyClock::now();
  next_any_ = now + std::max(kRestMin, std::chrono::duration_cast<std::chrono::milliseconds>(now - begun) *
                                           kRestsForWork);
  const std::lock_guard lock(kept_mutex_);
  if (done) {
    if (!kept.told_failure.empty()) fmt::print(stderr, "earprint: {} is up to date again\n", kept.place);
    kept.told_failure.clear();
    kept.done_version = kept.tried_version;
    kept.pause = {};
    kept.published_at_s =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    return;
  }
  ++kept.failures;
  kept.pause = std::clamp(kept.pause * 2, kPauseMin, kPauseMax);
  kept.next = now + kept.pause;
  if (const std::string failure = done.error().Text(); failure != kept.told_failure) {
    kept.told_failure = failure;
    fmt::print(stderr, "earprint: {}\n  it is tried again until it succeeds\n", failure);
  }
}

/// Of the stores that are due the one that was brought up longest ago; null where none is.
PublishDesk::Kept* PublishDesk::LongestWaiting() {
  Kept* first = nullptr;
  for (Kept& each : kept_) {
    const bool is_due =
        each.done_version != pipeline_.DataVersion() && SteadyClock::now() >= std::max(each.next, next_any_);
    if (is_due && (first == nullptr || each.served < first->served)) first = &each;
  }
  return first;
}

base::Result<std::jthread> PublishDesk::Keep(const std::vector<std::string>& urls) {
  std::vector<Kept> kept;
  for (const std::string& url : urls) {
    const std::string whole = WholeStoreUrl(url);
    auto store = ChooseStore(whole);
    if (!store) return std::unexpected(store.error());
    const std::string place = (*store)->Place();
    if (std::ranges::find(kept, place, &Kept::place) != kept.end()) {
      return base::Fail(base::ErrorCode::kInvalidInput, "keep stores up to date", place, "it is named twice",
                        "name each store once");
    }
    kept.push_back({.url = whole, .place = place});
  }
  {
    const std::lock_guard lock(kept_mutex_);
    kept_ = std::move(kept);
  }
  if (urls.empty()) return std::jthread();
  return std::jthread([this](const std::stop_token& stop) {
    // Of this thread alone, and of those that it begins. Not the lowest: a busy machine publishes too.
    ::setpriority(PRIO_PROCESS, 0, 10);
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    do {
      if (Kept* const due = LongestWaiting(); due != nullptr) {
        BringUp(*due, stop);
        due->served = SteadyClock::now();
      }
    } while (!stopped.wait_for(lock, stop, kLookEvery, [] { return false; }) && !stop.stop_requested());
  });
}

std::string PublishDesk::FiguresText() {
  const std::string version = pipeline_.DataVersion();
  const std::lock_guard lock(kept_mutex_);
  if (kept_.empty()) return "";
  std::string current, published, failures;
  for (const Kept& each : kept_) {
    std::string place;
    base::AppendJsonString(each.place, place);
    current += fmt::format("earprint_store_is_current{{store={}}} {}\n", place,
                           each.done_version == version ? 1 : 0);
    published += fmt::format("earprint_store_published_timestamp_seconds{{store={}}} {}\n", place,
                             each.published_at_s);
    failures += fmt::format("earprint_store_failures_total{{store={}}} {}\n", place, each.failures);
  }
  return "# HELP earprint_store_is_current Whether a store has all that the warehouse has.\n"
         "# TYPE earprint_store_is_current gauge\n" +
         current +
         "# HELP earprint_store_published_timestamp_seconds When a store was last brought up to date; 0: not "
         "yet.\n"
         "# TYPE earprint_store_published_timestamp_seconds gauge\n" +
         published +
         "# HELP earprint_store_failures_total Attempts at publishing that failed.\n"
         "# TYPE earprint_store_failures_total counter\n" +
         failures;
}

std::unique_ptr<HousePublishing> OpenPublishing(const DataFolder& folder, Pipeline& pipeline, Asker& asker,
                                                const std::string& default_tz) {
  return std::make_unique<PublishDesk>(folder, pipeline, asker, default_tz);
}

}  // namespace earprint::app
