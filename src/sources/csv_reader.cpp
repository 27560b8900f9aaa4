#include "sources/csv_reader.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "sources/encoding.hpp"

namespace earprint::sources {

namespace {

constexpr std::size_t kReadBytes = 1U << 18;
constexpr std::string_view kDelimiters = ",;\t|";
constexpr std::size_t kSampleBytes = 64U << 10;
constexpr std::size_t kSampleLines = 20;
constexpr std::size_t kUtf8PerByteMax = 3;

constexpr std::string_view kTooLong = "the record is longer than 1 MiB";
constexpr std::string_view kUnclosed = "a quote is opened and never closed";
constexpr std::string_view kMisplaced = "a quote is opened that closes lines below, amid another record";
constexpr std::string_view kBrokenOff = "the file breaks off within the record";

enum : std::size_t { kLineFeed, kReturn, kQuote };

/// Whether every byte is ASCII and none is NUL: nothing has to be looked at any closer.
bool IsPlain(std::string_view text) {
  bool is_plain = true;
  for (const char c : text) is_plain &= static_cast<signed char>(c) > 0;
  return is_plain;
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

CsvReader::CsvReader(std::unique_ptr<ports::ByteReader> reader) : reader_(std::move(reader)) {}

void CsvReader::Fill() {
  if (at_ > 0) {
    buffer_.erase(0, at_);
    byte_ += at_;
    at_ = 0;
  }
  std::string& target = utf16_ == 0 ? buffer_ : pending_utf16_;
  const std::size_t size = target.size();
  base::Result<std::size_t> count = 0;
  target.resize_and_overwrite(size + kReadBytes, [&](char* bytes, std::size_t) {
    count = reader_->Read(std::span(bytes + size, kReadBytes));
    return size + count.value_or(0);
  });
  if (!count) broken_ = count.error();
  if (!count || *count == 0) ended_ = true;
  if (utf16_ != 0) DrainUtf16(pending_utf16_, utf16_ == 2, buffer_);
  for (Mark& mark : marks_) mark.at = 0;
}

void CsvReader::Begin() {
  begun_ = true;
  while (!ended_ && buffer_.size() < kReadBytes) Fill();
  if (buffer_.starts_with("\xFF\xFE") || buffer_.starts_with("\xFE\xFF")) {
    utf16_ = buffer_.starts_with("\xFF\xFE") ? 1 : 2;
    pending_utf16_ = buffer_.substr(2);
    buffer_.clear();
    DrainUtf16(pending_utf16_, utf16_ == 2, buffer_);
  } else if (buffer_.starts_with("\xEF\xBB\xBF")) {
    at_ = 3;
  }
  DetectDelimiter();
}

/// The delimiter is the candidate that occurs equally often on the most lines; of several, the more frequent
/// one.
void CsvReader::DetectDelimiter() {
  std::array<std::vector<std::size_t>, kDelimiters.size()> lines;
  std::array<std::size_t, kDelimiters.size()> counts{};
  const auto end_line = [&] {
    for (std::size_t i = 0; i < counts.size(); ++i) lines[i].push_back(std::exchange(counts[i], 0));
  };
  bool is_quoted = false;
  const std::size_t end = std::min(buffer_.size(), at_ + kSampleBytes);
  for (std::size_t i = at_; i < end && lines[0].size() < kSampleLines; ++i) {
    const char c = buffer_[i];
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '\n' || (c == '\r' && i + 1 < end && buffer_[i + 1] != '\n')) end_line();
    const std::size_t which = kDelimiters.find(c);
    if (which != std::string_view::npos) ++counts[which];
  }
  end_line();
  std::pair<std::size_t, std::size_t> best;  // lines that agree, and the number of delimiters on each of them
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const std::size_t count : lines[i]) {
      const auto agreeing = static_cast<std::size_t>(std::ranges::count(lines[i], count));
      if (count == 0 || std::pair(agreeing, count) <= best) continue;
      best = {agreeing, count};
      delimiter_ = kDelimiters[i];
    }
  }
}

std::size_t CsvReader::Find(Mark& mark) {
  if (mark.at < at_ || mark.at == 0) mark.at = std::min(buffer_.find(mark.byte, at_), buffer_.size());
  return mark.at;
}

/// Ends a record at a line's end, taking "\r\n" for one.
void CsvReader::EndAt(std::size_t line_end, Extent& extent) const {
  const bool is_pair =
      buffer_[line_end] == '\r' && line_end + 1 < buffer_.size() && buffer_[line_end + 1] == '\n';
  extent.end = line_end;
  extent.next = line_end + (is_pair ? 2U : 1U);
}

/// Finds where the record at at_ ends; false when more bytes are needed for that.
bool CsvReader::FindExtent(Extent& extent) {
  const std::size_t end = std::min(Find(marks_[kLineFeed]), Find(marks_[kReturn]));
  const std::size_t quote = Find(marks_[kQuote]);
  if (quote < end) return FindQuotedExtent(quote, extent);
  if (end == buffer_.size()) {
    const bool is_too_long = end - at_ >= kRecordBytesMax;
    if (!ended_ && !is_too_long) return false;
    extent.end = extent.next = extent.line_end = end;
    extent.is_unended = ended_;
    extent.is_endless = is_too_long;
  } else {
    if (buffer_[end] == '\r' && end + 1 == buffer_.size() && !ended_) return false;
    EndAt(end, extent);
    extent.line_end = end;
  }
  if (extent.end - at_ >= kRecordBytesMax) extent.fault = kTooLong;
  return true;
}

/// Walks through a record with quotes. One that has to be given up ends with its first line.
bool CsvReader::FindQuotedExtent(std::size_t quote, Extent& extent) {
  extent.is_quoted = true;
  bool is_quoted = false, cell_begins = true, was_closed = false, is_misplaced = false;
  std::size_t line_end = std::string::npos;
  const std::size_t cell = std::string_view(buffer_).substr(at_, quote - at_).rfind(delimiter_);
  std::size_t i = cell == std::string_view::npos ? at_ : at_ + cell;
  const std::size_t limit = std::min(buffer_.size(), at_ + kRecordBytesMax);
  for (; i < limit; ++i) {
    const char c = buffer_[i];
    if (is_quoted) {
      if (c == '\n' || c == '\r') line_end = std::min(line_end, i);
      if (c != '"') continue;
      if (i + 1 == buffer_.size() && !ended_) return false;
      const bool is_doubled = i + 1 < buffer_.size() && buffer_[i + 1] == '"';
      if (is_doubled) ++i;
      is_quoted = is_doubled;
      was_closed = !is_doubled;
    } else if (c == delimiter_) {
      cell_begins = true;
      was_closed = false;
    } else if (c == '"' && cell_begins) {
      is_quoted = true;
      cell_begins = false;
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 == buffer_.size() && !ended_) return false;
      break;
    } else if (!IsBlank(c)) {
      is_misplaced |= was_closed && line_end != std::string::npos;
      cell_begins = false;
    }
  }
  if (i == limit && !ended_ && limit - at_ < kRecordBytesMax) return false;
  const bool is_too_long = i - at_ >= kRecordBytesMax;
  if (!is_too_long && !is_quoted && !is_misplaced) {
    i < buffer_.size() ? EndAt(i, extent) : static_cast<void>(extent.end = extent.next = i);
    extent.is_unended = i == buffer_.size();
    extent.line_end = std::min(line_end, i);
    return true;
  }
  extent.fault = is_too_long ? kTooLong : is_quoted ? kUnclosed : kMisplaced;
  line_end = std::min(line_end, i);
  extent.is_unended = ended_ && line_end == buffer_.size();
  extent.is_endless = is_too_long && line_end == i;
  extent.line_end = extent.end = extent.next = line_end;
  if (!extent.is_endless && !extent.is_unended) EndAt(line_end, extent);
  return true;
}

/// Passes over the rest of a line that is too long; false when its end is not in the buffer yet.
bool CsvReader::SkipToLineEnd() {
  const std::size_t end = std::min(Find(marks_[kLineFeed]), Find(marks_[kReturn]));
  at_ = end;
  skipping_ = end == buffer_.size() && !ended_;
  return !skipping_;
}

void CsvReader::SplitPlain(std::string_view raw, CsvRecord& record) {
  for (;;) {
    const std::size_t end = raw.find(delimiter_);
    record.cells.push_back(base::Trim(raw.substr(0, end)));
    if (end == std::string_view::npos) return;
    raw.remove_prefix(end + 1);
  }
}

void CsvReader::SplitQuoted(std::string_view raw, CsvRecord& record) {
  unquoted_.clear();
  unquoted_.reserve(raw.size());  // so that views into it stay good
  std::size_t i = 0;
  for (;;) {
    std::size_t begin = i;
    while (begin < raw.size() && IsBlank(raw[begin]) && raw[begin] != delimiter_) ++begin;
    if (begin < raw.size() && raw[begin] == '"') {
      const std::size_t kept = unquoted_.size();
      std::size_t copied = begin + 1;
      std::size_t close = std::min(raw.find('"', copied), raw.size());
      while (close + 1 < raw.size() && raw[close + 1] == '"') {
        unquoted_.append(raw, copied, close + 1 - copied);
        copied = close + 2;
        close = std::min(raw.find('"', copied), raw.size());
      }
      i = std::min(raw.find(delimiter_, close), raw.size());
      // A text after the closing quote belongs to the cell.
      const std::string_view rest = close < i ? raw.substr(close + 1, i - close - 1) : std::string_view();
      if (unquoted_.size() == kept && base::Trim(rest).empty()) {
        record.cells.push_back(raw.substr(copied, close - copied));
      } else {
        unquoted_.append(raw, copied, close - copied);
        if (!base::Trim(rest).empty()) unquoted_.append(rest);
        record.cells.push_back(std::string_view(unquoted_).substr(kept));
      }
    } else {
      const std::size_t end = std::min(raw.find(delimiter_, i), raw.size());
      record.cells.push_back(base::Trim(raw.substr(i, end - i)));
      i = end;
    }
    if (i >= raw.size()) return;
    ++i;
  }
}

/// Makes every cell valid UTF-8 without NUL.
void CsvReader::CleanCells(std::string_view raw, CsvRecord& record) {
  if (IsPlain(raw)) return;
  if (raw.find('\0') == std::string_view::npos && IsUtf8(raw)) {
    ++utf8_cells_;
    return;
  }
  recoded_.clear();
  recoded_.reserve(raw.size() * kUtf8PerByteMax);  // so that views into it stay good
  for (std::string_view& cell : record.cells) {
    if (IsPlain(cell)) continue;
    const std::size_t kept = recoded_.size();
    if (IsUtf8(cell)) {
      recoded_ += cell;
      ++utf8_cells_;
    } else if (utf8_cells_ > other_cells_) {
      recoded_ += base::ToValidUtf8(cell);
    } else {
      AppendFromWindows1252(cell, recoded_);
      ++other_cells_;
    }
    const auto begin = recoded_.begin() + static_cast<std::ptrdiff_t>(kept);
    recoded_.erase(std::remove(begin, recoded_.end(), '\0'), recoded_.end());
    cell = std::string_view(recoded_).substr(kept);
  }
}

bool CsvReader::IsExpected(const CsvRecord& record) const {
  if (expected_cells_ == 0 || record.cells.size() == expected_cells_) return true;
  return record.cells.size() > expected_cells_ &&
         std::ranges::all_of(record.cells.begin() + static_cast<std::ptrdiff_t>(expected_cells_),
                             record.cells.end(), [](std::string_view cell) { return cell.empty(); });
}

void CsvReader::Split(std::string_view raw, const Extent& extent, CsvRecord& record) {
  extent.is_quoted ? SplitQuoted(raw, record) : SplitPlain(raw, record);
  if (extent.line_end < extent.end && !IsExpected(record)) {
    record.fault = kMisplaced;
    record.cells.clear();
    return;
  }
  CleanCells(raw, record);
}

base::Result<bool> CsvReader::Next(CsvRecord& record) {
  if (!begun_) Begin();
  record.cells.clear();
  for (;;) {
    if (at_ >= buffer_.size() && ended_) {
      if (broken_) return std::unexpected(*broken_);
      return false;
    }
    Extent extent;
    if (at_ >= buffer_.size() || (skipping_ && !SkipToLineEnd()) || !FindExtent(extent)) {
      Fill();
      continue;
    }
    const std::string_view raw = std::string_view(buffer_).substr(at_, extent.end - at_);
    const std::size_t begin = at_;
    at_ = extent.next;
    skipping_ = extent.is_endless;
    if (std::ranges::all_of(raw, [this](char c) { return IsBlank(c) || c == delimiter_ || c == '\0'; }))
      continue;
    record.raw = raw;
    record.byte = byte_ + begin;
    record.number = number_++;
    record.is_unended = extent.is_unended;
    record.fault = extent.is_unended && broken_ ? kBrokenOff : extent.fault;
    if (!record.fault.empty()) return true;
    Split(raw, extent, record);
    if (!record.fault.empty()) {
      record.raw = raw.substr(0, extent.line_end - begin);
      EndAt(extent.line_end, extent);
      at_ = extent.next;
    }
    return true;
  }
}

}  // namespace earprint::sources
