#pragma once

#include <exception>
#include <string>

#include "base/error.hpp"

namespace earprint::adapters {

/// What a failure of libpqxx means to a caller, and what a person could do.
base::Error PostgresError(const std::string& op, const std::string& place, const std::exception& error);

}  // namespace earprint::adapters
