#include "sources/spotify/sync/library_mark.hpp"

#include <boost/json.hpp>

#include "sources/spotify/answers/json_fields.hpp"

namespace earprint::sources::spotify {

namespace {

namespace json = boost::json;

model::PlaylistHeld HeldOf(std::string_view name) {
  using enum model::PlaylistHeld;
  return name == model::HeldName(kBarred) ? kBarred : name == model::HeldName(kEnded) ? kEnded : kWhole;
}

Read<KnownPlaylist> ReadKnown(const json::value& value) {
  JsonFields fields(value, {});
  KnownPlaylist known;
  known.name = fields.Text("name").value_or("");
  known.snapshot = fields.Text("snapshot").value_or("");
  known.cover_url = fields.Text("cover_url").value_or("");
  known.held = HeldOf(fields.Text("held").value_or(""));
  known.contents = fields.Text("contents").value_or("");
  known.is_told = fields.Flag("is_told").value_or(true);
  known.turn = static_cast<std::uint32_t>(fields.Whole("turn", 0, UINT32_MAX).value_or(0));
  known.read_at_ms = fields.Whole("read_at_ms").value_or(0);
  known.requests = fields.Whole("requests", 0, 100'000).value_or(0);
  known.missing_since_ms = fields.Whole("missing_since_ms").value_or(0);
  return fields.End(std::move(known));
}

}  // namespace

LibraryMark LibraryMark::FromDocument(std::string_view document) {
  boost::system::error_code failed;
  const json::value value = json::parse(document, failed);
  if (failed || !value.is_object()) return {};
  JsonFields fields(value, {});
  LibraryMark mark;
  mark.listed_at_ms = fields.Whole("listed_at_ms").value_or(0);
  const json::value* playlists = fields.Object("playlists");
  if (playlists == nullptr || !playlists->is_object()) return {};
  for (const auto& [id, entry] : playlists->get_object()) {
    if (auto known = ReadKnown(entry)) mark.playlists[std::string(id)] = std::move(*known);
  }
  return mark;
}

std::string LibraryMark::Document() const {
  json::object entries;
  for (const auto& [id, known] : playlists) {
    entries[id] = json::object{{"name", known.name},           {"snapshot", known.snapshot},
                               {"cover_url", known.cover_url}, {"held", model::HeldName(known.held)},
                               {"contents", known.contents},   {"is_told", known.is_told},
                               {"turn", known.turn},           {"read_at_ms", known.read_at_ms},
                               {"requests", known.requests},   {"missing_since_ms", known.missing_since_ms}};
  }
  return json::serialize(json::object{{"listed_at_ms", listed_at_ms}, {"playlists", std::move(entries)}});
}

}  // namespace earprint::sources::spotify
