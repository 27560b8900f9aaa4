#include "app/streams/landing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <optional>
#include <thread>
#include <utility>

#include "base/hash.hpp"

namespace earprint::app {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kPauseAfterFault = std::chrono::seconds(2);
/// A broker that dies while a reader asks where a share begins ends that reader too: for so many pauses.
constexpr int kConflictsMax = 30;
constexpr std::uint64_t kStowedBatches = 5;  ///< of the size that a person gave, whose memory is to be small
constexpr auto kLettersMax = std::chrono::seconds(5);
constexpr auto kPatienceAtEnd = std::chrono::seconds(2);  ///< with a sink: a batch is soon kept

/// What two have done who read one after the other; how far behind, the later one knows.
ports::FeedFigures Both(const ports::FeedFigures& earlier, ports::FeedFigures later) {
  for (const auto figure :
       {&ports::FeedFigures::messages, &ports::FeedFigures::bytes, &ports::FeedFigures::rebalances,
        &ports::FeedFigures::commits, &ports::FeedFigures::commits_failed, &ports::FeedFigures::errors,
        &ports::FeedFigures::skipped, &ports::FeedFigures::begun_anew})
    later.*figure += earlier.*figure;
  if (later.last_error.empty()) later.last_error = earlier.last_error;
  return later;
}

}  // namespace

void Advance(ports::FeedPlaces& places, const ports::FeedPlaces& next) {
  for (const auto& [share, place] : next) places[share] = std::max(places[share], place);
}

void Landing::Watched::Note(const ports::FeedPlaces& next) {
  const std::lock_guard lock(mutex_);
  Advance(kept_, next);
}

base::Result<ports::SinkPlaces> Landing::Watched::Places() {
  const std::lock_guard turn(turn_);
  auto places = sink_.Places();
  if (places) Note(places->next);
  return places;
}

base::Result<ports::TakenReport> Landing::Watched::Keep(model::EventBatch batch,
                                                        const ports::FeedPlaces& next) {
  const std::lock_guard turn(turn_);
  auto taken = sink_.Keep(std::move(batch), next);
  if (!taken) return taken;
  Note(std::exchange(stowed_, {}));
  Note(next);
  const bool has_news = std::exchange(has_stowed_news_, false) || taken->accepted + taken->duplicate > 0;
  if (has_news && on_kept) on_kept();
  return taken;
}

base::Result<ports::TakenReport> Landing::Watched::Stow(model::EventBatch batch,
                                                        const ports::FeedPlaces& next) {
  const std::lock_guard turn(turn_);
  auto taken = sink_.Stow(std::move(batch), next);
  if (!taken) return taken;
  Advance(stowed_, next);
  has_stowed_news_ = has_stowed_news_ || taken->accepted + taken->duplicate > 0;
  return taken;
}

base::Result<void> Landing::Watched::Settle() {
  {
    const std::lock_guard turn(turn_);
    if (stowed_.empty()) return {};
  }
  auto kept = Keep({}, {});
  return kept ? base::Result<void>() : std::unexpected(kept.error());
}

void Landing::Watched::NoteBeginnings(const ports::FeedPlaces& beginnings) {
  const std::lock_guard turn(turn_);
  sink_.NoteBeginnings(beginnings);
}

base::Result<void> Landing::Watched::BeginAnew(const std::set<ports::FeedShare>& shares) {
  const std::lock_guard turn(turn_);
  auto begun = sink_.BeginAnew(shares);
  if (!begun) return begun;
  if (std::exchange(has_stowed_news_, false) && on_kept) on_kept();  // what was stowed is built with it
  const std::lock_guard lock(mutex_);
  for (const ports::FeedShare& share : shares) {
    kept_.erase(share);
    stowed_.erase(share);
  }
  return {};
}

base::Result<void> Landing::Watched::Forget(const std::set<ports::ForgottenEvents>& forgotten) {
  const std::lock_guard turn(turn_);
  auto done = sink_.Forget(forgotten);
  if (done && on_kept) on_kept();
  return done;
}

bool Landing::Watched::Has(const ports::FeedPlaces& places) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(places, [this](const auto& place) {
    const auto found = kept_.find(place.first);
    return found != kept_.end() && found->second >= place.second;
  });
}

Landing::Landing(const adapters::KafkaSettings& settings, ports::EventSink& sink,
                 adapters::KafkaEventWriter& letters, LandingOptions options)
    : settings_(settings), letters_(letters), options_(std::move(options)), sink_(sink) {
  sink_.on_kept = [this] {
    if (on_kept) on_kept();
  };
}

base::Result<void> Landing::Join() {
  std::string group = options_.group;
  if (group.empty()) {
    auto name = sink_.Name();
    if (!name) return std::unexpected(name.error());
    group = settings_.prefix + "." + *name;
  }
  // Who reads for one listener leaves the others' events, which are not to count as read.
  if (!options_.only_listener.empty())
    group += ".only." + base::HashText(options_.only_listener).substr(0, 16);
  auto feed = adapters::KafkaEventFeed::Open(
      settings_,
      {.group = group,
       .member = options_.member,
       .known = [this] { return sink_.Places(); },
       .on_beginnings = [this](const ports::FeedPlaces& beginnings) { sink_.NoteBeginnings(beginnings); },
       .begin_anew = [this](const std::set<ports::FeedShare>& shares) { return sink_.BeginAnew(shares); },
       .ahead_kbytes = options_.ahead_kbytes,
       .on_loss = [](const std::string& words) { fmt::print(stderr, "earprint: {}\n", words); }});
  if (!feed) return std::unexpected(feed.error());
  const std::lock_guard lock(mutex_);
  feed_ = std::move(*feed);
  lander_ = std::make_unique<log::Lander>(*feed_, sink_, letters_, options_.only_listener);
  lander_->limits = options_.limits;
  lander_->reads_ahead = options_.reads_ahead;
  lander_->stowed_max =
      std::min<std::uint64_t>(lander_->stowed_max, kStowedBatches * options_.limits.messages_max);
  return {};
}

void Landing::Leave() {
  std::unique_ptr<adapters::KafkaEventFeed> left;  // to leave the group takes a moment
  const std::lock_guard lock(mutex_);
  if (lander_) before_ += lander_->Report();
  if (feed_) last_ = Both(last_, feed_->Figures());
  lander_.reset();
  left = std::move(feed_);
}

base::Result<bool> Landing::Step() {
  if (!lander_) {
    if (auto settled = sink_.Settle(); !settled) return std::unexpected(settled.error());
    if (auto joined = Join(); !joined) return std::unexpected(joined.error());
  }
  return lander_->Step();
}

bool Landing::IsOver(const base::Error& fault, bool once) const {
  // A place that is gone is found by who joins anew: nothing that a person must see to, unless it keeps
  // coming.
  if (fault.code == base::ErrorCode::kConflict) return once && conflicts_ >= kConflictsMax;
  return once || (options_.ends_when_refused && fault.code != base::ErrorCode::kRetryLater);
}

void Landing::TellTrouble(const base::Error& fault, bool goes_on) {
  ++failures_;
  if (fault.code == base::ErrorCode::kConflict && ++conflicts_ == 1) return;
  const std::string trouble = fault.Text();
  if (trouble != told_)
    fmt::print(stderr, "earprint: {}\n{}", trouble, goes_on ? "  tried again by itself\n" : "");
  told_ = trouble;
}

void Landing::TellWell() {
  conflicts_ = 0;
  if (told_.empty()) return;
  fmt::print(stderr, "earprint: the events of {} are brought in again\n", settings_.servers);
  told_.clear();
}

/// Ends what is asked of the sink a moment after `stop`, unless it is `over` before.
void Landing::BreakOffLater(const std::stop_token& stop, const std::stop_token& over) {
  std::mutex mutex;
  std::condition_variable_any waked;
  const std::stop_callback wake(over, [&] {
    const std::lock_guard lock(mutex);  // else it might come between the look and the wait
    waked.notify_all();
  });
  std::unique_lock lock(mutex);
  waked.wait(lock, stop, [&over] { return over.stop_requested(); });
  waked.wait_for(lock, over, kPatienceAtEnd, [] { return false; });
  if (!over.stop_requested()) sink_.BreakOff();
}

base::Result<void> Landing::Run(const std::stop_token& stop, bool once) {
  const std::stop_callback break_off(stop, [this] { letters_.BreakOff(); });
  std::mutex mutex;
  std::condition_variable_any stopped;
  const std::jthread patience([this, &stop](const std::stop_token& over) { BreakOffLater(stop, over); });
  base::Result<void> result;
  std::optional<SteadyClock::time_point> ended;
  while (!stop.stop_requested()) {
    const std::uint64_t batches = Report().batches;
    const auto at_end = Step();
    // That nothing came proves nothing: a batch was kept, or the end was seen of shares that the sink knows.
    if (at_end && (*at_end || Report().batches > batches)) TellWell();
    if (at_end && *at_end && once) {
      // Dead letters that were written on the way come home too, if their share is ours.
      if (!ended) ended = SteadyClock::now();
      if (Has(letters_.Written()) || SteadyClock::now() - *ended > kLettersMax) break;
    }
    if (at_end) continue;
    if (IsOver(at_end.error(), once)) {
      result = std::unexpected(at_end.error());
      break;
    }
    TellTrouble(at_end.error(), !stop.stop_requested());
    Leave();  // what was not committed comes again
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, kPauseAfterFault, [] { return false; });
  }
  Leave();
  return result;
}

log::LandReport Landing::Report() const {
  const std::lock_guard lock(mutex_);
  log::LandReport report = before_;
  if (lander_) report += lander_->Report();
  return report;
}

ports::FeedFigures Landing::Feed() const {
  const std::lock_guard lock(mutex_);
  return feed_ ? Both(last_, feed_->Figures()) : last_;
}

}  // namespace earprint::app
