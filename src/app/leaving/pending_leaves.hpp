#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/file/file_state_store.hpp"
#include "app/data_folder.hpp"
#include "base/error.hpp"
#include "model/event_line.hpp"

namespace earprint::app {

/// What comes first of what is still to be done of a listener's leaving.
enum class LeaveStep : std::uint8_t { kLogin, kLog, kLake, kStores };

/// A listener's leaving that was begun and is not over.
struct PendingLeave {
  std::string listener;
  model::ForgottenPart part = model::ForgottenPart::kAll;
  LeaveStep step = LeaveStep::kLogin;
  bool was_logged_in = false;  ///< a login was dropped already
};

/// Remembers in the data folder who is leaving and how far that is, so that it can be gone on with after a
/// failure or a kill. A listener is in it once, and in no byte of it when the leaving is over.
///
/// Errors: of every call: kRetryLater the disk.
class PendingLeaves {
 public:
  explicit PendingLeaves(const DataFolder& folder) : states_(folder.States()) {}

  /// In order of their names. What cannot be read is as none.
  base::Result<std::vector<PendingLeave>> All();
  base::Result<std::optional<PendingLeave>> Of(const std::string& listener);

  /// Durable when it returns; takes the place of what was there of the listener.
  base::Result<void> Keep(const PendingLeave& leave);
  base::Result<void> Drop(const std::string& listener);

 private:
  base::Result<void> Save(const std::vector<PendingLeave>& all);

  adapters::FileStateStore states_;
};

}  // namespace earprint::app
