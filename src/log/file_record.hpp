#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "log/known_events.hpp"
#include "model/event_batch.hpp"
#include "ports/importer.hpp"

namespace earprint::log {

/// What became of each record of one file, in few words: records that told something are marked with file and
/// row in their own lines, so that only those that told what was known need to be noted here, as stretches.
///
/// Shape:  rows count from 1. A stretch [row, records, file, first row] says that from `row` on so many
///         records told again, one for one, what the records from `first row` on of that file had told; file
///         0 is one that was not noted.
/// Source: docs/decisions/20261128_ledger.md
class FileRecord {
 public:
  /// `key` names the file in the lines of its plays; `file` its own name, without folders.
  FileRecord(std::uint64_t key, std::string file, std::string kind, std::string listener);

  std::uint64_t key() const { return key_; }

  /// Appends to a play's data which record of this file it came from.
  void AppendPlace(std::uint32_t row, std::string& data) const;

  /// Takes in which events and rejects a batch holds, so that the same file can be known again.
  void Digest(const model::EventBatch& batch);
  /// Notes that a record told again what another had told.
  void NoteAgain(std::uint32_t row, const Place& first);

  /// The record as events of type source_file. The same records in the same order give the same ids.
  model::EventBatch Events(const ports::FileReport& report, std::int64_t now_ms) const;

 private:
  struct Stretch {
    std::uint64_t row = 0, records = 0, file = 0, first_row = 0;
  };

  std::uint64_t key_;
  std::string file_, kind_, listener_;
  std::string place_;             ///< what AppendPlace writes before the row
  base::Hash128 told_, refused_;  ///< hashes of all events and of all rejects so far
  std::vector<Stretch> again_;
};

}  // namespace earprint::log
