#include "server/request_meter.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

namespace earprint::server {

namespace {

/// Resident memory of this process in bytes; 0 where the system does not tell.
std::uint64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void RequestMeter::Count(const std::string& route, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  Series& series = routes_[route];
  ++series.by_status[status];
  ++series.count;
  series.seconds += seconds;
  for (std::size_t i = 0; i < kBuckets.size(); ++i) {
    if (seconds <= kBuckets[i]) ++series.buckets[i];
  }
}

std::string RequestMeter::PrometheusText(const std::string& data_version) {
  const std::lock_guard lock(mutex_);
  std::string text = "# TYPE earprint_http_requests_total counter\n";
  for (const auto& [route, series] : routes_) {
    for (const auto& [status, count] : series.by_status) {
      text += fmt::format("earprint_http_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", route, status, count);
    }
  }
  text += "# TYPE earprint_http_request_seconds histogram\n";
  for (const auto& [route, series] : routes_) {
    for (std::size_t i = 0; i < kBuckets.size(); ++i) {
      text += fmt::format("earprint_http_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route, kBuckets[i], series.buckets[i]);
    }
    text += fmt::format("earprint_http_request_seconds_bucket{{route=\"{0}\",le=\"+Inf\"}} {1}\n"
                        "earprint_http_request_seconds_sum{{route=\"{0}\"}} {2:.6f}\n"
                        "earprint_http_request_seconds_count{{route=\"{0}\"}} {1}\n",
                        route, series.count, series.seconds);
  }
  text += fmt::format("# TYPE earprint_resident_bytes gauge\nearprint_resident_bytes {}\n", ResidentBytes());
  text += fmt::format("# TYPE earprint_data_info gauge\nearprint_data_info{{version=\"{}\"}} 1\n", data_version);
  return text;
}

}  // namespace earprint::server
