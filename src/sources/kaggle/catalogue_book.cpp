#include "sources/kaggle/catalogue_book.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace earprint::sources::kaggle {

namespace {

namespace json = boost::json;

constexpr const char* kDocument = "catalogues";

json::object ToJson(const FollowedCatalogue& one) {
  json::object object{{"name", one.name.Text()},
                      {"file", one.file},
                      {"version", one.version},
                      {"every_ms", one.every_ms},
                      {"due_at_ms", one.due_at.value}};
  if (one.part) {
    object.emplace("part", json::object{{"version", one.part->version},
                                        {"file", one.part->file},
                                        {"etag", one.part->etag},
                                        {"total_bytes", one.part->total_bytes},
                                        {"sum", one.part->sum}});
  }
  return object;
}

/// Throws what the library throws when something is not there or of another kind.
FollowedCatalogue FromJson(const json::value& object) {
  const auto text = [](const json::value& value) { return std::string(value.as_string()); };
  auto name = ReadKaggleName(text(object.at("name")));
  if (!name) throw std::invalid_argument("no name");
  FollowedCatalogue one{.name = std::move(*name), .file = text(object.at("file"))};
  one.version = object.at("version").to_number<std::int64_t>();
  one.every_ms = object.at("every_ms").to_number<std::int64_t>();
  one.due_at.value = object.at("due_at_ms").to_number<std::int64_t>();
  if (const json::value* part = object.as_object().if_contains("part")) {
    one.part = PartNote{.version = part->at("version").to_number<std::int64_t>(),
                        .file = text(part->at("file")),
                        .etag = text(part->at("etag")),
                        .total_bytes = part->at("total_bytes").to_number<std::uint64_t>(),
                        .sum = text(part->at("sum"))};
  }
  return one;
}

auto FindIn(std::vector<FollowedCatalogue>& all, const FollowedCatalogue& wanted) {
  return std::ranges::find_if(all, [&wanted](const FollowedCatalogue& one) {
    return one.name == wanted.name && one.file == wanted.file;
  });
}

}  // namespace

base::Result<std::vector<FollowedCatalogue>> CatalogueBook::Load() {
  auto document = states_.Load(kDocument);
  if (!document) return std::unexpected(document.error());
  std::vector<FollowedCatalogue> all;
  if (!*document) return all;
  try {
    const json::value read = json::parse(**document);
    for (const json::value& one : read.at("catalogues").as_array()) all.push_back(FromJson(one));
  } catch (const std::exception&) {
    return base::Fail(base::ErrorCode::kCorrupt, "read the followed catalogues", kDocument,
                      "the document is damaged",
                      "remove state/catalogues in the data folder and add them again; imported ones stay");
  }
  return all;
}

base::Result<void> CatalogueBook::Put(const FollowedCatalogue& followed) {
  auto all = Load();
  if (!all) return std::unexpected(all.error());
  const auto found = FindIn(*all, followed);
  if (found == all->end()) {
    all->push_back(followed);
  } else {
    *found = followed;
  }
  return Save(*all);
}

base::Result<void> CatalogueBook::Remove(const FollowedCatalogue& followed) {
  auto all = Load();
  if (!all) return std::unexpected(all.error());
  const auto found = FindIn(*all, followed);
  if (found != all->end()) all->erase(found);
  return Save(*all);
}

base::Result<void> CatalogueBook::Save(const std::vector<FollowedCatalogue>& all) {
  json::array list;
  for (const FollowedCatalogue& one : all) list.push_back(ToJson(one));
  return states_.Save(kDocument, json::serialize(json::object{{"catalogues", std::move(list)}}));
}

}  // namespace earprint::sources::kaggle
