#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "ports/clock.hpp"
#include "ports/state_store.hpp"
#include "sources/spotify/api_refusal.hpp"

namespace earprint::sources::spotify {

/// What one listener's application may ask, as far as Spotify's refusals have told: what was refused with 403
/// is not asked again for a day, and nothing at all for an hour when the application or the listener is shut
/// out. What every application may ask of its listener ("me/…") is asked again after 15 minutes, then after
/// twice as long each time it is refused again: there a refusal is a fault that passes, and a day without
/// looking would lose plays.
///
/// Shape:   a refusal is of an endpoint ("tracks/{id}"), of playlists one by one; at most 1,000 are kept.
/// Effects: kept in the state store; several threads may call.
class AccessProfile {
 public:
  /// Errors: those of the state store. A state that cannot be read is forgotten.
  static base::Result<std::unique_ptr<AccessProfile>> Open(ports::StateStore& states,
                                                           const ports::Clock& clock,
                                                           std::string_view listener);

  /// The refusal that still stands for a path, as it was, with the instant until which it does.
  std::optional<Refusal> Standing(std::string_view path);

  /// Remembers a refusal, if it is of those that stay.
  void Learn(std::string_view path, Trouble trouble);

  /// A path that was refused was answered: its next refusal is a first one.
  void Allowed(std::string_view path);

  /// Forgets all: after a new login everything is asked again.
  void Forget();

 private:
  struct Entry {
    Trouble trouble = Trouble::kForbidden;
    std::int64_t set_at_ms = 0;
    std::int64_t wait_ms = 0;
  };
  AccessProfile(ports::StateStore& states, const ports::Clock& clock, std::string name)
      : states_(states), clock_(clock), name_(std::move(name)) {}
  void Save();

  ports::StateStore& states_;
  const ports::Clock& clock_;
  std::string name_;
  std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;  ///< by endpoint; "*" for all
};

/// The endpoint of a path: ids left out, but for those of playlists, which are refused one by one.
std::string EndpointOf(std::string_view path);

}  // namespace earprint::sources::spotify
