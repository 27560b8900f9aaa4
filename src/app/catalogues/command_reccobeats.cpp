#include <fmt/format.h>
#include <unistd.h>

#include <thread>

#include "app/catalogues/reccobeats_desk.hpp"
#include "app/command.hpp"
#include "app/import_printer.hpp"

namespace earprint::app {

namespace reccobeats = sources::reccobeats;

namespace {

constexpr std::int64_t kPatienceMs = 90'000;

std::string Counts(const reccobeats::SoundAsker& asker) {
  return fmt::format("{} tracks asked about, the sound of {} is known now", WithSeparators(asker.asked()),
                     WithSeparators(asker.found()));
}

/// Asks until nothing is left, or until it would have to wait for long.
ExitCode AskNow(const GlobalOptions& global, Pipeline& pipeline, const SystemClock& clock) {
  auto shared = OpenSharedLog(global, pipeline);
  if (!shared) return Complain(shared.error());
  if (*shared) (*shared)->Start({});
  auto desk = ReccoBeatsDesk::Open(pipeline, clock);
  if (!desk) return Complain(desk.error());
  reccobeats::SoundAsker& asker = (*desk)->asker();
  const bool shows = !global.quiet && IsTerminal(STDERR_FILENO);
  while (!asker.is_done()) {
    const std::int64_t wait_ms = asker.Work().value - clock.Now().value;
    if (shows) fmt::print(stderr, "\r\x1b[K{}", Counts(asker));
    if (asker.is_done()) break;
    if (wait_ms > kPatienceMs || (asker.trouble() && !asker.trouble()->not_before)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(std::max<std::int64_t>(wait_ms, 0)));
  }
  if (shows) fmt::print(stderr, "\r\x1b[K");
  if (*shared) (void)(*shared)->WaitUntilHome();
  fmt::print("reccobeats: {}\n", Counts(asker));
  if (asker.is_done()) return ExitCode::kDone;
  Complain(asker.trouble().value_or(
      base::Error{base::ErrorCode::kRetryLater, "ask ReccoBeats", "", "it wants to be asked later", ""}));
  fmt::print(stderr,
             "A running server goes on by itself, and so does: earprint catalogue refresh reccobeats\n");
  return ExitCode::kFailed;
}

ExitCode AskHereOrLeaveItToTheServer(const GlobalOptions& global) {
  const SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock);
  if (pipeline) return AskNow(global, **pipeline, clock);
  if (pipeline.error().code != base::ErrorCode::kConflict) return Complain(pipeline.error());
  fmt::print("reccobeats: the running server asks within a minute\n");
  return ExitCode::kDone;
}

}  // namespace

ExitCode RunReccoBeatsAdd(const GlobalOptions& global, bool agrees) {
  adapters::FileStateStore states(global.Folder().States());
  reccobeats::Agreement agreement(states);
  if (!agrees) {
    fmt::print(stderr, "{}\nTo agree: earprint catalogue add reccobeats --agree\n", reccobeats::kWhatIsSent);
    return ExitCode::kWrongUsage;
  }
  if (auto given = agreement.Give(SystemClock().Now()); !given) return Complain(given.error());
  return AskHereOrLeaveItToTheServer(global);
}

ExitCode RunReccoBeatsRefresh(const GlobalOptions& global) {
  adapters::FileStateStore states(global.Folder().States());
  auto given = reccobeats::Agreement(states).Given();
  if (!given) return Complain(given.error());
  if (!*given) {
    return Complain({.code = base::ErrorCode::kNotFound,
                     .op = "ask ReccoBeats",
                     .subject = "",
                     .cause = "nobody has agreed to it",
                     .hint = "earprint catalogue add reccobeats"});
  }
  return AskHereOrLeaveItToTheServer(global);
}

ExitCode RunReccoBeatsRemove(const GlobalOptions& global) {
  adapters::FileStateStore states(global.Folder().States());
  if (auto withdrawn = reccobeats::Agreement(states).Withdraw(); !withdrawn)
    return Complain(withdrawn.error());
  fmt::print("reccobeats: it is not asked any more; what it told stays\n");
  return ExitCode::kDone;
}

}  // namespace earprint::app
