#include "adapters/mongo/mongo_link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "adapters/mongo/mongo_error.hpp"
#include "base/secret_text.hpp"

namespace earprint::adapters {

namespace {

constexpr std::int32_t kSelectionMsMax = 10'000;
constexpr std::int32_t kSocketMsMax = 60'000;
constexpr std::int64_t kWriteMsMax = 30'000;
constexpr std::uint32_t kNamespaceExists = 48;

/// Before the library's own beginning, which comes before main: it would make a file in shared memory for
/// counters that nobody reads, and leave it there when the process is killed.
[[gnu::constructor(101)]] void DeclineCounters() { ::setenv("MONGOC_DISABLE_SHM", "1", 0); }

/// The library is started once for the process.
void StartLibrary() {
  static const bool is_started = [] {
    mongoc_init();
    mongoc_log_set_handler(nullptr, nullptr);  // failures are told by those who meet them
    return true;
  }();
  (void)is_started;
}

}  // namespace

std::string MongoText(const bson_t* document, const char* key) {
  bson_iter_t at;
  if (!bson_iter_init_find(&at, document, key) || !BSON_ITER_HOLDS_UTF8(&at)) return {};
  std::uint32_t length = 0;
  const char* text = bson_iter_utf8(&at, &length);
  return {text, length};
}

std::int64_t MongoNumber(const bson_t* document, const char* key) {
  bson_iter_t at;
  return bson_iter_init_find(&at, document, key) ? bson_iter_as_int64(&at) : 0;
}

void AppendFromApi(Bson& filter) {
  Bson source;
  filter.Document("source", source.Text("$regex", "^(recent$|player$|spotify)"));
}

void AppendGoesWithListener(Bson& filter) {
  Bson others, type, told;
  AppendFromApi(told);
  bson_t either;
  bson_append_array_begin(filter.get(), "$or", -1, &either);
  bson_append_document(&either, "0", 1, others.Document("type", type.Text("$ne", "audio_features")).get());
  bson_append_document(&either, "1", 1, told.get());
  bson_append_array_end(filter.get(), &either);
}

std::string MongoPlace(const std::string& url) { return base::ShownAddress(url); }

MongoLink::MongoLink(MongoOptions options) : options_(std::move(options)), place_(MongoPlace(options_.url)) {
  StartLibrary();
}

base::Result<void> MongoLink::Open() {
  if (client_) return {};
  bson_error_t error;
  const MongoHandle<mongoc_uri_t> uri(mongoc_uri_new_with_error(options_.url.c_str(), &error));
  if (!uri)
    return base::Fail(base::ErrorCode::kInvalidInput, "read the store's URL", place_, error.message,
                      "mongodb://user:password@host:27017/database?replicaSet=rs0");
  const char* database = mongoc_uri_get_database(uri.get());
  database_ = database == nullptr ? "earprint" : database;
  if (mongoc_uri_get_option_as_int32(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, -1) < 0)
    mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, kSelectionMsMax);
  if (mongoc_uri_get_option_as_int32(uri.get(), MONGOC_URI_SOCKETTIMEOUTMS, -1) < 0)
    mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_SOCKETTIMEOUTMS, kSocketMsMax);
  mongoc_uri_set_option_as_bool(uri.get(), MONGOC_URI_SERVERSELECTIONTRYONCE, false);
  mongoc_uri_set_appname(uri.get(), "earprint");
  client_.reset(mongoc_client_new_from_uri_with_error(uri.get(), &error));
  if (!client_) return MongoFail("open the store", place_, error);
  mongoc_client_set_error_api(client_.get(), MONGOC_ERROR_API_VERSION_2);
  const MongoHandle<mongoc_write_concern_t> durable(mongoc_write_concern_new());
  mongoc_write_concern_set_wmajority(durable.get(), static_cast<std::int32_t>(kWriteMsMax));
  mongoc_client_set_write_concern(client_.get(), durable.get());
  return {};
}

MongoHandle<mongoc_collection_t> MongoLink::Collection(const char* name) {
  return MongoHandle<mongoc_collection_t>(
      mongoc_client_get_collection(client_.get(), database_.c_str(), name));
}

base::Result<void> MongoLink::Command(const Bson& command, std::uint32_t ignored_code,
                                      const std::string& op) {
  bson_error_t error;
  Bson reply;
  bson_destroy(reply.get());
  const bool ran = mongoc_client_write_command_with_opts(client_.get(), database_.c_str(), command.get(),
                                                         nullptr, reply.get(), &error);
  if (ran || (error.domain == MONGOC_ERROR_SERVER && error.code == ignored_code)) return {};
  return MongoFail(op, place_, error, reply.get());
}

base::Result<void> MongoLink::MakeIndexes(const std::string& collection, const bson_t* told) {
  bson_iter_t list, each;
  if (!bson_iter_init_find(&list, told, "indexes")) return {};
  for (bson_iter_recurse(&list, &each); bson_iter_next(&each);) {
    std::uint32_t length = 0;
    const std::uint8_t* bytes = nullptr;
    bson_iter_document(&each, &length, &bytes);
    bson_t keys;
    bson_init_static(&keys, bytes, length);
    char* name = mongoc_collection_keys_to_index_string(&keys);
    Bson index, command;
    bson_append_document(index.get(), "key", -1, &keys);
    index.Text("name", name);
    bson_free(name);
    bson_t indexes;
    command.Text("createIndexes", collection);
    bson_append_array_begin(command.get(), "indexes", -1, &indexes);
    bson_append_document(&indexes, "0", 1, index.get());
    bson_append_array_end(command.get(), &indexes);
    if (auto made = Command(command, 0, "make an index"); !made) return made;
  }
  return {};
}

base::Result<void> MongoLink::MakeCollection(const bson_t* told) {
  const std::string name = MongoText(told, "create");
  Bson validator, create, change;
  bson_iter_t schema;
  bson_t whole;
  bson_append_document_begin(validator.get(), "$jsonSchema", -1, &whole);
  bson_append_utf8(&whole, "bsonType", -1, "object", -1);
  if (bson_iter_init_find(&schema, told, "schema")) {
    bson_iter_t each;
    for (bson_iter_recurse(&schema, &each); bson_iter_next(&each);)
      bson_append_iter(&whole, bson_iter_key(&each), -1, &each);
  }
  bson_append_document_end(validator.get(), &whole);
  create.Text("create", name).Document("validator", validator);
  if (auto made = Command(create, kNamespaceExists, "make a collection"); !made) return made;
  change.Text("collMod", name).Document("validator", validator);
  if (auto changed = Command(change, 0, "set a validator"); !changed) return changed;
  return MakeIndexes(name, told);
}

base::Result<void> MongoLink::Prepare() {
  if (auto opened = Open(); !opened || is_prepared_) return opened;
  bson_error_t error;
  bson_t* const all =
      bson_new_from_json(reinterpret_cast<const std::uint8_t*>(options_.collections_json.data()),
                         static_cast<ssize_t>(options_.collections_json.size()), &error);
  if (all == nullptr) return base::Fail(base::ErrorCode::kCorrupt, "read the collections", "", error.message);
  const std::unique_ptr<bson_t, void (*)(bson_t*)> owned(all, bson_destroy);
  bson_iter_t each;
  for (bson_iter_init(&each, all); bson_iter_next(&each);) {
    std::uint32_t length = 0;
    const std::uint8_t* bytes = nullptr;
    bson_iter_document(&each, &length, &bytes);
    bson_t told;
    bson_init_static(&told, bytes, length);
    if (auto made = MakeCollection(&told); !made) return made;
  }
  is_prepared_ = true;
  return {};
}

void MongoLink::GiveUp(MongoHandle<mongoc_client_session_t> session) {
  given_up_.push_back(std::move(session));
}

void MongoLink::EndGivenUp() {
  if (given_up_.empty()) return;
  Bson command;
  bson_t sessions;
  bson_append_array_begin(command.get(), "killSessions", -1, &sessions);
  for (std::size_t i = 0; i < given_up_.size(); ++i) {
    const std::string at = std::to_string(i);
    bson_append_document(&sessions, at.c_str(), -1, mongoc_client_session_get_lsid(given_up_[i].get()));
  }
  bson_append_array_end(command.get(), &sessions);
  bson_error_t ignored;  // it is tried again before the next transaction
  if (mongoc_client_command_simple(client_.get(), "admin", command.get(), nullptr, nullptr, &ignored))
    given_up_.clear();
}

base::Result<MongoHandle<mongoc_client_session_t>> MongoLink::BeginTransaction() {
  EndGivenUp();
  bson_error_t error;
  MongoHandle<mongoc_client_session_t> session(mongoc_client_start_session(client_.get(), nullptr, &error));
  if (!session) return MongoFail("begin a transaction", place_, error);
  const MongoHandle<mongoc_transaction_opt_t> options(mongoc_transaction_opts_new());
  const MongoHandle<mongoc_read_concern_t> snapshot(mongoc_read_concern_new());
  mongoc_read_concern_set_level(snapshot.get(), MONGOC_READ_CONCERN_LEVEL_SNAPSHOT);
  mongoc_transaction_opts_set_read_concern(options.get(), snapshot.get());
  const MongoHandle<mongoc_write_concern_t> durable(mongoc_write_concern_new());
  mongoc_write_concern_set_wmajority(durable.get(), static_cast<std::int32_t>(kWriteMsMax));
  mongoc_transaction_opts_set_write_concern(options.get(), durable.get());
  if (!mongoc_client_session_start_transaction(session.get(), options.get(), &error))
    return MongoFail("begin a transaction", place_, error);
  return session;
}

base::Result<void> MongoLink::CommitTransaction(mongoc_client_session_t* session, const std::string& op) {
  constexpr int kTriesMax = 5;  // a commit of which nobody knows whether it was done may be asked for again
  bson_error_t error;
  for (int tries = 1;; ++tries) {
    bson_t reply;
    const bool is_done = mongoc_client_session_commit_transaction(session, &reply, &error);
    const bool is_unknown = mongoc_error_has_label(&reply, "UnknownTransactionCommitResult");
    const bool goes_on = !is_done && is_unknown && tries < kTriesMax;
    const base::Error failure = is_done || goes_on ? base::Error() : MongoError(op, place_, error, &reply);
    bson_destroy(&reply);
    if (is_done) return {};
    if (!goes_on) return base::Failure(failure);
  }
}

void MongoLink::Add(mongoc_client_session_t* session, Bson& options) {
  bson_error_t ignored;  // only a session of another client is refused
  if (session != nullptr) (void)mongoc_client_session_append(session, options.get(), &ignored);
}

base::Result<void> MongoLink::Find(const char* collection, const Bson& filter, const Bson& options,
                                   mongoc_client_session_t* session,
                                   const std::function<base::Result<void>(const bson_t*)>& take) {
  Bson all;
  bson_concat(all.get(), options.get());
  Add(session, all);
  const auto from = Collection(collection);
  const MongoHandle<mongoc_cursor_t> cursor(
      mongoc_collection_find_with_opts(from.get(), filter.get(), all.get(), nullptr));
  const bson_t* document = nullptr;
  while (mongoc_cursor_next(cursor.get(), &document)) {
    if (auto taken = take(document); !taken) return taken;
  }
  bson_error_t error;
  const bson_t* reply = nullptr;  // the cursor's
  if (mongoc_cursor_error_document(cursor.get(), &error, &reply))
    return MongoFail("read the store", place_, error, reply);
  return {};
}

base::Result<std::vector<std::string>> MongoLink::Distinct(const char* collection, const char* field,
                                                           const Bson& filter) {
  Bson command, reply;
  command.Text("distinct", collection).Text("key", field).Document("query", filter);
  bson_error_t error;
  bson_destroy(reply.get());
  if (!mongoc_client_read_command_with_opts(client_.get(), database_.c_str(), command.get(), nullptr, nullptr,
                                            reply.get(), &error))
    return MongoFail("read the store", place_, error, reply.get());
  std::vector<std::string> values;
  bson_iter_t list, each;
  if (!bson_iter_init_find(&list, reply.get(), "values") || !bson_iter_recurse(&list, &each)) return values;
  while (bson_iter_next(&each)) {
    std::uint32_t length = 0;
    if (const char* text = bson_iter_utf8(&each, &length); text != nullptr) values.emplace_back(text, length);
  }
  return values;
}

base::Result<std::int64_t> MongoLink::UpdateOne(const char* collection, const Bson& filter,
                                                const Bson& update, bool upsert,
                                                mongoc_client_session_t* session) {
  Bson options, reply;
  options.Flag("upsert", upsert);
  auto done = Write(mongoc_collection_update_one, "write to the store", collection, session, options, reply,
                    filter, update);
  if (!done) return std::unexpected(done.error());
  return MongoNumber(reply.get(), "matchedCount");
}

base::Result<void> MongoLink::UpdateAll(const char* collection, const Bson& filter, const Bson& update,
                                        mongoc_client_session_t* session) {
  Bson options, reply;
  return Write(mongoc_collection_update_many, "write to the store", collection, session, options, reply,
               filter, update);
}

base::Result<void> MongoLink::Delete(const char* collection, const Bson& filter,
                                     mongoc_client_session_t* session) {
  Bson options, reply;
  return Write(mongoc_collection_delete_many, "remove from the store", collection, session, options, reply,
               filter);
}

template <typename Call, typename... Documents>
base::Result<void> MongoLink::Write(Call call, const char* op, const char* collection,
                                    mongoc_client_session_t* session, Bson& options, Bson& reply,
                                    const Documents&... documents) {
  Add(session, options);
  bson_error_t error;
  bson_destroy(reply.get());
  const auto into = Collection(collection);
  if (!call(into.get(), documents.get()..., options.get(), reply.get(), &error))
    return MongoFail(op, place_, error, reply.get());
  return {};
}

}  // namespace earprint::adapters
