#pragma once

#include <string>

#include "metrics/metric_catalogue.hpp"

namespace earprint::app {

/// The HTTP interface as OpenAPI 3.1, made from the metrics and conditions there are.
std::string OpenApiJson(const metrics::MetricCatalogue& catalogue);

}  // namespace earprint::app
