#include "adapters/sodium/sodium_random.hpp"

#include <sodium.h>

#include "base/ensure.hpp"

namespace earprint::adapters {

namespace {

class SodiumRandomness final : public ports::Randomness {
 public:
  SodiumRandomness() { ENSURE(sodium_init() >= 0, "libsodium starts"); }
  void Fill(std::span<std::uint8_t> bytes) override { randombytes_buf(bytes.data(), bytes.size()); }
};

}  // namespace

std::unique_ptr<ports::Randomness> MakeSodiumRandomness() { return std::make_unique<SodiumRandomness>(); }

}  // namespace earprint::adapters
