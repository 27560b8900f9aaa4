#include "sources/services/record_cutter.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace earprint::sources {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Whether the brace at `open` begins an object whose first name is this one.
bool BeginsWith(std::string_view text, std::size_t open, std::string_view name) {
  const std::size_t quote = text.find_first_not_of(kBlanks, open + 1);
  if (quote == std::string_view::npos || text[quote] != '"') return false;
  const std::string_view rest = text.substr(quote + 1);
  if (!rest.starts_with(name) || rest.size() <= name.size() || rest[name.size()] != '"') return false;
  const std::size_t colon = rest.find_first_not_of(kBlanks, name.size() + 1);
  return colon != std::string_view::npos && rest[colon] == ':';
}

/// Where the next record begins; the text's end where none does.
std::size_t FindRecord(std::string_view text, std::size_t from, std::string_view name) {
  std::size_t open = text.find('{', from);
  while (open != std::string_view::npos && !BeginsWith(text, open, name)) open = text.find('{', open + 1);
  return std::min(open, text.size());
}

}  // namespace

std::optional<std::size_t> ObjectEnd(std::string_view text, std::size_t open) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t at = open; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      if (c == '\n') return {};
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return {};
}

std::string FirstNameOf(std::string_view head, std::initializer_list<std::string_view> lists) {
  for (std::size_t open = head.find('['); open != std::string_view::npos; open = head.find('[', open + 1)) {
    const std::size_t colon = open == 0 ? std::string_view::npos : head.find_last_not_of(kBlanks, open - 1);
    if (colon == std::string_view::npos || head[colon] != ':') continue;
    const std::string_view before = base::Trim(head.substr(0, colon));
    const bool is_list = std::ranges::any_of(
        lists, [before](std::string_view name) { return before.ends_with('"' + std::string(name) + '"'); });
    const std::size_t brace = head.find_first_not_of(kBlanks, open + 1);
    if (!is_list || brace == std::string_view::npos || head[brace] != '{') continue;
    const std::size_t quote = head.find_first_not_of(kBlanks, brace + 1);
    if (quote == std::string_view::npos || head[quote] != '"') continue;
    const std::size_t close = head.find('"', quote + 1);
    if (close == std::string_view::npos) continue;
    const std::string_view name = head.substr(quote + 1, close - quote - 1);
    if (!name.empty() && !name.contains('\\')) return std::string(name);
  }
  return {};
}

RecordCutter::RecordCutter(std::unique_ptr<ports::ByteReader> reader, RecordLayout layout)
    : reader_(std::move(reader)), layout_(std::move(layout)) {}

base::Result<bool> RecordCutter::Fill() {
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kStretchBytes);
  std::size_t filled = size;
  base::Result<bool> result = true;
  while (filled < buffer_.size()) {
    auto count = reader_->Read(std::span(buffer_).subspan(filled));
    if (!count) result = std::unexpected(count.error());
    if (count && *count == 0) result = false;
    if (!result || !*result) break;
    filled += *count;
  }
  buffer_.resize(filled);
  return result;
}

/// Where the front that can be taken ends: the last line's end, or the last record's beginning.
std::size_t RecordCutter::FindLastRecord() const {
  if (layout_.first_name.empty()) {
    const std::size_t end = buffer_.rfind('\n');
    return end == std::string::npos ? 0 : end + 1;
  }
  std::size_t open = buffer_.rfind('{');
  while (open != std::string::npos && open > 0 && !BeginsWith(buffer_, open, layout_.first_name))
    open = buffer_.rfind('{', open - 1);
  return open == std::string::npos ? 0 : open;
}

RecordStretch RecordCutter::TakeFront(std::size_t size) {
  RecordStretch stretch{buffer_.substr(0, size), byte_, {}};
  buffer_.erase(0, size);
  byte_ += size;
  if (layout_.first_name.empty()) {
    CutLines(stretch);
  } else {
    CutObjects(stretch);
  }
  return stretch;
}

void RecordCutter::CutLines(RecordStretch& stretch) const {
  const std::string_view text = stretch.text;
  for (std::size_t at = stretch.byte == 0 && text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
       at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = base::Trim(text.substr(at, end - at));
    if (!line.empty())
      stretch.records.push_back({static_cast<std::size_t>(line.data() - text.data()), line.size()});
    at = end + 1;
  }
}

void RecordCutter::CutObjects(RecordStretch& stretch) {
  const std::string_view text = stretch.text;
  for (std::size_t open = FindRecord(text, 0, layout_.first_name); open < text.size();) {
    const std::size_t next = FindRecord(text, open + 1, layout_.first_name);
    const auto end = ObjectEnd(text.substr(0, next), open);
    if (end) {
      stretch.records.push_back({open, *end - open});
      CutRest(stretch, *end, next);
    } else {
      const std::string_view piece = base::Trim(text.substr(open, next - open));
      stretch.records.push_back({open, piece.size(), false});
      is_closed_ = false;
    }
    open = next;
  }
}

/// What stands between a record and the next one: a comma, the list's end, or a record with another first
/// name.
void RecordCutter::CutRest(RecordStretch& stretch, std::size_t begin, std::size_t end) {
  const std::string_view text = stretch.text;
  while (begin < end) {
    const std::size_t at = text.find_first_not_of(" \t\r\n,", begin);
    if (at == std::string_view::npos || at >= end) break;
    is_closed_ = text[at] == ']';
    if (is_closed_) return;
    const auto close = text[at] == '{' ? ObjectEnd(text.substr(0, end), at) : std::nullopt;
    const std::size_t size = close ? *close - at : base::Trim(text.substr(at, end - at)).size();
    stretch.records.push_back({at, size, close.has_value()});
    begin = at + size;
  }
  is_closed_ = false;
}

base::Result<std::optional<RecordStretch>> RecordCutter::Next() {
  while (!is_done_) {
    if (!has_ended_) {
      auto more = Fill();
      if (!more) broken_ = more.error();  // told once what came before was given
      has_ended_ = !more || !*more;
    }
    const std::size_t front = has_ended_ ? buffer_.size() : FindLastRecord();
    is_done_ = has_ended_;
    if (front == 0 && buffer_.size() < kRecordBytesMax) continue;
    RecordStretch stretch = TakeFront(front == 0 ? buffer_.size() : front);
    if (!stretch.records.empty()) return stretch;
  }
  if (broken_) return std::unexpected(*std::exchange(broken_, std::nullopt));
  if (!layout_.first_name.empty() && !std::exchange(is_closed_, true)) {
    return base::Fail(base::ErrorCode::kCorrupt, "read", "byte " + std::to_string(byte_),
                      "the file ends before its closing bracket: it was cut off",
                      "export it again; what was read up to there is kept");
  }
  return std::nullopt;
}

}  // namespace earprint::sources
