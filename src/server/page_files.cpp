#include "server/page_files.hpp"

#include <array>
#include <utility>

#include "server/gzip.hpp"

namespace earprint::server {

namespace {

constexpr int kBestLevel = 9;  // once a file and process
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";

struct FileType {
  std::string_view suffix, type;
  bool packs;
};
constexpr std::array kTypes = {FileType{".html", "text/html; charset=utf-8", true},
                               FileType{".js", "text/javascript; charset=utf-8", true},
                               FileType{".css", "text/css; charset=utf-8", true},
                               FileType{".svg", "image/svg+xml", true},
                               FileType{".json", "application/json", true},
                               FileType{".webmanifest", "application/manifest+json", true},
                               FileType{".txt", "text/plain; charset=utf-8", true},
                               FileType{".png", "image/png", false},
                               FileType{".ico", "image/x-icon", false},
                               FileType{".woff2", "font/woff2", false}};

FileType TypeOf(std::string_view path) {
  for (const FileType& known : kTypes) {
    if (path.ends_with(known.suffix)) return known;
  }
  return {"", "application/octet-stream", false};
}

/// A view's address names no file: "/habits", not "/favicon.ico".
bool IsView(std::string_view path) {
  return path.find('.') == std::string_view::npos && !path.starts_with("/assets/");
}

}  // namespace

PageFiles::PageFiles(std::span<const base::EmbeddedFile> files) {
  for (const base::EmbeddedFile& file : files) entries_["/" + std::string(file.path)].file = file;
}

Response PageFiles::Answer(const Request& request) {
  auto found = entries_.find(request.path);
  if (found == entries_.end() && IsView(request.path)) found = entries_.find(std::string_view("/index.html"));
  if (found == entries_.end()) {
    const bool is_built = !entries_.empty();
    return Problem(
        {base::ErrorCode::kNotFound, "find page", request.path.substr(0, 80),
         is_built ? "there is nothing under this address" : "this binary was built without its page",
         is_built ? "/" : "./dev build"});
  }
  Entry& entry = found->second;
  const FileType type = TypeOf(entry.file.path);
  Response response{.content_type = std::string(type.type)};
  const std::string tag = "\"" + std::string(entry.file.tag) + "\"";
  const bool is_hashed = entry.file.path.starts_with("assets/");
  response.headers = {{"ETag", tag}, {"Cache-Control", std::string(is_hashed ? kForEver : "no-cache")}};
  if (HasTag(request, tag)) {
    response.status = 304;
    return response;
  }
  response.lasting_body = entry.file.body;
  if (type.packs && AcceptsGzip(request.Header("accept-encoding"))) {
    std::call_once(entry.packed_once, [&entry] { entry.packed = Gzipped(entry.file.body, kBestLevel); });
    response.lasting_gzip = entry.packed;
  }
  return response;
}

}  // namespace earprint::server
