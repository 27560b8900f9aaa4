#pragma once

#include "fakes/spotify/api_call.hpp"

namespace earprint::fakes {

/// Answers a path under /v1/me/player.
WebAnswer AnswerPlayer(const ApiCall& call);

/// When Spotify first told of each play that it ever told of is kept in the call's `shown`.
boost::json::array WriteTruth(const WorldListener& listener, const ShowRules& rules,
                              const SpotifyWorld& world, const ShownPlays& shown);

}  // namespace earprint::fakes
