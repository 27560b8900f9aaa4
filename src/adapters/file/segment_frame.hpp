#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace earprint::adapters {

/// Event lines as one zstd frame with a checksum, the unit that is appended whole or not at all. Thread-safe.
std::string FrameOf(std::string_view lines);

/// The lines of a frame; nothing when they are not what its checksum says.
std::optional<std::string> LinesOf(std::string_view frame);

/// Length of the longest front part of a segment that consists of whole, sound frames.
std::size_t SoundPrefix(std::string_view bytes);

/// Whether a whole, sound frame begins anywhere in these bytes.
bool HoldsSoundFrame(std::string_view bytes);

}  // namespace earprint::adapters
