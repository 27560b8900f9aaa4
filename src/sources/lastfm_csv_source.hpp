#pragma once

#include <memory>
#include <string_view>

#include "ports/byte_reader.hpp"
#include "ports/event_source.hpp"
#include "sources/services/told_play.hpp"

namespace earprint::sources {

/// Whether a text begins like one of the CSV files that people have of Last.fm:
/// `uts,utc_time,artist,…,track`, `Artist;Album;AlbumId;Track;Date#name`, or rows of artist, album, track and
/// a minute without a header.
bool IsLastFmCsv(std::string_view head);

/// Reads such a file: a row becomes one play event or one reject.
std::unique_ptr<ports::EventSource> OpenLastFmCsv(std::unique_ptr<ports::ByteReader> reader,
                                                  ToldPlayOptions options);

}  // namespace earprint::sources
