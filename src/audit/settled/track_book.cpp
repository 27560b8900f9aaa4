#include "audit/settled/track_book.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace earprint::audit {

namespace {

/// One way in which a track is spelled somewhere, and when.
struct Naming {
  std::int64_t spelled_at = -1;  ///< of a list: before any play
  bool is_track = false;
  std::uint32_t item_id = kNone, title = kNone, artist = kNone, album = kNone;
};

bool IsBetter(const TextPool& texts, const Naming& left, const Naming& right) {
  if (left.spelled_at != right.spelled_at) return left.spelled_at > right.spelled_at;
  for (const auto text : {&Naming::title, &Naming::artist, &Naming::album}) {
    if (const int order = texts.Compare(left.*text, right.*text); order != 0) return order < 0;
  }
  return false;
}

class TrackNamer {
 public:
  explicit TrackNamer(const LakeEvents& lake)
      : lake_(lake), tracks_(lake.track_keys.size()), best_(lake.track_keys.size()), is_met_(best_.size()) {}

  std::vector<TrackEntry> Name() {
    AddPlayed();
    for (const PlaylistEvent& list : lake_.playlists) {
      for (const ListedTrack& track : list.tracks) {
        NoteIsrc(track.track, track.isrc);
        if (lake_.texts.Or(track.kind) == "track") AddListed(track);
      }
    }
    for (const ListedTrack& track : lake_.saved) AddListed(track);
    for (const FeatureEvent& event : lake_.features) {
      if (event.track == kNone) continue;
      if (lake_.texts.Or(event.source) != "reccobeats") NoteIsrc(event.track, event.isrc);
      auto& year = tracks_[event.track].release_year;
      if (event.release_year && (!year || *event.release_year < *year)) year = event.release_year;
    }
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      TrackEntry& track = tracks_[i];
      track.is_named = is_met_[i] && best_[i].is_track;
      track.item_id = best_[i].item_id;
      track.title = best_[i].title;
      track.artist = best_[i].artist;
      track.album = best_[i].album;
      track.recording = static_cast<std::uint32_t>(i);
    }
    JoinRecordings();
    return std::move(tracks_);
  }

 private:
  void AddPlayed() {
    std::vector<std::int64_t> spelled_at(lake_.spellings.size(), -1);
    const auto note = [&](const PlayEvent& event) {
      const std::string_view source = lake_.texts.Or(lake_.circumstances[event.circumstances].source);
      const std::int64_t rank = source == "extended" ? 3 : source == "csv" ? 2 : 1;
      spelled_at[event.spelling] = std::max(spelled_at[event.spelling], event.ended_at_ms * 4 + rank);
    };
    for (const PlayEvent& event : lake_.exports) note(event);
    for (const LiveEvent& event : lake_.live) note(event);
    for (const ServiceEvent& event : lake_.services) note(event);
    for (std::size_t i = 0; i < lake_.spellings.size(); ++i) {
      const Spelling& spelling = lake_.spellings[i];
      NoteIsrc(spelling.track, spelling.isrc);
      Add(spelling.track, {spelled_at[i], lake_.texts.Or(spelling.kind) == "track", spelling.item_id,
                           spelling.title, spelling.artist, spelling.album});
    }
  }

  void AddListed(const ListedTrack& track) {
    Add(track.track, {-1, true, track.item_id, track.title, track.artist, track.album});
  }

  void Add(std::uint32_t track, const Naming& naming) {
    if (!is_met_[track] || IsBetter(lake_.texts, naming, best_[track])) best_[track] = naming;
    is_met_[track] = true;
  }

  void NoteIsrc(std::uint32_t track, std::uint32_t isrc) {
    std::uint32_t& known = tracks_[track].isrc;
    if (lake_.texts.Compare(isrc, known) < 0) known = isrc;
  }

  /// Tracks of one ISRC are one recording, told as the first of them by id, title and artist.
  void JoinRecordings() {
    std::map<std::uint32_t, std::uint32_t> of_isrc;
    const auto comes_first = [this](std::uint32_t left, std::uint32_t right) {
      for (const auto text : {&TrackEntry::item_id, &TrackEntry::title, &TrackEntry::artist}) {
        if (const int order = lake_.texts.Compare(tracks_[left].*text, tracks_[right].*text); order != 0)
          return order < 0;
      }
      return false;
    };
    for (std::uint32_t i = 0; i < tracks_.size(); ++i) {
      if (!tracks_[i].is_named || tracks_[i].isrc == kNone) continue;
      const auto [found, is_new] = of_isrc.emplace(tracks_[i].isrc, i);
      if (!is_new && comes_first(i, found->second)) found->second = i;
    }
    for (TrackEntry& track : tracks_) {
      if (track.is_named && track.isrc != kNone) track.recording = of_isrc.at(track.isrc);
    }
  }

  const LakeEvents& lake_;
  std::vector<TrackEntry> tracks_;
  std::vector<Naming> best_;
  std::vector<bool> is_met_;
};

}  // namespace

std::vector<TrackEntry> NameTracks(const LakeEvents& lake) { return TrackNamer(lake).Name(); }

}  // namespace earprint::audit
