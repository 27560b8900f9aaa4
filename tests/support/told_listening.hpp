#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/utc_time.hpp"

namespace earprint::testing {

/// One listening, and which sources tell of it.
struct Listening {
  std::int64_t ended_at_ms = 0, played_ms = 0;
  int track = 0;
  bool in_extended = true, in_account = true, in_csv = true, is_skipped = false;
};

inline std::string IdOfTrack(int track) { return "000000000000000000000" + std::to_string(track); }

inline std::string ExtendedRow(const Listening& l) {
  std::ostringstream row;
  row << R"({"ts":")" << base::FormatInstant({l.ended_at_ms}) << R"(","ms_played":)" << l.played_ms
      << R"(,"master_metadata_track_name":"T)" << l.track << R"(","master_metadata_album_artist_name":"A)"
      << l.track % 2 << R"(","spotify_track_uri":"spotify:track:)" << IdOfTrack(l.track) << R"(","skipped":)"
      << (l.is_skipped ? "true" : "false") << "}";
  return row.str();
}

inline std::string AccountRow(const Listening& l) {
  std::string minute = base::FormatInstant({l.ended_at_ms}).substr(0, 16);
  minute[10] = ' ';
  std::ostringstream row;
  row << R"({"endTime":")" << minute << R"(","artistName":"A)" << l.track % 2 << R"(","trackName":"T)"
      << l.track << R"(","msPlayed":)" << l.played_ms << "}";
  return row.str();
}

inline std::string CsvRow(const Listening& l) {
  std::string second = base::FormatInstant({l.ended_at_ms}).substr(0, 19);
  second[10] = ' ';
  return IdOfTrack(l.track) + "," + second + "," + std::to_string(l.played_ms) + ",T" +
         std::to_string(l.track) + ",A" + std::to_string(l.track % 2) + "\n";
}

/// "extended", "account" or "csv", with its rows.
using RowsBySource = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// The rows of each source that tells of anything.
inline RowsBySource RowsOf(const std::vector<Listening>& listenings) {
  RowsBySource rows = {{"extended", {}}, {"account", {}}, {"csv", {}}};
  for (const Listening& one : listenings) {
    if (one.in_extended) rows[0].second.push_back(ExtendedRow(one));
    if (one.in_account) rows[1].second.push_back(AccountRow(one));
    if (one.in_csv) rows[2].second.push_back(CsvRow(one));
  }
  std::erase_if(rows, [](const auto& source) { return source.second.empty(); });
  return rows;
}

/// Writes the rows of one source as one file; its path.
inline std::string WriteFile(const std::string& folder, const std::string& source, int number,
                             const std::vector<std::string>& rows) {
  const std::string digits = std::to_string(number);
  if (source == "csv") {
    const std::string path = folder + "/spotify_history_" + digits + ".csv";
    std::ofstream file(path);
    file << "spotify_track_uri,ts,ms_played,track_name,artist_name\n";
    for (const std::string& row : rows) file << row;
    return path;
  }
  const std::string name = source == "extended" ? "Streaming_History_Audio_2020_" : "StreamingHistory_music_";
  const std::string path = folder + "/" + name + digits + ".json";
  std::ofstream file(path);
  for (std::size_t i = 0; i < rows.size(); ++i) file << (i == 0 ? "[" : ",\n") << rows[i];
  file << "]";
  return path;
}

}  // namespace earprint::testing
