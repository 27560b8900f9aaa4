#pragma once

#include <span>
#include <string>

#include "app/asker.hpp"
#include "model/edit_fact.hpp"

namespace earprint::app {

/// Takes a listener's corrections as they are stated: by command or over HTTP.
///
/// Shape:   names and texts: `kind` and what it needs. delete: at, and track (an id) or title with artist.
///          exclude: from and to, or one of them, and artist, track, platform or country. hide: artist.
///          merge, split: track, as often as there are tracks. travel: from, to, zone. undo: edit. Any: note.
/// Units:   from, to, at as conditions take them; local ones are of the listener's zone.
/// Errors:  kInvalidInput a name that the kind does not take, a value missing or malformed · kNotFound an
///          edit to undo that is not in force · those of the pipeline.
/// Effects: one event on the log; when it returns, every figure obeys.
class EditDesk {
 public:
  EditDesk(Pipeline& pipeline, Asker& asker, const ports::Clock& clock)
      : pipeline_(pipeline), asker_(asker), clock_(clock) {}

  /// The new edit's id.
  base::Result<std::string> Take(const std::string& listener, std::span<const model::ConditionPair> pairs);

 private:
  base::Result<std::string> IdInForce(const std::string& listener, const std::string& prefix);

  Pipeline& pipeline_;
  Asker& asker_;
  const ports::Clock& clock_;
};

/// Reads what is stated, but for the edit that an undo names. Errors: kInvalidInput, as EditDesk.
base::Result<model::EditFact> ParseEdit(std::span<const model::ConditionPair> pairs, const std::string& zone);

}  // namespace earprint::app
