#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

#include "metrics/answerer.hpp"

namespace earprint::app {

/// Gives back what an engine keeps in memory once nobody has asked for a while, and nothing else that
/// `also_worked` counts was done: a household's server idles for most of the day. `release` does it for the
/// engine itself and the program.
///
/// Effects: a thread that looks every `quiet`; answers that are kept stay. It must end before the answerer.
std::jthread KeepMemorySmall(metrics::Answerer& answerer, std::function<void()> release,
                             std::chrono::milliseconds quiet = std::chrono::seconds(60),
                             std::function<std::uint64_t()> also_worked = {});

}  // namespace earprint::app
