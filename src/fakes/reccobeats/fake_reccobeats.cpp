#include "fakes/reccobeats/fake_reccobeats.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <optional>
#include <set>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace earprint::fakes {

namespace {

namespace json = boost::json;

constexpr std::size_t kIdsMax = 40;

WebAnswer Refusal(int status, int code, std::string_view message) {
  WebAnswer answer;
  answer.status = status;
  answer.body = json::serialize(json::object{
      {"error", code}, {"path", "/v1/audio-features"}, {"errors", json::array{json::string(message)}}});
  return answer;
}

/// Of the form of a UUID, and in no order that the asker knows.
std::string OwnIdOf(const std::string& spotify_id) {
  const base::Hash128 hash = base::HashBytes("reccobeats " + spotify_id);
  return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", hash.high >> 32, hash.high >> 16 & 0xFFFF,
                     hash.high & 0xFFF, hash.low >> 52, hash.low & 0xFFFFFFFFFFFF);
}

}  // namespace

void FakeReccoBeats::Know(const std::string& spotify_id, const std::string& isrc, json::object features) {
  const std::lock_guard lock(mutex_);
  const std::string own_id = OwnIdOf(spotify_id);
  rows_[own_id] = {own_id, spotify_id, isrc, std::move(features)};
}

void FakeReccoBeats::Change(const ReccoBeatsSwitches& switches) {
  const std::lock_guard lock(mutex_);
  switches_ = switches;
}

void FakeReccoBeats::Refill() {
  const std::lock_guard lock(mutex_);
  requests_ = 0;
}

std::vector<std::string> FakeReccoBeats::Seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

std::optional<WebAnswer> FakeReccoBeats::Trouble() {
  const auto with_wait = [this](WebAnswer answer) {
    if (switches_.retry_after_seconds > 0) {
      answer.headers.emplace_back("Retry-After", std::to_string(switches_.retry_after_seconds));
    }
    return answer;
  };
  if (switches_.page_times > 0) {
    --switches_.page_times;
    WebAnswer page;
    page.content_type = "text/html";
    page.body = "<html><title>Welcome to the hotel</title></html>";
    return page;
  }
  if (switches_.fail_times > 0) {
    --switches_.fail_times;
    return with_wait(Refusal(switches_.fail_status, 5000, "Something went wrong"));
  }
  if (switches_.requests_max > 0 && ++requests_ > switches_.requests_max) {
    return with_wait(Refusal(429, 4291, "Too many requests"));
  }
  return {};
}

WebAnswer FakeReccoBeats::Answer(const WebRequest& request) {
  const std::lock_guard lock(mutex_);
  if (request.path != "/v1/audio-features") return Refusal(404, 4041, "Not found");
  if (request.method != "GET") return Refusal(405, 4004, "Method not allowed");
  seen_.push_back(request.Query("ids").value_or(""));
  if (auto trouble = Trouble()) return std::move(*trouble);
  WebAnswer answer = Features(request);
  if (switches_.cut_times > 0) {
    --switches_.cut_times;
    answer.cut_after_bytes = answer.body.size() / 2;
  }
  return answer;
}

WebAnswer FakeReccoBeats::Features(const WebRequest& request) const {
  std::set<std::string> ids;
  std::size_t told = 0;
  for (const auto& [name, value] : request.query) {
    if (name != "ids") continue;
    for (const std::string_view id : base::Split(value, ',')) {
      if (!id.empty() && ++told <= kIdsMax) ids.emplace(id);
    }
  }
  if (told == 0) return Refusal(400, 4001, "ids must not be empty");
  for (const std::string& id : ids) {
    if (switches_.refused_ids.contains(id)) return Refusal(400, 4002, "invalid ids");
  }
  json::array content;
  for (const auto& [own_id, row] : rows_) {
    if (!ids.contains(own_id) && !ids.contains(row.spotify_id) && !ids.contains(row.isrc)) continue;
    json::object object = row.features;
    object["id"] = own_id;
    object["href"] = "https://open.spotify.com/track/" + row.spotify_id;
    object["isrc"] = row.isrc.empty() ? json::value() : json::value(row.isrc);
    content.push_back(std::move(object));
  }
  WebAnswer answer;
  answer.body = json::serialize(json::object{{"content", std::move(content)}});
  return answer;
}

}  // namespace earprint::fakes
