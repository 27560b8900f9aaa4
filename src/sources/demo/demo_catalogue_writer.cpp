#include "sources/demo/demo_catalogue_writer.hpp"

#include <algorithm>
#include <string>

#include "sources/demo/demo_genres.hpp"

namespace earprint::sources {

namespace {

constexpr std::size_t kPieceBytes = 1U << 16;

void AppendCell(std::string_view text, std::string& out) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

/// Writes value / 10^digits without needless zeros: 676000, 6 -> 0.676; -6746, 3 -> -6.746; 0 -> 0.0.
void AppendDecimal(std::int64_t value, int digits, std::string& out) {
  if (value < 0) out += '-';
  std::string all = std::to_string(value < 0 ? -value : value);
  const auto places = static_cast<std::size_t>(digits);
  if (all.size() <= places) all.insert(0, places + 1 - all.size(), '0');
  all.insert(all.size() - places, 1, '.');
  while (all.ends_with('0') && !all.ends_with(".0")) all.pop_back();
  out += all;
}

void AppendInt(std::int64_t value, std::string& out) { out += std::to_string(value); }

void AppendFeatures(const DemoFeatures& f, std::string& out) {
  AppendDecimal(f.danceability, 6, out);
  AppendDecimal(f.energy, 6, out += ',');
  AppendInt(f.key, out += ',');
  AppendDecimal(f.loudness, 3, out += ',');
  AppendInt(f.mode, out += ',');
  AppendDecimal(f.speechiness, 6, out += ',');
  AppendDecimal(f.acousticness, 6, out += ',');
  AppendDecimal(f.instrumentalness, 6, out += ',');
  AppendDecimal(f.liveness, 6, out += ',');
  AppendDecimal(f.valence, 6, out += ',');
  AppendDecimal(f.tempo, 3, out += ',');
  AppendInt(f.time_signature, out += ',');
}

DemoFeatures NotAnalysed(const DemoFeatures& known) {
  DemoFeatures zeros;
  zeros.loudness = known.loudness;
  return zeros;
}

}  // namespace

DemoCatalogueRows WriteDemoCatalogue(const DemoCatalogue& catalogue, const DemoWriter& write) {
  DemoCatalogueRows done;
  std::string out =
      ",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,danceability,energy,key,"
      "loudness,mode,"
      "speechiness,acousticness,instrumentalness,liveness,valence,tempo,time_signature,track_genre\n";
  for (std::size_t i = 0; i < catalogue.tracks().size(); ++i) {
    const DemoTrack& track = catalogue.tracks()[i];
    if (!track.has_id_witness) continue;
    const DemoArtist& artist = catalogue.ArtistOf(track);
    std::string artists = artist.name;
    if (track.guest != DemoTrack::kNobody) artists += ';' + catalogue.artists()[track.guest].name;
    const bool is_in_two_genres = i % 89 == 7;
    for (std::size_t row = 0; row < (is_in_two_genres ? 2U : 1U); ++row) {
      AppendInt(static_cast<std::int64_t>(done.rows++), out);
      out += ',';
      out += track.Id();
      AppendCell(artists, out += ',');
      AppendCell(catalogue.AlbumOf(track).title, out += ',');
      AppendCell(track.title, out += ',');
      AppendInt(track.popularity, out += ',');
      AppendInt(track.duration_ms, out += ',');
      out += track.is_explicit ? ",True," : ",False,";
      AppendFeatures(track.is_analysed ? track.features : NotAnalysed(track.features), out);
      out += ',';
      out += DemoGenreTable()[row == 0 ? artist.genre : (artist.genre + 1) % kDemoHolidayGenre].name;
      out += '\n';
    }
    ++done.tracks;
    if (!track.is_analysed) ++done.unanalysed;
    if (out.size() > kPieceBytes) {
      write(out);
      out.clear();
    }
  }
  write(out);
  return done;
}

DemoCatalogueRows WriteDemoCatalogueByName(const DemoCatalogue& catalogue, const DemoWriter& write) {
  DemoCatalogueRows done;
  std::string out =
      "track_name,artist,duration_ms,danceability,energy,key,loudness,mode,speechiness,acousticness,"
      "instrumentalness,"
      "liveness,valence,tempo,time_signature\n";
  for (const DemoTrack& track : catalogue.tracks()) {
    if (!track.has_name_witness) continue;
    DemoFeatures features = track.features;
    if (track.has_id_witness) {  // another analysis of the same recording
      features.energy = std::min(999'000, features.energy / 2 + 250'000);
      features.valence = std::max(1'000, features.valence - 60'000);
      features.tempo = features.tempo > 100'000 ? features.tempo / 2 : features.tempo * 2;
      ++done.disagreeing;
    }
    AppendCell(track.title, out);
    AppendCell(catalogue.ArtistOf(track).name, out += ',');
    AppendInt(track.duration_ms + (track.duration_ms % 1'400) - 700,
              out += ',');  // pressings differ a little
    out += ',';
    AppendFeatures(features, out);
    out += '\n';
    ++done.rows;
    ++done.tracks;
  }
  write(out);
  return done;
}

}  // namespace earprint::sources
