#include "metrics/publishing/slice_mirror.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <utility>

#include "model/event_line.hpp"

namespace earprint::metrics::publishing {

namespace {

using base::ErrorCode;
using base::Result;

constexpr int kTriesMax = 5;  ///< of reading a state that is replaced while it is read
constexpr std::chrono::milliseconds kIdleLooksApart{1'000}, kPauseMin{500}, kPauseMax{8'000};
constexpr std::uint64_t kWorkMinBytes = 64ULL << 20;
constexpr std::uint64_t kWorkShare = 4;  ///< a quarter of the bound is for what is worked on

base::Failure NotHeld(const std::string& listener) {
  return base::Fail(ErrorCode::kNotFound, "choose listener", listener.substr(0, 60),
                    "the store holds nobody of that name", "earprint publish brings them there");
}

}  // namespace

SliceMirror::SliceMirror(ports::MetricStore& store, const MetricCatalogue& catalogue,
                         SliceLoader::MakeEngine make_engine, SliceMirrorOptions options)
    : store_(store),
      options_(std::move(options)),
      loader_(
          catalogue, std::move(make_engine),
          [this](const std::string& listener, const ports::PartName& name, const std::string& fingerprint) {
            return AskStore([&] { return store_.ReadBytes(listener, name, fingerprint); });
          },
          {options_.prelude, options_.cache_folder,
           std::max(kWorkMinBytes, options_.memory_max_bytes / kWorkShare)}),
      watch_([this](const std::stop_token& stop) { Watch(stop); }) {}

SliceMirror::~SliceMirror() {
  watch_.request_stop();
  store_.BreakOff();
  watch_.join();
  seats_.clear();
  std::error_code ignored;
  std::filesystem::remove_all(options_.cache_folder, ignored);
}

std::shared_ptr<SliceMirror::Seat> SliceMirror::SeatOf(const std::string& listener) {
  const std::lock_guard lock(seats_mutex_);
  std::shared_ptr<Seat>& seat = seats_[listener];
  if (!seat) seat = std::make_shared<Seat>();
  seat->used_no = ++uses_;
  return seat;
}

bool SliceMirror::IsAt(const std::string& listener, const std::shared_ptr<Seat>& seat) {
  const std::lock_guard lock(seats_mutex_);
  const auto found = seats_.find(listener);
  return found != seats_.end() && found->second == seat;
}

/// The caller holds the seat's load_mutex.
void SliceMirror::Leave(const std::string& listener, const std::shared_ptr<Seat>& seat) {
  const std::lock_guard lock(seats_mutex_);
  const auto found = seats_.find(listener);
  if (found == seats_.end() || found->second != seat) return;
  seats_.erase(found);
  loader_.Remove(listener);
}

Result<std::shared_ptr<LoadedSlice>> SliceMirror::Of(const std::string& listener) {
  {
    std::unique_lock look(look_mutex_);
    AwaitLook(look);
    if (auto refusal = Refusal()) return std::unexpected(std::move(*refusal));
  }
  // What can be nobody's name is no question to a store, which might take it for a fault of its own.
  if (!model::IsListenerName(listener)) return NotHeld(listener);
  for (;;) {
    const std::shared_ptr<Seat> seat = SeatOf(listener);
    const auto taken = [&] {
      const std::lock_guard lock(seats_mutex_);
      return seat->slice;
    };
    if (auto slice = taken()) return slice;
    {
      const std::lock_guard loading(seat->load_mutex);
      if (auto slice = taken()) return slice;  // loaded by who sat here before
      if (!IsAt(listener, seat)) continue;     // who sat here before could not load it
      auto loaded = LoadNow(listener);
      if (!loaded) {
        Leave(listener, seat);
        return loaded;
      }
      const std::lock_guard lock(seats_mutex_);
      seat->slice = *loaded;
    }
    DropBeyondBound();
    return taken();
  }
}

/// Asks the store for one thing, unless it is known to be away.
template <typename Call>
auto SliceMirror::AskStore(const Call& call) -> decltype(call()) {
  const auto known_failure = [this] {
    const std::lock_guard look(look_mutex_);
    return failure_;
  };
  // Before the store's turn too: the look that tries it again may hold that for many seconds.
  if (const auto failure = known_failure()) return std::unexpected(*failure);
  const std::lock_guard lock(store_mutex_);
  if (const auto failure = known_failure()) return std::unexpected(*failure);
  auto told = call();
  if (!told && told.error().code == ErrorCode::kRetryLater) NoteFailure(told.error());
  return told;
}

/// The caller holds the load_mutex of the listener's seat.
Result<std::shared_ptr<LoadedSlice>> SliceMirror::LoadNow(const std::string& listener) {
  base::Error last;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    auto state = AskStore([&] { return store_.State(listener); });
    if (!state) return std::unexpected(state.error());
    if (state->data_version.empty()) return NotHeld(listener);
    auto loaded = loader_.Load(*state);
    if (loaded) return loaded;
    last = std::move(loaded.error());
    if (last.code != ErrorCode::kConflict) break;
  }
  return std::unexpected(std::move(last).Within("load " + listener));
}

void SliceMirror::DropBeyondBound() {
  std::vector<std::shared_ptr<Seat>> dropped;  // an engine ends after the lock
  const std::lock_guard lock(seats_mutex_);
  for (;;) {
    std::uint64_t bytes = 0;
    std::size_t slices = 0;
    auto oldest = seats_.end();
    for (auto at = seats_.begin(); at != seats_.end(); ++at) {
      if (!at->second->slice) continue;  // being loaded: counted when that is done
      ++slices;
      bytes += at->second->slice->Bytes();
      if (oldest == seats_.end() || at->second->used_no < oldest->second->used_no) oldest = at;
    }
    if (bytes <= options_.memory_max_bytes || slices <= 1) return;
    const std::unique_lock sits(dropped.emplace_back(oldest->second)->load_mutex, std::try_to_lock);
    if (!sits) return;  // it is loaded anew, and who does that comes here afterwards
    loader_.Remove(oldest->first);
    seats_.erase(oldest);
    ++evictions_;
  }
}

std::vector<std::string> SliceMirror::WhoIsLoaded() {
  std::vector<std::string> loaded;
  const std::lock_guard lock(seats_mutex_);
  for (const auto& [listener, seat] : seats_)
    if (seat->slice) loaded.push_back(listener);
  return loaded;
}

/// Nothing stays of who was forgotten, whether or not somebody asks for them again. Who was loaded after the
/// store was looked at may be newer than what was seen there.
void SliceMirror::DropTheGone(const std::vector<std::string>& loaded,
                              const std::vector<ports::StoredListener>& there) {
  std::set<std::string_view> names;
  for (const ports::StoredListener& each : there) names.insert(each.listener);
  std::vector<std::shared_ptr<Seat>> dropped;  // an engine ends after the lock
  const std::lock_guard lock(seats_mutex_);
  for (const std::string& listener : loaded) {
    const auto at = seats_.find(listener);
    if (at == seats_.end() || names.contains(listener)) continue;
    const std::unique_lock sits(at->second->load_mutex, std::try_to_lock);
    if (!sits) continue;  // who is being loaded is looked at the next time
    dropped.push_back(at->second);
    loader_.Remove(listener);
    seats_.erase(at);
    round_.NoteChange();
  }
}

/// Loads a slice anew where it is of another version than what was seen. Where that cannot be done now, what
/// was seen is taken to be as old as the slice.
void SliceMirror::Renew(ports::StoredListener& seen) {
  std::shared_ptr<Seat> seat;
  std::string version;
  {
    const std::lock_guard lock(seats_mutex_);
    const auto found = seats_.find(seen.listener);
    if (found == seats_.end() || !found->second->slice) return;
    seat = found->second;
    version = seat->slice->data_version;
  }
  if (version == seen.data_version) return;
  {
    const std::lock_guard loading(seat->load_mutex);
    if (!IsAt(seen.listener, seat)) return;  // dropped meanwhile; who comes next loads it as it is then
    auto loaded = LoadNow(seen.listener);
    if (!loaded &&
        (loaded.error().code == ErrorCode::kRetryLater || loaded.error().code == ErrorCode::kConflict)) {
      seen.data_version = version;
      return;
    }
    round_.NoteChange();
    if (!loaded) return Leave(seen.listener, seat);  // who asks next is told why
    seen.data_version = (*loaded)->data_version;
    const std::lock_guard lock(seats_mutex_);
    seat->slice = *loaded;
  }
  DropBeyondBound();
}

void SliceMirror::MeasureTheUsed() {
  std::vector<std::shared_ptr<LoadedSlice>> used;
  {
    const std::lock_guard lock(seats_mutex_);
    for (const auto& [listener, seat] : seats_) {
      if (!seat->slice || seat->measured_no == seat->used_no) continue;
      seat->measured_no = seat->used_no;
      used.push_back(seat->slice);
    }
  }
  for (const auto& slice : used) (void)slice->Measure();  // the figure before stays
  if (!used.empty()) DropBeyondBound();
}

SliceMirror::Load SliceMirror::Loaded() {
  Load load;
  {
    const std::lock_guard lock(seats_mutex_);
    load.evictions = evictions_;
    for (const auto& [listener, seat] : seats_) {
      if (!seat->slice) continue;
      ++load.slices;
      load.bytes += seat->slice->Bytes();
    }
  }
  const std::lock_guard look(look_mutex_);
  load.failed_looks = failed_looks_;
  load.is_store_there = seen_as_of_ && !failure_;
  return load;
}

void SliceMirror::NoteFailure(const base::Error& error) {
  const std::lock_guard lock(look_mutex_);
  failure_ = error;
  ++failed_looks_;
  pause_ = std::clamp(pause_ * 2, kPauseMin, kPauseMax);
  next_look_ = Clock::now() + pause_;
  looked_.notify_all();
}

void SliceMirror::Look() {
  const auto begin = Clock::now();
  const auto ask = [this](const auto& call) {
    const std::lock_guard lock(store_mutex_);
    return call();
  };
  const std::vector<std::string> loaded = WhoIsLoaded();
  auto part = ask([this] { return store_.ListenersAfter(round_.after(), ListenerRound::kPartMax); });
  if (!part) return NoteFailure(part.error());
  const bool is_whole = round_.IsWhole(*part);
  std::vector<ports::StoredListener> beside;
  if (!is_whole && !loaded.empty()) {
    auto told = ask([&] { return store_.VersionsOf(loaded); });
    if (!told) return NoteFailure(told.error());
    beside = std::move(*told);
  }
  {
    const std::lock_guard lock(look_mutex_);
    failure_.reset();
    pause_ = {};
  }
  std::vector<ports::StoredListener>& current = is_whole ? *part : beside;
  DropTheGone(loaded, current);
  for (ports::StoredListener& each : current) Renew(each);
  round_.Take(*part);
  auto seen = std::make_shared<const SeenListeners>(round_.Seen());
  const std::lock_guard lock(look_mutex_);
  seen_ = std::move(seen);
  seen_as_of_ = begin;
  if (!failure_)  // else a part could not be read, and the pause after that counts
    next_look_ = begin + (options_.looks_apart.count() > 0 ? options_.looks_apart : kIdleLooksApart);
}

void SliceMirror::Watch(const std::stop_token& stop) {
  std::unique_lock lock(look_mutex_);
  while (!stop.stop_requested()) {
    // A store that is away is not asked sooner because many ask for it.
    const auto until = next_look_;
    const bool is_woken = looked_.wait_until(lock, stop, until, [this] { return is_asked_ && !failure_; });
    if (stop.stop_requested()) return;
    if (!is_woken && Clock::now() < next_look_) continue;
    is_asked_ = false;
    is_looking_ = true;
    looking_since_ = Clock::now();
    lock.unlock();
    Look();
    MeasureTheUsed();
    lock.lock();
    is_looking_ = false;
    looked_.notify_all();
  }
}

/// Waits until what was seen counts as current, where that is soon. The first time it waits for the store.
void SliceMirror::AwaitLook(std::unique_lock<std::mutex>& look) {
  const auto now = Clock::now();
  const auto is_current = [this, now] {
    return failure_ || (seen_as_of_ && *seen_as_of_ + options_.looks_apart >= now);
  };
  if (is_current()) return;
  is_asked_ = true;
  looked_.notify_all();
  if (!seen_as_of_) return looked_.wait(look, is_current);
  looked_.wait_until(look, (is_looking_ ? looking_since_ : now) + options_.wait_max, is_current);
}

/// Why nobody is answered: the store never was there, or something is wrong with it that waiting does not
/// mend. The caller holds look_mutex_.
std::optional<base::Error> SliceMirror::Refusal() const {
  if (failure_ && (!seen_as_of_ || failure_->code != ErrorCode::kRetryLater)) return failure_;
  return {};
}

Result<std::shared_ptr<const SeenListeners>> SliceMirror::Seen() {
  std::unique_lock look(look_mutex_);
  AwaitLook(look);
  if (auto refusal = Refusal()) return std::unexpected(std::move(*refusal));
  return seen_;
}

Result<std::vector<std::string>> SliceMirror::Listeners() {
  auto seen = Seen();
  if (!seen) return std::unexpected(seen.error());
  if ((*seen)->is_all) return (*seen)->names;
  std::vector<std::string> names;
  for (bool is_last = false; !is_last;) {
    const std::string after = names.empty() ? "" : names.back();
    auto part = AskStore([&] { return store_.ListenersAfter(after, ListenerRound::kPartMax); });
    if (!part) return std::unexpected(part.error());
    for (ports::StoredListener& each : *part) names.push_back(std::move(each.listener));
    is_last = part->size() < ListenerRound::kPartMax;
  }
  std::ranges::sort(names);
  return names;
}

Result<std::string> SliceMirror::Version() {
  auto seen = Seen();
  if (!seen) return std::unexpected(seen.error());
  return (*seen)->version;
}

}  // namespace earprint::metrics::publishing
