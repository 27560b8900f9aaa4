#include "base/halving_batches.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ensure.hpp"

namespace earprint::base {

namespace {

/// Who refused so often in a row refuses all.
constexpr std::size_t kRefusalsMax = 40;

bool IsIn(const std::vector<std::string>& ids, const std::string& id) {
  return std::ranges::find(ids, id) != ids.end();
}

}  // namespace

void HalvingBatches::Refill(std::vector<std::string> ids) {
  ENSURE(batches_.empty(), "nothing is left to be asked");
  again_.clear();
  const auto suspected =
      std::ranges::stable_partition(ids, [this](const std::string& id) { return !IsIn(late_, id); });
  // One who is not suspected comes behind them: that one's answer tells that they are guilty.
  if (suspected.begin() != ids.begin()) std::rotate(suspected.begin() - 1, suspected.begin(), ids.end());
  for (std::size_t from = 0; from < ids.size(); from += size_max_) {
    const auto begin = std::make_move_iterator(ids.begin() + static_cast<std::ptrdiff_t>(from));
    const std::size_t size = std::min(size_max_, ids.size() - from);
    batches_.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(size));
  }
}

void HalvingBatches::Answered() {
  witness_ = std::move(batches_.front().back());
  batches_.pop_front();
  suspects_.clear();
  refusals_ = 0;
  AskAgain();
}

/// About those who were refused alone once, with one who was answered.
void HalvingBatches::AskAgain() {
  for (std::size_t from = 0; from < doubted_.size(); from += size_max_ - 1) {
    const auto begin = doubted_.begin() + static_cast<std::ptrdiff_t>(from);
    const std::size_t size = std::min(size_max_ - 1, doubted_.size() - from);
    batches_.emplace_front(begin, begin + static_cast<std::ptrdiff_t>(size)).push_back(witness_);
  }
  again_.insert(again_.end(), doubted_.begin(), doubted_.end());
  doubted_.clear();
}

bool HalvingBatches::Refused() {
  ++refusals_;
  std::vector<std::string> whole = std::move(batches_.front());
  batches_.pop_front();
  if (whole.size() == 1) {
    const bool is_second = IsIn(again_, whole.front()) || IsIn(late_, whole.front());
    (is_second ? suspects_ : doubted_).push_back(std::move(whole.front()));
  } else {
    const auto middle = whole.begin() + static_cast<std::ptrdiff_t>((whole.size() + 1) / 2);
    batches_.emplace_front(middle, whole.end());
    batches_.emplace_front(whole.begin(), middle);
  }
  if (batches_.empty() && !witness_.empty()) AskAgain();
  if (refusals_ < kRefusalsMax && !batches_.empty()) return true;
  batches_.clear();
  late_ = std::exchange(suspects_, {});
  late_.insert(late_.end(), doubted_.begin(), doubted_.end());
  doubted_.clear();
  refusals_ = 0;
  return false;
}

}  // namespace earprint::base
