#include "fakes/spotify/catalogue_answers.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "fakes/spotify/api_objects.hpp"
#include "fakes/spotify/request_gate.hpp"

namespace earprint::fakes {

namespace {

namespace json = boost::json;
constexpr std::size_t kIdChars = 22;

bool IsId(std::string_view text) {
  return text.size() == kIdChars && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

WebAnswer Send(OffsetPage page) { return page.wrong ? *page.wrong : Json(page.page); }

/// One thing by its id, made by a function of its place.
template <typename Make>
WebAnswer ById(const ApiCall& call, std::optional<std::size_t> place, Make make) {
  if (!IsId(call.Part(1))) return ApiError(400, "Invalid base62 id");
  return place ? Json(make(*place)) : NotFound();
}

/// Several by `ids`, with a null for each that is unknown.
template <typename PlaceOf, typename Make>
WebAnswer Several(const ApiCall& call, std::string_view key, std::size_t most, PlaceOf place_of, Make make) {
  if (!call.switches.HasOldFields()) return Gone();
  const std::string ids = call.request.Query("ids").value_or("");
  const auto parts = base::Split(ids, ',');
  if (ids.empty() || parts.size() > most)
    return ApiError(400, ids.empty() ? "Missing required field: ids" : "Too many ids requested");
  json::array all;
  for (const std::string_view id : parts) {
    if (!IsId(id)) return ApiError(400, "Invalid base62 id");
    const std::optional<std::size_t> place = place_of(id);
    all.push_back(place ? json::value(make(*place)) : json::value(nullptr));
  }
  return Json(json::object{{key, std::move(all)}});
}

WebAnswer Tracks(const ApiCall& call, const ApiObjects& objects) {
  const auto make = [&](std::size_t place) { return objects.RelinkedTrack(place); };
  if (!call.Part(1).empty()) return ById(call, call.world.TrackOf(call.Part(1)), make);
  return Several(call, "tracks", 50, [&](std::string_view id) { return call.world.TrackOf(id); }, make);
}

WebAnswer Albums(const ApiCall& call, const ApiObjects& objects) {
  const auto make = [&](std::size_t place) { return objects.WholeAlbum(place); };
  if (call.Part(1).empty()) {
    return Several(call, "albums", 20, [&](std::string_view id) { return call.world.AlbumOf(id); }, make);
  }
  const auto place = call.world.AlbumOf(call.Part(1));
  if (call.Part(2).empty()) return ById(call, place, make);
  if (call.Part(2) != "tracks" || !place) return NotFound();
  const auto& tracks = call.world.albums[*place].tracks;
  return Send(PageOf(call, {"/albums/" + call.Part(1) + "/tracks", 50, 20, 100'000, OtherParameters(call)},
                     tracks.size(), [&](std::size_t at) { return objects.AlbumTrack(tracks[at]); }));
}

WebAnswer ArtistAlbums(const ApiCall& call, const ApiObjects& objects, std::size_t artist) {
  const std::string groups =
      call.request.Query("include_groups").value_or("album,single,appears_on,compilation");
  std::vector<std::size_t> albums;
  for (std::size_t place = 0; place < call.world.albums.size(); ++place) {
    const WorldAlbum& album = call.world.albums[place];
    const bool is_wanted = std::ranges::count(base::Split(groups, ','), album.type) > 0;
    if (is_wanted && std::ranges::count(album.artists, artist) > 0) albums.push_back(place);
  }
  const bool is_new = call.switches.profile == Profile::kDevNew;
  const PageRules rules{"/artists/" + call.Part(1) + "/albums", is_new ? 10 : 50, is_new ? 5 : 20, 100'000,
                        OtherParameters(call)};
  return Send(PageOf(call, rules, albums.size(), [&](std::size_t at) {
    json::object album = objects.Album(albums[at]);
    if (call.switches.HasOldFields()) album["album_group"] = album["album_type"];
    return album;
  }));
}

WebAnswer Artists(const ApiCall& call, const ApiObjects& objects) {
  const auto make = [&](std::size_t place) { return objects.WholeArtist(place); };
  if (call.Part(1).empty()) {
    return Several(call, "artists", 50, [&](std::string_view id) { return call.world.ArtistOf(id); }, make);
  }
  const auto place = call.world.ArtistOf(call.Part(1));
  const std::string what = call.Part(2);
  if (what.empty()) return ById(call, place, make);
  if (!place) return NotFound();
  if (what == "albums") return ArtistAlbums(call, objects, *place);
  if (what == "top-tracks") {
    if (!call.switches.HasOldFields()) return Gone();
    json::array tracks;
    for (std::size_t at = 0; at < call.world.tracks.size() && tracks.size() < 10; ++at) {
      if (call.world.tracks[at].artists.front() == *place) tracks.push_back(objects.Track(at));
    }
    return Json(json::object{{"tracks", std::move(tracks)}});
  }
  if (what == "related-artists") {
    if (call.switches.IsDevelopment()) return Gone();
    json::array artists;
    for (std::size_t step = 1; step <= 20 && step < call.world.artists.size(); ++step) {
      artists.push_back(objects.WholeArtist((*place + step) % call.world.artists.size()));
    }
    return Json(json::object{{"artists", std::move(artists)}});
  }
  return NotFound();
}

WebAnswer Talk(const ApiCall& call, const ApiObjects& objects) {
  if (call.listener == nullptr && !call.HasMarket()) return NotFound();
  if (call.Part(0) == "episodes") {
    const auto make = [&](std::size_t place) { return objects.WholeEpisode(place); };
    if (!call.Part(1).empty()) return ById(call, call.world.EpisodeOf(call.Part(1)), make);
    return Several(call, "episodes", 50, [&](std::string_view id) { return call.world.EpisodeOf(id); }, make);
  }
  if (call.Part(1).empty()) {
    return Several(
        call, "shows", 50, [&](std::string_view id) { return call.world.ShowOf(id); },
        [&](std::size_t place) { return objects.Show(place); });
  }
  const auto place = call.world.ShowOf(call.Part(1));
  if (call.Part(2).empty()) return ById(call, place, [&](std::size_t at) { return objects.WholeShow(at); });
  if (call.Part(2) != "episodes" || !place) return NotFound();
  std::vector<std::size_t> episodes;
  for (std::size_t at = 0; at < call.world.episodes.size(); ++at) {
    if (call.world.episodes[at].show == *place) episodes.push_back(at);
  }
  return Send(PageOf(call, {"/shows/" + call.Part(1) + "/episodes", 50, 20, 100'000, OtherParameters(call)},
                     episodes.size(), [&](std::size_t at) { return objects.Episode(episodes[at]); }));
}

/// Audio features and their analysis: only for old applications with extended access.
WebAnswer Features(const ApiCall& call, const ApiObjects& objects) {
  if (call.switches.IsDevelopment()) return Gone();
  const auto place_of = [&](std::string_view id) {
    const auto place = call.world.TrackOf(id);
    return place && call.world.tracks[*place].features ? place : std::nullopt;
  };
  const auto make = [&](std::size_t place) { return objects.Features(place); };
  if (call.Part(1).empty()) return Several(call, "audio_features", 100, place_of, make);
  if (IsId(call.Part(1)) && !place_of(call.Part(1))) return ApiError(404, "analysis not found");
  return ById(call, place_of(call.Part(1)), make);
}

/// Words and the filters artist:, album:, track:, isrc: and year: of a search.
struct Sought {
  std::vector<std::string> words;
  std::map<std::string, std::string> filters;
};

Sought ReadSought(std::string_view q) {
  Sought sought;
  std::string filter;
  for (const std::string_view part : base::Split(q, ' ')) {
    const std::size_t colon = part.find(':');
    std::string word = base::AsciiLower(part);
    std::erase(word, '"');
    if (colon != std::string_view::npos) {
      filter = word.substr(0, word.find(':'));
      word = word.substr(word.find(':') + 1);
    }
    if (filter.empty()) {
      if (!word.empty()) sought.words.push_back(word);
    } else {
      std::string& value = sought.filters[filter];
      value += (value.empty() ? "" : " ") + word;
    }
  }
  return sought;
}

bool Holds(std::string_view text, std::string_view part) {
  return base::AsciiLower(text).find(part) != std::string::npos;
}

bool IsFound(const SpotifyWorld& world, const Sought& sought, std::string_view own, const std::string& name,
             const std::vector<std::size_t>& artists, const WorldAlbum* album, std::string_view isrc) {
  std::string all = name;
  for (const std::size_t artist : artists) all += " " + world.artists[artist].name;
  if (album != nullptr) all += " " + album->name;
  for (const std::string& word : sought.words) {
    if (!Holds(all, word)) return false;
  }
  for (const auto& [filter, value] : sought.filters) {
    bool is_met = filter == own && Holds(name, value);
    if (filter == "artist") {
      is_met |= std::ranges::any_of(artists,
                                    [&](std::size_t each) { return Holds(world.artists[each].name, value); });
    }
    if (filter == "album") is_met |= album != nullptr && Holds(album->name, value);
    if (filter == "isrc") is_met |= base::EqualsIgnoringCase(isrc, value);
    if (filter == "year") is_met |= album != nullptr && album->release_date.starts_with(value);
    if (!is_met) return false;
  }
  return true;
}

std::vector<std::size_t> Find(const ApiCall& call, const std::string& type, const Sought& sought) {
  const SpotifyWorld& world = call.world;
  std::vector<std::size_t> places;
  const auto keep = [&places](bool is_found, std::size_t place) {
    if (is_found) places.push_back(place);
  };
  if (type == "track") {
    for (std::size_t at = 0; at < world.tracks.size(); ++at) {
      const WorldTrack& track = world.tracks[at];
      keep(IsFound(world, sought, "track", track.name, track.artists, &world.albums[track.album], track.isrc),
           at);
    }
  } else if (type == "album") {
    for (std::size_t at = 0; at < world.albums.size(); ++at) {
      const WorldAlbum& album = world.albums[at];
      keep(IsFound(world, sought, "album", album.name, album.artists, &album, ""), at);
    }
  } else if (type == "artist") {
    for (std::size_t at = 0; at < world.artists.size(); ++at) {
      keep(IsFound(world, sought, "artist", world.artists[at].name, {}, nullptr, ""), at);
    }
  } else if (type == "playlist") {
    for (std::size_t at = 0; at < world.playlists.size(); ++at) {
      const WorldPlaylist& list = world.playlists[at];
      keep(list.is_public == true && IsFound(world, sought, "playlist", list.name, {}, nullptr, ""), at);
    }
  }
  return places;
}

WebAnswer Search(const ApiCall& call, const ApiObjects& objects) {
  const std::string q = call.request.Query("q").value_or("");
  const std::string types = call.request.Query("type").value_or("");
  if (q.empty()) return ApiError(400, "No search query");
  if (types.empty()) return ApiError(400, "Missing parameter type");
  const Sought sought = ReadSought(q);
  const bool is_new = call.switches.profile == Profile::kDevNew;
  const PageRules rules{"/search", is_new ? 10 : 50, is_new ? 5 : 20, 1'000, OtherParameters(call)};
  json::object body;
  for (const std::string_view each : base::Split(types, ',')) {
    const std::string type(each);
    if (type != "track" && type != "album" && type != "artist" && type != "playlist" && type != "show" &&
        type != "episode" && type != "audiobook") {
      return ApiError(400, "Bad search type field " + type);
    }
    const auto places = Find(call, type, sought);
    const OffsetPage page = PageOf(call, rules, places.size(), [&](std::size_t at) -> json::value {
      if (type == "track") return objects.RelinkedTrack(places[at]);
      if (type == "album") return objects.Album(places[at]);
      if (type == "artist") return objects.WholeArtist(places[at]);
      const WorldPlaylist& list = call.world.playlists[places[at]];
      if (list.owner == "spotify" && call.switches.IsDevelopment()) return nullptr;
      return objects.Playlist(list);
    });
    if (page.wrong) return *page.wrong;
    body[type + "s"] = std::move(page.page);
  }
  return Json(std::move(body));
}

WebAnswer Recommendations(const ApiCall& call, const ApiObjects& objects) {
  if (call.switches.IsDevelopment()) return Gone();
  std::optional<WebAnswer> wrong;
  const std::int64_t limit = ReadNumber(call, "limit", {1, 100, 20}, wrong);
  if (wrong) return *wrong;
  json::array seeds, tracks;
  for (const std::string_view kind : {"artist", "track", "genre"}) {
    const std::string ids = call.request.Query("seed_" + std::string(kind) + "s").value_or("");
    for (const std::string_view id : base::Split(ids, ',')) {
      if (id.empty()) continue;
      json::object seed{{"afterFilteringSize", 250}, {"afterRelinkingSize", 250},
                        {"href", nullptr},           {"id", id},
                        {"initialPoolSize", 250},    {"type", base::AsciiLower(kind)}};
      if (kind != "genre") seed["href"] = call.api + "/" + std::string(kind) + "s/" + std::string(id);
      seeds.push_back(std::move(seed));
    }
  }
  if (seeds.empty() || seeds.size() > 5) return ApiError(400, "Between one and five seeds are needed");
  for (std::int64_t at = 0; at < limit && at < static_cast<std::int64_t>(call.world.tracks.size()); ++at) {
    tracks.push_back(objects.Track(static_cast<std::size_t>(at)));
  }
  return Json(json::object{{"seeds", std::move(seeds)}, {"tracks", std::move(tracks)}});
}

}  // namespace

WebAnswer AnswerCatalogue(const ApiCall& call) {
  const ApiObjects objects(call);
  const std::string what = call.Part(0);
  if (call.request.method != "GET") return ApiError(405, "Method not allowed");
  if (what == "tracks") return Tracks(call, objects);
  if (what == "albums") return Albums(call, objects);
  if (what == "artists") return Artists(call, objects);
  if (what == "episodes" || what == "shows") return Talk(call, objects);
  if (what == "audio-features") return Features(call, objects);
  if (what == "audio-analysis")
    return call.switches.IsDevelopment() ? Gone() : ApiError(404, "analysis not found");
  if (what == "search") return Search(call, objects);
  if (what == "recommendations") return Recommendations(call, objects);
  if (what == "markets") {
    if (!call.switches.HasOldFields()) return Gone();
    return Json(json::object{{"markets", json::array{"DE", "FR", "IT", "JP"}}});
  }
  if (what == "users") {
    if (!call.switches.HasOldFields()) return Gone();
    if (call.world.ListenerOf(call.Part(1)) == nullptr) return NotFound();
    json::object user = objects.User(call.Part(1));
    user["followers"] = {{"href", nullptr}, {"total", 3}};
    user["images"] = json::array();
    return Json(std::move(user));
  }
  if (what == "browse") return call.switches.HasOldFields() ? NotFound() : Gone();
  return ApiError(404, "Service not found");
}

}  // namespace earprint::fakes
