#pragma once

#include <string>

#include "sources/demo/demo_genres.hpp"
#include "sources/demo/demo_random.hpp"

namespace earprint::sources {

/// Makes up an artist's name; every part of it is put together from syllables or plain words. Not unique.
std::string InventArtistName(DemoTongue tongue, DemoRandom& random);

/// Makes up a song's or an album's title in a language. Not unique.
std::string InventTitle(DemoTongue tongue, DemoRandom& random);

}  // namespace earprint::sources
