#pragma once

#include <string>
#include <string_view>

namespace earprint::server {

/// Packs bytes as gzip. `level`: 1 (fast) to 9 (small). Gives an empty text when memory runs out.
std::string Gzipped(std::string_view bytes, int level);

/// Whether a content type is worth packing.
bool PacksWell(std::string_view content_type);

/// Whether an Accept-Encoding header allows gzip; "gzip;q=0" does not.
bool AcceptsGzip(std::string_view accept_encoding);

}  // namespace earprint::server
