#include "app/leaving/leaving_desk.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <utility>
#include <vector>

#include "metrics/answerer.hpp"
#include "sources/spotify/sync/spotify_household.hpp"

namespace earprint::app {

namespace {

using base::ErrorCode;
using model::ForgottenPart;

/// To erase copies the lake: where there is no room for that, it is not tried all the time.
constexpr std::chrono::seconds kPauseMin{60}, kPauseMax{3'600}, kLookEvery{1};

std::string_view OpOf(ForgottenPart part) {
  return part == ForgottenPart::kAll ? "forget a listener" : "disconnect from Spotify";
}

void AddHint(base::Error& error, std::string_view hint) {
  if (!error.hint.empty()) error.hint += "; ";
  error.hint += hint;
}

}  // namespace

base::Result<std::vector<std::string>> LeavingDesk::Listeners() {
  auto session = parts_.engine.Connect();
  if (!session) return std::unexpected(session.error());
  return metrics::ReadListeners(**session);
}

base::Result<bool> LeavingDesk::IsKnown(const std::string& listener) {
  auto names = Listeners();
  if (!names) return std::unexpected(names.error());
  return std::ranges::find(*names, listener) != names->end();
}

bool LeavingDesk::IsConnected(const std::string& listener) const {
  if (parts_.household == nullptr) return false;
  const auto state = parts_.household->State();
  return std::ranges::any_of(state.listeners, [&](const auto& each) { return each.listener == listener; });
}

base::Result<ports::LeaveReport> LeavingDesk::Forget(const std::string& listener) {
  const std::lock_guard turn(turn_mutex_);
  auto before = pending_.Of(listener);
  if (!before) return std::unexpected(before.error());
  PendingLeave leave{.listener = listener};
  if (*before) leave.was_logged_in = (*before)->was_logged_in;
  auto report = Leave(leave);
  if (!report) return report;
  const bool was_here = report->erased.events > 0 || report->was_logged_in || !report->stores.empty() ||
                        !report->pending_stores.empty();
  if (was_here || *before || parts_.shared != nullptr) return report;
  return base::Fail(
      ErrorCode::kNotFound, std::string(OpOf(leave.part)), listener, "nothing of that name is here",
      fmt::format("one of: {}", fmt::join(Listeners().value_or(std::vector<std::string>()), ", ")));
}

base::Result<ports::LeaveReport> LeavingDesk::Disconnect(const std::string& listener) {
  const std::lock_guard turn(turn_mutex_);
  auto before = pending_.Of(listener);
  if (!before) return std::unexpected(before.error());
  const bool is_member = IsConnected(listener);
  PendingLeave leave{.listener = listener, .part = ForgottenPart::kFromApi};
  if (*before) {
    // Who is being erased altogether stays so; but once only a store still has something, what is here came
    // after that, and the store is brought up to it.
    if ((*before)->step != LeaveStep::kStores) leave.part = (*before)->part;
    leave.was_logged_in = (*before)->was_logged_in;
  }
  const auto nobody = [&listener] {
    return base::Fail(ErrorCode::kNotFound, std::string(OpOf(ForgottenPart::kFromApi)), listener,
                      "nobody of that name is connected, and nothing that came over a connection is here");
  };
  if (!*before && !is_member) {
    auto known = IsKnown(listener);
    if (!known) return std::unexpected(known.error());
    if (!*known) return nobody();
  }
  auto report = Leave(leave);
  if (report && !*before && !is_member && report->erased.events == 0) return nobody();
  return report;
}

/// Does what is left of it, from its step on.
base::Result<ports::LeaveReport> LeavingDesk::Leave(PendingLeave leave) {
  ports::LeaveReport report;
  if (auto kept = pending_.Keep(leave); !kept)
    return std::unexpected(std::move(kept.error()).Within("remember who leaves"));
  auto holds_more = HoldsMore(leave);
  if (!holds_more) return std::unexpected(holds_more.error());
  // What is on its way to a store would be there for good.
  const auto held = leave.part == ForgottenPart::kAll && !*holds_more ? parts_.publishing.Hold() : nullptr;
  base::Result<void> done;
  if (leave.step == LeaveStep::kLogin) done = DropLogin(leave);
  report.was_logged_in = leave.was_logged_in;
  if (done && leave.step == LeaveStep::kLog) done = TellLog(leave);
  if (done && leave.step == LeaveStep::kLake) done = EraseHere(leave, report);
  if (done && leave.part == ForgottenPart::kFromApi) holds_more = IsKnown(leave.listener);
  if (done && !holds_more) done = std::unexpected(holds_more.error());
  if (done) done = FinishStores(leave, *holds_more, report);
  if (done && report.pending_stores.empty()) done = pending_.Drop(leave.listener);
  if (done) return report;
  base::Error error = std::move(done.error());
  AddHint(error, leave.step == LeaveStep::kLogin ? "the login is still there; it is tried again by itself"
                                                 : "it is remembered, and tried again by itself");
  return std::unexpected(std::move(error).Within(std::string(OpOf(leave.part))));
}

base::Result<void> LeavingDesk::DropLogin(PendingLeave& leave) {
  if (parts_.household != nullptr) {
    auto out = parts_.household->LogOut(leave.listener);
    if (!out && out.error().code != ErrorCode::kNotFound) return out;
    if (out) leave.was_logged_in = true;
  }
  leave.step = LeaveStep::kLog;
  return pending_.Keep(leave);
}

/// Before the own lake is erased, so that what is on its way home finds that it is forgotten.
base::Result<void> LeavingDesk::TellLog(PendingLeave& leave) {
  if (parts_.shared != nullptr) {
    if (auto told = parts_.shared->Forget(leave.listener, leave.part); !told) return told;
  }
  leave.step = LeaveStep::kLake;
  return pending_.Keep(leave);
}

base::Result<void> LeavingDesk::EraseHere(PendingLeave& leave, ports::LeaveReport& report) {
  auto erased =
      parts_.eraser.Erase({.listener = leave.listener, .is_api_only = leave.part == ForgottenPart::kFromApi});
  if (!erased) return std::unexpected(std::move(erased.error()));
  report.erased = std::move(*erased);
  // What was found of it tells names and titles. After the lake, so that no audit reads of them again.
  if (auto forgotten = parts_.audit.Forget(leave.listener); !forgotten) return forgotten;
  leave.step = LeaveStep::kStores;
  return pending_.Keep(leave);
}

/// Whether the house holds something of a listener that came after all was erased, and stays.
base::Result<bool> LeavingDesk::HoldsMore(const PendingLeave& leave) {
  return leave.step == LeaveStep::kStores ? IsKnown(leave.listener) : base::Result<bool>(false);
}

base::Result<void> LeavingDesk::FinishStores(const PendingLeave& leave, bool holds_more,
                                             ports::LeaveReport& report) {
  auto left = holds_more ? BringUpStores(parts_.folder, leave.listener, parts_.publishing) : [&] {
    const auto held = parts_.publishing.Hold();
    return ForgetInStores(parts_.folder, leave.listener);
  }();
  if (!left) return std::unexpected(std::move(left.error()));
  report.stores = std::move(left->done);
  report.pending_stores = std::move(left->pending);
  return {};
}

base::Result<void> LeavingDesk::GoOn() {
  const std::lock_guard turn(turn_mutex_);
  auto all = pending_.All();
  if (!all) return std::unexpected(all.error());
  base::Result<void> first;
  for (const PendingLeave& leave : *all) {
    auto report = Leave(leave);
    if (!report && first) first = std::unexpected(report.error());
    if (report && !report->pending_stores.empty() && first) {
      const ports::PendingStore& store = report->pending_stores.front();
      first = base::Fail(ErrorCode::kRetryLater, std::string(OpOf(leave.part)), store.store, store.reason,
                         "it is tried again by itself");
    }
  }
  return first;
}

base::Result<void> LeavingDesk::MakeReadyForLogin(const std::string& listener) {
  const std::lock_guard turn(turn_mutex_);
  auto pending = pending_.Of(listener);
  if (!pending) return std::unexpected(pending.error());
  // A store that is away is no reason: what it is to hold is counted anew whenever it is there.
  if (!*pending || (*pending)->step == LeaveStep::kStores) return {};
  auto report = Leave(**pending);
  if (report) return {};
  return std::unexpected(std::move(report.error()).Within("log in again"));
}

std::jthread LeavingDesk::Keep(std::function<void()> on_change) {
  return std::jthread([this, on_change = std::move(on_change)](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    std::string told;
    auto pause = std::chrono::seconds(0);
    auto next = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
      if (const auto now = std::chrono::steady_clock::now(); now >= next) {
        const auto all = pending_.All();
        const bool has_any = !all || !all->empty();
        const auto done = has_any ? GoOn() : base::Result<void>();
        if (has_any && on_change) on_change();
        pause = done ? kPauseMin : std::clamp(pause * 2, kPauseMin, kPauseMax);
        next = now + pause;
        const std::string trouble = done ? "" : done.error().Text();
        if (!trouble.empty() && trouble != told) fmt::print(stderr, "earprint: {}\n", trouble);
        told = trouble;
      }
      stopped.wait_for(lock, stop, kLookEvery, [] { return false; });
    }
  });
}

std::vector<std::string> LeavingTexts(const DataFolder& folder) {
  std::vector<std::string> texts;
  const auto all = PendingLeaves(folder).All();
  if (!all) return {all.error().Text()};
  for (const PendingLeave& leave : *all) {
    const bool is_all = leave.part == ForgottenPart::kAll;
    texts.push_back(
        fmt::format("{}: {} to be erased{}; earprint {}", leave.listener,
                    is_all ? "all is still" : "what came over the login is still",
                    leave.step == LeaveStep::kStores ? " from a store" : "",
                    is_all ? "forget " + leave.listener : "--listener " + leave.listener + " logout"));
  }
  return texts;
}

std::unique_ptr<HouseLeaving> OpenLeaving(const LeavingParts& parts) {
  return std::make_unique<LeavingDesk>(parts);
}

}  // namespace earprint::app
