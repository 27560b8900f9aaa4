#pragma once

#include <string>
#include <string_view>

namespace earprint::sources {

/// Whether a field of an export tells who or where the listener is: network addresses, user names, user
/// agents. Such fields are dropped before anything is stored.
bool IsPersonalField(std::string_view name);

/// Blanks the values of personal fields in a piece of JSON text, however damaged the rest of it is, and cuts
/// it to model::kRejectRawMax bytes on a character's border.
std::string WithoutPersonalFields(std::string_view json);

}  // namespace earprint::sources
