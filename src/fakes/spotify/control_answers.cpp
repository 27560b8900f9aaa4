#include "fakes/spotify/control_answers.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>
#include <stdexcept>
#include <utility>

#include "fakes/spotify/fake_spotify.hpp"

namespace earprint::fakes {

namespace {

namespace json = boost::json;

WebAnswer Refuse(const std::string& why) { return ApiError(400, why); }

WebAnswer ChangeClock(const json::object& wanted, FakeClock& clock) {
  if (const json::value* speed = wanted.if_contains("speed")) clock.SetSpeed(speed->to_number<double>());
  if (const json::value* at = wanted.if_contains("set_ms")) clock.Set({at->to_number<std::int64_t>()});
  if (const json::value* by = wanted.if_contains("advance_ms")) clock.Advance(by->to_number<std::int64_t>());
  return Json(json::object{{"now_ms", clock.Now().value}, {"speed", clock.speed()}});
}

WebAnswer WriteRecords(const FakeSpotify& fake) {
  json::array rows;
  for (const RequestRecord& each : fake.Records()) {
    rows.push_back({{"at_ms", each.at.value},
                    {"family", each.family},
                    {"method", each.method},
                    {"path", each.path},
                    {"status", each.status},
                    {"reason", each.reason}});
  }
  return Json(std::move(rows));
}

WebAnswer MintTokens(const json::object& wanted, FakeSpotify& fake) {
  std::set<std::string> scopes = AllScopes();
  if (const json::value* named = wanted.if_contains("scopes"))
    scopes = json::value_to<std::set<std::string>>(*named);
  WebAnswer answer;
  answer.body = fake.Mint(json::value_to<std::string>(wanted.at("listener")), scopes);
  return answer;
}

ItemKind KindNamed(const json::object& wanted) {
  const json::value* name = wanted.if_contains("kind");
  const std::string kind = name == nullptr ? "track" : json::value_to<std::string>(*name);
  if (kind == "track") return ItemKind::kTrack;
  if (kind == "episode") return ItemKind::kEpisode;
  if (kind == "local") return ItemKind::kLocal;
  if (kind == "ad") return ItemKind::kAd;
  throw std::invalid_argument("kind must be track, episode, local or ad");
}

WebAnswer AddPlay(const json::object& wanted, FakeSpotify& fake, const FakeClock& clock) {
  ScriptPlay play;
  play.kind = KindNamed(wanted);
  play.started = clock.Now();
  if (const json::value* at = wanted.if_contains("started_ms"))
    play.started = {at->to_number<std::int64_t>()};
  play.item = wanted.at("item").to_number<std::size_t>();
  play.played_ms = wanted.at("played_ms").to_number<std::int64_t>();
  if (const json::value* context = wanted.if_contains("context"))
    play.context = json::value_to<std::string>(*context);
  if (wanted.contains("skipped")) play.ending = PlayEnding::kSkipped;
  const bool is_known = fake.AddPlay(json::value_to<std::string>(wanted.at("listener")), std::move(play));
  return is_known ? Json(json::object{{"added", true}}) : Refuse("no such listener, or nothing such to hear");
}

WebAnswer Act(const std::string& what, const WebRequest& request, const json::object& body, FakeSpotify& fake,
              FakeClock& clock) {
  if (what == "clock") return ChangeClock(body, clock);
  if (what == "requests") return WriteRecords(fake);
  if (what == "secrets") return Json(json::value_from(fake.Secrets()));
  if (what == "truth") return Json(fake.Truth(request.Query("listener").value_or("")));
  if (what == "tokens") return MintTokens(body, fake);
  if (what == "plays") return AddPlay(body, fake, clock);
  if (what == "app") {
    return Json(
        json::object{{"client_id", fake.app().client_id}, {"client_secret", fake.app().client_secret}});
  }
  if (what == "revoke") {
    fake.Revoke(json::value_to<std::string>(body.at("listener")));
    return Json(json::object{{"revoked", true}});
  }
  if (what == "switches") {
    const auto changed = fake.Change(body);
    return changed ? Json(fake.Switches()) : Refuse(changed.error().Text());
  }
  return ApiError(404, "clock, requests, truth, tokens, plays, app, revoke or switches");
}

}  // namespace

WebAnswer AnswerControl(const WebRequest& request, FakeSpotify& fake, FakeClock& clock) {
  boost::system::error_code failed;
  json::value body = json::parse(request.body.empty() ? "{}" : request.body, failed);
  if (failed || !body.is_object()) return Refuse("the body must be a JSON object");
  try {
    return Act(request.path.substr(std::string_view("/fake/").size()), request, body.as_object(), fake,
               clock);
  } catch (const std::exception& wrong) {  // a value that is missing or of another kind
    return Refuse(wrong.what());
  }
}

const std::set<std::string>& AllScopes() {
  static const std::set<std::string> scopes = {"user-read-recently-played",
                                               "user-read-currently-playing",
                                               "user-read-playback-state",
                                               "playlist-read-private",
                                               "playlist-read-collaborative",
                                               "user-library-read",
                                               "user-top-read",
                                               "playlist-modify-public",
                                               "playlist-modify-private",
                                               "user-read-private",
                                               "user-read-email",
                                               "user-read-playback-position",
                                               "user-follow-read",
                                               "user-follow-modify",
                                               "user-library-modify"};
  return scopes;
}

}  // namespace earprint::fakes
