#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace earprint::server {

/// Counts requests and their times, and tells them in Prometheus' text format. Thread-safe.
class RequestMeter {
 public:
  void Count(const std::string& route, int status, double seconds);
  std::string PrometheusText(const std::string& data_version);

 private:
  static constexpr std::array<double, 8> kBuckets = {0.001, 0.005, 0.02, 0.05, 0.15, 0.5, 2, 10};
  struct Series {
    std::map<int, std::uint64_t> by_status;
    std::array<std::uint64_t, kBuckets.size()> buckets{};
    std::uint64_t count = 0;
    double seconds = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Series> routes_;
};

}  // namespace earprint::server
