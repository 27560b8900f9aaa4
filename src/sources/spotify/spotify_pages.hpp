#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "sources/spotify/spotify_api.hpp"

namespace earprint::sources::spotify {

struct PageOptions {
  std::string within = {};        ///< the key under which an answer holds its page: "tracks" in a search
  std::size_t pages_max = 2'500;  ///< 125,000 entries of 50: more than any list may have
};

/// A page as it was served: the object that holds `items`.
struct Page {
  boost::json::object object;
  std::optional<std::int64_t> total;  ///< as this page tells it; the next one may tell another
  bool is_last = false;
};

/// Follows the pages of one list, by offset or by cursor, by the links that the answers give.
///
/// Shape:   pages in the order in which they are served; none after the last. A total that changes, an empty
///          page and null entries are normal; entries that move while we read may come twice or not at all.
/// Errors:  those of SpotifyApi: after one with kRetryLater the same page is asked again · kUnreadable, as
///          kCorrupt, no page, a link that is none, leads elsewhere or comes again, or more pages than
///          allowed: the list has then ended for good.
/// Effects: one call a page. One thread at a time.
class SpotifyPages {
 public:
  SpotifyPages(SpotifyApi& api, ApiRequest first, PageOptions options = {})
      : api_(api), first_(std::move(first)), options_(std::move(options)) {}

  /// The next page; nothing after the last.
  Asked<std::optional<Page>> Next(const std::stop_token& cancel = {});

 private:
  Asked<std::optional<Page>> Take(boost::json::value body);
  std::unexpected<Refusal> Broken(std::string cause);

  SpotifyApi& api_;
  ApiRequest first_;
  PageOptions options_;
  std::string next_;                  ///< empty before the first page
  std::set<std::uint64_t> followed_;  ///< hashes of all links, so that pages that go round are seen
  std::size_t pages_ = 0;
  bool is_over_ = false;
};

}  // namespace earprint::sources::spotify
