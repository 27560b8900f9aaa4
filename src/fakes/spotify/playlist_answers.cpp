#include "fakes/spotify/playlist_answers.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/text.hpp"
#include "fakes/spotify/api_objects.hpp"
#include "fakes/spotify/field_filter.hpp"
#include "fakes/spotify/request_gate.hpp"
#include "sources/demo/demo_catalogue.hpp"

namespace earprint::fakes {

namespace {

namespace json = boost::json;
constexpr std::size_t kUrisMax = 100;

json::object BodyOf(const ApiCall& call) {
  boost::system::error_code failed;
  json::value body = json::parse(call.request.body, failed);
  // A bare list is taken for the `uris`, as old clients send it.
  if (!failed && body.is_array()) return {{"uris", std::move(body)}};
  return !failed && body.is_object() ? std::move(body.as_object()) : json::object();
}

std::string TextOf(const json::object& body, std::string_view name) {
  const json::value* value = body.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

bool FlagOf(const json::object& body, std::string_view name, bool otherwise) {
  const json::value* value = body.if_contains(name);
  return value != nullptr && value->is_bool() ? value->as_bool() : otherwise;
}

std::optional<std::int64_t> NumberOf(const json::object& body, std::string_view name) {
  const json::value* value = body.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->as_int64();
}

/// Without their scopes, private and collaborative lists are not in the list of lists.
bool IsShown(const ApiCall& call, const WorldPlaylist& list) {
  if (list.is_collaborative) return call.scopes.contains("playlist-read-collaborative");
  return list.is_public == true || call.scopes.contains("playlist-read-private");
}

WebAnswer Mine(const ApiCall& call, const std::string& path) {
  if (auto lacks = call.Lacks({})) return *lacks;
  const ApiObjects objects(call);
  std::vector<std::string> ids;
  for (const std::string& id : call.listener->playlists) {
    const WorldPlaylist* list = call.world.PlaylistOf(id);
    if (list == nullptr || IsShown(call, *list)) ids.push_back(id);
  }
  const PageRules rules{path, 50, 20, 100'000, OtherParameters(call)};
  const OffsetPage page = PageOf(call, rules, ids.size(), [&](std::size_t at) -> json::value {
    const WorldPlaylist* list = call.world.PlaylistOf(ids[at]);
    return list == nullptr ? json::value(nullptr) : objects.Playlist(*list);
  });
  return page.wrong ? *page.wrong : Json(page.page);
}

OffsetPage ItemsOf(const ApiCall& call, const WorldPlaylist& list, const std::string& name, std::int64_t most,
                   std::int64_t usual) {
  const ApiObjects objects(call);
  return PageOf(call, {"/playlists/" + list.id + "/" + name, most, usual, 100'000, OtherParameters(call)},
                list.entries.size(), [&](std::size_t at) { return objects.Entry(list.entries[at]); });
}

json::object Whole(const ApiCall& call, const WorldPlaylist& list) {
  const ApiObjects objects(call);
  json::object object = objects.Playlist(list);
  object["followers"] = {{"href", nullptr}, {"total", 0}};
  const bool is_open = objects.Owns(list) || !call.switches.IsDevelopment();
  if (!is_open) {
    object.erase("items");
    object.erase("tracks");
    return object;
  }
  const WebRequest without_limits;
  const ApiCall first{without_limits, call.parts,    call.api,    call.now,  call.world,
                      call.switches,  call.listener, call.scopes, call.shown};
  object["items"] = ItemsOf(first, list, "items", 100, 100).page;
  if (call.switches.HasOldFields()) object["tracks"] = ItemsOf(first, list, "tracks", 100, 100).page;
  return object;
}

json::object Snapshot(const ApiCall& call, const WorldPlaylist& list) {
  return {{"snapshot_id", ApiObjects(call).Playlist(list)["snapshot_id"]}};
}

/// Someone else moves things about while a client pages through.
void ChangeSometimes(const ApiCall& call, WorldPlaylist& list) {
  sources::DemoRandom random(call.switches.seed + list.version, list.id + std::to_string(call.now.value));
  if (!random.Chance(call.switches.playlist_change_share)) return;
  ++list.version;
  if (list.entries.size() > 1 && random.Chance(0.5)) {
    list.entries.erase(list.entries.begin());
    return;
  }
  const std::size_t track = random.Below(call.world.tracks.size());
  list.entries.insert(list.entries.begin(), {ItemKind::kTrack, track, call.now, call.listener->id});
}

WebAnswer ReadItems(const ApiCall& call, WorldPlaylist& list) {
  const ApiObjects objects(call);
  if (call.switches.IsDevelopment() && !objects.Owns(list)) return Gone();
  if (list.owner == call.listener->id && list.is_public != true) {
    if (auto lacks = call.Lacks({"playlist-read-private"})) return *lacks;
  }
  const bool is_old = call.Part(2) == "tracks";
  OffsetPage page = ItemsOf(call, list, call.Part(2), is_old ? 100 : 50, is_old ? 100 : 20);
  if (page.wrong) return *page.wrong;
  ChangeSometimes(call, list);
  return Json(Filtered(std::move(page.page), call.request.Query("fields").value_or("")));
}

std::optional<WorldEntry> EntryOf(const ApiCall& call, std::string_view uri) {
  const auto parts = base::Split(uri, ':');
  if (parts.size() != 3 || parts[0] != "spotify") return std::nullopt;
  const bool is_track = parts[1] == "track";
  const auto place = is_track ? call.world.TrackOf(parts[2]) : call.world.EpisodeOf(parts[2]);
  if (!place || (!is_track && parts[1] != "episode")) return std::nullopt;
  return WorldEntry{is_track ? ItemKind::kTrack : ItemKind::kEpisode, *place, call.now, call.listener->id};
}

/// The entries that a body's or query's `uris` name; a 400 when one is nothing that can be added.
std::optional<WebAnswer> ReadEntries(const ApiCall& call, const json::object& body,
                                     std::vector<WorldEntry>& entries) {
  std::vector<std::string> uris;
  if (const auto query = call.request.Query("uris")) {
    for (const std::string_view each : base::Split(*query, ',')) uris.emplace_back(each);
  } else if (const json::value* list = body.if_contains("uris"); list != nullptr && list->is_array()) {
    for (const json::value& each : list->as_array())
      uris.emplace_back(each.is_string() ? each.as_string() : "");
  }
  if (uris.size() > kUrisMax) return ApiError(400, "You can add a maximum of 100 tracks per request.");
  for (const std::string& uri : uris) {
    const auto entry = EntryOf(call, uri);
    if (!entry) return ApiError(400, "Invalid track uri: " + uri);
    entries.push_back(*entry);
  }
  return std::nullopt;
}

WebAnswer AddItems(const ApiCall& call, WorldPlaylist& list) {
  const json::object body = BodyOf(call);
  std::vector<WorldEntry> entries;
  if (auto wrong = ReadEntries(call, body, entries)) return *wrong;
  std::optional<WebAnswer> wrong;
  const auto size = static_cast<std::int64_t>(list.entries.size());
  const std::int64_t stated = NumberOf(body, "position").value_or(size);
  const std::int64_t position = ReadNumber(call, "position", {0, size, stated}, wrong);
  if (wrong || position < 0 || position > size) return ApiError(400, "Index out of bounds");
  list.entries.insert(list.entries.begin() + position, entries.begin(), entries.end());
  ++list.version;
  return Json(Snapshot(call, list), 201);
}

WebAnswer MoveItems(const ApiCall& call, const json::object& body, std::int64_t start, WorldPlaylist& list) {
  const std::int64_t length = NumberOf(body, "range_length").value_or(1);
  const std::int64_t before = NumberOf(body, "insert_before").value_or(-1);
  const auto size = static_cast<std::int64_t>(list.entries.size());
  if (start < 0 || length < 1 || before < 0 || start > size - length || before > size) {
    return ApiError(400, "Index out of bounds");
  }
  const auto begin = list.entries.begin();
  if (before < start) std::rotate(begin + before, begin + start, begin + start + length);
  if (before > start + length) std::rotate(begin + start, begin + start + length, begin + before);
  ++list.version;
  return Json(Snapshot(call, list));
}

WebAnswer ReplaceItems(const ApiCall& call, WorldPlaylist& list) {
  const json::object body = BodyOf(call);
  if (const auto start = NumberOf(body, "range_start")) return MoveItems(call, body, *start, list);
  std::vector<WorldEntry> entries;
  if (auto wrong = ReadEntries(call, body, entries)) return *wrong;
  list.entries = std::move(entries);
  ++list.version;
  return Json(Snapshot(call, list));
}

WebAnswer RemoveItems(const ApiCall& call, WorldPlaylist& list) {
  const json::object body = BodyOf(call);
  const json::value* named = body.if_contains(call.Part(2));
  if (named == nullptr || !named->is_array() || named->as_array().size() > kUrisMax) {
    return ApiError(400, "Missing or too many " + call.Part(2));
  }
  for (const json::value& each : named->as_array()) {
    const auto entry = EntryOf(call, each.is_object() ? TextOf(each.as_object(), "uri") : "");
    if (!entry) return ApiError(400, "Invalid track uri");
    std::erase_if(list.entries,
                  [&](const WorldEntry& one) { return one.kind == entry->kind && one.item == entry->item; });
  }
  ++list.version;
  return Json(Snapshot(call, list));
}

std::optional<WebAnswer> MayNotChange(const ApiCall& call, const WorldPlaylist& list) {
  if (list.is_public == true) {
    if (auto lacks = call.Lacks({"playlist-modify-public"})) return lacks;
  } else if (auto lacks = call.Lacks({"playlist-modify-private"})) {
    return lacks;
  }
  if (!ApiObjects(call).Owns(list))
    return ApiError(403, "You cannot add tracks to a playlist you don't own.");
  return std::nullopt;
}

WebAnswer Create(const ApiCall& call) {
  const json::object body = BodyOf(call);
  WorldPlaylist list;
  list.name = TextOf(body, "name");
  list.is_public = FlagOf(body, "public", true);
  list.is_collaborative = FlagOf(body, "collaborative", false);
  if (call.listener == nullptr) return *call.Lacks({});
  auto lacks =
      *list.is_public ? call.Lacks({"playlist-modify-public"}) : call.Lacks({"playlist-modify-private"});
  if (lacks) return *lacks;
  if (list.name.empty()) return ApiError(400, "Missing required field: name");
  if (list.is_collaborative && *list.is_public)
    return ApiError(400, "A collaborative playlist cannot be public");
  if (body.contains("description")) list.description = TextOf(body, "description");
  const auto id = sources::DemoItemId(call.switches.seed, "made playlist", call.world.playlists.size());
  list.id.assign(id.data(), id.size());
  list.owner = call.listener->id;
  call.listener->playlists.insert(call.listener->playlists.begin(), list.id);
  call.world.playlists.push_back(list);
  return Json(Whole(call, list), 201);
}

WebAnswer ChangeDetails(const ApiCall& call, WorldPlaylist& list) {
  if (auto lacks = MayNotChange(call, list)) return *lacks;
  const json::object body = BodyOf(call);
  if (body.contains("name")) list.name = TextOf(body, "name");
  if (body.contains("description")) list.description = TextOf(body, "description");
  if (body.contains("public")) list.is_public = FlagOf(body, "public", true);
  ++list.version;
  WebAnswer done;
  return done;
}

WebAnswer One(const ApiCall& call, WorldPlaylist& list) {
  if (call.listener == nullptr && call.switches.IsDevelopment()) return Gone();
  const std::string& method = call.request.method;
  const std::string what = call.Part(2);
  if (what.empty()) {
    if (method == "PUT") return ChangeDetails(call, list);
    return Json(Filtered(Whole(call, list), call.request.Query("fields").value_or("")));
  }
  if (what == "images" && method == "GET") {
    const json::value images = ApiObjects(call).Playlist(list)["images"];
    return Json(images.is_null() ? json::value(json::array()) : images);
  }
  if (what == "tracks" && !call.switches.HasOldFields()) return Gone();
  if (what != "items" && what != "tracks") return call.switches.HasOldFields() ? NotFound() : Gone();
  if (call.listener == nullptr) return *call.Lacks({});
  if (method == "GET") return ReadItems(call, list);
  if (auto refused = MayNotChange(call, list)) return *refused;
  if (method == "POST") return AddItems(call, list);
  if (method == "PUT") return ReplaceItems(call, list);
  if (method == "DELETE") return RemoveItems(call, list);
  return ApiError(405, "Method not allowed");
}

}  // namespace

WebAnswer AnswerPlaylists(const ApiCall& call) {
  if (call.Part(0) == "me") return call.request.method == "POST" ? Create(call) : Mine(call, "/me/playlists");
  if (call.Part(0) == "users") {
    if (!call.switches.HasOldFields()) return Gone();
    if (call.listener == nullptr || call.Part(1) != call.listener->id) return Gone();
    return call.request.method == "POST" ? Create(call) : Mine(call, "/users/" + call.Part(1) + "/playlists");
  }
  WorldPlaylist* list = call.world.PlaylistOf(call.Part(1));
  // What Spotify itself makes is not shown to applications in development.
  if (list == nullptr || (list->owner == "spotify" && call.switches.IsDevelopment())) return NotFound();
  return One(call, *list);
}

}  // namespace earprint::fakes
