#pragma once

#include "fakes/spotify/api_call.hpp"

namespace earprint::fakes {

/// Answers /v1/me/playlists, /v1/users/{id}/playlists and /v1/playlists/{id} with what lies under it.
WebAnswer AnswerPlaylists(const ApiCall& call);

}  // namespace earprint::fakes
