#pragma once

#include <string>
#include <string_view>

namespace earprint::audit {

/// A text in lower case, each character by Unicode's simple mapping; `ς` is `σ`.
std::string LowerText(std::string_view text);

/// What a title or an artist is called whatever its edition. Source: docs/features.md, "Names that are the
/// same".
std::string NormalName(std::string_view text);

/// Under which a track is known from its names alone.
std::string NamesText(std::string_view title, std::string_view artist);

}  // namespace earprint::audit
