#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/utc_time.hpp"
#include "sources/demo/demo_random.hpp"

namespace earprint::sources {

struct DemoOptions {
  std::uint64_t seed = 1;
  std::size_t plays = 60'000;
  std::int64_t first_day = 17'532;            ///< local date, days since 1970-01-01: 2018-01-01
  std::int64_t last_day = 20'453;             ///< included: 2025-12-31
  base::UtcMs now{20'454 * base::kMsPerDay};  ///< no play ends later
};

/// Where the listener is at home, for local hours and days.
inline constexpr std::string_view kDemoHomeZone = "Europe/Paris";

inline constexpr std::array<std::string_view, 3> kDemoCountries = {"FR", "IT", "JP"};

/// One day of the listener's life, from five in the morning to five in the morning, local.
struct DemoDay {
  std::int64_t day = 0;      ///< local date, days since 1970-01-01
  std::int64_t begin_s = 0;  ///< UTC seconds at five in the morning, local
  double weight = 0;         ///< how much music, relative to other days
  double progress = 0;       ///< 0 on the first day, 1 on the last
  double holiday = 0;        ///< share of sessions with December music
  std::uint8_t country = 0;  ///< index in kDemoCountries
  bool is_weekend = false;
  bool is_trip = false;  ///< far away, in another zone
  bool is_binge = false;
  bool is_night_owl = false;
  bool is_home_office = false;
};

/// Which days there are, how much is heard on each, and where.
class DemoCalendar {
 public:
  explicit DemoCalendar(const DemoOptions& options);

  const std::vector<DemoDay>& days() const { return days_; }

  /// How many plays there should be from the first day up to and with this one; that of the last day is all.
  std::size_t PlaysUntil(std::size_t index) const { return plays_until_[index]; }

  /// How likely a session begins in each hour after five in the morning.
  static const DemoLots& HoursOf(const DemoDay& day);

 private:
  std::vector<DemoDay> days_;
  std::vector<std::size_t> plays_until_;
};

}  // namespace earprint::sources
