#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace earprint::app {

/// Who is meant where none is named: the only listener there is, "me" while there is none; nothing when there
/// are several.
std::optional<std::string> OnlyListener(const std::vector<std::string>& listeners);

/// The listener named, or the only one there is. Errors: kNotFound no such listener · kInvalidInput several
/// and none named; the hint names some of those there are.
base::Result<std::string> ChooseListener(const std::vector<std::string>& listeners, const std::string& named);

/// Errors: kInvalidInput no listener can have such a name. Empty is nobody's.
base::Result<void> CheckListenerName(const std::string& name);

}  // namespace earprint::app
