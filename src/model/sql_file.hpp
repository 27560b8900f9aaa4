#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace earprint::model {

/// A file of `sql/`: its header's fields and its body.
struct SqlFile {
  std::string path;   ///< "silver/silver_play.sql"
  std::string layer;  ///< "silver"
  std::string name;   ///< "silver_play"
  std::map<std::string, std::string, std::less<>>
      header;        ///< "grain", "inputs", …; continuation lines joined by '\n'
  std::string body;  ///< everything after the header

  std::string_view Field(std::string_view key) const;
  /// A comma-separated header field as a list.
  std::vector<std::string> List(std::string_view key) const;
};

/// Reads a SQL file's header: lines "-- key: value" from the top, continued by "--    value".
/// Errors: kCorrupt no header, or a name that contradicts the path. Either is a fault of the build.
base::Result<SqlFile> ParseSqlFile(std::string_view path, std::string_view text);

}  // namespace earprint::model
