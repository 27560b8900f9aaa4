#include "adapters/mongo/mongo_metric_store.hpp"

#include <map>
#include <utility>

#include "adapters/mongo/mongo_cells.hpp"
#include "adapters/mongo/mongo_change.hpp"
#include "adapters/mongo/mongo_error.hpp"
#include "adapters/mongo/mongo_link.hpp"
#include "model/answer_json.hpp"

namespace earprint::adapters {

namespace {

using base::Result;

/// A field of a document, which is an array or a document, as JSON.
std::string JsonOf(const bson_t* document, const char* key) {
  bson_iter_t at;
  if (!bson_iter_init_find(&at, document, key)) return "null";
  std::uint32_t length = 0;
  const std::uint8_t* bytes = nullptr;
  const bool is_array = BSON_ITER_HOLDS_ARRAY(&at);
  if (is_array) {
    bson_iter_array(&at, &length, &bytes);
  } else {
    bson_iter_document(&at, &length, &bytes);
  }
  bson_t part;
  if (bytes == nullptr || !bson_init_static(&part, bytes, length)) return "null";
  char* text = is_array ? bson_array_as_json(&part, nullptr) : bson_as_relaxed_extended_json(&part, nullptr);
  std::string json(text == nullptr ? "null" : text);
  bson_free(text);
  return json;
}

class MongoMetricStore final : public ports::MetricStore {
 public:
  explicit MongoMetricStore(MongoOptions options) : link_(std::move(options)) {}

  std::string Place() const override { return link_.place(); }

  Result<std::vector<ports::StoredListener>> Listeners() override {
    Bson order, options;
    options.Document("sort", order.Number("_id", 1));
    return TellVersions(Bson(), options);
  }

  Result<std::vector<ports::StoredListener>> ListenersAfter(const std::string& name,
                                                            std::size_t listeners_max) override {
    Bson which, later, order, options;
    which.Document("_id", later.Text("$gt", name));
    options.Document("sort", order.Number("_id", 1));
    options.Number("limit", static_cast<std::int64_t>(listeners_max));
    return TellVersions(which, options);
  }

  Result<std::vector<ports::StoredListener>> VersionsOf(const std::vector<std::string>& names) override {
    Bson which, among;
    bson_t all;
    bson_append_array_begin(among.get(), "$in", -1, &all);
    for (std::size_t i = 0; i < names.size(); ++i)
      bson_append_utf8(&all, std::to_string(i).c_str(), -1, names[i].data(),
                       static_cast<int>(names[i].size()));
    bson_append_array_end(among.get(), &all);
    return TellVersions(which.Document("_id", among), Bson());
  }

  Result<ports::StoredListener> State(const std::string& listener) override {
    ports::StoredListener state{listener, "", {}};
    auto read = InOneState(listener,
                           [&](const MongoListener& told, mongoc_client_session_t* session) -> Result<void> {
                             state.data_version = told.data_version;
                             auto parts = ReadMongoParts(link_, listener, told.epoch, session);
                             if (!parts) return std::unexpected(parts.error());
                             state.parts = std::move(*parts);
                             return {};
                           });
    if (!read) return std::unexpected(read.error());
    return state;
  }

  Result<std::unique_ptr<ports::ListenerChange>> Begin(const std::string& listener,
                                                       const ports::PartPrints& target) override {
    return MongoChange::Begin(link_, listener, target);
  }

  Result<void> RemoveStatesBefore(const std::string& listener) override {
    if (auto opened = link_.Open(); !opened) return opened;
    auto seen = ReadMongoListener(link_, listener, nullptr);
    if (!seen) return std::unexpected(seen.error());
    auto others = ListMongoEpochs(link_, listener, seen->epoch);
    return others ? RemoveMongoEpochs(link_, listener, *others) : std::unexpected(others.error());
  }

  Result<void> Forget(const std::string& listener) override {
    if (auto opened = link_.Open(); !opened) return opened;
    Bson by_id, by_listener;
    by_id.Text("_id", listener);
    by_listener.Text("listener", listener);
    // First what readers and running changes look for, then the rest.
    for (const char* collection : {"listeners", "changes"}) {
      if (auto removed = link_.Delete(collection, by_id, nullptr); !removed) return removed;
    }
    for (const char* collection : kMongoOwned) {
      if (auto removed = link_.Delete(collection, by_listener, nullptr); !removed) return removed;
    }
    AppendGoesWithListener(by_listener);
    return link_.Delete("events", by_listener, nullptr);
  }

  Result<std::optional<model::Answer>> FindAnswer(const std::string& listener,
                                                  const std::string& key) override {
    std::optional<model::Answer> answer;
    auto read = InOneState(
        listener, [&](const MongoListener& told, mongoc_client_session_t* session) -> Result<void> {
          Bson filter, order, options;
          filter.Text("listener", listener).Text("epoch", told.epoch).Text("key", key);
          options.Document("sort", order.Number("page", 1));
          return link_.Find("metrics", filter, options, session, [&](const bson_t* page) -> Result<void> {
            if (!answer) {
              auto begun = model::ReadAnswerJson(JsonOf(page, "columns"), "[]", JsonOf(page, "limits"));
              if (!begun) return std::unexpected(begun.error());
              answer = std::move(*begun);
              answer->question = {MongoText(page, "metric"), listener, {}};
              answer->data_version = told.data_version;
            }
            return ReadMongoAnswerRows(page, *answer);
          });
        });
    if (!read) return std::unexpected(read.error());
    return answer;
  }

  Result<std::string> ReadBytes(const std::string& listener, const ports::PartName& name,
                                const std::string& fingerprint) override {
    if (auto opened = link_.Open(); !opened) return std::unexpected(opened.error());
    auto state = ReadMongoListener(link_, listener, nullptr);
    if (!state) return std::unexpected(state.error());
    std::map<std::int64_t, std::string> pieces;
    std::int64_t pieces_told = -1;
    Bson filter;
    filter.Text("listener", listener).Text("epoch", state->epoch);
    filter.Text("relation", name.relation).Text("chunk", name.chunk).Text("fingerprint", fingerprint);
    auto read = link_.Find("slices", filter, Bson(), nullptr, [&](const bson_t* told) -> Result<void> {
      bson_iter_t at;
      std::uint32_t length = 0;
      const std::uint8_t* bytes = nullptr;
      if (bson_iter_init_find(&at, told, "bytes")) bson_iter_binary(&at, nullptr, &length, &bytes);
      pieces[MongoNumber(told, "piece")].assign(reinterpret_cast<const char*>(bytes), length);
      pieces_told = MongoNumber(told, "pieces");
      return {};
    });
    if (!read) return std::unexpected(read.error());
    if (pieces_told != static_cast<std::int64_t>(pieces.size()))
      return base::Fail(base::ErrorCode::kConflict, "read a part from the store",
                        listener + ": " + name.relation + " " + name.chunk, "it is no longer there");
    std::string whole;
    for (const auto& [piece, bytes] : pieces) whole += bytes;
    return whole;
  }

  Result<std::vector<std::vector<ports::Cell>>> ReadRows(const std::string& listener,
                                                         const ports::StoredRelation& relation) override {
    std::vector<std::vector<ports::Cell>> rows;
    auto read = InOneState(listener,
                           [&](const MongoListener& told, mongoc_client_session_t* session) -> Result<void> {
                             Bson filter;
                             filter.Text("listener", listener).Text("epoch", told.epoch);
                             return link_.Find(relation.name.c_str(), filter, Bson(), session,
                                               [&](const bson_t* document) -> Result<void> {
                                                 rows.push_back(ReadMongoRow(relation, document));
                                                 return {};
                                               });
                           });
    if (!read) return std::unexpected(read.error());
    return rows;
  }

 private:
  Result<std::vector<ports::StoredListener>> TellVersions(const Bson& which, const Bson& options) {
    if (auto opened = link_.Open(); !opened) return std::unexpected(opened.error());
    std::vector<ports::StoredListener> listeners;
    auto read = link_.Find("listeners", which, options, nullptr, [&](const bson_t* told) -> Result<void> {
      listeners.push_back({MongoText(told, "_id"), MongoText(told, "data_version"), {}});
      return {};
    });
    if (!read) return std::unexpected(read.error());
    return listeners;
  }

  /// Calls with a listener's document and a session that sees the state it is of; not at all where nothing is
  /// held.
  Result<void> InOneState(
      const std::string& listener,
      const std::function<Result<void>(const MongoListener&, mongoc_client_session_t*)>& look) {
    if (auto opened = link_.Open(); !opened) return opened;
    auto session = link_.BeginTransaction();
    if (!session) return std::unexpected(session.error());
    auto state = ReadMongoListener(link_, listener, session->get());
    if (!state) return std::unexpected(state.error());
    Result<void> looked;
    if (!state->epoch.empty()) looked = look(*state, session->get());
    (void)mongoc_client_session_abort_transaction(session->get(), nullptr);  // nothing was written
    return looked;
  }

  MongoLink link_;
};

}  // namespace

std::unique_ptr<ports::MetricStore> MakeMongoMetricStore(MongoOptions options) {
  return std::make_unique<MongoMetricStore>(std::move(options));
}

}  // namespace earprint::adapters
