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

/// The route's name for counting.
std::string_view RouteName(std::string_view path) {
  constexpr std::string_view kMetricsPrefix = "/api/v1/metrics/";
  for (const std::string_view known :
       {"/api/v1/metrics", "/api/v1/values", "/api/v1/listeners", "/api/v1/sound", "/api/v1/import",
        "/api/v1/local/import", "/api/v1/local/publish", "/api/v1/live", "/api/v1/openapi.json",
        "/api/v1/spotify", "/api/v1/spotify/app", "/api/v1/spotify/login", "/api/v1/spotify/logout",
        "/callback", "/healthz", "/readyz", "/metrics"}) {
    if (path == known) return known;
  }
  if (path.starts_with(kMetricsPrefix)) return "/api/v1/metrics/{name}";
  return path.starts_with("/api/") ? "other" : "page";
}

void AddMetric(std::string_view name, std::string_view type, std::string_view help, std::string& text) {
  text += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

/// A label's value, with what would end it escaped.
std::string Escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c == '\n' ? ' ' : c;
  }
  return text;
}

}  // namespace

void RequestMeter::Count(std::string_view path, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  Series& series = routes_[std::string(RouteName(path))];
  ++series.by_status[status];
  ++series.count;
  series.seconds += seconds;
  for (std::size_t i = 0; i < kBuckets.size(); ++i) {
    if (seconds <= kBuckets[i]) ++series.buckets[i];
  }
}

void RequestMeter::CountImport(const ports::FileReport& total) {
  const std::lock_guard lock(mutex_);
  imported_.accepted += total.accepted;
  imported_.duplicate += total.duplicate;
  imported_.rejected += total.rejected;
}

std::string RequestMeter::PrometheusText(const std::string& data_version) {
  const std::lock_guard lock(mutex_);
  std::string text;
  AddMetric("earprint_http_requests_total", "counter", "Requests by route and status.", text);
  for (const auto& [route, series] : routes_) {
    for (const auto& [status, count] : series.by_status) {
      text += fmt::format("earprint_http_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", route, status,
                          count);
    }
  }
  AddMetric("earprint_http_request_seconds", "histogram", "Time from a whole request to its answer.", text);
  for (const auto& [route, series] : routes_) {
    for (std::size_t i = 0; i < kBuckets.size(); ++i) {
      text += fmt::format("earprint_http_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route,
                          kBuckets[i], series.buckets[i]);
    }
    text += fmt::format(
        "earprint_http_request_seconds_bucket{{route=\"{0}\",le=\"+Inf\"}} {1}\n"
        "earprint_http_request_seconds_sum{{route=\"{0}\"}} {2:.6f}\n"
        "earprint_http_request_seconds_count{{route=\"{0}\"}} {1}\n",
        route, series.count, series.seconds);
  }
  AddMetric("earprint_imported_records_total", "counter", "Records read by imports of this server.", text);
  text += fmt::format(
      "earprint_imported_records_total{{outcome=\"accepted\"}} {}\n"
      "earprint_imported_records_total{{outcome=\"duplicate\"}} {}\n"
      "earprint_imported_records_total{{outcome=\"rejected\"}} {}\n",
      imported_.accepted, imported_.duplicate, imported_.rejected);
  AddMetric("earprint_http_connections", "gauge", "Connections open now.", text);
  text += fmt::format("earprint_http_connections {}\n", connections.load());
  AddMetric("earprint_live_clients", "gauge", "Pages that follow the live stream.", text);
  text += fmt::format("earprint_live_clients {}\n", live_clients.load());
  AddMetric("earprint_resident_bytes", "gauge", "Memory of this process.", text);
  text += fmt::format("earprint_resident_bytes {}\n", ResidentBytes());
  AddMetric("earprint_data_version_info", "gauge", "The version of the data that answers are made from.",
            text);
  text += fmt::format("earprint_data_version_info{{version=\"{}\"}} 1\n", Escaped(data_version));
  return text;
}

}  // namespace earprint::server
