#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "model/event_batch.hpp"

namespace earprint::ports {

/// Turns one outside file into batches of events, a bounded stretch of bytes at a time.
class EventSource {
 public:
  virtual ~EventSource() = default;

  /// What the file was taken for, in words: "extended streaming history".
  virtual std::string Kind() const = 0;

  /// Whether its facts belong to one listener, as plays and playlists do; a catalogue's hold for all.
  virtual bool NeedsListener() const { return true; }

  /// Gives the next stretch as work that may run on another thread; nothing at the end of the file.
  ///
  /// Shape:  tasks come in file order; each yields a batch with read = events + rejects. A damaged record is
  ///         a reject in its batch and never ends the file.
  /// Errors: kCorrupt the byte stream itself broke; every record before the break was given. Final.
  virtual base::Result<std::optional<model::BatchTask>> Next() = 0;
};

}  // namespace earprint::ports
