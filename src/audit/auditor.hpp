#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "audit/audit_report.hpp"
#include "audit/settled/truth.hpp"
#include "ports/clock.hpp"
#include "ports/stores/answered_store.hpp"

namespace earprint::audit {

/// What follows from a lake, and which state of the data that is.
struct DatedTruth {
  std::string data_version;
  std::shared_ptr<const Truth> truth;  ///< shared: who reads it may hold it while a newer one is read
};
using ReadTruth = std::function<base::Result<DatedTruth>()>;

/// Where an audit stands.
struct AuditProgress {
  std::uint64_t answers = 0, of_answers = 0, figures = 0, differing = 0;
};

struct AuditOptions {
  std::uint64_t seed = 1;
  std::uint64_t samples = 20;  ///< conditions drawn at random, for each listener
  std::string listener = {};   ///< empty: everyone
  std::string default_tz = "UTC";
  std::string home_tz = "UTC";  ///< where listeners are when `tz` is "local" and nothing tells better
  std::stop_token cancel = {};
  std::function<void(const AuditProgress&)> on_progress = {};
  /// Listeners' digests at their last audit that found all equal: who has the same one is left out.
  std::map<std::string, std::uint64_t> known = {};
};

/// The digest of every listener for whom a report found no difference, those left out included.
struct AuditOutcome {
  AuditReport report;
  std::map<std::string, std::uint64_t> equal;
};

/// Recomputes a store's figures from the lake's bytes and compares them cell by cell.
///
/// Shape:   every metric of the store under default conditions, and `samples` random conditions, each for
///          kMetricsASample of the metrics, for each listener. A metric that the audit does not know is named
///          in the report.
/// Errors:  those of the lake and kRetryLater cancelled. What a store refuses to answer is a difference.
/// Effects: reads the lake; where new data came in meanwhile, reads it again. Two threads.
class Auditor {
 public:
  static constexpr std::size_t kMetricsASample = 8;

  Auditor(ReadTruth read, ports::AnsweredStore& store, const ports::Clock& clock);

  base::Result<AuditOutcome> Run(const AuditOptions& options);

 private:
  struct Work;
  ReadTruth read_;
  ports::AnsweredStore& store_;
  const ports::Clock& clock_;
};

/// Every listener of whom the lake tells plays or playlists, by name.
std::vector<std::string> ListenersOf(const Truth& truth);

}  // namespace earprint::audit
