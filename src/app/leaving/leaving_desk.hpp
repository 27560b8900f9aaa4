#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "app/command.hpp"
#include "app/leaving/pending_leaves.hpp"

namespace earprint::app {

/// Ends listeners' connections and erases listeners: the login first, so that nothing more comes in; the word
/// on the shared log; the lake and what is derived from it; the stores last, of which one that is away holds
/// up nothing else.
///
/// Effects: what is to be done is kept before it is begun, and after each step what is left of it. One leaves
///          at a time; who comes second waits. The parts must outlive it.
class LeavingDesk final : public HouseLeaving {
 public:
  explicit LeavingDesk(const LeavingParts& parts) : parts_(parts), pending_(parts.folder) {}

  base::Result<ports::LeaveReport> Forget(const std::string& listener) override;
  base::Result<ports::LeaveReport> Disconnect(const std::string& listener) override;
  base::Result<void> GoOn() override;
  base::Result<void> MakeReadyForLogin(const std::string& listener) override;
  std::jthread Keep(std::function<void()> on_change) override;

 private:
  base::Result<bool> IsKnown(const std::string& listener);
  bool IsConnected(const std::string& listener) const;
  base::Result<ports::LeaveReport> Leave(PendingLeave leave);
  base::Result<void> DropLogin(PendingLeave& leave);
  base::Result<void> TellLog(PendingLeave& leave);
  base::Result<void> EraseHere(PendingLeave& leave, ports::LeaveReport& report);
  base::Result<bool> HoldsMore(const PendingLeave& leave);
  base::Result<void> FinishStores(const PendingLeave& leave, bool holds_more, ports::LeaveReport& report);
  base::Result<std::vector<std::string>> Listeners();

  LeavingParts parts_;
  PendingLeaves pending_;
  std::mutex turn_mutex_;
};

}  // namespace earprint::app
