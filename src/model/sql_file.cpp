#include "model/sql_file.hpp"

#include "base/text.hpp"

namespace earprint::model {

namespace {

bool IsKey(std::string_view text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
}

/// Takes a header line apart; a line that carries no key continues the one before.
void TakeHeaderLine(std::string_view line, std::string& key, SqlFile& file) {
  const std::size_t colon = line.find(':');
  const std::string_view before =
      colon == std::string_view::npos ? std::string_view{} : line.substr(0, colon);
  if (before.starts_with(' ') && before.size() > 1 && before[1] != ' ' && IsKey(before.substr(1))) {
    key = before.substr(1);
    file.header[key] = base::Trim(line.substr(colon + 1));
  } else if (!key.empty()) {
    std::string& value = file.header[key];
    if (!value.empty()) value += '\n';
    value += base::Trim(line);
  }
}

}  // namespace

std::string_view SqlFile::Field(std::string_view key) const {
  const auto found = header.find(key);
  return found == header.end() ? std::string_view{} : std::string_view(found->second);
}

std::vector<std::string> SqlFile::List(std::string_view key) const {
  std::vector<std::string> list;
  for (const std::string_view part : base::Split(Field(key), ',')) {
    if (const auto item = base::Trim(part); !item.empty()) list.emplace_back(item);
  }
  return list;
}

base::Result<SqlFile> ParseSqlFile(std::string_view path, std::string_view text) {
  SqlFile file;
  file.path = path;
  file.layer = path.substr(0, path.find('/'));
  std::string_view stem = base::BaseName(path);
  file.name = stem.substr(0, stem.find('.'));
  std::string key;
  while (text.starts_with("--")) {
    const std::size_t end = text.find('\n');
    TakeHeaderLine(text.substr(2, end == std::string_view::npos ? end : end - 2), key, file);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  file.body = text;
  if (file.Field("name") != file.layer + "/" + file.name) {
    return base::Fail(base::ErrorCode::kCorrupt, "read SQL header", std::string(path),
                      "its name field says '" + std::string(file.Field("name")) + "'");
  }
  return file;
}

}  // namespace earprint::model
