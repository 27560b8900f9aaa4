#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <set>

#include "audit/lake/plain_text.hpp"
#include "audit/settled/track_book.hpp"

namespace earprint::audit {

namespace {

using Provenance = TrackEntry::Provenance;
constexpr std::int64_t kDurationApartMs = 2'000;

/// Rows of catalogues by what they may be found under.
class FeatureRows {
 public:
  explicit FeatureRows(const LakeEvents& lake) {
    for (std::uint32_t i = 0; i < lake.features.size(); ++i) {
      const FeatureEvent& row = lake.features[i];
      if (row.track != kNone) by_track_[row.track].push_back(i);
      if (row.isrc != kNone) by_isrc_[row.isrc].push_back(i);
      if (row.name != kNone) by_name_[row.name].push_back(i);
    }
  }

  using Rows = std::vector<std::uint32_t>;
  const Rows& ByTrack(std::uint32_t track) const { return Found(by_track_, track); }
  const Rows& ByIsrc(std::uint32_t isrc) const { return Found(by_isrc_, isrc); }
  const Rows& ByName(std::uint32_t name) const { return Found(by_name_, name); }

 private:
  using Index = boost::unordered_flat_map<std::uint32_t, Rows>;
  static const Rows& Found(const Index& index, std::uint32_t key) {
    static const Rows kNoRows;
    const auto found = index.find(key);
    return key == kNone || found == index.end() ? kNoRows : found->second;
  }
  Index by_track_, by_isrc_, by_name_;
};

/// A row that may tell a track's sound, and how it was found.
struct Candidate {
  std::uint32_t row = kNone;
  Provenance provenance = Provenance::kUnknown;
};

/// Missing values come last.
int CompareValue(const std::optional<std::int64_t>& left, const std::optional<std::int64_t>& right) {
  if (left == right) return 0;
  if (!left || !right) return left ? -1 : 1;
  return *left < *right ? -1 : 1;
}

bool IsBetter(const LakeEvents& lake, const Candidate& left, const Candidate& right) {
  const FeatureEvent& a = lake.features[left.row];
  const FeatureEvent& b = lake.features[right.row];
  const int known_a = a.known(), known_b = b.known();
  if ((known_a == 0) != (known_b == 0)) return known_b == 0;
  if (left.provenance != right.provenance) return left.provenance < right.provenance;
  if (known_a != known_b) return known_a > known_b;
  if (const int order = lake.texts.Compare(a.catalogue, b.catalogue); order != 0) return order < 0;
  if (const int order = lake.texts.Compare(a.track_id, b.track_id); order != 0) return order < 0;
  for (std::size_t i = 0; i < model::kFeatureCount; ++i) {
    if (const int order = CompareValue(a.e6[i], b.e6[i]); order != 0) return order < 0;
  }
  return std::pair(a.id.identity, a.id.details) < std::pair(b.id.identity, b.id.details);
}

/// The best row for one track.
class SoundSeeker {
 public:
  SoundSeeker(const LakeEvents& lake, const FeatureRows& rows) : lake_(lake), rows_(rows) {}

  Candidate Seek(std::uint32_t track_no, const TrackEntry& track, std::uint32_t name) {
    best_ = {};
    for (const std::uint32_t row : rows_.ByTrack(track_no)) {
      const std::string_view source = lake_.texts.Or(lake_.features[row].source);
      Offer(row, source == "spotify"     ? Provenance::kSpotify
                 : source == "catalogue" ? Provenance::kCatalogueId
                                         : Provenance::kReccoBeats);
    }
    for (const std::uint32_t row : rows_.ByIsrc(track.isrc)) {
      const std::string_view source = lake_.texts.Or(lake_.features[row].source);
      if (source == "spotify") continue;
      Offer(row, source == "catalogue" ? Provenance::kIsrc : Provenance::kReccoBeats);
    }
    for (const std::uint32_t row : rows_.ByName(name)) {
      const FeatureEvent& event = lake_.features[row];
      if (lake_.texts.Or(event.source) != "catalogue") continue;
      const bool is_apart = track.known_length_ms && event.duration_ms &&
                            std::abs(*track.known_length_ms - *event.duration_ms) > kDurationApartMs;
      if (!is_apart) Offer(row, Provenance::kCatalogueNames);
    }
    return best_;
  }

 private:
  void Offer(std::uint32_t row, Provenance provenance) {
    const Candidate candidate{row, provenance};
    if (best_.row == kNone || IsBetter(lake_, candidate, best_)) best_ = candidate;
  }

  const LakeEvents& lake_;
  const FeatureRows& rows_;
  Candidate best_;
};

void AddGenres(const LakeEvents& lake, const std::vector<std::uint32_t>& rows,
               std::vector<std::uint32_t>& genres) {
  for (const std::uint32_t row : rows)
    genres.insert(genres.end(), lake.features[row].genres.begin(), lake.features[row].genres.end());
  std::ranges::sort(genres);
  const auto twice = std::ranges::unique(genres);
  genres.erase(twice.begin(), twice.end());
}

}  // namespace

void AddSounds(const LakeEvents& lake, std::vector<TrackEntry>& tracks) {
  const FeatureRows rows(lake);
  if (lake.features.empty()) return;
  SoundSeeker seeker(lake, rows);
  for (std::uint32_t i = 0; i < tracks.size(); ++i) {
    TrackEntry& track = tracks[i];
    if (!track.is_named) continue;
    std::uint32_t name = kNone;
    if (const auto title = lake.texts.Or(track.title), artist = lake.texts.Or(track.artist);
        !title.empty() && !artist.empty()) {
      name = lake.names.Find(NormalName(title) + '\x1f' + NormalName(artist));
    }
    const Candidate found = seeker.Seek(i, track, name);
    if (found.row != kNone && lake.features[found.row].known() > 0) {
      track.feature = found.row;
      track.provenance = found.provenance;
    }
    AddGenres(lake, rows.ByTrack(i), track.genres);
    if (track.genres.empty()) AddGenres(lake, rows.ByName(name), track.genres);
  }
}

std::string_view NameOf(TrackEntry::Provenance provenance) {
  switch (provenance) {
    case TrackEntry::Provenance::kUnknown:
      return "none";
    case TrackEntry::Provenance::kSpotify:
      return "spotify";
    case TrackEntry::Provenance::kCatalogueId:
      return "catalogue id";
    case TrackEntry::Provenance::kIsrc:
      return "isrc";
    case TrackEntry::Provenance::kCatalogueNames:
      return "catalogue names";
    case TrackEntry::Provenance::kReccoBeats:
      return "reccobeats";
  }
  return "";
}

std::int64_t ToleranceE6(std::size_t feature_no) {
  switch (static_cast<model::Feature>(feature_no)) {
    case model::Feature::kLoudness:
      return 600'000;
    case model::Feature::kTempo:
      return 2'000'000;
    case model::Feature::kKey:
    case model::Feature::kMode:
    case model::Feature::kTimeSignature:
      return 0;
    default:
      return 10'000;
  }
}

std::vector<FeatureConflict> FindConflicts(const LakeEvents& lake) {
  boost::unordered_flat_map<std::uint32_t, std::vector<std::uint32_t>> of_track;
  for (std::uint32_t i = 0; i < lake.features.size(); ++i) {
    if (lake.features[i].track != kNone) of_track[lake.features[i].track].push_back(i);
  }
  std::set<FeatureConflict> conflicts;
  for (const auto& [track, rows] : of_track) {
    if (rows.size() < 2) continue;
    for (std::size_t feature = 0; feature < model::kFeatureCount; ++feature) {
      for (const std::uint32_t row : rows) {
        const auto& value = lake.features[row].e6[feature];
        const bool contradicts = value && std::ranges::any_of(rows, [&](std::uint32_t other) {
                                   const auto& said = lake.features[other].e6[feature];
                                   return said && std::abs(*said - *value) > ToleranceE6(feature);
                                 });
        if (contradicts) conflicts.insert({lake.features[row].catalogue, track, feature, *value});
      }
    }
  }
  return {conflicts.begin(), conflicts.end()};
}

}  // namespace earprint::audit
