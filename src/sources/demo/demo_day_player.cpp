#include "sources/demo/demo_day_player.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "sources/demo/demo_genres.hpp"

namespace earprint::sources {

namespace {

constexpr std::int64_t kDaySeconds = 86'400, kHourSeconds = 3'600;
constexpr double kPlaysASession = 13;
constexpr std::size_t kSessionsMax = 40;
constexpr std::int32_t kWithheldMsMin = 1'000;
constexpr std::int64_t kShortPlatformNamesDay = 19'631;  // 2023-10-01
constexpr std::int64_t kNewPhoneDay = 18'900;            // 2021-09-30
constexpr std::int64_t kVideosSinceDay = 19'800;         // 2024-03-18

enum Device : std::uint8_t { kPhone, kComputer, kBrowser, kSpeaker, kNewPhone, kDevices };

// First as written before October 2023, then as since.
constexpr std::array<std::string_view, 2 * kDevices> kPlatforms = {
    "Android OS 8.1.0 API 27 (Earprint, Demo One)",
    "Windows 10 (10.0.18363; x64)",
    "web_player windows 10;firefox 91.0;desktop",
    "Partner google cast_speaker Demo;Speaker;;tpapi",
    "iOS 15.1 (iPhone13,1)",
    "android",
    "windows",
    "web_player",
    "cast",
    "ios",
};

DemoDayPart PartOf(std::int64_t hour) {
  if (hour < 5 || hour >= 22) return DemoDayPart::kNight;
  if (hour < 11) return DemoDayPart::kMorning;
  return hour < 17 ? DemoDayPart::kDaytime : DemoDayPart::kEvening;
}

DemoReason NextStart(DemoReason ended_by) {
  switch (ended_by) {
    case DemoReason::kTrackDone:
    case DemoReason::kForward:
    case DemoReason::kBack:
      return ended_by;
    case DemoReason::kTrackError:
      return DemoReason::kTrackDone;
    default:
      return DemoReason::kClickRow;
  }
}

}  // namespace

std::string_view DemoReasonName(DemoReason reason) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "clickrow",  "trackdone", "fwdbtn",  "backbtn", "playbtn",
      "appload",   "remote",    "endplay", "logout",  "unexpected-exit-while-paused",
      "trackerror"};
  return kNames[static_cast<std::size_t>(reason)];
}

std::string_view DemoPlatformName(std::uint8_t platform) { return kPlatforms[platform]; }

DemoDayPlayer::DemoDayPlayer(const DemoOptions& options, const DemoCatalogue& catalogue,
                             const DemoPlaylists& playlists, const DemoTaste& taste, std::size_t device)
    : random_(options.seed, "plays of device " + std::to_string(device)),
      now_s_(options.now.value / base::kMsPerSecond),
      catalogue_(catalogue),
      playlists_(playlists),
      taste_(taste) {}

std::size_t DemoDayPlayer::Play(std::size_t day_index, const DemoDay& day, std::size_t quota, bool is_last,
                                std::vector<DemoPlay>& plays) {
  if (quota == 0) return 0;
  if (!day.is_binge) has_binge_artist_ = false;
  const double wanted = static_cast<double>(quota) / kPlaysASession * (0.7 + 0.6 * random_.Unit());
  const std::size_t sessions =
      std::clamp<std::size_t>(static_cast<std::size_t>(wanted + 0.5), 1, std::min(quota, kSessionsMax));
  std::array<std::int64_t, kSessionsMax> starts{};
  const DemoLots& hours = DemoCalendar::HoursOf(day);
  for (std::size_t i = 0; i < sessions; ++i) {
    const auto hour = static_cast<std::int64_t>(hours.Draw(random_));
    starts[i] = is_last ? 0 : hour * kHourSeconds + random_.Between(0, kHourSeconds - 1);
  }
  std::sort(starts.begin(), starts.begin() + static_cast<std::ptrdiff_t>(sessions));
  const std::int64_t latest_s = std::min(day.begin_s + kDaySeconds, now_s_);
  std::size_t played = 0;
  for (std::size_t i = 0; i < sessions && played < quota; ++i) {
    std::size_t share = quota - played;
    if (i + 1 < sessions) {
      const double even = static_cast<double>(share) / static_cast<double>(sessions - i);
      share =
          std::clamp<std::size_t>(static_cast<std::size_t>(even * (0.4 + 1.2 * random_.Unit())), 1, share);
    }
    const std::int64_t pause = is_last ? 5 : random_.Between(20, 900);
    const std::int64_t at_s = std::max(day.begin_s + starts[i], busy_until_s_ + pause);
    Session session = Begin(day_index, day, at_s);
    busy_until_s_ = at_s;
    played += PlaySession(session, day_index, share, latest_s, plays);
  }
  return played;
}

DemoDayPlayer::Session DemoDayPlayer::Begin(std::size_t day_index, const DemoDay& day, std::int64_t at_s) {
  Session session;
  const std::int64_t hour = ((at_s - day.begin_s) / kHourSeconds + 5) % 24;
  session.part = PartOf(hour);
  session.like.country = day.country;
  session.like.is_private = random_.Chance(0.012);
  ChooseDevice(day, hour, session);
  ChooseMood(day_index, day, session);
  static constexpr std::array<DemoReason, 8> kStarts = {
      DemoReason::kClickRow,   DemoReason::kClickRow,   DemoReason::kClickRow, DemoReason::kClickRow,
      DemoReason::kPlayButton, DemoReason::kPlayButton, DemoReason::kAppLoad,  DemoReason::kRemote};
  session.like.started_by = random_.Pick(kStarts);
  return session;
}

void DemoDayPlayer::ChooseDevice(const DemoDay& day, std::int64_t hour, Session& session) {
  const bool is_commute = !day.is_weekend && (hour == 7 || hour == 8 || hour == 17 || hour == 18);
  const bool is_work = !day.is_weekend && hour >= 9 && hour < 17;
  double phone = is_work ? 0.25 : is_commute ? 0.95 : 0.55;
  if (day.is_trip) phone = 0.92;
  const double draw = random_.Unit();
  std::uint8_t device = kComputer;
  if (draw < phone) {
    device = day.day >= kNewPhoneDay ? kNewPhone : kPhone;
  } else if (!is_work && draw < phone + 0.2) {
    device = kSpeaker;
  } else if (draw > 0.88) {
    device = kBrowser;
  }
  const bool is_phone = device == kPhone || device == kNewPhone;
  session.like.is_offline = is_phone && random_.Chance(day.is_trip ? 0.4 : is_commute ? 0.12 : 0.01);
  session.like.platform =
      static_cast<std::uint8_t>(device + (day.day >= kShortPlatformNamesDay ? kDevices : 0));
}

void DemoDayPlayer::ChooseMood(std::size_t day_index, const DemoDay& day, Session& session) {
  session.like.is_shuffled = false;
  if (random_.Chance(day.holiday)) {
    session.mood = Mood::kShuffle;
    session.genre = kDemoHolidayGenre;
    session.skip_share = 0.05;
    session.like.is_shuffled = true;
    return;
  }
  if (day.is_binge && random_.Chance(0.7)) {  // one artist, front to back
    if (!has_binge_artist_) binge_artist_ = taste_.DrawNewArtist(session.part, random_);
    has_binge_artist_ = true;
    session.skip_share = 0.02;
    ChooseAlbum(binge_artist_, session);
    return;
  }
  const std::size_t artist = taste_.DrawArtist(session.part, random_);
  session.genre = catalogue_.artists()[artist].genre;
  const double draw = random_.Unit();
  if (draw < 0.24) {
    session.skip_share = 0.04;
    ChooseAlbum(artist, session);
  } else if (draw < 0.54) {
    session.mood = Mood::kPlaylist;
    session.skip_share = 0.13;
    session.like.is_shuffled = random_.Chance(0.7);
    const DemoPlaylist& chosen = random_.Pick(playlists_.playlists());
    if (chosen.created <= day_index && !chosen.tracks.empty() && !(chosen.name == "Advent")) {
      session.playlist = &chosen;
      session.place = random_.Below(chosen.tracks.size());
    }
  } else if (draw < 0.70) {
    session.mood = Mood::kDiscovery;
    session.skip_share = 0.30;
  } else if (draw < 0.725) {
    session.mood = Mood::kRepeat;
    session.track = static_cast<std::uint32_t>(taste_.DrawTrack(artist, random_));
    session.skip_share = 0.02;
  } else if (draw < (session.part == DemoDayPart::kMorning ? 0.89 : 0.80)) {
    session.mood = Mood::kPodcast;
  } else {
    session.skip_share = 0.20;
    session.like.is_shuffled = true;
  }
}

void DemoDayPlayer::ChooseAlbum(std::size_t artist, Session& session) {
  session.mood = Mood::kAlbum;
  const DemoTrack& hit = catalogue_.tracks()[taste_.DrawTrack(artist, random_)];
  const DemoAlbum& album = catalogue_.AlbumOf(hit);
  session.track = album.first_track;
  session.album_end = album.first_track + album.tracks;
}

std::uint32_t DemoDayPlayer::NextTrack(Session& session) {
  switch (session.mood) {
    case Mood::kAlbum:
      if (session.track == session.album_end) {  // the record is over: another one by the same artist
        ChooseAlbum(catalogue_.tracks()[session.track - 1].artist, session);
      }
      return session.track++;
    case Mood::kRepeat:
      return session.track;
    case Mood::kDiscovery:
      return static_cast<std::uint32_t>(
          taste_.DrawTrack(taste_.DrawNewArtist(session.part, random_), random_));
    case Mood::kPlaylist:
      if (session.playlist != nullptr) {
        const auto& tracks = session.playlist->tracks;
        session.place =
            session.like.is_shuffled ? random_.Below(tracks.size()) : (session.place + 1) % tracks.size();
        return tracks[session.place];
      }
      break;
    case Mood::kShuffle:
    case Mood::kPodcast:
      break;
  }
  const bool stays = session.genre == kDemoHolidayGenre || random_.Chance(0.75);
  const std::size_t artist = stays ? taste_.DrawArtistOf(session.genre, session.part, random_)
                                   : taste_.DrawArtist(session.part, random_);
  return static_cast<std::uint32_t>(taste_.DrawTrack(artist, random_));
}

std::size_t DemoDayPlayer::PlaySession(Session& session, std::size_t day_index, std::size_t quota,
                                       std::int64_t latest_s, std::vector<DemoPlay>& plays) {
  DemoPlay play = session.like;
  const bool may_be_video = latest_s / kDaySeconds >= kVideosSinceDay && !play.is_offline;
  std::size_t episodes = session.mood == Mood::kPodcast ? 1 + random_.Below(2) : 0;
  const std::size_t repeats = 3 + random_.Below(9);
  for (std::size_t i = 0; i < quota; ++i) {
    std::int32_t length_ms = 0;
    play.kind = DemoItem::kTrack;
    if (episodes > 0) {
      --episodes;
      const std::size_t show = random_.Below(catalogue_.shows().size());
      play.kind = DemoItem::kEpisode;
      play.item =
          static_cast<std::uint32_t>(show) * kDemoEpisodesMax + static_cast<std::uint32_t>(day_index / 7 + 1);
      length_ms = catalogue_.shows()[show].length_ms + static_cast<std::int32_t>(random_.Below(400'000));
    } else {
      if (session.mood == Mood::kPodcast || (session.mood == Mood::kRepeat && i == repeats)) {
        session.mood = Mood::kShuffle;  // and now for some music
        session.skip_share = 0.15;
      }
      play.item = NextTrack(session);
      length_ms = catalogue_.tracks()[play.item].duration_ms;
      if (may_be_video && random_.Chance(0.008)) play.kind = DemoItem::kVideo;
      if (random_.Chance(0.0003)) play.kind = DemoItem::kWithheld;
    }
    ChooseEnd(length_ms, session.skip_share, i + 1 == quota, play);
    if (play.kind == DemoItem::kWithheld) play.played_ms = std::max(play.played_ms, kWithheldMsMin);
    const std::int64_t began_s = busy_until_s_ + (random_.Chance(0.015) ? random_.Between(30, 600) : 0);
    // Rounded up, so that end minus milliseconds never lies before the end of the play before.
    play.ended_s = began_s + (play.played_ms + 999) / 1'000 + random_.Between(play.played_ms == 0 ? 1 : 0, 1);
    if (play.ended_s >= latest_s) return i;
    busy_until_s_ = play.ended_s;
    plays.push_back(play);
    play.started_by = NextStart(play.ended_by);
  }
  return quota;
}

void DemoDayPlayer::ChooseEnd(std::int32_t length_ms, double skip_share, bool is_last, DemoPlay& play) {
  play.is_skipped = false;
  play.ended_by = DemoReason::kTrackDone;
  play.played_ms = length_ms;
  const double draw = random_.Unit();
  if (play.kind == DemoItem::kEpisode) {
    if (draw < 0.45) return;
    play.played_ms = static_cast<std::int32_t>(random_.Between(40'000, length_ms));
    play.ended_by = DemoReason::kEndPlay;
  } else if (draw < skip_share) {
    const bool is_at_once = random_.Chance(0.6);
    play.played_ms =
        static_cast<std::int32_t>(is_at_once ? random_.Between(600, 11'000)
                                             : random_.Between(11'000, std::min(length_ms - 1, 120'000)));
    play.ended_by = random_.Chance(0.9)   ? DemoReason::kForward
                    : random_.Chance(0.3) ? DemoReason::kBack
                                          : DemoReason::kEndPlay;
    play.is_skipped = play.ended_by != DemoReason::kBack;
  } else if (draw > 0.996) {
    play.played_ms = 0;
    play.ended_by = DemoReason::kTrackError;
  } else if (is_last && draw < 0.75) {
    static constexpr std::array<DemoReason, 5> kStops = {DemoReason::kEndPlay, DemoReason::kEndPlay,
                                                         DemoReason::kEndPlay, DemoReason::kLogout,
                                                         DemoReason::kExitPaused};
    play.played_ms = static_cast<std::int32_t>(random_.Between(4'000, length_ms));
    play.ended_by = random_.Pick(kStops);
  }
}

}  // namespace earprint::sources
