#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>

#include "adapters/file/file_state_store.hpp"
#include "app/asker.hpp"
#include "app/command.hpp"
#include "app/data_folder.hpp"
#include "audit/auditor.hpp"

namespace earprint::app {

/// Which audit is wanted.
struct AuditWish {
  std::uint64_t seed = 1;
  std::uint64_t samples = 20;
  std::string listener = {};          ///< empty: everyone
  bool leaves_out_unchanged = false;  ///< who was found equal, and has nothing new, is left out
  std::stop_token cancel = {};
  std::function<void(const audit::AuditProgress&)> on_progress = {};
};

/// Reads a wish: {"seed", "samples", "listener"}, each of which may be missing. Errors: kInvalidInput.
base::Result<AuditWish> ReadWish(std::string_view json);
std::string WishJson(const AuditWish& wish);

/// Audits a house's warehouse, remembers the last report, and audits again by itself.
///
/// Effects: one audit at a time; others wait. The last report survives a restart. Thread-safe.
class AuditDesk final : public HouseAudit {
 public:
  AuditDesk(const DataFolder& folder, Pipeline& pipeline, Asker& asker, const ports::Clock& clock,
            std::string default_tz);

  /// Errors: as Auditor::Run.
  base::Result<audit::AuditReport> Run(const AuditWish& wish);

  std::string StateJson() override;
  base::Result<std::string> RunJson(const std::string& wish) override;
  void NoteImport() override;
  base::Result<void> Forget(const std::string& listener) override;
  std::jthread Keep(std::function<void()> on_change) override;

 private:
  base::Result<audit::DatedTruth> Read();
  bool IsDue(bool& is_whole);
  base::Result<audit::AuditOutcome> Compare(const AuditWish& wish);
  void Remember(audit::AuditOutcome outcome, bool is_whole);
  void LoadRemembered();
  base::Result<void> Save();  ///< under the state's mutex

  const DataFolder folder_;
  Pipeline& pipeline_;
  Asker& asker_;
  const ports::Clock& clock_;
  const std::string default_tz_;
  adapters::FileStateStore states_;

  std::mutex run_mutex_;
  std::mutex state_mutex_;  ///< guards what follows
  bool is_running_ = false, is_import_noted_ = false;
  audit::AuditProgress progress_;
  std::string report_json_;
  std::map<std::string, std::uint64_t> equal_;
  std::set<std::string> forgotten_;  ///< while an audit runs, which may have read of them before
  std::int64_t whole_at_ms_ = 0;     ///< when everyone was audited last
};

}  // namespace earprint::app
