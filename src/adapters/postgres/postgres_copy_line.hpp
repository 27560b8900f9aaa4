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
    for (const char c : field) {
      switch (c) {
        case '\\':
          text += "\\\\";
          break;
        case '\t':
          text += "\\t";
          break;
        case '\n':
          text += "\\n";
          break;
        case '\r':
          text += "\\r";
          break;
        default:
          text += c;
      }
    }
  }
};
inline std::string separated_list(const char*, const CopyLine& line,
                                  const pqxx::internal::TypedCopyEscaper&) {
  return line.text;
}

}  // namespace earprint::adapters
