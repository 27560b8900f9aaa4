#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "ports/importer.hpp"

namespace earprint::server {

/// Counts requests, their times and what was imported, and tells it in Prometheus' text format. Thread-safe.
class RequestMeter {
 public:
  /// Counts a request by its address; addresses of a kind count as one, so that clients cannot make new
  /// series.
  void Count(std::string_view path, int status, double seconds);
  void CountImport(const ports::FileReport& total);
  std::string PrometheusText(const std::string& data_version);

  std::atomic<std::int64_t> connections = 0;   ///< open now
  std::atomic<std::int64_t> live_clients = 0;  ///< of these, on the live stream

 private:
  static constexpr std::array<double, 9> kBuckets = {0.001, 0.005, 0.01, 0.025, 0.05, 0.15, 0.5, 2, 10};
  struct Series {
    std::map<int, std::uint64_t> by_status;
    std::array<std::uint64_t, kBuckets.size()> buckets{};
    std::uint64_t count = 0;
    double seconds = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Series, std::less<>> routes_;
  ports::FileReport imported_;
};

}  // namespace earprint::server
