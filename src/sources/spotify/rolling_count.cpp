#include "sources/spotify/rolling_count.hpp"

#include <algorithm>

namespace earprint::sources::spotify {

namespace json = boost::json;

namespace {
constexpr std::size_t kSlotsMax = 4'000;
constexpr std::int64_t kCountMax = 1'000'000'000;
constexpr std::int64_t kInstantMax = 253'402'300'800'000;  ///< the year 10000
}  // namespace

void RollingCount::Add(base::UtcMs now) {
  Settle(now);
  ++slots_[SlotOf(now)];
  ++total_;
}

std::int64_t RollingCount::Count(base::UtcMs now) {
  Settle(now);
  return total_;
}

base::UtcMs RollingCount::WhenAtMost(std::int64_t most, base::UtcMs now) {
  Settle(now);
  std::int64_t left = total_;
  base::UtcMs when = now;
  for (const auto& [begin, count] : slots_) {
    if (left <= most) break;
    left -= count;
    when.value = std::max(when.value, begin + slot_ms_ + window_ms_);
  }
  return when;
}

void RollingCount::Settle(base::UtcMs now) {
  while (!slots_.empty() && slots_.begin()->first + slot_ms_ + window_ms_ <= now.value) {
    total_ -= slots_.begin()->second;
    slots_.erase(slots_.begin());
  }
  std::int64_t ahead = 0;
  while (!slots_.empty() && slots_.rbegin()->first > now.value) {
    ahead += slots_.rbegin()->second;
    slots_.erase(std::prev(slots_.end()));
  }
  if (ahead > 0) slots_[SlotOf(now)] += ahead;
}

json::array RollingCount::ToJson() const {
  json::array slots;
  slots.reserve(2 * slots_.size());
  for (const auto& [begin, count] : slots_) {
    slots.push_back(begin);
    slots.push_back(count);
  }
  return slots;
}

void RollingCount::FromJson(const json::value* slots) {
  slots_.clear();
  total_ = 0;
  if (slots == nullptr || !slots->is_array()) return;
  const json::array& all = slots->get_array();
  for (std::size_t at = 0; at + 1 < all.size(); at += 2) {
    if (!all[at].is_int64() || !all[at + 1].is_int64()) continue;
    const std::int64_t begin = all[at].get_int64(), count = all[at + 1].get_int64();
    if (begin < 0 || begin > kInstantMax || count <= 0 || count > kCountMax || slots_.size() == kSlotsMax)
      continue;
    slots_[SlotOf({begin})] += count;
    total_ += count;
  }
}

}  // namespace earprint::sources::spotify
