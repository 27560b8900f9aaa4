// What a MongoDB store's collections refuse, and how they are found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>
#include <string>

#include "base/embedded_file.hpp"
#include "tests/support/event_stores.hpp"
#include "tests/support/server_places.hpp"

namespace earprint::testing {
namespace {

namespace json = boost::json;
constexpr std::uint32_t kRefused = 121;

class MongoCollections : public ::testing::Test {
 protected:
  MongoCollections() : client_(mongoc_client_new(place.url().c_str())) {
    MustPublish(*place.Open(), "me", "v1", StateOf("me", 1, 30));
    const auto sink = Must(app::ChooseEventSink(place.url(), "log"));
    EXPECT_NE(Must(sink->Name()), "");
    EXPECT_TRUE(sink->Keep(BatchOf({PlayLine(1)}), {{{model::EventType::kPlay, 0}, 7}}));
  }

  adapters::MongoHandle<mongoc_collection_t> Collection(const std::string& name) const {
    const std::string database = place.url().substr(place.url().rfind('/') + 1);
    return adapters::MongoHandle<mongoc_collection_t>(mongoc_client_get_collection(
        client_.get(), database.substr(0, database.find('?')).c_str(), name.c_str()));
  }
  /// A document that is there.
  std::string OneOf(const std::string& name) const {
    const auto from = Collection(name);
    const adapters::MongoHandle<mongoc_cursor_t> cursor(
        mongoc_collection_find_with_opts(from.get(), adapters::Bson().get(), nullptr, nullptr));
    const bson_t* document = nullptr;
    EXPECT_TRUE(mongoc_cursor_next(cursor.get(), &document)) << name;
    char* text = document == nullptr ? nullptr : bson_as_canonical_extended_json(document, nullptr);
    std::string told(text == nullptr ? "{}" : text);
    bson_free(text);
    return told;
  }
  /// The code with which a document is refused; 0: it is taken.
  std::uint32_t Insert(const std::string& name, json::object document) const {
    document["_id"] = "another";
    const std::string text = json::serialize(document);
    bson_error_t error{};
    bson_t* const bson = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(text.data()),
                                            static_cast<ssize_t>(text.size()), &error);
    EXPECT_NE(bson, nullptr) << error.message;
    const auto into = Collection(name);
    const bool is_taken = mongoc_collection_insert_one(into.get(), bson, nullptr, nullptr, &error);
    bson_destroy(bson);
    if (!is_taken) return error.code;
    EXPECT_TRUE(mongoc_collection_delete_many(into.get(), adapters::Bson().Text("_id", "another").get(),
                                              nullptr, nullptr, &error))
        << error.message;
    return 0;
  }
  static json::array Declared() {
    for (const base::EmbeddedFile& file : base::sql_files()) {
      if (file.path == "stores/mongo_collections.json") return json::parse(file.body).as_array();
    }
    return {};
  }

  MongoPlace place;
  adapters::MongoHandle<mongoc_client_t> client_;
};

TEST_F(MongoCollections, RefuseADocumentThatLacksWhatItMustHave) {
  int refused = 0;
  for (const json::value& told : Declared()) {
    const std::string name(told.at("create").as_string());
    if (name == "changes") continue;  // nothing stands there between two changes
    EXPECT_TRUE(told.at("schema").at("properties").is_object()) << name;
    const json::object good = json::parse(OneOf(name)).as_object();
    // Its key may have to be a text: so it is, and the rest is as it was.
    EXPECT_EQ(Insert(name, good), 0U) << name;
    for (const json::value& field : told.at("schema").at("required").as_array()) {
      const std::string key(field.as_string());
      if (key == "_id") continue;
      json::object lacking = good;
      lacking.erase(key);
      EXPECT_EQ(Insert(name, lacking), kRefused) << name << " without " << key;
      ++refused;
    }
  }
  EXPECT_GT(refused, 50);
}

TEST_F(MongoCollections, RefuseValuesThatNoDocumentOfTheirsHas) {
  const auto with = [this](const std::string& name, const std::string& key, const json::value& value) {
    json::object document = json::parse(OneOf(name)).as_object();
    document[key] = value;
    return Insert(name, document);
  };
  EXPECT_EQ(with("plays", "played_ms", json::object{{"$numberLong", "-1"}}), kRefused);
  EXPECT_EQ(with("plays", "played_ms", "long"), kRefused);
  EXPECT_EQ(with("plays", "ended_at", "2020-01-01"), kRefused);
  EXPECT_EQ(with("plays", "witnesses", json::object{{"$numberLong", "0"}}), kRefused);
  EXPECT_EQ(with("plays", "title", 7), kRefused);
  EXPECT_EQ(with("tracks", "genres", "rock"), kRefused);
  EXPECT_EQ(with("tracks", "features", json::object{{"provenance", "hearsay"}}), kRefused);
  EXPECT_EQ(with("tracks", "features", json::object{{"energy", 0.5}}), kRefused) << "nobody says who told it";
  EXPECT_EQ(with("metrics", "rows", json::array(1'001)), kRefused) << "a page has a thousand rows";
  EXPECT_EQ(with("metrics", "data_version", 7), kRefused);
  EXPECT_EQ(with("parts", "fingerprint", 7), kRefused);
  EXPECT_EQ(with("playlists", "ended_at", "2020-01-01"), kRefused);
  EXPECT_EQ(with("playlist_tracks", "times", json::object{{"$numberLong", "0"}}), kRefused);
  EXPECT_EQ(with("slices", "bytes", "text"), kRefused);
  EXPECT_EQ(with("event_sink", "name", 7), kRefused);
  EXPECT_EQ(with("events", "body", 7), kRefused);
  EXPECT_EQ(with("consumed_offsets", "next_offset", json::object{{"$numberLong", "-1"}}), kRefused);
}

TEST_F(MongoCollections, HaveTheIndexesThatAreDeclaredAndNoOther) {
  for (const json::value& told : Declared()) {
    const std::string name(told.at("create").as_string());
    std::set<std::string> declared = {R"({"_id":1})"}, found;
    for (const json::value& index : told.at("indexes").as_array()) declared.insert(json::serialize(index));
    const auto collection = Collection(name);
    const adapters::MongoHandle<mongoc_cursor_t> cursor(
        mongoc_collection_find_indexes_with_opts(collection.get(), nullptr));
    const bson_t* document = nullptr;
    while (mongoc_cursor_next(cursor.get(), &document)) {
      char* text = bson_as_relaxed_extended_json(document, nullptr);
      found.insert(json::serialize(json::parse(text).at("key")));
      bson_free(text);
    }
    EXPECT_EQ(found, declared) << name;
  }
}

// A person's question for a month, a track or a metric of one listener goes through an index.
TEST_F(MongoCollections, QuestionsOfThePageAreAnsweredThroughAnIndex) {
  const std::string filter = R"({"listener": "me", "epoch": "e", )";
  const std::map<std::string, std::string> questions = {
      {"plays", filter + R"("ended_at": {"$gte": {"$date": "2020-01-01T00:00:00Z"}}})"},
      {"tracks", filter + R"("track_id": "x"})"},
      {"playlist_tracks", filter + R"("playlist_no": 1})"},
      {"metrics", filter + R"("metric": "top_tracks"})"},
      {"events", R"({"listener": "me", "type": "play"})"}};
  for (const auto& [name, question] : questions) {
    const std::string text = R"({"explain": {"find": ")" + name + R"(", "filter": )" + question +
                             R"(}, "verbosity": "queryPlanner"})";
    bson_error_t error;
    bson_t* const command = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(text.data()),
                                               static_cast<ssize_t>(text.size()), &error);
    ASSERT_NE(command, nullptr) << error.message << text;
    bson_t reply;
    const auto collection = Collection(name);
    EXPECT_TRUE(mongoc_collection_command_simple(collection.get(), command, nullptr, &reply, &error))
        << error.message;
    char* told = bson_as_relaxed_extended_json(&reply, nullptr);
    EXPECT_THAT(told, ::testing::HasSubstr("IXSCAN")) << name;
    EXPECT_THAT(told, ::testing::Not(::testing::HasSubstr("COLLSCAN"))) << name;
    bson_free(told);
    bson_destroy(&reply);
    bson_destroy(command);
  }
}

}  // namespace
}  // namespace earprint::testing
