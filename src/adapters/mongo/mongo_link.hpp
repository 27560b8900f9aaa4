#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/mongo/mongo_handles.hpp"
#include "adapters/mongo/mongo_metric_store.hpp"
#include "base/error.hpp"

namespace earprint::adapters {

/// The collections whose documents belong to a listener and an epoch.
inline constexpr std::array<const char*, 7> kMongoOwned = {
    "plays", "tracks", "playlists", "playlist_tracks", "metrics", "slices", "parts"};

/// Adds to a filter of events which of them came over Spotify's Web API, as model::IsFromApi has it.
void AppendFromApi(Bson& filter);

/// Adds to a filter of events which of them go with a listener of their name, as model::GoesWithListener has
/// it: a catalogue's audio features are nobody's, and their topic is not read again from where it was.
void AppendGoesWithListener(Bson& filter);

/// The client of a store, and what all that use it do alike. A client connects by itself, and again after a
/// loss.
class MongoLink {
 public:
  explicit MongoLink(MongoOptions options);
  const std::string& place() const { return place_; }
  const MongoOptions& options() const { return options_; }

  /// Makes the client. Errors: kInvalidInput a URL that is none.
  base::Result<void> Open();
  MongoHandle<mongoc_collection_t> Collection(const char* name);

  /// Makes collections, validators and indexes, where they are missing or another version's.
  base::Result<void> Prepare();

  /// A transaction that sees one state, and is durable on most members once it is committed.
  base::Result<MongoHandle<mongoc_client_session_t>> BeginTransaction();
  base::Result<void> CommitTransaction(mongoc_client_session_t* session, const std::string& op);

  /// Takes a session whose transaction was given up. Where the server was not told of that, the transaction
  /// would keep others from writing for a minute: it is told before the next transaction begins.
  void GiveUp(MongoHandle<mongoc_client_session_t> session);

  /// Hands out what a query finds; `session` may be null. Errors: as the server tells them, and `take`'s own.
  base::Result<void> Find(const char* collection, const Bson& filter, const Bson& options,
                          mongoc_client_session_t* session,
                          const std::function<base::Result<void>(const bson_t*)>& take);

  /// The texts that a field has in the documents that a filter meets, each once.
  base::Result<std::vector<std::string>> Distinct(const char* collection, const char* field,
                                                  const Bson& filter);

  /// Errors: as the server tells them. Gives how many documents the filter met.
  base::Result<std::int64_t> UpdateOne(const char* collection, const Bson& filter, const Bson& update,
                                       bool upsert, mongoc_client_session_t* session);
  base::Result<void> UpdateAll(const char* collection, const Bson& filter, const Bson& update,
                               mongoc_client_session_t* session);
  base::Result<void> Delete(const char* collection, const Bson& filter, mongoc_client_session_t* session);

 private:
  base::Result<void> MakeCollection(const bson_t* told);
  base::Result<void> MakeIndexes(const std::string& collection, const bson_t* told);
  base::Result<void> Command(const Bson& command, std::uint32_t ignored_code, const std::string& op);
  void EndGivenUp();
  void Add(mongoc_client_session_t* session, Bson& options);
  /// Runs one of the library's writes, which differ in the documents that they begin with.
  template <typename Call, typename... Documents>
  base::Result<void> Write(Call call, const char* op, const char* collection,
                           mongoc_client_session_t* session, Bson& options, Bson& reply,
                           const Documents&... documents);

  MongoOptions options_;
  std::string place_, database_;
  MongoHandle<mongoc_client_t> client_;
  std::vector<MongoHandle<mongoc_client_session_t>> given_up_;  ///< before their client
  bool is_prepared_ = false;
};

}  // namespace earprint::adapters
