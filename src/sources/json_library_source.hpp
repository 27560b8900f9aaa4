#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "ports/byte_reader.hpp"
#include "ports/event_source.hpp"

namespace earprint::sources {

enum class LibraryShape : std::uint8_t { kPlaylists, kYourLibrary };

/// Reads Playlist*.json and YourLibrary.json of the account data: one event a playlist, one a saved track.
///
/// Shape:  the file is read whole (at most kLibraryBytesMax); episodes, audiobooks, albums and shows are left
///         alone.
/// Errors: kCorrupt the file is no sound JSON (told after every whole playlist or track of it) or larger than
///         the limit.
class JsonLibrarySource final : public ports::EventSource {
 public:
  static constexpr std::size_t kLibraryBytesMax = 128U << 20;

  JsonLibrarySource(std::unique_ptr<ports::ByteReader> reader, std::string listener, LibraryShape shape);

  std::string Kind() const override;
  base::Result<std::optional<model::BatchTask>> Next() override;

 private:
  std::unique_ptr<ports::ByteReader> reader_;
  std::string listener_;
  LibraryShape shape_;
  bool done_ = false;
  std::optional<base::Error> broken_;
};

}  // namespace earprint::sources
