#pragma once

#include <memory>
#include <string>

#include "base/error.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::app {

/// The store that a person names: mongodb://…, mongodb+srv://… or postgresql://…. Connects when it is first
/// asked. Errors: kInvalidInput it is none of these.
base::Result<std::unique_ptr<ports::MetricStore>> ChooseStore(const std::string& url);

}  // namespace earprint::app
