#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/utc_time.hpp"
#include "fakes/spotify/spotify_switches.hpp"
#include "fakes/web_server.hpp"
#include "fakes/world/spotify_world.hpp"

namespace earprint::fakes {

/// When an API answer first told of a play, by listener and place in the script.
using ShownPlays = std::map<std::string, std::map<std::size_t, base::UtcMs>>;

/// One authorized request of the API and everything it may look at.
struct ApiCall {
  const WebRequest& request;
  std::vector<std::string> parts;  ///< of the path after /v1
  std::string api;                 ///< "http://127.0.0.1:PORT/v1"
  base::UtcMs now;
  SpotifyWorld& world;
  const SpotifySwitches& switches;
  WorldListener* listener = nullptr;  ///< nothing: client credentials
  std::set<std::string> scopes;
  ShownPlays& shown;

  std::string Part(std::size_t place) const { return place < parts.size() ? parts[place] : std::string(); }
  bool HasMarket() const { return request.Query("market").has_value(); }
  bool Wants(std::string_view additional_type) const;

  /// A refusal when there is no listener, or none of the scopes was granted.
  std::optional<WebAnswer> Lacks(std::initializer_list<std::string_view> any_of) const;
};

/// A 200 (or another status) with JSON.
WebAnswer Json(const boost::json::value& body, int status = 200);

/// The answer to a path that this profile does not have.
WebAnswer Gone();
WebAnswer NotFound();

/// Whole numbers in the query; nothing when absent, a 400 in `wrong` when not within the bounds.
struct Bounds {
  std::int64_t low = 0, high = 0, otherwise = 0;
};
std::int64_t ReadNumber(const ApiCall& call, std::string_view name, Bounds bounds,
                        std::optional<WebAnswer>& wrong);

/// An offset page: `count` things, each made when it is on the page.
///
/// Shape: either `page`, or the 400 that a wrong limit or offset gets.
struct OffsetPage {
  boost::json::object page;
  std::optional<WebAnswer> wrong;
};
struct PageRules {
  std::string path;  ///< after /v1, without the query
  std::int64_t limit_max = 50, limit_default = 20, offset_max = 100'000;
  TextPairs also;  ///< further parameters of the next address
};
OffsetPage PageOf(const ApiCall& call, const PageRules& rules, std::size_t count,
                  const std::function<boost::json::value(std::size_t)>& make);

/// The parameters of the request but limit and offset, so that the next page is asked in the same way.
TextPairs OtherParameters(const ApiCall& call);

}  // namespace earprint::fakes
