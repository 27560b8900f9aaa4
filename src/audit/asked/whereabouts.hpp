#pragma once

#include <string>
#include <vector>

#include "audit/asked/local_clock.hpp"
#include "audit/settled/truth.hpp"
#include "model/conditions.hpp"

namespace earprint::audit {

/// The zones in which a listener was: where a travel says so, of several the one that was stated last; else
/// on a UTC day with plays in the country where most of them were, on others where the day before was; before
/// all that at home. Source: docs/decisions/20261128_local_time.md
std::vector<ZoneStay> StaysOf(const Truth& truth, const std::string& listener, const std::string& home);

/// The clock that a question's `tz` means. Errors: as LocalClock.
base::Result<LocalClock> ClockFor(const Truth& truth, const std::string& listener,
                                  const model::Conditions& conditions);

}  // namespace earprint::audit
