#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "metrics/metric_catalogue.hpp"
#include "metrics/zone_table.hpp"
#include "model/answer.hpp"
#include "ports/query_engine.hpp"

namespace earprint::metrics {

/// A value that a condition can take, and how many plays of any length have it.
struct PickerValue {
  std::string value;
  std::int64_t plays = 0;
};

/// Everyone whose plays a store has, by name. Errors: the engine's.
base::Result<std::vector<std::string>> ReadListeners(ports::QuerySession& session);

/// A cell of an engine or a store as an answer tells it: true is 1.
model::AnswerCell ToAnswerCell(const ports::Cell& cell);

/// Answers metrics under conditions.
///
/// Shape:  thread-safe; kSessionsMax questions are worked on at once, others wait. An answer is kept until
///         the data version changes (kKeptAnswersMax and kKeptCellsMax at most, the longest unused goes
///         first).
/// Errors: kNotFound metric or listener · kInvalidInput a condition · the engine's.
class Answerer {
 public:
  static constexpr std::size_t kSessionsMax = 3;
  static constexpr std::size_t kKeptAnswersMax = 256;
  static constexpr std::size_t kKeptCellsMax = 250'000;  ///< about 15 MB

  /// `data_version` tells the store's version without asking the store, since every answer begins with it.
  Answerer(ports::QueryEngine& engine, const MetricCatalogue& catalogue, std::string prelude,
           std::function<std::string()> data_version);
  ~Answerer();
  Answerer(const Answerer&) = delete;
  Answerer& operator=(const Answerer&) = delete;

  // Shared: the same kept answer is handed to every asker, and may leave the store while one still writes it
  // out.
  base::Result<std::shared_ptr<const model::Answer>> Ask(const model::Question& question);

  /// The same, where nobody will ask again: the answer is not kept in the place of another.
  base::Result<std::shared_ptr<const model::Answer>> AskOnce(const model::Question& question);

  /// How many answers were worked out, rather than found among those that are kept.
  std::uint64_t worked() const { return worked_; }

  /// What the answers that are kept take of memory.
  std::uint64_t KeptBytes();

  /// Ends the sessions that nobody uses, with what they hold in memory.
  void ReleaseMemory();

  /// Values of artist, album, track, genre, source, platform, country or playlist that contain a text, most
  /// played first.
  base::Result<std::vector<PickerValue>> Values(const std::string& dimension, const std::string& text,
                                                const std::string& listener, std::int64_t limit);

  /// A question of the house's own that is no metric, in a session that has the function library.
  base::Result<ports::Table> Query(const std::string& sql);

  /// Everyone whose plays are here, by name.
  base::Result<std::vector<std::string>> Listeners();

  std::string DataVersion() const { return data_version_(); }

  /// Between the two nobody is answered: Suspend returns when all sessions have ended, and askers wait until
  /// Resume. What was kept is forgotten.
  void Suspend();
  void Resume();

 private:
  struct Lease;
  base::Result<Lease> Borrow();
  void GiveBack(std::unique_ptr<ports::QuerySession> session);
  std::shared_ptr<const model::Answer> FindKept(const std::string& key, const std::string& version);
  base::Result<model::Answer> Work(const model::Question& question, const std::string& data_version);
  using Numbers = std::vector<std::int64_t>;
  base::Result<Numbers> NumbersBeside(ports::QuerySession& session, const std::string& key,
                                      const std::string& version,
                                      const std::function<base::Result<std::string>()>& sql);
  base::Result<void> AddLimits(ports::QuerySession& session, const model::Question& question,
                               const ZoneTable& zone, std::string_view body, model::Answer& answer);
  base::Result<ZoneTable> ZoneTableFor(ports::QuerySession& session, model::Question& question,
                                       std::string_view body);

  ports::QueryEngine& engine_;
  const MetricCatalogue& catalogue_;
  std::string prelude_;
  std::function<std::string()> data_version_;
  ZoneTables zones_;

  std::mutex sessions_mutex_;
  std::condition_variable session_free_;
  std::vector<std::unique_ptr<ports::QuerySession>> idle_;
  std::size_t sessions_made_ = 0;
  bool is_suspended_ = false;
  std::atomic<std::uint64_t> worked_ = 0;

  std::mutex kept_mutex_;
  std::string kept_version_;
  std::list<std::string> recent_;  ///< keys, most recently used first
  struct Kept {
    std::shared_ptr<const model::Answer> answer;
    std::list<std::string>::iterator place;
  };
  std::map<std::string, Kept> kept_;
  std::size_t kept_cells_ = 0;
  std::uint64_t kept_bytes_ = 0;
  std::optional<std::vector<std::string>> kept_listeners_;
  std::map<std::string, Numbers> kept_numbers_;  ///< what stands beside answers
  void ForgetIfOlder(const std::string& version);
};

}  // namespace earprint::metrics
