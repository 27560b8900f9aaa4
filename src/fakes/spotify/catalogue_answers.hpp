#pragma once

#include "fakes/spotify/api_call.hpp"

namespace earprint::fakes {

/// Answers tracks, albums, artists, shows, episodes, search, audio features and what only old applications
/// have.
WebAnswer AnswerCatalogue(const ApiCall& call);

}  // namespace earprint::fakes
