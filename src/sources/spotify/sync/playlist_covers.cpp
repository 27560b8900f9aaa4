#include "sources/spotify/sync/playlist_covers.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sources/spotify/sealed_login.hpp"
#include "sources/spotify/sync/library_mark.hpp"

namespace earprint::sources::spotify {

namespace {

constexpr std::size_t kPictureBytesMax = 2 << 20;
constexpr std::int64_t kPictureMsMax = 5'000;
/// Where Spotify's pictures lie: the host, or the end of its name.
constexpr std::array<std::string_view, 2> kHostEnds = {".scdn.co", ".spotifycdn.com"};
constexpr std::string_view kHttps = "https://";

base::Failure Refuse(base::ErrorCode code, const std::string& subject, std::string cause) {
  return base::Fail(code, "fetch a cover", subject, std::move(cause));
}

}  // namespace

PlaylistCovers::PlaylistCovers(ports::HttpClient& http, ports::StateStore& states, const std::string& api_url)
    : http_(http), states_(states) {
  const std::size_t host_at = api_url.find("://");
  if (host_at != std::string::npos) own_host_ = api_url.substr(0, api_url.find('/', host_at + 3)) + "/";
}

bool PlaylistCovers::IsAllowed(const std::string& url) const {
  if (!own_host_.empty() && url.starts_with(own_host_)) return true;
  if (!url.starts_with(kHttps)) return false;
  const std::string_view rest = std::string_view(url).substr(kHttps.size());
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  const bool is_name = std::ranges::all_of(
      host, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'; });
  return is_name &&
         std::ranges::any_of(kHostEnds, [host](std::string_view end) { return host.ends_with(end); });
}

base::Result<std::map<std::string, std::string>> PlaylistCovers::Addresses(
    const std::string& listener) const {
  auto document = states_.Load("library-" + SealedLoginName(listener));
  if (!document) return std::unexpected(document.error());
  std::map<std::string, std::string> covers;
  for (const auto& [id, known] : LibraryMark::FromDocument(document->value_or("")).playlists) {
    if (IsAllowed(known.cover_url)) covers[id] = known.cover_url;
  }
  return covers;
}

base::Result<Picture> PlaylistCovers::Fetch(const std::string& listener,
                                            const std::string& playlist_id) const {
  auto covers = Addresses(listener);
  if (!covers) return std::unexpected(covers.error());
  const auto found = covers->find(playlist_id);
  if (found == covers->end()) {
    return Refuse(base::ErrorCode::kNotFound, playlist_id.substr(0, 40), "no cover of that list is known");
  }
  auto answer =
      http_.Send({.url = found->second, .deadline_ms = kPictureMsMax, .answer_bytes_max = kPictureBytesMax});
  if (!answer) return std::unexpected(answer.error());
  const auto type = answer->headers.find("content-type");
  Picture picture{type == answer->headers.end() ? "" : type->second.substr(0, type->second.find(';')),
                  std::move(answer->body)};
  // Nothing that a browser would run.
  const bool is_picture = picture.content_type == "image/jpeg" || picture.content_type == "image/png" ||
                          picture.content_type == "image/webp";
  if (answer->status != 200 || !is_picture) {
    return Refuse(base::ErrorCode::kCorrupt, playlist_id, "what lies there is no picture");
  }
  return picture;
}

}  // namespace earprint::sources::spotify
