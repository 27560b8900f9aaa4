#include "metrics/answer_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace earprint::metrics {

namespace {

using model::AnswerCell;
using model::ColumnType;

bool IsNumber(ColumnType type) { return type == ColumnType::kInteger || type == ColumnType::kDecimal; }

/// Columns that a character takes on a terminal: 0 for combining marks, 2 for wide East Asian ones and emoji.
std::size_t CharacterWidth(std::uint32_t code) {
  if ((code >= 0x300 && code <= 0x36F) || (code >= 0x200B && code <= 0x200F) ||
      (code >= 0xFE00 && code <= 0xFE0F))
    return 0;
  const bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                    (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                    (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
                    (code >= 0x1F300 && code <= 0x1FAFF) || (code >= 0x20000 && code <= 0x3FFFD);
  return wide ? 2 : 1;
}

/// Width of UTF-8 text; `fits` gets the bytes that take at most `max` columns.
std::size_t TextWidth(std::string_view text, std::size_t max, std::size_t& fits) {
  std::size_t width = 0, i = 0;
  fits = text.size();
  bool full = false;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t code = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (std::size_t k = 1; k < size && i + k < text.size(); ++k)
      code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    const std::size_t character = CharacterWidth(code);
    if (!full && width + character > max) {
      fits = i;
      full = true;
    }
    width += character;
    i += size;
  }
  return width;
}

std::string Padded(std::string_view text, std::size_t width, bool right) {
  std::size_t fits = 0;
  std::string shown(text);
  std::size_t own = TextWidth(text, width, fits);
  if (own > width) {
    TextWidth(text, width - 1, fits);
    shown = std::string(text.substr(0, fits)) + "…";
    std::size_t ignored = 0;
    own = TextWidth(shown, width, ignored);
  }
  const std::string blanks(width > own ? width - own : 0, ' ');
  return right ? blanks + shown : shown + blanks;
}

/// A cell as a person reads it in a terminal.
std::string Shown(const model::AnswerColumn& column, const AnswerCell& cell) {
  return base::WithoutControls(CellText(column, cell), ' ');
}

}  // namespace

std::string AnswerJson(const model::Answer& answer) {
  std::string out = "{\"metric\":";
  base::AppendJsonString(answer.question.metric, out);
  out += ",\"listener\":";
  base::AppendJsonString(answer.question.listener, out);
  out += ",\"conditions\":" + model::ConditionsJson(answer.question.conditions);
  out += ",\"data_version\":\"" + answer.data_version + "\",\"columns\":";
  model::AppendJsonColumns(answer.columns, false, out);
  out += ",\"rows\":";
  model::AppendJsonRows(answer, out);
  out += ",\"limits\":";
  model::AppendJsonLimits(answer.limits, out);
  return out + '}';
}

std::string AnswerJsonLines(const model::Answer& answer) {
  std::string out;
  for (const auto& row : answer.rows) {
    out += '{';
    for (std::size_t i = 0; i < answer.columns.size(); ++i) {
      if (i > 0) out += ',';
      base::AppendJsonString(answer.columns[i].name, out);
      out += ':';
      model::AppendJsonCell(answer.columns[i], row[i], out);
    }
    out += "}\n";
  }
  return out;
}

std::string AnswerCsv(const model::Answer& answer) {
  std::string out;
  const auto add = [&out](std::string_view text, bool first) {
    if (!first) out += ',';
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
      out += text;
      return;
    }
    out += '"';
    for (const char c : text) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  };
  for (std::size_t i = 0; i < answer.columns.size(); ++i) add(answer.columns[i].name, i == 0);
  out += "\r\n";
  for (const auto& row : answer.rows) {
    for (std::size_t i = 0; i < answer.columns.size(); ++i) add(CellText(answer.columns[i], row[i]), i == 0);
    out += "\r\n";
  }
  return out;
}

namespace {

/// What a table's figures rest on, a line each; empty where nothing limits them.
std::string LimitLines(const model::AnswerLimits& limits) {
  std::vector<std::string> lines;
  const auto count = [&lines](std::int64_t number, std::string_view one, std::string_view many) {
    if (number > 0) lines.push_back(fmt::format("{} {}", number, number == 1 ? one : many));
  };
  constexpr std::int64_t kWholeE4 = 10'000;
  if (limits.feature_coverage_e4 >= 0 && limits.feature_coverage_e4 < kWholeE4) {
    lines.push_back(
        fmt::format("rests on {}.{:02} % of the listening time: of the rest the sound is not known",
                    limits.feature_coverage_e4 / 100, limits.feature_coverage_e4 % 100));
  }
  count(limits.gaps, "span in which plays may be missing: earprint query gaps",
        "spans in which plays may be missing: earprint query gaps");
  count(limits.estimated_plays, "play whose length is estimated", "plays whose length is estimated");
  count(limits.rejects, "record refused: earprint query rejects", "records refused: earprint query rejects");
  std::string text;
  for (const std::string& line : lines) text += "- " + line + "\n";
  return text;
}

}  // namespace

std::string AnswerTable(const model::Answer& answer, bool colours) {
  constexpr std::size_t kColumnWidthMax = 44;
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < answer.columns.size(); ++i) {
    std::size_t fits = 0;
    std::size_t width = answer.columns[i].name.size();
    for (const auto& row : answer.rows)
      width = std::max(width, TextWidth(Shown(answer.columns[i], row[i]), kColumnWidthMax, fits));
    widths.push_back(std::min(width, kColumnWidthMax));
  }
  std::string out = colours ? "\x1b[1m" : "";
  for (std::size_t i = 0; i < answer.columns.size(); ++i) {
    out += (i > 0 ? "  " : "") + Padded(answer.columns[i].name, widths[i], IsNumber(answer.columns[i].type));
  }
  out += colours ? "\x1b[0m\n" : "\n";
  for (const auto& row : answer.rows) {
    for (std::size_t i = 0; i < answer.columns.size(); ++i) {
      out += (i > 0 ? "  " : "") +
             Padded(Shown(answer.columns[i], row[i]), widths[i], IsNumber(answer.columns[i].type));
    }
    while (out.ends_with(' ')) out.pop_back();
    out += '\n';
  }
  if (answer.rows.empty()) out += "(nothing: no play satisfies the conditions)\n";
  return out + LimitLines(answer.limits);
}

std::string CatalogueJson(const MetricCatalogue& catalogue) {
  std::string out = "{\"metrics\":[";
  for (const Metric& metric : catalogue.all()) {
    if (out.back() != '[') out += ',';
    out += "{\"name\":";
    base::AppendJsonString(metric.name, out);
    out += ",\"question\":";
    base::AppendJsonString(metric.question, out);
    out += ",\"params\":";
    base::AppendJsonString(metric.params, out);
    out += ",\"order\":";
    base::AppendJsonString(metric.order, out);
    out += ",\"columns\":";
    model::AppendJsonColumns(metric.columns, true, out);
    out += '}';
  }
  return out + "]}";
}

}  // namespace earprint::metrics
