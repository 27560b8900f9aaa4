#pragma once

#include "fakes/spotify/api_call.hpp"

namespace earprint::fakes {

/// Answers /v1/me and what lies under it, but for the player and playlists.
WebAnswer AnswerLibrary(const ApiCall& call);

}  // namespace earprint::fakes
