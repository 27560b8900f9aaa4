#include "sources/demo/demo_random.hpp"

namespace earprint::sources {

DemoRandom::DemoRandom(std::uint64_t seed, std::string_view purpose) : state_{} {
  constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325, kFnvPrime = 0x100000001b3;
  std::uint64_t mixed = kFnvBasis;
  for (const char c : purpose) mixed = (mixed ^ static_cast<unsigned char>(c)) * kFnvPrime;
  mixed ^= seed;
  for (std::uint64_t& word : state_) {  // splitmix64, the starter that the authors of xoshiro name
    mixed += 0x9e3779b97f4a7c15;
    std::uint64_t z = mixed;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111eb;
    word = z ^ (z >> 31U);
  }
}

double DemoRandom::Normal() {
  std::uint64_t sum = 0;
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t word = Next();
    sum += (word & 0xffffU) + ((word >> 16U) & 0xffffU) + ((word >> 32U) & 0xffffU) + (word >> 48U);
  }
  return (static_cast<double>(sum) + 6.0) / 65536.0 - 6.0;
}

DemoLots::DemoLots(std::span<const double> weights) {
  sums_.reserve(weights.size() + 1);
  double sum = 0;
  sums_.push_back(sum);
  for (const double weight : weights) sums_.push_back(sum += weight);
}

}  // namespace earprint::sources
