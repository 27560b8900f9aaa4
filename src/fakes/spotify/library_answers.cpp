#include "fakes/spotify/library_answers.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

#include "base/text.hpp"
#include "fakes/spotify/api_objects.hpp"
#include "fakes/spotify/request_gate.hpp"

namespace earprint::fakes {

namespace {

namespace json = boost::json;

WebAnswer Send(OffsetPage page) { return page.wrong ? *page.wrong : Json(page.page); }

WebAnswer SavedTracks(const ApiCall& call) {
  if (auto lacks = call.Lacks({"user-library-read"})) return *lacks;
  const ApiObjects objects(call);
  const auto& saved = call.listener->saved_tracks;
  return Send(
      PageOf(call, {"/me/tracks", 50, 20, 100'000, OtherParameters(call)}, saved.size(), [&](std::size_t at) {
        return json::object{{"added_at", base::FormatInstant({saved[at].added.value / 1'000 * 1'000})},
                            {"track", objects.RelinkedTrack(saved[at].item)}};
      }));
}

WebAnswer SavedAlbums(const ApiCall& call) {
  if (auto lacks = call.Lacks({"user-library-read"})) return *lacks;
  const ApiObjects objects(call);
  const auto& saved = call.listener->saved_albums;
  return Send(
      PageOf(call, {"/me/albums", 50, 20, 100'000, OtherParameters(call)}, saved.size(), [&](std::size_t at) {
        return json::object{{"added_at", base::FormatInstant({saved[at].added.value / 1'000 * 1'000})},
                            {"album", objects.WholeAlbum(saved[at].item)}};
      }));
}

WebAnswer NothingSaved(const ApiCall& call) {
  if (auto lacks = call.Lacks({"user-library-read"})) return *lacks;
  return Send(PageOf(call, {"/me/" + call.Part(1), 50, 20, 100'000, {}}, 0,
                     [](std::size_t) { return json::value(); }));
}

WebAnswer Top(const ApiCall& call) {
  if (auto lacks = call.Lacks({"user-top-read"})) return *lacks;
  const std::string range = call.request.Query("time_range").value_or("medium_term");
  if (range != "short_term" && range != "medium_term" && range != "long_term") {
    return ApiError(400, "Invalid time range");
  }
  const ApiObjects objects(call);
  const bool is_tracks = call.Part(2) == "tracks";
  if (!is_tracks && call.Part(2) != "artists") return NotFound();
  const auto& places = is_tracks ? call.listener->top_tracks : call.listener->top_artists;
  const std::size_t turn = range == "short_term" ? 0 : range == "medium_term" ? 1 : 2;
  const PageRules rules{"/me/top/" + call.Part(2), 50, 20, 100'000, OtherParameters(call)};
  return Send(PageOf(call, rules, places.size(), [&](std::size_t at) -> json::value {
    const std::size_t place = places[(at + turn * 5) % places.size()];
    return is_tracks ? objects.Track(place) : objects.WholeArtist(place);
  }));
}

WebAnswer Following(const ApiCall& call) {
  if (auto lacks = call.Lacks({"user-follow-read"})) return *lacks;
  if (call.request.Query("type") != "artist") return ApiError(400, "Missing or unsupported type");
  std::optional<WebAnswer> wrong;
  const auto limit = static_cast<std::size_t>(ReadNumber(call, "limit", {1, 50, 20}, wrong));
  if (wrong) return *wrong;
  const ApiObjects objects(call);
  const auto& followed = call.listener->followed_artists;
  std::size_t first = 0;
  if (const auto after = call.request.Query("after")) {
    while (first < followed.size() && call.world.artists[followed[first]].id != *after) ++first;
    ++first;
  }
  json::array items;
  std::string last;
  for (std::size_t at = first; at < followed.size() && items.size() < limit; ++at) {
    items.push_back(objects.WholeArtist(followed[at]));
    last = call.world.artists[followed[at]].id;
  }
  const bool has_more = first + items.size() < followed.size();
  const std::string path = call.api + "/me/following?type=artist&limit=" + std::to_string(limit);
  json::object page{{"items", std::move(items)}, {"limit", limit},  {"href", path},
                    {"total", followed.size()},  {"next", nullptr}, {"cursors", {{"after", nullptr}}}};
  if (has_more) page["next"] = path + "&after=" + last;
  if (has_more) page["cursors"] = {{"after", last}};
  return Json(json::object{{"artists", std::move(page)}});
}

bool IsInLibrary(const ApiCall& call, std::string_view type, std::string_view id) {
  const WorldListener& by = *call.listener;
  if (type == "track") {
    const auto place = call.world.TrackOf(id);
    return place && std::ranges::count(by.saved_tracks, *place, &WorldSaved::item) > 0;
  }
  if (type == "album") {
    const auto place = call.world.AlbumOf(id);
    return place && std::ranges::count(by.saved_albums, *place, &WorldSaved::item) > 0;
  }
  const auto place = call.world.ArtistOf(id);
  return type == "artist" && place && std::ranges::count(by.followed_artists, *place) > 0;
}

void Keep(const ApiCall& call, std::string_view type, std::string_view id) {
  if (IsInLibrary(call, type, id)) return;
  WorldListener& by = *call.listener;
  if (type == "track") {
    if (const auto place = call.world.TrackOf(id))
      by.saved_tracks.insert(by.saved_tracks.begin(), {*place, call.now});
  } else if (type == "album") {
    if (const auto place = call.world.AlbumOf(id))
      by.saved_albums.insert(by.saved_albums.begin(), {*place, call.now});
  } else if (const auto place = call.world.ArtistOf(id)) {
    by.followed_artists.push_back(*place);
  }
}

void Drop(const ApiCall& call, std::string_view type, std::string_view id) {
  WorldListener& by = *call.listener;
  if (type == "track") {
    std::erase_if(by.saved_tracks,
                  [place = call.world.TrackOf(id)](const WorldSaved& each) { return each.item == place; });
  } else if (type == "album") {
    std::erase_if(by.saved_albums,
                  [place = call.world.AlbumOf(id)](const WorldSaved& each) { return each.item == place; });
  } else if (const auto place = call.world.ArtistOf(id)) {
    std::erase(by.followed_artists, *place);
  }
}

/// The URIs of /me/library: in the query, or in a JSON body.
std::vector<std::string> UrisOf(const ApiCall& call) {
  std::vector<std::string> uris;
  if (const auto query = call.request.Query("uris")) {
    for (const std::string_view each : base::Split(*query, ',')) uris.emplace_back(each);
    return uris;
  }
  boost::system::error_code failed;
  const json::value body = json::parse(call.request.body, failed);
  if (failed || !body.is_object() || !body.as_object().contains("uris")) return uris;
  if (!body.at("uris").is_array()) return uris;
  for (const json::value& each : body.at("uris").as_array()) {
    if (each.is_string()) uris.emplace_back(each.as_string());
  }
  return uris;
}

WebAnswer Library(const ApiCall& call) {
  const bool is_question = call.Part(2) == "contains";
  auto lacks = is_question ? call.Lacks({"user-library-read", "user-follow-read"})
                           : call.Lacks({"user-library-modify", "user-follow-modify"});
  if (lacks) return *lacks;
  const std::vector<std::string> uris = UrisOf(call);
  constexpr std::size_t kUrisMax = 40;
  if (uris.empty() || uris.size() > kUrisMax) return ApiError(400, "Invalid number of uris");
  json::array answers;
  for (const std::string& uri : uris) {
    const auto parts = base::Split(uri, ':');
    const bool is_known = parts.size() == 3 && parts[0] == "spotify" && parts[2].size() == 22 &&
                          (parts[1] == "track" || parts[1] == "album" || parts[1] == "artist");
    if (!is_known) return ApiError(400, "Invalid uri");
    answers.push_back(IsInLibrary(call, parts[1], parts[2]));
  }
  if (is_question) return Json(std::move(answers));
  for (const std::string& uri : uris) {
    const auto parts = base::Split(uri, ':');
    if (call.request.method == "PUT") Keep(call, parts[1], parts[2]);
    if (call.request.method == "DELETE") Drop(call, parts[1], parts[2]);
  }
  WebAnswer done;
  done.body.clear();
  return done;
}

}  // namespace

WebAnswer AnswerLibrary(const ApiCall& call) {
  const std::string what = call.Part(1);
  if (what == "library") return Library(call);
  if (call.request.method != "GET" || call.Part(2) == "contains") {
    return call.switches.HasOldFields() ? ApiError(404, "Service not found") : Gone();
  }
  if (what.empty()) {
    if (auto lacks = call.Lacks({})) return *lacks;
    return Json(ApiObjects(call).Me());
  }
  if (what == "tracks") return SavedTracks(call);
  if (what == "albums") return SavedAlbums(call);
  if (what == "shows" || what == "episodes" || what == "audiobooks") return NothingSaved(call);
  if (what == "top") return Top(call);
  if (what == "following") return Following(call);
  return NotFound();
}

}  // namespace earprint::fakes
