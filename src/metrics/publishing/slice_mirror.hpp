#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "metrics/metric_catalogue.hpp"
#include "metrics/publishing/listener_round.hpp"
#include "metrics/publishing/slice_loader.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::metrics::publishing {

struct SliceMirrorOptions {
  std::string prelude;
  std::string cache_folder;  ///< of this process alone
  std::uint64_t memory_max_bytes = 1ULL << 30;
  std::chrono::milliseconds looks_apart{1'000};  ///< how long what was seen of the store counts as current
  /// How long somebody waits to be answered as of now, who can be answered as of a moment ago.
  std::chrono::milliseconds wait_max{300};
};

/// Slices of a store's listeners, loaded when somebody first asks, kept current, and dropped when they are
/// too much.
///
/// Shape:   a thread looks at the store, as of which version those are who are loaded, and loads anew what
///          changed: of a new version only the parts that did are read. Who asks is answered from what is
///          loaded, and waits for the store only where nothing is. The least recently used go first, with
///          their files; one stays, however large. Who is no more in the store goes at the next look. While
///          the store cannot be reached it is looked at less and less often, what is loaded goes on answering
///          as of its version, and who asks for somebody who is not loaded is told so at once. Of all others
///          a look reads a part, the next time the next, so that neither it nor a question nor memory grows
///          with their number.
/// Effects: a thread; files in the cache folder, which goes with this. Thread-safe; who asks for a listener
///          waits while it is loaded first, nobody else.
/// Errors:  kNotFound the store does not hold the listener · the store's · the engine's.
class SliceMirror {
 public:
  SliceMirror(ports::MetricStore& store, const MetricCatalogue& catalogue,
              SliceLoader::MakeEngine make_engine, SliceMirrorOptions options);
  ~SliceMirror();
  SliceMirror(const SliceMirror&) = delete;
  SliceMirror& operator=(const SliceMirror&) = delete;

  // Shared: a slice that is replaced or dropped lives on until whoever asks it has an answer.
  base::Result<std::shared_ptr<LoadedSlice>> Of(const std::string& listener);

  /// Who is in the store, as it was last seen: all, or of many some.
  // Shared: the next look puts another in its place while somebody still reads it.
  base::Result<std::shared_ptr<const SeenListeners>> Seen();

  /// Everyone in the store: as they were last seen, or where they are more than that, read now.
  base::Result<std::vector<std::string>> Listeners();

  /// Changes whenever anybody's data version does, and whoever is loaded answers as of it: of who is loaded
  /// at the next look, of others once it is their turn.
  base::Result<std::string> Version();

  /// What is loaded, and what became of the rest.
  struct Load {
    std::size_t slices = 0;
    std::uint64_t bytes = 0;      ///< rows and kept answers
    std::uint64_t evictions = 0;  ///< slices that were dropped since they were too much
    std::uint64_t failed_looks = 0;
    bool is_store_there = false;  ///< as of the last look
  };
  Load Loaded();

 private:
  using Clock = std::chrono::steady_clock;
  struct Seat {
    std::mutex load_mutex;               ///< held while a slice is loaded
    std::shared_ptr<LoadedSlice> slice;  ///< this and the next under seats_mutex_
    std::uint64_t used_no = 0;
    std::uint64_t measured_no = 0;  ///< used_no when its memory was last looked at
  };

  base::Result<std::shared_ptr<LoadedSlice>> LoadNow(const std::string& listener);
  template <typename Call>
  auto AskStore(const Call& call) -> decltype(call());
  std::shared_ptr<Seat> SeatOf(const std::string& listener);
  bool IsAt(const std::string& listener, const std::shared_ptr<Seat>& seat);
  void Leave(const std::string& listener, const std::shared_ptr<Seat>& seat);
  void DropBeyondBound();
  std::vector<std::string> WhoIsLoaded();
  void DropTheGone(const std::vector<std::string>& loaded, const std::vector<ports::StoredListener>& there);
  void Renew(ports::StoredListener& seen);
  void MeasureTheUsed();

  void Watch(const std::stop_token& stop);
  void Look();
  void AwaitLook(std::unique_lock<std::mutex>& look);
  std::optional<base::Error> Refusal() const;
  void NoteFailure(const base::Error& error);

  ports::MetricStore& store_;
  SliceMirrorOptions options_;
  SliceLoader loader_;
  std::mutex store_mutex_;  ///< a store is asked for one thing at a time

  std::mutex seats_mutex_;
  // Shared: a seat that is dropped lives on while somebody sits there.
  std::map<std::string, std::shared_ptr<Seat>> seats_;
  std::uint64_t uses_ = 0, evictions_ = 0;

  std::mutex look_mutex_;
  std::condition_variable_any looked_;
  bool is_asked_ = false, is_looking_ = false;
  std::optional<Clock::time_point> seen_as_of_;  ///< when the last look that succeeded began
  Clock::time_point looking_since_{}, next_look_{};
  std::shared_ptr<const SeenListeners> seen_ = std::make_shared<const SeenListeners>();
  std::optional<base::Error> failure_;  ///< of the last look
  std::uint64_t failed_looks_ = 0;
  std::chrono::milliseconds pause_{};

  ListenerRound round_;  ///< of the thread alone
  std::jthread watch_;   ///< last: it uses all of the above
};

}  // namespace earprint::metrics::publishing
