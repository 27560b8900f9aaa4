#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sources/demo/demo_calendar.hpp"
#include "sources/demo/demo_catalogue.hpp"
#include "sources/demo/demo_playlists.hpp"
#include "sources/demo/demo_taste.hpp"

namespace earprint::sources {

enum class DemoItem : std::uint8_t {
  kTrack,
  kVideo,     ///< a music video of a track
  kEpisode,   ///< `item` is show * kEpisodesMax + number
  kWithheld,  ///< the record names nothing, only the time
};

inline constexpr std::uint32_t kDemoEpisodesMax = 100'000;

enum class DemoReason : std::uint8_t {
  kClickRow,
  kTrackDone,
  kForward,
  kBack,
  kPlayButton,
  kAppLoad,
  kRemote,
  kEndPlay,
  kLogout,
  kExitPaused,
  kTrackError,
};

/// The word that exports use.
std::string_view DemoReasonName(DemoReason reason);

/// The text that exports use; differs before and after October 2023.
std::string_view DemoPlatformName(std::uint8_t platform);

/// One play, as it truly happened.
///
/// Units: ended_s UTC seconds since 1970-01-01, the END of the play; a play never begins before the one
///        before it has ended, on the same device.
struct DemoPlay {
  std::int64_t ended_s = 0;
  std::int32_t played_ms = 0;
  std::uint32_t item = 0;
  DemoItem kind = DemoItem::kTrack;
  DemoReason started_by = DemoReason::kClickRow, ended_by = DemoReason::kTrackDone;
  std::uint8_t platform = 0;
  std::uint8_t country = 0;
  bool is_shuffled = false, is_skipped = false, is_offline = false, is_private = false;
};

/// Plays one listener's (one device's) days, one after another.
class DemoDayPlayer {
 public:
  /// All but the options must outlive the player. `device` tells several apart.
  DemoDayPlayer(const DemoOptions& options, const DemoCatalogue& catalogue, const DemoPlaylists& playlists,
                const DemoTaste& taste, std::size_t device);

  /// Appends up to `quota` plays of the day, in order of time; fewer when the day is too short. `is_last`
  /// days begin early instead of leaving anything for tomorrow.
  std::size_t Play(std::size_t day_index, const DemoDay& day, std::size_t quota, bool is_last,
                   std::vector<DemoPlay>& plays);

 private:
  enum class Mood : std::uint8_t { kAlbum, kShuffle, kPlaylist, kDiscovery, kRepeat, kPodcast };

  /// What one session is like.
  struct Session {
    Mood mood = Mood::kShuffle;
    DemoDayPart part = DemoDayPart::kEvening;
    std::size_t genre = 0;
    std::uint32_t track = 0;  // next of an album, or the repeated one
    std::uint32_t album_end = 0;
    const DemoPlaylist* playlist = nullptr;
    std::size_t place = 0;  // in the playlist
    double skip_share = 0;
    DemoPlay like;  // what all its plays have in common
  };

  Session Begin(std::size_t day_index, const DemoDay& day, std::int64_t at_s);
  void ChooseMood(std::size_t day_index, const DemoDay& day, Session& session);
  void ChooseAlbum(std::size_t artist, Session& session);
  void ChooseDevice(const DemoDay& day, std::int64_t hour, Session& session);
  std::size_t PlaySession(Session& session, std::size_t day_index, std::size_t quota, std::int64_t latest_s,
                          std::vector<DemoPlay>& plays);
  std::uint32_t NextTrack(Session& session);
  void ChooseEnd(std::int32_t length_ms, double skip_share, bool is_last, DemoPlay& play);

  DemoRandom random_;
  std::int64_t now_s_;
  const DemoCatalogue& catalogue_;
  const DemoPlaylists& playlists_;
  const DemoTaste& taste_;
  std::int64_t busy_until_s_ = 0;
  std::size_t binge_artist_ = 0;
  bool has_binge_artist_ = false;
};

}  // namespace earprint::sources
