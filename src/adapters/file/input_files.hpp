#pragma once

#include <string>
#include <vector>

#include "ports/byte_reader.hpp"

namespace earprint::adapters {

/// Lists what stands under paths of this machine: a folder's files at any depth, a zip's entries, a .gz's
/// content, or the file itself. Nothing is unpacked to disk; entry names are only shown, never used as paths.
///
/// Shape:  files sorted by name within a folder, in the zip's order within a zip; hidden files and folders of
///         a folder are left out. What cannot be opened is in `refused`, the rest goes on.
/// Errors: readers give kUnsupported for an entry that unpacks to more than kUnpackRatioMax times its size (a
///         bomb) or is encrypted, kCorrupt for damaged packing.
ports::InputListing ListInputs(const std::vector<std::string>& paths);

/// A text export packs about 1:15 to 1:40; beyond this ratio (and kUnpackFreeBytes) it is a bomb.
inline constexpr std::uint64_t kUnpackRatioMax = 250;
inline constexpr std::uint64_t kUnpackFreeBytes = 64ULL << 20;
inline constexpr std::size_t kZipEntriesMax = 100'000;

}  // namespace earprint::adapters
