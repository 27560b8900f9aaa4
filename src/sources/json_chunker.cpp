#include "sources/json_chunker.hpp"

#include <utility>

#include "base/text.hpp"

namespace earprint::sources {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kAfterText = " \t\r\n,:}]";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// If a cut's `{` stands at `open`, the cut. Inside a string a quote is escaped or is the string's end, so
/// what begins a record (a brace, a quote, a name) cannot stand there. Where the text ends before that shows,
/// `at_end` decides.
std::optional<JsonCut> CutAt(std::string_view text, std::size_t open, bool at_end) {
  if (open == 0) return {};
  const std::size_t quote = text.find_first_not_of(kBlanks, open + 1);
  if (quote == std::string_view::npos || quote + 1 == text.size()) {
    if (!at_end) return {};
  } else if (text[quote] != '"' || kAfterText.contains(text[quote + 1])) {
    return {};
  }
  const std::size_t comma = text.find_last_not_of(kBlanks, open - 1);
  if (comma == std::string_view::npos || comma == 0 || text[comma] != ',') return {};
  const std::size_t close = text.find_last_not_of(kBlanks, comma - 1);
  if (close == std::string_view::npos || text[close] != '}') return {};
  return JsonCut{close + 1, open};
}

}  // namespace

std::optional<JsonCut> LastCut(std::string_view text, std::size_t floor) {
  for (std::size_t open = text.rfind('{'); open != std::string_view::npos && open > floor;
       open = text.rfind('{', open - 1)) {
    if (auto cut = CutAt(text, open, false); cut && cut->end > floor) return cut;
  }
  return {};
}

std::optional<JsonCut> FirstCut(std::string_view text, std::size_t from) {
  for (std::size_t open = text.find('{', from); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    if (auto cut = CutAt(text, open, true); cut && cut->end > from) return cut;
  }
  return {};
}

JsonChunker::JsonChunker(std::unique_ptr<ports::ByteReader> reader) : reader_(std::move(reader)) {}

base::Result<bool> JsonChunker::Fill(std::size_t bytes) {
  base::Result<bool> filled = true;
  std::size_t size = buffer_.size();
  buffer_.resize_and_overwrite(size + bytes, [&](char* all, std::size_t wanted) {
    while (size < wanted) {
      auto count = reader_->Read(std::span(all + size, wanted - size));
      if (!count) filled = std::unexpected(count.error());
      if (count && *count == 0) filled = false;
      if (!filled || !*filled) break;
      size += *count;
    }
    return size;
  });
  return filled;
}

JsonChunk JsonChunker::TakeFront(std::size_t end, std::size_t next) {
  std::string rest = "[";
  rest.append(buffer_, next);
  JsonChunk chunk{std::move(buffer_), byte_};
  chunk.text.resize(end);
  chunk.text += ']';
  chunk.text.reserve(chunk.text.size() + kPaddingBytes);
  buffer_ = std::move(rest);
  byte_ += next - 1;
  return chunk;
}

std::optional<JsonChunk> JsonChunker::TakeRest() {
  done_ = true;
  std::string_view rest = base::Trim(std::string_view(buffer_).substr(1));
  closed_ = rest.ends_with(']');
  if (closed_) rest.remove_suffix(1);
  rest = base::Trim(rest);
  if (rest.empty()) return {};
  JsonChunk chunk{"[", byte_ + static_cast<std::size_t>(rest.data() - buffer_.data()) - 1};
  chunk.text.reserve(rest.size() + 2 + kPaddingBytes);
  chunk.text += rest;
  chunk.text += ']';
  return chunk;
}

void JsonChunker::SkipOpening() {
  begun_ = true;
  const std::string_view text = std::string_view(buffer_).substr(1);
  std::size_t front = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  front = text.find_first_not_of(kBlanks, front);
  if (front == std::string_view::npos) return;
  if (text[front] == '[') ++front;
  buffer_.erase(1, front);
  byte_ += front;
}

base::Result<std::optional<JsonChunk>> JsonChunker::Next() {
  if (done_) {
    if (broken_) return std::unexpected(*std::exchange(broken_, std::nullopt));
    return std::nullopt;
  }
  for (std::size_t searched = 1;;) {
    if (!source_ended_) {
      auto more = Fill(kChunkBytes);
      if (!more) broken_ = more.error();  // told once what came before the break was given
      source_ended_ = !more || !*more;
    }
    if (!begun_) SkipOpening();
    if (source_ended_) {
      auto rest = TakeRest();
      return rest || !broken_ ? base::Result<std::optional<JsonChunk>>(std::move(rest)) : Next();
    }
    if (auto cut = LastCut(buffer_, searched)) return TakeFront(cut->end, cut->next);
    if (buffer_.size() >= kElementBytesMax) return TakeFront(buffer_.size(), buffer_.size());
    // The next cut can begin no earlier than at the last closing brace seen.
    const std::size_t brace = buffer_.rfind('}');
    if (brace != std::string::npos && brace > 1) searched = brace - 1;
  }
}

}  // namespace earprint::sources
