#pragma once

#include <bson/bson.h>

#include <string>

#include "base/error.hpp"

namespace earprint::adapters {

/// What a failure of libmongoc means to a caller, and what a person could do. `reply` is what the server
/// answered, where there is an answer: it may say that the failure passes.
base::Error MongoError(const std::string& op, const std::string& place, const bson_error_t& error,
                       const bson_t* reply = nullptr);

/// MongoError as a failure.
base::Failure MongoFail(const std::string& op, const std::string& place, const bson_error_t& error,
                        const bson_t* reply = nullptr);

}  // namespace earprint::adapters
