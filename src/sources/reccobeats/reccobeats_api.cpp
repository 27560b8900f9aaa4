#include "sources/reccobeats/reccobeats_api.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/retry_after.hpp"

namespace earprint::sources::reccobeats {

using base::ErrorCode;

namespace {

namespace json = boost::json;

constexpr std::size_t kAnswerBytesMax = 1 << 20;
constexpr std::size_t kSpotifyIdSize = 22;
const std::string kOp = "ask ReccoBeats for audio features";

bool IsSafe(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") ||
         url.starts_with("http://localhost:");
}

std::string TextOf(const json::object& row, std::string_view key) {
  const json::value* value = row.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::optional<double> NumberOf(const json::object& row, std::string_view key) {
  const json::value* value = row.if_contains(key);
  if (value == nullptr || !value->is_number()) return {};
  return value->to_number<double>();
}

/// "https://open.spotify.com/track/ID" -> "ID"; empty where it is no such link.
std::string IdOf(std::string_view href) {
  const std::size_t slash = href.rfind('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view id = href.substr(slash + 1);
  const bool is_id = id.size() == kSpotifyIdSize &&
                     std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) != 0; });
  return is_id ? std::string(id) : std::string();
}

std::optional<TrackSound> ReadRow(const json::value& value) {
  const json::object* row = value.if_object();
  if (row == nullptr) return {};
  TrackSound sound;
  sound.track_id = IdOf(TextOf(*row, "href"));
  if (sound.track_id.empty()) return {};
  sound.isrc = TextOf(*row, "isrc");
  sound.acousticness = NumberOf(*row, "acousticness");
  sound.danceability = NumberOf(*row, "danceability");
  sound.energy = NumberOf(*row, "energy");
  sound.instrumentalness = NumberOf(*row, "instrumentalness");
  sound.liveness = NumberOf(*row, "liveness");
  sound.loudness_db = NumberOf(*row, "loudness");
  sound.mode = NumberOf(*row, "mode");
  sound.speechiness = NumberOf(*row, "speechiness");
  sound.tempo_bpm = NumberOf(*row, "tempo");
  sound.valence = NumberOf(*row, "valence");
  sound.key = NumberOf(*row, "key");
  if (sound.key == -1.0) sound.key.reset();
  return sound;
}

std::optional<base::UtcMs> NotBefore(const ports::HttpAnswer& answer, base::UtcMs now) {
  const auto found = answer.headers.find("retry-after");
  if (found == answer.headers.end()) return {};
  return base::ReadRetryAfter(found->second, now, base::kMsPerDay);
}

base::Failure Refused(const ports::HttpAnswer& answer, base::UtcMs now) {
  if (answer.status == 429) {
    auto failure = base::Fail(ErrorCode::kRetryLater, kOp, "", "too many requests", "it goes on by itself");
    if (const auto not_before = NotBefore(answer, now)) {
      return base::Failure(std::move(failure.error()).Until(*not_before));
    }
    return failure;
  }
  const std::string told = "it answers with status " + std::to_string(answer.status);
  if (answer.status >= 500) return base::Fail(ErrorCode::kRetryLater, kOp, "", told, "it is tried again");
  if (answer.status == 400 || answer.status == 404 || answer.status == 422) {
    return base::Fail(ErrorCode::kInvalidInput, kOp, "", told, "it is asked about fewer tracks at a time");
  }
  return base::Fail(ErrorCode::kCorrupt, kOp, "", told,
                    "look whether a proxy or a network's login page answers instead of ReccoBeats");
}

}  // namespace

base::Result<ReccoBeatsApi> ReccoBeatsApi::Make(ports::HttpClient& http, const ports::Clock& clock,
                                                std::string url) {
  while (url.ends_with('/')) url.pop_back();
  if (!IsSafe(url)) {
    return base::Fail(ErrorCode::kInvalidInput, "reach ReccoBeats", "EARPRINT_RECCOBEATS_URL",
                      "what you play goes over https only, or to this machine",
                      "leave it away, or https://…, or http://127.0.0.1:PORT");
  }
  return ReccoBeatsApi(http, clock, std::move(url));
}

base::Result<SoundAnswer> ReccoBeatsApi::Ask(const std::vector<std::string>& ids,
                                             const std::stop_token& cancel) {
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "" : ",") + id;
  ports::HttpRequest request{.url = url_ + "/v1/audio-features?ids=" + http_->Encoded(list)};
  request.headers = {{"Accept", "application/json"}};
  request.answer_bytes_max = kAnswerBytesMax;
  request.cancel = cancel;
  auto answer = http_->Send(request);
  if (!answer) return std::unexpected(std::move(answer.error()).Within(kOp));
  if (answer->status != 200) return Refused(*answer, clock_->Now());
  boost::system::error_code failed;
  const json::value body = json::parse(answer->body, failed);
  const json::object* object = failed ? nullptr : body.if_object();
  const json::value* content = object == nullptr ? nullptr : object->if_contains("content");
  if (content == nullptr || !content->is_array()) {
    return base::Fail(ErrorCode::kCorrupt, kOp, "", "the answer holds no list of features",
                      "look whether a proxy or a network's login page answers instead of ReccoBeats");
  }
  SoundAnswer told;
  for (const json::value& row : content->get_array()) {
    if (auto sound = ReadRow(row)) {
      told.tracks.push_back(std::move(*sound));
    } else {
      told.unread.push_back({"its href names no track of Spotify's", json::serialize(row)});
    }
  }
  return told;
}

}  // namespace earprint::sources::reccobeats
