#pragma once

#include <set>
#include <string>

#include "fakes/fake_clock.hpp"
#include "fakes/web_server.hpp"

namespace earprint::fakes {

class FakeSpotify;

/// The answers under /fake/, for tests in other languages: state, clock, switches, requests, truth, tokens,
/// revoke, plays.
WebAnswer AnswerControl(const WebRequest& request, FakeSpotify& fake, FakeClock& clock);

/// Every scope that there is for reading and for making playlists.
const std::set<std::string>& AllScopes();

}  // namespace earprint::fakes
