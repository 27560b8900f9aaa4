#pragma once

#include <bson/bson.h>

#include <string>

#include "base/error.hpp"

namespace earprint::adapters {

/// What a failure of libmongoc means to a caller, and what a person could do.
base::Error MongoError(const std::string& op, const std::string& place, const bson_error_t& error);

/// MongoError as a failure.
base::Failure MongoFail(const std::string& op, const std::string& place, const bson_error_t& error);

}  // namespace earprint::adapters
