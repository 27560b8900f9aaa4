#include "sources/csv_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace earprint::sources {

namespace {

constexpr std::size_t kReadBytes = 1U << 18;
constexpr std::string_view kDelimiters = ",;\t|";
constexpr std::size_t kSampleLines = 10;

void AppendUtf8(std::uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

/// Windows-1252, of which Latin-1 is a part, to UTF-8.
std::string FromWindows1252(std::string_view text) {
  static constexpr std::array<std::uint16_t, 32> kHigh = {
      0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    AppendUtf8(byte >= 0x80 && byte < 0xA0 ? kHigh[byte - 0x80U] : byte, utf8);
  }
  return utf8;
}

bool IsAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Takes whole UTF-16 units off `bytes` and appends them as UTF-8; half a pair stays for the next call.
void DrainUtf16(std::string& bytes, bool big_endian, std::string& out) {
  const auto unit = [&](std::size_t i) {
    const auto low = static_cast<unsigned char>(bytes[i + (big_endian ? 1 : 0)]);
    const auto high = static_cast<unsigned char>(bytes[i + (big_endian ? 0 : 1)]);
    return static_cast<std::uint32_t>(high << 8 | low);
  };
  std::size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) {
    std::uint32_t code = unit(i);
    if (code >= 0xD800 && code < 0xDC00) {
      if (i + 3 >= bytes.size()) break;
      const std::uint32_t low = unit(i + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      } else {
        code = 0xFFFD;
      }
    } else if (code >= 0xDC00 && code < 0xE000) {
      code = 0xFFFD;
    }
    AppendUtf8(code, out);
  }
  bytes.erase(0, i);
}

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
  target.resize(size + kReadBytes);
  auto count = reader_->Read(std::span(target).subspan(size));
  target.resize(size + count.value_or(0));
  if (!count) broken_ = count.error();
  if (!count || *count == 0) ended_ = true;
  if (utf16_ != 0) DrainUtf16(pending_utf16_, utf16_ == 2, buffer_);
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

/// The delimiter is the candidate that the first lines have most of, outside quotes.
void CsvReader::DetectDelimiter() {
  std::array<std::size_t, kDelimiters.size()> counts{};
  bool quoted = false;
  std::size_t lines = 0;
  for (std::size_t i = at_; i < buffer_.size() && lines < kSampleLines; ++i) {
    const char c = buffer_[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') ++lines;
    const std::size_t which = kDelimiters.find(c);
    if (which != std::string_view::npos) ++counts[which];
  }
  delimiter_ = kDelimiters[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

/// Finds the record's end when its first line has no quote, or hands over to the careful way.
bool CsvReader::FindExtent(Extent& extent) {
  const std::size_t end = buffer_.find_first_of("\n\r\"", at_);
  if (end == std::string::npos) {
    if (!ended_ && buffer_.size() - at_ < kRecordBytesMax) return false;
    extent = {buffer_.size(), buffer_.size(), false, buffer_.size() - at_ >= kRecordBytesMax};
    return true;
  }
  if (buffer_[end] == '"') return FindQuotedExtent(extent);
  if (buffer_[end] == '\r' && end + 1 == buffer_.size() && !ended_) return false;
  const bool pair = buffer_[end] == '\r' && end + 1 < buffer_.size() && buffer_[end + 1] == '\n';
  extent = {end, end + (pair ? 2U : 1U), false, false};
  return true;
}

bool CsvReader::FindQuotedExtent(Extent& extent) {
  bool quoted = false, cell_begins = true;
  for (std::size_t i = at_; i < buffer_.size() && i - at_ < kRecordBytesMax; ++i) {
    const char c = buffer_[i];
    if (quoted) {
      if (c != '"') continue;
      if (i + 1 == buffer_.size() && !ended_) return false;
      if (i + 1 < buffer_.size() && buffer_[i + 1] == '"') {
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"' && cell_begins) {
      quoted = true;
      cell_begins = false;
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 == buffer_.size() && !ended_) return false;
      const bool pair = c == '\r' && i + 1 < buffer_.size() && buffer_[i + 1] == '\n';
      extent = {i, i + (pair ? 2U : 1U), true, false};
      return true;
    } else {
      cell_begins = c == delimiter_ || (cell_begins && (c == ' ' || c == '\t'));
    }
  }
  const bool too_long = buffer_.size() - at_ >= kRecordBytesMax;
  if (!ended_ && !too_long) return false;
  if (!quoted && !too_long) {
    extent = {buffer_.size(), buffer_.size(), true, false};
    return true;
  }
  // The quote swallowed what follows: give up this line only.
  const std::size_t end = std::min(buffer_.find('\n', at_), buffer_.size());
  extent = {end, std::min(end + 1, buffer_.size()), true, true};
  return true;
}

std::string_view CsvReader::Kept(std::string&& cell) {
  kept_.push_back(std::make_unique<std::string>(std::move(cell)));
  return *kept_.back();
}

std::string_view CsvReader::Clean(std::string_view cell) {
  cell = base::Trim(cell);
  if (IsAscii(cell)) return cell;
  std::string valid = base::ToValidUtf8(cell);
  return valid == cell ? cell : Kept(FromWindows1252(cell));
}

void CsvReader::SplitPlain(std::string_view raw, CsvRecord& record) {
  for (;;) {
    const std::size_t end = raw.find(delimiter_);
    record.cells.push_back(Clean(raw.substr(0, end)));
    if (end == std::string_view::npos) return;
    raw.remove_prefix(end + 1);
  }
}

void CsvReader::SplitQuoted(std::string_view raw, CsvRecord& record) {
  std::size_t i = 0;
  for (;;) {
    std::size_t begin = i;
    while (begin < raw.size() && (raw[begin] == ' ' || (raw[begin] == '\t' && delimiter_ != '\t'))) ++begin;
    if (begin < raw.size() && raw[begin] == '"') {
      std::string cell;
      for (i = begin + 1; i < raw.size(); ++i) {
        if (raw[i] == '"' && (i + 1 == raw.size() || raw[i + 1] != '"')) break;
        if (raw[i] == '"') ++i;
        cell += raw[i];
      }
      const std::size_t end = std::min(raw.find(delimiter_, std::min(i + 1, raw.size())), raw.size());
      if (i < raw.size()) cell += raw.substr(i + 1, end - i - 1);  // text after the closing quote belongs to the cell
      record.cells.push_back(Clean(Kept(std::move(cell))));
      i = end;
    } else {
      const std::size_t end = std::min(raw.find(delimiter_, i), raw.size());
      record.cells.push_back(Clean(raw.substr(i, end - i)));
      i = end;
    }
    if (i >= raw.size()) return;
    ++i;
  }
}

base::Result<bool> CsvReader::Next(CsvRecord& record) {
  if (!begun_) Begin();
  record.cells.clear();
  kept_.clear();
  for (;;) {
    if (at_ >= buffer_.size() && ended_) {
      if (broken_) return std::unexpected(*std::exchange(broken_, std::nullopt));
      return false;
    }
    Extent extent;
    if (at_ >= buffer_.size() || !FindExtent(extent)) {
      Fill();
      continue;
    }
    record.raw = std::string_view(buffer_).substr(at_, extent.end - at_);
    record.byte = byte_ + at_;
    at_ = extent.next;
    if (base::Trim(record.raw).empty()) continue;
    record.number = number_++;
    record.is_broken = extent.broken;
    if (!extent.broken) (extent.quoted ? SplitQuoted(record.raw, record) : SplitPlain(record.raw, record));
    return true;
  }
}

}  // namespace earprint::sources
