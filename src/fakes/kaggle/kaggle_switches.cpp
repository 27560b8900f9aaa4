#include "fakes/kaggle/kaggle_switches.hpp"

#include <boost/json.hpp>

namespace earprint::fakes {

base::Result<void> ChangeSwitches(const boost::json::object& wanted, KaggleSwitches& switches) {
  KaggleSwitches changed = switches;
  for (const auto& [key, value] : wanted) {
    const std::string_view name = key;
    const auto take = [&value](auto& to) {
      using To = std::remove_reference_t<decltype(to)>;
      if constexpr (std::is_same_v<To, bool>) {
        if (!value.is_bool()) return false;
        to = value.as_bool();
      } else {
        if (!value.is_int64() || value.as_int64() < 0) return false;
        to = static_cast<To>(value.as_int64());
      }
      return true;
    };
    bool is_taken = false;
    if (name == "fail_times") is_taken = take(changed.fail_times);
    if (name == "fail_status") is_taken = take(changed.fail_status);
    if (name == "retry_after_seconds") is_taken = take(changed.retry_after_seconds);
    if (name == "cut_times") is_taken = take(changed.cut_times);
    if (name == "cut_after_bytes") is_taken = take(changed.cut_after_bytes);
    if (name == "expire_times") is_taken = take(changed.expire_times);
    if (name == "hold_times") is_taken = take(changed.hold_times);
    if (name == "tells_wrong_sum") is_taken = take(changed.tells_wrong_sum);
    if (name == "tells_md5") is_taken = take(changed.tells_md5);
    if (name == "tells_etag") is_taken = take(changed.tells_etag);
    if (name == "honours_ranges") is_taken = take(changed.honours_ranges);
    if (name == "zipped_from_bytes") is_taken = take(changed.zipped_from_bytes);
    if (!is_taken) {
      return base::Fail(base::ErrorCode::kInvalidInput, "change the switches", std::string(name),
                        "no such switch, or not a value of its kind");
    }
  }
  switches = changed;
  return {};
}

}  // namespace earprint::fakes
