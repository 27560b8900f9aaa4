#pragma once

#include <string>
#include <string_view>

namespace earprint::fakes {

/// A picture for a playlist, as PNG: a slope of two colours that follow from its id.
std::string CoverPicture(std::string_view playlist_id);

}  // namespace earprint::fakes
