#include "server/events/event_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace earprint::server {
namespace {

std::vector<std::string> Read(const std::string& bytes, std::size_t piece) {
  std::vector<std::string> events;
  EventReader reader([&events](std::string_view name, std::string_view data) {
    events.push_back(std::string(name) + "|" + std::string(data));
  });
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    reader.Take(std::string_view(bytes).substr(at, piece));
  return events;
}

TEST(EventReader, GivesEachEventHoweverTheBytesAreCut) {
  const std::string bytes =
      ": a comment\n\nevent: a\r\ndata: 1\r\n\r\nevent:b\nid: 7\ndata: x\ndata:y\n\ndata: nameless\n\nevent: "
      "c\n\n"
      "event: cut\ndata: off";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece)
    EXPECT_EQ(Read(bytes, piece), (std::vector<std::string>{"a|1", "b|x\ny", "c|"})) << piece;
}

TEST(EventReader, DropsWhatIsTooLongAndGoesOn) {
  const std::string long_text(EventReader::kEventBytesMax + 1, 'x');
  const std::string bytes = "event: a\ndata: " + long_text + "\n\nevent: b\ndata: 2\n\n";
  EXPECT_EQ(Read(bytes, 4096), std::vector<std::string>{"b|2"});
}

TEST(EventReader, KeepsWhatIsNoEvent) {
  EventReader reader([](std::string_view, std::string_view) { FAIL(); });
  reader.Take("{\"title\":\"no\"}");
  EXPECT_EQ(reader.rest(), "{\"title\":\"no\"}");
}

}  // namespace
}  // namespace earprint::server
