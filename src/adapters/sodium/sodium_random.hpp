#pragma once

#include <memory>

#include "ports/randomness.hpp"

namespace earprint::adapters {

/// The kernel's randomness through libsodium.
std::unique_ptr<ports::Randomness> MakeSodiumRandomness();

}  // namespace earprint::adapters
