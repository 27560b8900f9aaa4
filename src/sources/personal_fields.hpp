#pragma once

#include <string>
#include <string_view>

namespace earprint::sources {

/// Whether a field of an export tells who or where the listener or a friend is: network addresses, user
/// names, user agents, collaborators of a playlist, and the places that older exports name. Such fields are
/// dropped before anything is stored.
bool IsPersonalField(std::string_view name);

/// Blanks the values of personal fields in a piece of JSON text, at any depth and however the names are
/// escaped, and cuts it to model::kRejectRawMax bytes on a character's border. Where damage leaves open what
/// belongs to a personal field, the text ends.
std::string WithoutPersonalFields(std::string_view json);

}  // namespace earprint::sources
