#include "app/command.hpp"

#include <unistd.h>

#include <cstdio>

#include "metrics/zone_table.hpp"

namespace earprint::app {

std::string GlobalOptions::Zone() const { return tz.empty() ? metrics::SystemZone() : tz; }

ExitCode Complain(const base::Error& error) {
  std::fprintf(stderr, "earprint: %s failed", error.op.c_str());
  if (!error.subject.empty()) std::fprintf(stderr, "\n  on:  %s", error.subject.c_str());
  if (!error.cause.empty()) std::fprintf(stderr, "\n  why: %s", error.cause.c_str());
  if (!error.hint.empty()) std::fprintf(stderr, "\n  try: %s", error.hint.c_str());
  std::fprintf(stderr, "\n");
  const bool usage = error.code == base::ErrorCode::kInvalidInput || error.code == base::ErrorCode::kNotFound;
  return usage ? ExitCode::kWrongUsage : ExitCode::kFailed;
}

bool IsTerminal(int descriptor) { return ::isatty(descriptor) == 1; }

}  // namespace earprint::app
