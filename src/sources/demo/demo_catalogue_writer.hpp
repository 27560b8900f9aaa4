#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "sources/demo/demo_catalogue.hpp"

namespace earprint::sources {

/// Takes a file's bytes, piece by piece.
using DemoWriter = std::function<void(std::string_view)>;

/// How many rows a catalogue got, and of which kind.
struct DemoCatalogueRows {
  std::size_t rows = 0;
  std::size_t tracks = 0;       ///< distinct
  std::size_t unanalysed = 0;   ///< tracks whose features are zeros
  std::size_t disagreeing = 0;  ///< tracks of which the first catalogue says something else
};

/// Writes the catalogue that knows about 92 % of the tracks by id, in the columns of the well-known
/// 114,000-row file: artists parted by ';', a track of two genres on two rows.
DemoCatalogueRows WriteDemoCatalogue(const DemoCatalogue& catalogue, const DemoWriter& write);

/// Writes a small catalogue without ids: title and artist, some of them tracks that the first one lacks, some
/// with other values than there.
DemoCatalogueRows WriteDemoCatalogueByName(const DemoCatalogue& catalogue, const DemoWriter& write);

}  // namespace earprint::sources
