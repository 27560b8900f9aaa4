#include "server/events/event_reader.hpp"

namespace earprint::server {

void EventReader::Take(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    const bool fits = line_.size() + part.size() <= kEventBytesMax;
    if (fits) line_ += part;
    dropped_ = dropped_ || !fits;
    if (end == std::string_view::npos) return;
    if (line_.ends_with('\r')) line_.pop_back();
    // A line that did not fit is not empty, whatever is left of it.
    if (fits || !line_.empty()) TakeLine(line_);
    line_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void EventReader::TakeLine(std::string_view line) {
  if (line.empty()) {
    if (!dropped_ && !name_.empty()) take_(name_, data_);
    name_.clear();
    data_.clear();
    dropped_ = false;
    return;
  }
  const auto value_of = [&line](std::string_view field) {
    line.remove_prefix(field.size());
    return line.starts_with(' ') ? line.substr(1) : line;
  };
  if (line.starts_with("event:")) {
    name_ = value_of("event:");
  } else if (line.starts_with("data:")) {
    const std::string_view more = value_of("data:");
    dropped_ = dropped_ || data_.size() + more.size() >= kEventBytesMax;
    if (dropped_) return;
    if (!data_.empty()) data_ += '\n';
    data_ += more;
  }
}

}  // namespace earprint::server
