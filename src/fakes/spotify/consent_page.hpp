#pragma once

#include <string_view>

#include "fakes/web_server.hpp"
#include "fakes/world/spotify_world.hpp"

namespace earprint::fakes {

/// A page that asks who is there and whether they agree; its form comes back to the same address by POST.
WebAnswer ConsentPage(const WebRequest& request, const SpotifyWorld& world);

/// A page that says what is wrong. It leads nowhere: a wrong client must never be redirected to.
WebAnswer ErrorPage(std::string_view what);

/// A text inside HTML.
std::string EscapeHtml(std::string_view text);

}  // namespace earprint::fakes
