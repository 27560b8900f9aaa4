#pragma once

#include <span>
#include <string>

#include "base/embedded_file.hpp"
#include "metrics/answerer.hpp"

namespace earprint::metrics {

/// A track by what a player tells of it; title and artist may be empty.
struct NamedTrack {
  std::string track_id, title, artist;
};

/// What is known of a track's sound, whoever played it and whether anyone did: by the very models that
/// settle the features of tracks that were played or listed, run over this one.
///
/// Shape:  {"track_id", "provenance", "catalogue", "features"}: the value of each feature that is known, by
///         its name; without any, provenance and catalogue are null.
/// Units:  as in taste_profile.
/// Errors: kInvalidInput the id is empty · kCorrupt a model is missing among the files · the engine's.
base::Result<std::string> TrackSoundJson(Answerer& answerer, std::span<const base::EmbeddedFile> files,
                                         const NamedTrack& track);

}  // namespace earprint::metrics
