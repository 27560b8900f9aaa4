#pragma once

#include <memory>

#include "ports/http_client.hpp"

namespace earprint::adapters {

/// libcurl over a Unix socket of this machine.
std::unique_ptr<ports::HttpClient> MakeUnixSocketClient(const std::string& socket_path);

}  // namespace earprint::adapters
