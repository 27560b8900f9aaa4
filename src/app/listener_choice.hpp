#pragma once

#include <optional>
#include <string>
#include <vector>

namespace earprint::app {

/// Who is meant where none is named: the only listener there is, "me" while there is none; nothing when there
/// are several.
std::optional<std::string> OnlyListener(const std::vector<std::string>& listeners);

}  // namespace earprint::app
