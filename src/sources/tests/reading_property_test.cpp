#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "base/text.hpp"
#include "sources/csv_reader.hpp"
#include "sources/json_history_source.hpp"
#include "tests/support/sound_batch.hpp"
#include "tests/support/string_reader.hpp"

namespace earprint::sources {
namespace {

testing::Given Read(std::string text) {
  JsonHistorySource source(std::make_unique<testing::StringReader>(std::move(text)),
                           {.latest_ms = 1'800'000'000'000});
  return testing::Exhaust(source);
}

/// Text of any characters, quotes, line ends and letters beyond ASCII among them.
std::string AnyText() {
  const auto parts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("a", "B", "\"", "\\", ",", ";", "\n", "\r\n", "}", "{", "},{\"", " ", "Ä",
                                    "\xF0\x9F\x8E\xB5", "'", "\t", ":", "null", "ts"));
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

/// A JSON string as any writer may write it: some characters as escapes that need none.
std::string AnySpelling(const std::string& text) {
  std::string json;
  base::AppendJsonString(text, json);
  if (*rc::gen::arbitrary<bool>()) return json;
  std::string escaped;
  for (const char c : json) {
    if (c == 'a' || c == '{') {
      escaped += c == 'a' ? "\\u0061" : "\\u007B";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

RC_GTEST_PROP(JsonHistorySource, GivesEqualIdsWhateverTheOrderOfFieldsAndTheSpelling, ()) {
  const std::string title = AnyText(), artist = AnyText();
  const auto record = [&] {
    std::vector<std::string> fields = {R"("ts":"2019-01-01T00:00:10Z")",
                                       R"("ms_played":60001)",
                                       R"("master_metadata_track_name":)" + AnySpelling("T" + title),
                                       R"("master_metadata_album_artist_name":)" + AnySpelling(artist),
                                       R"("spotify_track_uri":"spotify:track:2J3n32GeLmMjwuAzyhcSNe")",
                                       R"("shuffle":false)",
                                       R"("episode_name":null)"};
    if (*rc::gen::arbitrary<bool>()) fields.emplace_back(R"("a_field_of_next_year":{"x":[1,"}"]})");
    if (*rc::gen::arbitrary<bool>()) fields.emplace_back(R"("username":"someone")");
    std::string json = "{";
    while (!fields.empty()) {
      const auto at = *rc::gen::inRange<std::size_t>(0, fields.size());
      json += (json.size() > 1 ? *rc::gen::element<std::string>(",", " ,\n  ") : "") + fields[at];
      fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return json + "}";
  };
  const testing::Given all = Read("[" + record() + ",\n" + record() + "]");
  RC_ASSERT(all.unsound == "");
  RC_ASSERT(all.rejects.empty());
  RC_ASSERT(all.events.size() == 2U);
  RC_ASSERT(all.events[0].id == all.events[1].id);
}

std::string Field(const std::string& text, char delimiter) {
  const bool needs_quotes = text.find_first_of("\"\r\n \t") != std::string::npos || text.contains(delimiter);
  if (!needs_quotes && *rc::gen::arbitrary<bool>()) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

RC_GTEST_PROP(CsvReader, GivesBackEveryCellThatWasQuoted, ()) {
  const char delimiter = *rc::gen::element(',', ';', '\t', '|');
  const auto columns = *rc::gen::inRange<std::size_t>(2, 5);
  const std::string line_end = *rc::gen::element<std::string>("\n", "\r\n");
  // The header decides the delimiter; a first cell that is never empty keeps rows from being passed over.
  std::string file;
  for (int line = 0; line < 30; ++line) {
    for (std::size_t i = 0; i < columns; ++i)
      file += (i > 0 ? std::string(1, delimiter) : "") + "h" + std::to_string(i);
    file += line_end;
  }
  std::vector<std::vector<std::string>> rows(*rc::gen::inRange<std::size_t>(0, 6));
  for (auto& row : rows) {
    for (std::size_t i = 0; i < columns; ++i) {
      row.push_back((i == 0 ? "x" : "") + AnyText());
      file += (i > 0 ? std::string(1, delimiter) : "") + Field(row.back(), delimiter);
    }
    file += line_end;
  }
  CsvReader reader(std::make_unique<testing::StringReader>(file, *rc::gen::inRange<std::size_t>(1, 50)));
  reader.ExpectCells(columns);
  CsvRecord record;
  for (int line = 0; line < 30; ++line) RC_ASSERT(*reader.Next(record));
  RC_ASSERT(reader.delimiter() == delimiter);
  for (const auto& row : rows) {
    RC_ASSERT(*reader.Next(record));
    RC_ASSERT(std::string(record.fault) == "");
    RC_ASSERT(std::vector<std::string>(record.cells.begin(), record.cells.end()) == row);
  }
  RC_ASSERT(!*reader.Next(record));
}

}  // namespace
}  // namespace earprint::sources
