#include "sources/demo/demo_playlists.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "sources/demo/demo_genres.hpp"
#include "sources/demo/demo_taste.hpp"

namespace earprint::sources {

namespace {

using base::AppendJsonString;

constexpr std::size_t kSavedTracks = 420, kSavedAlbums = 36, kBannedTracks = 3, kFollowedArtists = 40;

/// What a playlist is made of: some genres, made at some time of the life.
struct Recipe {
  std::string_view name;
  double created;
  std::array<std::size_t, 3> genres;
  std::size_t tracks;
};

constexpr std::array<Recipe, 14> kRecipes = {{{"Morning run 🏃", 0.00, {1, 3, 2}, 48},
                                              {"Sunday kitchen", 0.00, {9, 6, 10}, 64},
                                              {"deep work", 0.04, {8, 7, 1}, 72},
                                              {"Loud & tired", 0.06, {4, 3, 3}, 40},
                                              {"Route de nuit", 0.12, {1, 11, 0}, 55},
                                              {"Été 2019", 0.15, {10, 0, 2}, 34},
                                              {"For Mira", 0.24, {5, 0, 9}, 22},
                                              {"Warm-up", 0.30, {2, 10, 1}, 45},
                                              {"4 a.m.", 0.37, {8, 1, 6}, 38},
                                              {"Advent", 0.10, {12, 12, 12}, 26},
                                              {"東京 mixtape", 0.62, {11, 6, 8}, 30},
                                              {"Porch", 0.66, {5, 5, 6}, 58},
                                              {"Slow mornings", 0.78, {6, 7, 5}, 80},
                                              {"Found this year", 0.90, {0, 5, 9}, 42}}};

void AppendUri(std::string_view noun, std::span<const char, 22> id, std::string& out) {
  out += "\"spotify:";
  out += noun;
  out += ':';
  out.append(id.data(), id.size());
  out += '"';
}

void AppendPair(std::string_view indent, std::string_view key, std::string_view value, std::string_view end,
                std::string& out) {
  out += indent;
  out += '"';
  out += key;
  out += "\": ";
  AppendJsonString(value, out);
  out += end;
}

/// Draws indices without repeating one, in the order drawn; fewer when `draw` keeps giving the same.
template <typename Draw>
std::vector<std::uint32_t> DrawDistinct(std::size_t count, Draw draw) {
  std::vector<std::uint32_t> drawn;
  for (std::size_t tries = 0; tries < count * 6 && drawn.size() < count; ++tries) {
    const auto index = static_cast<std::uint32_t>(draw());
    if (std::ranges::find(drawn, index) == drawn.end()) drawn.push_back(index);
  }
  return drawn;
}

}  // namespace

DemoPlaylists::DemoPlaylists(const DemoOptions& options, const DemoCatalogue& catalogue,
                             const DemoCalendar& calendar)
    : seed_(options.seed), catalogue_(catalogue) {
  const auto& days = calendar.days();
  if (days.empty()) return;
  DemoRandom random(options.seed, "playlists");
  DemoTaste taste(options.seed, catalogue, days.size());
  std::vector<Recipe> recipes(kRecipes.begin(), kRecipes.end());
  std::ranges::stable_sort(recipes, {}, &Recipe::created);
  for (const Recipe& recipe : recipes) {
    DemoPlaylist playlist;
    playlist.name = recipe.name;
    playlist.created = static_cast<std::size_t>(recipe.created * static_cast<double>(days.size() - 1));
    taste.AdvanceTo(playlist.created, days[playlist.created]);
    playlist.tracks = DrawDistinct(recipe.tracks, [&] {
      return taste.DrawTrack(taste.DrawArtistOf(random.Pick(recipe.genres), DemoDayPart::kEvening, random),
                             random);
    });
    std::int64_t added = days[playlist.created].day;
    for (std::size_t i = 0; i < playlist.tracks.size(); ++i) {
      if (random.Chance(0.25)) added = std::min(added + random.Between(1, 30), days.back().day);
      playlist.added_days.push_back(added);
    }
    playlist.modified_day = added;
    playlist.has_local_file = recipe.name == "For Mira";
    playlist.has_episode = recipe.name == "Sunday kitchen";
    playlists_.push_back(std::move(playlist));
  }
  taste.AdvanceTo(days.size() - 1, days.back());
  const auto artist = [&] { return taste.DrawArtist(DemoDayPart::kEvening, random); };
  saved_tracks_ = DrawDistinct(kSavedTracks, [&] { return taste.DrawTrack(artist(), random); });
  saved_albums_ =
      DrawDistinct(kSavedAlbums, [&] { return catalogue.tracks()[taste.DrawTrack(artist(), random)].album; });
  banned_tracks_ = DrawDistinct(kBannedTracks, [&] { return random.Below(catalogue.tracks().size()); });
  followed_artists_ = DrawDistinct(kFollowedArtists, artist);
}

void DemoPlaylists::WritePlaylistFile(const DemoWriter& write) const {
  std::string out = "{\n  \"playlists\": [";
  std::string_view between = "\n";
  for (const DemoPlaylist& playlist : playlists_) {
    out += between;
    between = ",\n";
    out += "    {\n";
    AppendPair("      ", "name", playlist.name, ",\n", out);
    AppendPair("      ", "lastModifiedDate", base::FormatEpochDay(playlist.modified_day), ",\n", out);
    out += "      \"collaborators\": [],\n      \"items\": [";
    for (std::size_t i = 0; i < playlist.tracks.size(); ++i) {
      const DemoTrack& track = catalogue_.tracks()[playlist.tracks[i]];
      out += i == 0 ? "\n        {\n          \"track\": {\n" : ",\n        {\n          \"track\": {\n";
      AppendPair("            ", "trackName", track.title, ",\n", out);
      AppendPair("            ", "artistName", catalogue_.ArtistOf(track).name, ",\n", out);
      AppendPair("            ", "albumName", catalogue_.AlbumOf(track).title, ",\n", out);
      out += "            \"trackUri\": ";
      AppendUri("track", track.id, out);
      out +=
          "\n          },\n          \"episode\": null,\n          \"audiobook\": null,\n          "
          "\"localTrack\": null,\n";
      AppendPair("          ", "addedDate", base::FormatEpochDay(playlist.added_days[i]), "\n        }", out);
    }
    const std::string added = base::FormatEpochDay(playlist.modified_day);
    if (playlist.has_local_file) {
      out +=
          ",\n        {\n          \"track\": null,\n          \"episode\": null,\n          \"audiobook\": "
          "null,\n"
          "          \"localTrack\": {\n            \"uri\": "
          "\"spotify:local:Mira+%26+Co:Kitchen+Tapes:Rehearsal:187\"\n"
          "          },\n";
      AppendPair("          ", "addedDate", added, "\n        }", out);
    }
    if (playlist.has_episode) {
      const DemoShow& show = catalogue_.shows().front();
      out += ",\n        {\n          \"track\": null,\n          \"episode\": {\n";
      AppendPair("            ", "episodeName", "On kettles", ",\n", out);
      AppendPair("            ", "showName", show.title, ",\n", out);
      out += "            \"episodeUri\": ";
      AppendUri("episode", DemoItemId(seed_, "playlist episode", 0), out);
      out += "\n          },\n          \"audiobook\": null,\n          \"localTrack\": null,\n";
      AppendPair("          ", "addedDate", added, "\n        }", out);
    }
    out += "\n      ]\n    }";
  }
  out += "\n  ]\n}\n";
  write(out);
}

void DemoPlaylists::WriteLibraryFile(const DemoWriter& write) const {
  std::string out = "{\n";
  const auto list = [&out](std::string_view name, const auto& items, auto append) {
    out += "  \"";
    out += name;
    out += "\": [";
    for (std::size_t i = 0; i < items.size(); ++i) {
      out += i == 0 ? "\n    {\n" : ",\n    {\n";
      append(items[i]);
      out += "\n    }";
    }
    out += items.empty() ? "],\n" : "\n  ],\n";
  };
  const auto append_track = [this, &out](std::uint32_t index) {
    const DemoTrack& track = catalogue_.tracks()[index];
    AppendPair("      ", "artist", catalogue_.ArtistOf(track).name, ",\n", out);
    AppendPair("      ", "album", catalogue_.AlbumOf(track).title, ",\n", out);
    AppendPair("      ", "track", track.title, ",\n      \"uri\": ", out);
    AppendUri("track", track.id, out);
  };
  const std::vector<std::uint32_t> none;
  list("tracks", saved_tracks_, append_track);
  list("albums", saved_albums_, [this, &out](std::uint32_t index) {
    const DemoAlbum& album = catalogue_.albums()[index];
    AppendPair("      ", "artist", catalogue_.artists()[album.artist].name, ",\n", out);
    AppendPair("      ", "album", album.title, ",\n      \"uri\": ", out);
    AppendUri("album", album.id, out);
  });
  list("shows", catalogue_.shows(), [&out](const DemoShow& show) {
    AppendPair("      ", "name", show.title, ",\n      \"publisher\": \"Demo Radio\",\n      \"uri\": ", out);
    AppendUri("show", show.id, out);
  });
  list("episodes", none, append_track);
  list("bannedTracks", banned_tracks_, append_track);
  list("artists", followed_artists_, [this, &out](std::uint32_t index) {
    AppendPair("      ", "name", catalogue_.artists()[index].name, ",\n      \"uri\": ", out);
    AppendUri("artist", catalogue_.artists()[index].id, out);
  });
  list("bannedArtists", none, append_track);
  out += "  \"other\": []\n}\n";
  write(out);
}

}  // namespace earprint::sources
