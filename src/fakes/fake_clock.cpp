#include "fakes/fake_clock.hpp"

namespace earprint::fakes {

base::UtcMs FakeClock::NowLocked() const {
  if (speed_ == 0) return base_;
  const std::chrono::duration<double, std::milli> passed = Real::now() - since_;
  return {base_.value + static_cast<std::int64_t>(passed.count() * speed_)};
}

base::UtcMs FakeClock::Now() const {
  const std::scoped_lock lock(mutex_);
  return NowLocked();
}

void FakeClock::Set(base::UtcMs now) {
  const std::scoped_lock lock(mutex_);
  base_ = now;
  since_ = Real::now();
}

void FakeClock::Advance(std::int64_t by_ms) {
  const std::scoped_lock lock(mutex_);
  base_.value += by_ms;
}

void FakeClock::SetSpeed(double speed) {
  const std::scoped_lock lock(mutex_);
  base_ = NowLocked();
  since_ = Real::now();
  speed_ = speed;
}

double FakeClock::speed() const {
  const std::scoped_lock lock(mutex_);
  return speed_;
}

}  // namespace earprint::fakes
