#pragma once

#include "ports/query_engine.hpp"
#include "ports/wanted_features.hpp"

namespace earprint::metrics {

/// Reads from the warehouse which tracks lack a service's answer.
class WantedTracks final : public ports::WantedFeatures {
 public:
  explicit WantedTracks(ports::QueryEngine& engine) : engine_(engine) {}
  base::Result<std::vector<std::string>> Next(const Question& question) override;

 private:
  ports::QueryEngine& engine_;
};

}  // namespace earprint::metrics
