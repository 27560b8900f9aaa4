#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/utc_time.hpp"

namespace earprint::audit {

/// A statement of the lake that a figure rests on.
struct WitnessedPlay {
  std::string event_id;  ///< 30 hexadecimal digits, as on the log
  std::int64_t ended_at_ms = 0, played_ms = 0;
  std::string track, artist;
};

/// A cell in which a store and the lake differ.
struct Difference {
  std::string metric, listener;
  std::string conditions;  ///< as JSON, as understood
  std::size_t row = 0;     ///< from 0
  std::string row_key;     ///< the row's texts and dates, for people
  std::string column;
  std::string expected;                  ///< what follows from the lake
  std::string found;                     ///< what the store says
  std::uint64_t plays = 0;               ///< how many plays are behind the cell
  std::vector<WitnessedPlay> witnesses;  ///< the first of them
};

/// What an audit found.
struct AuditReport {
  std::string store, data_version;
  base::UtcMs finished;
  double seconds = 0;
  std::uint64_t seed = 0, samples = 0;
  std::uint64_t events = 0, plays = 0;     ///< read of the lake, and settled
  std::uint64_t answers = 0, figures = 0;  ///< compared, cell by cell
  std::uint64_t differing = 0;             ///< cells that differ
  std::vector<Difference> differences;     ///< the first of them
  std::vector<std::string> listeners;      ///< audited now
  std::vector<std::string> unchanged;      ///< left out: nothing of theirs has changed since they were equal
  std::vector<std::string> metrics;        ///< audited
  std::vector<std::string> not_audited;    ///< metrics of the store that the audit does not know
};

inline constexpr std::size_t kDifferencesKeptMax = 100;
inline constexpr std::size_t kWitnessesMax = 5;

/// For a terminal: what was checked, and what differs.
std::string ReportTable(const AuditReport& report);
/// One object; the fields as above, instants as text.
std::string ReportJson(const AuditReport& report);
/// What differs, a line each.
std::string ReportJsonLines(const AuditReport& report);
std::string ReportCsv(const AuditReport& report);
/// Takes out what names a listener, with the differences found at it; false where nothing did.
bool LeaveOut(const std::string& listener, AuditReport& report);
/// Reads what ReportJson wrote. Errors: kCorrupt it is none.
base::Result<AuditReport> ReadReport(std::string_view json);

}  // namespace earprint::audit
