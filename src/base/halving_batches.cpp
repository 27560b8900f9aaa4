#include "base/halving_batches.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ensure.hpp"

namespace earprint::base {

namespace {

/// Who refused so often in a row refuses all.
constexpr std::size_t kRefusalsMax = 40;

}  // namespace

void HalvingBatches::Refill(std::vector<std::string> ids) {
  ENSURE(batches_.empty(), "nothing is left to be asked");
  const auto suspected = std::ranges::stable_partition(
      ids, [this](const std::string& id) { return std::ranges::find(late_, id) == late_.end(); });
  // One who is not suspected comes behind them: that one's answer tells that they are guilty.
  if (suspected.begin() != ids.begin()) std::rotate(suspected.begin() - 1, suspected.begin(), ids.end());
  for (std::size_t from = 0; from < ids.size(); from += size_max_) {
    const auto begin = std::make_move_iterator(ids.begin() + static_cast<std::ptrdiff_t>(from));
    const std::size_t size = std::min(size_max_, ids.size() - from);
    batches_.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(size));
  }
}

void HalvingBatches::Answered() {
  batches_.pop_front();
  suspects_.clear();
  refusals_ = 0;
}

bool HalvingBatches::Refused() {
  ++refusals_;
  std::vector<std::string> whole = std::move(batches_.front());
  batches_.pop_front();
  if (whole.size() == 1) {
    suspects_.push_back(std::move(whole.front()));
  } else {
    const auto middle = whole.begin() + static_cast<std::ptrdiff_t>((whole.size() + 1) / 2);
    batches_.emplace_front(middle, whole.end());
    batches_.emplace_front(whole.begin(), middle);
  }
  if (refusals_ < kRefusalsMax && !batches_.empty()) return true;
  batches_.clear();
  late_ = std::exchange(suspects_, {});
  refusals_ = 0;
  return false;
}

}  // namespace earprint::base
