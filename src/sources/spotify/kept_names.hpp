#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ports/state_store.hpp"

namespace earprint::sources::spotify {

/// The document's name among a house's states.
inline constexpr std::string_view kNamesDocument = "spotify-household";

/// What a house keeps of its connection to Spotify: the application, and who has logged in.
struct KeptNames {
  std::string client_id;
  std::vector<std::string> listeners;
};

/// What cannot be read is as none: the listeners log in again.
KeptNames ReadNames(std::string_view document);
std::string WriteNames(const std::string& client_id, const std::set<std::string>& listeners);

/// Removes all that a house keeps of a listener's login apart from the name. Errors: those of the store.
base::Result<void> RemoveStatesOf(const std::string& listener, ports::StateStore& states);

/// Whether a text can be a client id, or the name of a listener.
bool IsClientId(std::string_view text);
bool IsLoginName(std::string_view text);

}  // namespace earprint::sources::spotify
