#pragma once

#include <memory>
#include <string>

#include "ports/part_file.hpp"

namespace earprint::adapters {

/// Opens a file for its owner only, with what is in it already; makes it, and the folder above it, when it is
/// new. Errors: kRetryLater the disk refuses.
base::Result<std::unique_ptr<ports::PartFile>> OpenPartFile(const std::string& path);

}  // namespace earprint::adapters
