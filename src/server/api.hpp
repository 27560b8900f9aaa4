#pragma once

#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <utility>

#include "base/embedded_file.hpp"
#include "ports/importer.hpp"
#include "server/http_message.hpp"
#include "server/listener_routes.hpp"
#include "server/page_files.hpp"
#include "server/request_meter.hpp"
#include "server/spotify_routes.hpp"

namespace earprint::server {

/// A metric's answer, already written out.
struct WrittenAnswer {
  std::string text, content_type, data_version;
};

/// What the server asks of the rest of the house; functions, so that it knows none of it. All thread-safe.
struct ApiBackend {
  using Pairs = std::span<const std::pair<std::string, std::string>>;
  std::function<base::Result<WrittenAnswer>(const std::string& metric, const std::string& listener,
                                            Pairs conditions, const std::string& format)>
      ask;
  std::function<base::Result<std::string>(const std::string& dimension, const std::string& text,
                                          const std::string& listener, std::int64_t limit)>
      values_json;
  std::function<base::Result<std::string>()> listeners_json;
  /// What is known of a track's sound; empty: nothing is told of single tracks here.
  std::function<base::Result<std::string>(const std::string& track_id, const std::string& title,
                                          const std::string& artist)>
      sound_json;
  std::function<base::Result<std::string>()> data_version;
  std::function<std::string()> catalogue_json;
  std::function<std::string()> openapi_json;
  /// An empty listener in the request: the only one there is.
  std::function<base::Result<ports::ImportSummary>(const ports::ImportRequest&, const ports::ImportObserver&)>
      import;
  std::function<std::string()> audit_json;  ///< the last audit; empty: nothing is audited here
  std::function<base::Result<std::string>(const std::string& wish)> audit_now;
  /// Publishes as the JSON wishes, and tells how far it is by events of its own; empty: not from here.
  std::function<base::Result<void>(const std::string& wish, const SendEvent& send)> publish;
  std::function<std::string()> more_figures;  ///< for /metrics, beside the server's own; may be empty
  Forget forget;                              ///< empty: nothing is forgotten here
  TakeEdit take_edit;                         ///< empty: nothing is corrected here
  SpotifyBackend spotify;
  CoverBackend covers;
  ReccoBeatsBackend reccobeats;
};

/// The routes of the contract: from a request to an answer, without any network.
///
/// Effects: an import runs inside the answer's `stream`. Thread-safe. Backend and page must outlive it.
class Api {
 public:
  Api(const ApiBackend& backend, std::span<const base::EmbeddedFile> page);

  Response Answer(const Request& request);

  /// The data version that clients of /api/v1/live are told: the newest that an import or an answer has
  /// shown.
  std::string LiveVersion();
  /// What clients of /api/v1/live are told of Spotify, as JSON; empty where it is not spoken with.
  std::string LiveSpotify() const {
    return backend_.spotify.state_json ? backend_.spotify.state_json() : std::string();
  }
  /// Has `tell` called, from any thread, whenever what LiveVersion or LiveSpotify give may have changed; an
  /// empty function ends that.
  void OnNews(std::function<void()> tell);
  /// Says that data or Spotify's state may have changed. Thread-safe.
  void TellNews();

  RequestMeter& meter() { return meter_; }

 private:
  Response Route(const Request& request);
  Response AnswerApi(const Request& request);
  Response AnswerMetric(const Request& request, const std::string& metric);
  Response AnswerValues(const Request& request);
  Response AnswerImport(const Request& request);
  Response AnswerLocalImport(const Request& request);
  Response AnswerAudit(const Request& request);
  Response AnswerLocalPublish(const Request& request);
  Response StreamImport(const Request& request, ports::ImportRequest import);
  void NoteVersion(const std::string& seen);

  const ApiBackend& backend_;
  PageFiles page_;
  RequestMeter meter_;
  std::mutex note_mutex_;     ///< one looks at a time
  std::mutex version_mutex_;  ///< never held while the backend is asked
  std::string version_;
  std::mutex tell_mutex_;
  std::function<void()> tell_;
};

}  // namespace earprint::server
