#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "fakes/web_server.hpp"

namespace earprint::fakes {

/// What goes wrong with requests to come. Each kind ends by itself after its number of times.
struct ReccoBeatsSwitches {
  int fail_times = 0;  ///< requests that get `fail_status`
  int fail_status = 503;
  int retry_after_seconds = 0;             ///< told with a failure; 0: not told
  int cut_times = 0;                       ///< answers that end in their middle
  int page_times = 0;                      ///< answers that are a page of HTML, as a network's login page is
  std::set<std::string> refused_ids = {};  ///< a request with one of them gets 400, with whatever else
  std::size_t requests_max = 0;            ///< then 429 until `Refill`; 0: any number
};

/// ReccoBeats' `GET /v1/audio-features`.
///
/// Shape:   ids as a comma list or as a repeated parameter, Spotify's, ISRCs or its own; beyond 40 they are
///          left out without a word, and so are unknown ones; rows come in an order of its own, with its own
///          `id`, and tell their track by `href` alone. Key -1 where none was detected, no time signature.
/// Effects: safe from any thread.
/// Source:  probes and the OpenAPI description of 2026, told in docs/fakes.md.
class FakeReccoBeats {
 public:
  WebAnswer Answer(const WebRequest& request);

  /// Makes a track known: its features, under the service's names ("energy", "loudness", "key", …).
  void Know(const std::string& spotify_id, const std::string& isrc, boost::json::object features);
  void Change(const ReccoBeatsSwitches& switches);
  void Refill();
  /// The ids of each request, as they were sent.
  std::vector<std::string> Seen() const;

 private:
  struct Row {
    std::string own_id, spotify_id, isrc;
    boost::json::object features;
  };
  std::optional<WebAnswer> Trouble();
  WebAnswer Features(const WebRequest& request) const;

  mutable std::mutex mutex_;
  std::map<std::string, Row> rows_;  ///< by the service's own id, which is its order
  ReccoBeatsSwitches switches_;
  std::size_t requests_ = 0;
  std::vector<std::string> seen_;
};

}  // namespace earprint::fakes
