#include "fakes/spotify/player_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fakes/spotify/api_objects.hpp"
#include "fakes/spotify/request_gate.hpp"
#include "fakes/web_codec.hpp"

namespace earprint::fakes {

namespace {

namespace json = boost::json;
constexpr std::int64_t kFarMs = 253'402'300'800'000;  // the year 10000

/// With three decimals always, as the service writes played_at.
std::string WithMilliseconds(base::UtcMs at) {
  const std::string seconds = base::FormatInstant({at.value / 1'000 * 1'000});
  return fmt::format("{}.{:03}Z", seconds.substr(0, seconds.size() - 1), at.value % 1'000);
}

WebAnswer RecentlyPlayed(const ApiCall& call) {
  if (auto lacks = call.Lacks({"user-read-recently-played"})) return *lacks;
  std::optional<WebAnswer> wrong;
  const std::int64_t limit = ReadNumber(call, "limit", {1, 50, 20}, wrong);
  const std::int64_t after = ReadNumber(call, "after", {0, kFarMs, -1}, wrong);
  const std::int64_t before = ReadNumber(call, "before", {0, kFarMs, kFarMs}, wrong);
  if (call.request.Query("after") && call.request.Query("before")) {
    return ApiError(400, "Only one of before and after may be given");
  }
  if (wrong) return *wrong;
  const ListeningScript& script = call.listener->script;
  std::vector<std::pair<std::int64_t, std::size_t>> found;
  for (const std::size_t place : script.Window(call.now, call.switches.show)) {
    const std::int64_t at = script.FateOf(place, call.switches.show).played_at.value;
    if (at > after && at < before) found.emplace_back(at, place);
  }
  const bool has_more = found.size() > static_cast<std::size_t>(limit);
  // With `after` the newest come first all the same: the window is read from its new end.
  if (has_more) found.resize(static_cast<std::size_t>(limit));
  const ApiObjects objects(call);
  json::array items;
  for (const auto& [at, place] : found) {
    const ScriptPlay& play = script.plays()[place];
    items.push_back({{"track", objects.Track(play.item)},
                     {"played_at", WithMilliseconds({at})},
                     {"context", objects.Context(play.context)}});
    call.shown[call.listener->id].emplace(place, call.now);
  }
  json::object page{{"items", std::move(items)}, {"next", nullptr}, {"cursors", nullptr}, {"limit", limit}};
  const std::string path = call.api + "/me/player/recently-played";
  page["href"] = fmt::format("{}?limit={}", path, limit);
  if (!found.empty()) {
    page["cursors"] = {{"after", std::to_string(found.front().first)},
                       {"before", std::to_string(found.back().first)}};
    page["next"] = fmt::format("{}?before={}&limit={}", path, found.back().first, limit);
  }
  return Json(std::move(page));
}

std::string_view PlayingType(ItemKind kind) {
  switch (kind) {
    case ItemKind::kTrack:
    case ItemKind::kLocal:
      return "track";
    case ItemKind::kEpisode:
      return "episode";
    case ItemKind::kAd:
      return "ad";
  }
  return "unknown";
}

json::object Device(const ScriptPlay& play) {
  return {{"id", Base64Url(Sha256(play.device)).substr(0, 32)},
          {"is_active", true},
          {"is_private_session", play.is_private},
          {"is_restricted", false},
          {"name", play.device},
          {"supports_volume", play.device_type != "Smartphone"},
          {"type", play.device_type},
          {"volume_percent", play.device_type == "Smartphone" ? json::value(nullptr) : json::value(60)}};
}

json::object Playing(const ApiCall& call, const PlayerState& state) {
  const ScriptPlay& play = *state.play;
  const ApiObjects objects(call);
  json::object object{{"timestamp", state.changed.value},
                      {"context", objects.Context(play.context)},
                      {"progress_ms", state.progress_ms},
                      {"currently_playing_type", PlayingType(play.kind)},
                      {"is_playing", state.is_playing}};
  const bool is_hidden = play.kind == ItemKind::kEpisode && !call.Wants("episode");
  object["item"] = is_hidden ? json::value(nullptr) : objects.Item(play.kind, play.item);
  json::object disallows{{state.is_playing ? "resuming" : "pausing", true}};
  if (play.kind == ItemKind::kAd) {
    for (const std::string_view each : {"seeking", "skipping_next", "skipping_prev"}) disallows[each] = true;
  }
  object["actions"] = {{"disallows", std::move(disallows)}};
  return object;
}

WebAnswer NoContent() {
  WebAnswer answer;
  answer.status = 204;
  return answer;
}

WebAnswer CurrentlyPlaying(const ApiCall& call) {
  if (auto lacks = call.Lacks({"user-read-currently-playing", "user-read-playback-state"})) return *lacks;
  const PlayerState state = call.listener->script.At(call.now);
  return state.play == nullptr ? NoContent() : Json(Playing(call, state));
}

WebAnswer Player(const ApiCall& call) {
  if (auto lacks = call.Lacks({"user-read-playback-state"})) return *lacks;
  const PlayerState state = call.listener->script.At(call.now);
  if (state.play == nullptr) return NoContent();
  json::object object = Playing(call, state);
  object["device"] = Device(*state.play);
  object["repeat_state"] = "off";
  object["shuffle_state"] = state.play->is_shuffled;
  object["smart_shuffle"] = false;
  return Json(std::move(object));
}

WebAnswer Devices(const ApiCall& call) {
  if (auto lacks = call.Lacks({"user-read-playback-state"})) return *lacks;
  json::array devices;
  const PlayerState state = call.listener->script.At(call.now);
  if (state.play != nullptr) devices.push_back(Device(*state.play));
  return Json(json::object{{"devices", std::move(devices)}});
}

WebAnswer Queue(const ApiCall& call) {
  if (auto lacks = call.Lacks({"user-read-playback-state"})) return *lacks;
  if (auto lacks = call.Lacks({"user-read-currently-playing"})) return *lacks;
  const ApiObjects objects(call);
  const PlayerState state = call.listener->script.At(call.now);
  json::object object{{"currently_playing", nullptr}, {"queue", json::array()}};
  if (state.play == nullptr) return Json(std::move(object));
  object["currently_playing"] = objects.Item(state.play->kind, state.play->item);
  const auto& plays = call.listener->script.plays();
  const auto at = static_cast<std::size_t>(state.play - plays.data());
  constexpr std::size_t kAhead = 10;
  for (std::size_t next = at + 1; next < plays.size() && next <= at + kAhead; ++next) {
    if (plays[next].kind == ItemKind::kTrack)
      object["queue"].as_array().push_back(objects.Track(plays[next].item));
  }
  return Json(std::move(object));
}

}  // namespace

WebAnswer AnswerPlayer(const ApiCall& call) {
  if (call.request.method != "GET") return ApiError(404, "Service not found");
  const std::string what = call.Part(2);
  if (what.empty()) return Player(call);
  if (what == "recently-played") return RecentlyPlayed(call);
  if (what == "currently-playing") return CurrentlyPlaying(call);
  if (what == "devices") return Devices(call);
  if (what == "queue") return Queue(call);
  return ApiError(404, "Service not found");
}

json::array WriteTruth(const WorldListener& listener, const ShowRules& rules, const SpotifyWorld& world,
                       const ShownPlays& shown) {
  constexpr std::array<std::string_view, 4> kKinds = {"track", "episode", "local", "ad"};
  constexpr std::array<std::string_view, 3> kEndings = {"ran_out", "skipped", "stopped"};
  const auto told = shown.find(listener.id);
  json::array plays;
  for (std::size_t place = 0; place < listener.script.plays().size(); ++place) {
    const ScriptPlay& play = listener.script.plays()[place];
    const PlayFate fate = listener.script.FateOf(place, rules);
    json::object row{{"place", place},
                     {"kind", kKinds[static_cast<std::size_t>(play.kind)]},
                     {"track_id", nullptr},
                     {"started_ms", play.started.value},
                     {"ended_ms", play.Ended().value},
                     {"played_ms", play.played_ms},
                     {"ending", kEndings[static_cast<std::size_t>(play.ending)]},
                     {"device", play.device},
                     {"shuffle", play.is_shuffled},
                     {"context", play.context},
                     {"offline", play.is_offline},
                     {"private", play.is_private},
                     {"is_listed", fate.is_listed},
                     {"played_at_ms", fate.played_at.value},
                     {"listed_from_ms", fate.listed_from.value},
                     {"first_shown_ms", nullptr}};
    if (play.kind == ItemKind::kTrack) row["track_id"] = world.tracks[play.item].id;
    if (play.kind == ItemKind::kTrack) row["title"] = world.tracks[play.item].name;
    if (play.kind == ItemKind::kLocal) row["track_id"] = LocalId(world.local_files[play.item]);
    if (told != shown.end() && told->second.contains(place))
      row["first_shown_ms"] = told->second.at(place).value;
    plays.push_back(std::move(row));
  }
  return plays;
}

}  // namespace earprint::fakes
