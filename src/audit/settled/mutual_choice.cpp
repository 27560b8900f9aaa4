#include <algorithm>
#include <tuple>

#include "audit/settled/settled_plays.hpp"

namespace earprint::audit {

namespace {

constexpr std::size_t kNobody = SIZE_MAX;

auto RankForLeft(const Suitor& suitor) {
  return std::tuple(suitor.doubt, suitor.is_start, suitor.gap_ms, suitor.right_id);
}
auto RankForRight(const Suitor& suitor) {
  return std::tuple(suitor.doubt, suitor.is_start, suitor.gap_ms, suitor.left_id);
}

}  // namespace

std::vector<Pairing> ChooseEachOther(const std::vector<Suitor>& suitors, std::size_t lefts,
                                     std::size_t rights) {
  std::vector<Pairing> pairs;
  std::vector<bool> is_left_taken(lefts), is_right_taken(rights);
  for (int round = 0; round < 2; ++round) {
    std::vector<std::size_t> of_left(lefts, kNobody), of_right(rights, kNobody);
    for (std::size_t i = 0; i < suitors.size(); ++i) {
      const Suitor& suitor = suitors[i];
      if (is_left_taken[suitor.left] || is_right_taken[suitor.right]) continue;
      std::size_t& left = of_left[suitor.left];
      if (left == kNobody || RankForLeft(suitor) < RankForLeft(suitors[left])) left = i;
      std::size_t& right = of_right[suitor.right];
      if (right == kNobody || RankForRight(suitor) < RankForRight(suitors[right])) right = i;
    }
    for (std::size_t i = 0; i < suitors.size(); ++i) {
      const Suitor& suitor = suitors[i];
      if (of_left[suitor.left] != i || of_right[suitor.right] != i) continue;
      pairs.push_back({suitor.left, suitor.right, i});
    }
    for (const Pairing& pair : pairs) is_left_taken[pair.left] = is_right_taken[pair.right] = true;
  }
  return pairs;
}

}  // namespace earprint::audit
