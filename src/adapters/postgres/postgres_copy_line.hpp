#pragma once

#include <pqxx/pqxx>
#include <string>
#include <string_view>

namespace earprint::adapters {

/// A line of COPY's text form, made here, since libpqxx 6 makes lines of tuples only. It finds separated_list
/// by the type of its argument, and sends what that gives.
struct CopyLine {
  std::string text;  ///< the first field is never an empty one

  void AddNull() {
    if (!text.empty()) text += '\t';
    text += "\\N";
  }
  void Add(std::string_view field) {
    if (!text.empty()) text += '\t';
    // Whole stretches: of a kilobyte of JSON hardly a byte needs anything.
    const auto is_plain = [](char c) { return c != '\\' && c != '\t' && c != '\n' && c != '\r'; };
    for (std::size_t begin = 0; begin < field.size();) {
      std::size_t end = begin;
      while (end < field.size() && is_plain(field[end])) ++end;
      text.append(field, begin, end - begin);
      if (end < field.size()) (text += '\\') += Escaped(field[end]);
      begin = end + 1;
    }
  }

 private:
  static char Escaped(char c) { return c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : '\\'; }
};
inline std::string separated_list(const char*, const CopyLine& line,
                                  const pqxx::internal::TypedCopyEscaper&) {
  return line.text;
}

}  // namespace earprint::adapters
