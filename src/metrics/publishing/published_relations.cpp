#include "metrics/publishing/published_relations.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "metrics/selection_sql.hpp"
#include "model/sql_file.hpp"

namespace earprint::metrics::publishing {

namespace {

using ports::StoredType;

constexpr std::array<std::pair<std::string_view, StoredType>, 6> kTypes = {{
    {"integer", StoredType::kInteger},
    {"text", StoredType::kText},
    {"boolean", StoredType::kBoolean},
    {"instant", StoredType::kInstant},
    {"millionths", StoredType::kMillionths},
    {"texts", StoredType::kTexts},
}};
constexpr std::string_view kListenerParameter = "p_listener()";

/// "played_ms | integer | milliseconds heard" of a header.
base::Result<ports::StoredColumn> ParseColumn(const std::string& path, std::string_view line) {
  const auto parts = base::Split(line, '|');
  const std::string_view type_name = parts.size() > 1 ? base::Trim(parts[1]) : std::string_view();
  const auto* const type =
      std::ranges::find(kTypes, type_name, &std::pair<std::string_view, StoredType>::first);
  if (parts.size() != 3 || type == kTypes.end()) {
    return base::Fail(base::ErrorCode::kCorrupt, "read a published relation", path,
                      "column line '" + std::string(line) + "'");
  }
  return ports::StoredColumn{std::string(base::Trim(parts[0])), type->second};
}

}  // namespace

base::Result<std::vector<PublishedRelation>> LoadPublishedRelations(
    std::span<const base::EmbeddedFile> files) {
  std::vector<PublishedRelation> relations;
  for (const base::EmbeddedFile& embedded : files) {
    if (!embedded.path.starts_with("published/")) continue;
    auto file = model::ParseSqlFile(embedded.path, embedded.body);
    if (!file) return std::unexpected(file.error());
    PublishedRelation relation;
    relation.stored.name = file->Field("relation");
    relation.stored.key = file->List("key");
    relation.body = file->body;
    for (const std::string_view line : base::Split(file->Field("columns"), '\n')) {
      auto column = ParseColumn(file->path, line);
      if (!column) return std::unexpected(column.error());
      relation.stored.columns.push_back(std::move(*column));
    }
    relations.push_back(std::move(relation));
  }
  std::ranges::sort(relations, {}, [](const PublishedRelation& each) { return each.stored.name; });
  return relations;
}

std::string ColumnsText(const ports::StoredRelation& relation) {
  std::string text = relation.name + '\n';
  for (const ports::StoredColumn& column : relation.columns) {
    const auto* const type =
        std::ranges::find(kTypes, column.type, &std::pair<std::string_view, StoredType>::second);
    text.append(column.name).append(" ").append(type->first) += '\n';
  }
  for (const std::string& column : relation.key) text += "key " + column + '\n';
  return text;
}

std::string RelationRowsSql(const PublishedRelation& relation, const std::string& listener) {
  std::string sql;
  std::string_view body = relation.body;
  for (std::size_t at = body.find(kListenerParameter); at != std::string_view::npos;
       at = body.find(kListenerParameter)) {
    sql += body.substr(0, at);
    sql += SqlText(listener);
    body.remove_prefix(at + kListenerParameter.size());
  }
  return sql.append(body);
}

}  // namespace earprint::metrics::publishing
