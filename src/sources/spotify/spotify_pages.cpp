#include "sources/spotify/spotify_pages.hpp"

#include <utility>

#include "base/hash.hpp"
#include "sources/spotify/answers/json_fields.hpp"

namespace earprint::sources::spotify {

namespace json = boost::json;

Asked<std::optional<Page>> SpotifyPages::Next(const std::stop_token& cancel) {
  if (is_over_) return std::nullopt;
  if (pages_ == options_.pages_max) return Broken("it has more pages than any list has");
  auto answer = pages_ == 0 ? api_.Get(first_, cancel) : api_.GetLink(next_, first_.priority, cancel);
  if (!answer) {
    if (answer.error().error.code == base::ErrorCode::kCorrupt) is_over_ = true;
    return std::unexpected(std::move(answer).error());
  }
  return Take(std::move(answer->body));
}

Asked<std::optional<Page>> SpotifyPages::Take(json::value body) {
  if (body.is_null()) {
    is_over_ = true;
    return std::nullopt;
  }
  // A later page of a search is told as the first one was, under its key; others may stand bare.
  json::value* found = &body;
  if (json::object* outer = body.if_object(); outer != nullptr && !options_.within.empty()) {
    if (json::value* inner = outer->if_contains(options_.within); inner != nullptr && inner->is_object())
      found = inner;
  }
  JsonFields fields(*found, options_.within);
  const bool has_items = fields.Array("items") != nullptr;
  const std::optional<std::int64_t> total = fields.Whole("total");
  const std::string next = fields.Text("next").value_or("");
  if (auto sound = fields.End(0); !sound) return Broken(sound.error().place + " " + sound.error().reason);
  if (!has_items) return Broken("it has no items");
  if (!next.empty() && !followed_.insert(base::HashBytes(next).high).second)
    return Broken("its next page was there before");
  is_over_ = next.empty();
  next_ = next;
  ++pages_;
  // Made of it, not assigned to: JSON that changes its memory is copied value by value.
  return Page{.object = std::move(found->get_object()), .total = total, .is_last = is_over_};
}

std::unexpected<Refusal> SpotifyPages::Broken(std::string cause) {
  is_over_ = true;
  Refusal refusal = RefusalFor(Trouble::kUnreadable, first_.path);
  refusal.error.code = base::ErrorCode::kCorrupt;
  refusal.error.cause = std::move(cause);
  return std::unexpected(std::move(refusal));
}

}  // namespace earprint::sources::spotify
