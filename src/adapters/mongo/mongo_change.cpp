#include "adapters/mongo/mongo_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "adapters/mongo/mongo_cells.hpp"
#include "adapters/mongo/mongo_error.hpp"
#include "model/answer_json.hpp"

namespace earprint::adapters {

namespace {

using base::Result;

constexpr std::string_view kAnswers = "answers";
constexpr std::string_view kSlicePrefix = "slice/";
constexpr std::size_t kBatchRowsMax = 5'000;  ///< documents of one transaction
constexpr std::int64_t kTransactionPartsMax = 200;
constexpr std::size_t kPieceBytesMax = 8U << 20;  ///< of a document, which may have 16 MiB
constexpr std::size_t kPageRowsMax = 1'000;       ///< rows of an answer in one document
constexpr std::size_t kPageBytesMax = 4U << 20;   ///< of these rows, where more than one is in it

std::string NewId() {
  bson_oid_t id;
  bson_oid_init(&id, nullptr);
  std::array<char, 25> text{};
  bson_oid_to_string(&id, text.data());
  return text.data();
}

base::Failure Overtaken(const std::string& place, const std::string& listener) {
  return base::Fail(base::ErrorCode::kConflict, "write to the store", place + ": " + listener,
                    "somebody else publishes the same listener", "run it again");
}

std::int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Whether a change is too large for one transaction, which the server ends after a minute: for its rows,
/// which are documents but for those of slices, or for its parts, each of which takes a few ways there and
/// back.
bool IsLarge(const ports::PartPrints& target, const ports::PartPrints& held, std::int64_t rows_max) {
  std::int64_t rows = 0, parts = 0;
  for (const auto& [name, print] : target) {
    const auto found = held.find(name);
    if (found != held.end() && found->second.fingerprint == print.fingerprint) continue;
    ++parts;
    if (!name.relation.starts_with(kSlicePrefix)) rows += print.rows;
  }
  parts += std::ranges::count_if(held, [&target](const auto& each) { return !target.contains(each.first); });
  return rows > rows_max || parts > kTransactionPartsMax;
}

/// What a row takes in a document at most.
std::size_t BytesOf(const std::vector<model::AnswerCell>& row) {
  constexpr std::size_t kAround = 16, kCell = 24;  // type, name and length; type, name and a number
  std::size_t bytes = kAround;
  for (const model::AnswerCell& cell : row) bytes += kCell + cell.text.size();
  return bytes;
}

/// The rows with which an answer's pages begin, and how many rows there are; a page at least.
std::vector<std::size_t> PagesOf(const model::Answer& answer) {
  std::vector<std::size_t> begins = {0};
  std::size_t bytes = 0;
  for (std::size_t row = 0; row < answer.rows.size(); ++row) {
    const std::size_t more = BytesOf(answer.rows[row]);
    const std::size_t rows = row - begins.back();
    if (rows == kPageRowsMax || (rows > 0 && bytes + more > kPageBytesMax)) {
      begins.push_back(row);
      bytes = 0;
    }
    bytes += more;
  }
  begins.push_back(answer.rows.size());
  return begins;
}

/// The collection in which a part lies, and the filter that finds it there, beside listener and epoch.
const char* PlaceOf(const ports::PartName& name, Bson& where) {
  if (name.relation == kAnswers) {
    where.Text("key", name.chunk);
    return "metrics";
  }
  if (name.relation.starts_with(kSlicePrefix)) {
    where.Text("relation", name.relation).Text("chunk", name.chunk);
    return "slices";
  }
  where.Text("part", name.chunk);
  return name.relation.c_str();
}

}  // namespace

MongoChange::~MongoChange() {
  if (!session_ || !mongoc_client_session_in_transaction(session_.get())) return;
  (void)mongoc_client_session_abort_transaction(session_.get(), nullptr);  // of a failure nothing is told
  link_.GiveUp(std::move(session_));
}

Bson& MongoChange::Own(Bson& document) const {
  return document.Text("listener", listener_).Text("epoch", epoch_);
}

Result<std::unique_ptr<MongoChange>> MongoChange::Begin(MongoLink& link, const std::string& listener,
                                                        const ports::PartPrints& target) {
  if (auto prepared = link.Prepare(); !prepared) return std::unexpected(prepared.error());
  auto change = std::unique_ptr<MongoChange>(new MongoChange(link, listener));
  auto state = ReadMongoListener(link, listener, nullptr);
  if (!state) return std::unexpected(state.error());
  change->base_epoch_ = change->epoch_ = state->epoch;
  change->base_writes_ = state->writes;
  if (!state->epoch.empty()) {
    auto held = ReadMongoParts(link, listener, state->epoch, nullptr);
    if (!held) return std::unexpected(held.error());
    change->held_ = std::move(*held);
  }
  const bool is_large = IsLarge(target, change->held_, link.options().transaction_rows_max);
  auto begun = state->epoch.empty() || is_large ? change->BeginAside() : change->BeginWithin();
  if (!begun) return std::unexpected(begun.error());
  return change;
}

/// Takes up the epoch that was begun, or begins one. From here on whoever wrote it before is refused.
Result<void> MongoChange::BeginAside() {
  is_aside_ = true;
  owner_ = NewId();
  Bson mine, update, set, set_on_insert;
  mine.Text("_id", listener_);
  set.Text("owner", owner_).Text("base", base_epoch_);
  set_on_insert.Text("epoch", NewId());
  update.Document("$set", set).Document("$setOnInsert", set_on_insert);
  auto taken = link_.UpdateOne("changes", mine, update, true, nullptr);
  if (!taken) return std::unexpected(taken.error());
  is_fresh_ = *taken == 0;
  auto read = link_.Find("changes", mine, Bson(), nullptr, [this](const bson_t* told) -> Result<void> {
    epoch_ = MongoText(told, "epoch");
    return {};
  });
  if (!read) return read;
  auto held = ReadMongoParts(link_, listener_, epoch_, nullptr);
  if (!held) return std::unexpected(held.error());
  held_ = std::move(*held);
  auto others = ListMongoEpochs(link_, listener_, epoch_);
  if (!others) return std::unexpected(others.error());
  replaced_ = std::move(*others);
  return {};
}

Result<void> MongoChange::BeginWithin() {
  auto session = Session();
  if (!session) return std::unexpected(session.error());
  auto held = ReadMongoParts(link_, listener_, epoch_, *session);
  if (!held) return std::unexpected(held.error());
  held_ = std::move(*held);
  return {};
}

/// The transaction that is on its way. It begins by a write to what all changes of the listener write to, so
/// that of two one fails.
Result<mongoc_client_session_t*> MongoChange::Session() {
  if (session_) return session_.get();
  auto session = link_.BeginTransaction();
  if (!session) return std::unexpected(session.error());
  Bson mine, update, count;
  mine.Text("_id", listener_);
  if (is_aside_) {
    mine.Text("owner", owner_);
  } else {
    mine.Text("epoch", base_epoch_);
  }
  count.Number("writes", 1);
  update.Document("$inc", count);
  auto met = link_.UpdateOne(is_aside_ ? "changes" : "listeners", mine, update, false, session->get());
  if (!met) return std::unexpected(met.error());
  if (*met == 0) return Overtaken(link_.place(), listener_);
  session_ = std::move(*session);
  return session_.get();
}

bool MongoChange::IsBatchLarge() const {
  return batch_rows_ >= kBatchRowsMax || batch_bytes_ >= kPieceBytesMax;
}

/// Aside, each batch is a transaction of its own; within the epoch all of them are one.
Result<void> MongoChange::EndBatch(bool is_last) {
  if (!session_ || (!is_last && !(is_aside_ && IsBatchLarge()))) return {};
  auto committed = link_.CommitTransaction(session_.get(), "write to the store");
  session_.reset();
  batch_rows_ = batch_bytes_ = 0;
  return committed;
}

Result<void> MongoChange::Note(const ports::PartName& name, const ports::PartPrint& print) {
  Bson id, filter, set, update;
  Own(id).Text("relation", name.relation).Text("chunk", name.chunk);
  filter.Document("_id", id);
  Own(set).Text("relation", name.relation).Text("chunk", name.chunk);
  set.Text("fingerprint", print.fingerprint).Number("rows", print.rows);
  update.Document("$set", set);
  auto noted = link_.UpdateOne("parts", filter, update, true, session_.get());
  if (!noted) return std::unexpected(noted.error());
  return {};
}

Result<void> MongoChange::PutBatch(const char* collection, std::size_t first, std::size_t count, bool is_new,
                                   const Make& make) {
  Bson options;
  options.Flag("ordered", false);
  bson_error_t error;
  if (!mongoc_client_session_append(session_.get(), options.get(), &error))
    return MongoFail("write to the store", link_.place(), error);
  const auto into = link_.Collection(collection);
  const MongoHandle<mongoc_bulk_operation_t> bulk(
      mongoc_collection_create_bulk_operation_with_opts(into.get(), options.get()));
  Bson upsert;
  upsert.Flag("upsert", true);
  for (std::size_t at = first; at < first + count; ++at) {
    Bson id, whole;
    // The identity first, then what it is made of again, since queries and indexes name these.
    Own(id);
    Bson body;
    Own(body);
    make(at, id, body);
    whole.Document("_id", id);
    bson_concat(whole.get(), body.get());
    batch_bytes_ += whole.get()->len;
    bool is_taken = false;
    if (is_new) {
      is_taken = mongoc_bulk_operation_insert_with_opts(bulk.get(), whole.get(), nullptr, &error);
    } else {
      Bson filter;
      filter.Document("_id", id);
      is_taken = mongoc_bulk_operation_replace_one_with_opts(bulk.get(), filter.get(), whole.get(),
                                                             upsert.get(), &error);
    }
    if (!is_taken) return MongoFail("write to the store", link_.place(), error);
  }
  if (count == 0) return {};
  Bson reply;
  bson_destroy(reply.get());
  if (mongoc_bulk_operation_execute(bulk.get(), reply.get(), &error) == 0)
    return MongoFail("write to the store", link_.place(), error, reply.get());
  return {};
}

Result<void> MongoChange::PutPart(const char* collection, const ports::PartName& name,
                                  const ports::PartPrint& print, const Bson& where, std::size_t count,
                                  const Make& make) {
  const bool is_new = is_fresh_ && std::ranges::find(put_, name) == put_.end();
  auto session = Session();
  if (!session) return std::unexpected(session.error());
  if (!is_new) {
    // What is there of the part goes first, in the same transaction; of a part that takes several, with the
    // first of them, and then the part is not noted until the last.
    Bson old, noted, id;
    Own(old);
    bson_concat(old.get(), where.get());
    if (auto removed = link_.Delete(collection, old, session_.get()); !removed) return removed;
    Own(id).Text("relation", name.relation).Text("chunk", name.chunk);
    noted.Document("_id", id);
    if (auto removed = link_.Delete("parts", noted, session_.get()); !removed) return removed;
  }
  for (std::size_t first = 0; first < count; first += kBatchRowsMax) {
    if (auto ended = EndBatch(false); !ended) return ended;
    if (auto again = Session(); !again) return std::unexpected(again.error());
    const std::size_t size = std::min(kBatchRowsMax, count - first);
    // A row that another part of the same change still holds is met by its identity.
    if (auto put = PutBatch(collection, first, size, is_new && is_aside_, make); !put) return put;
    batch_rows_ += size;
  }
  if (auto again = Session(); !again) return std::unexpected(again.error());
  if (auto noted = Note(name, print); !noted) return noted;
  put_.push_back(name);
  return EndBatch(false);
}

Result<void> MongoChange::PutRows(const ports::StoredRelation& relation, const ports::PartName& name,
                                  const ports::PartPrint& print,
                                  const std::vector<std::vector<ports::Cell>>& rows) {
  std::vector<std::size_t> keys;
  for (const std::string& column : relation.key) {
    const auto found = std::ranges::find(relation.columns, column, &ports::StoredColumn::name);
    keys.push_back(static_cast<std::size_t>(found - relation.columns.begin()));
  }
  Bson where;
  PlaceOf(name, where);
  return PutPart(relation.name.c_str(), name, print, where, rows.size(),
                 [&](std::size_t at, Bson& id, Bson& body) {
                   for (const std::size_t key : keys)
                     id.Number(relation.columns[key].name.c_str(), std::get<std::int64_t>(rows[at][key]));
                   body.Text("part", name.chunk);
                   AppendMongoRow(relation, rows[at], body.get());
                 });
}

Result<void> MongoChange::PutBytes(const ports::PartName& name, const ports::PartPrint& print,
                                   const std::string& bytes) {
  const std::size_t pieces = std::max<std::size_t>(1, (bytes.size() + kPieceBytesMax - 1) / kPieceBytesMax);
  Bson where;
  PlaceOf(name, where);
  return PutPart("slices", name, print, where, pieces, [&](std::size_t at, Bson& id, Bson& body) {
    id.Text("relation", name.relation)
        .Text("chunk", name.chunk)
        .Number("piece", static_cast<std::int64_t>(at));
    body.Text("relation", name.relation).Text("chunk", name.chunk).Text("fingerprint", print.fingerprint);
    body.Number("piece", static_cast<std::int64_t>(at)).Number("pieces", static_cast<std::int64_t>(pieces));
    const std::size_t begin = at * kPieceBytesMax;
    bson_append_binary(body.get(), "bytes", -1, BSON_SUBTYPE_BINARY,
                       reinterpret_cast<const std::uint8_t*>(bytes.data() + begin),
                       static_cast<std::uint32_t>(std::min(kPieceBytesMax, bytes.size() - begin)));
  });
}

Result<void> MongoChange::PutAnswer(const ports::PartPrint& print, const ports::StoredAnswer& stored) {
  const model::Answer& answer = stored.answer;
  const std::vector<std::size_t> begins = PagesOf(answer);
  std::string columns, limits;
  model::AppendJsonColumns(answer.columns, true, columns);
  model::AppendJsonLimits(answer.limits, limits);
  const std::string told = fmt::format("{{\"conditions\":{},\"columns\":{},\"limits\":{}}}",
                                       stored.conditions_json, columns, limits);
  bson_error_t error;
  bson_t* const parsed = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(told.data()),
                                            static_cast<ssize_t>(told.size()), &error);
  if (parsed == nullptr) return MongoFail("write an answer", answer.question.metric, error);
  const std::unique_ptr<bson_t, void (*)(bson_t*)> beside(parsed, bson_destroy);
  const ports::PartName name{std::string(kAnswers), stored.key};
  Bson where;
  PlaceOf(name, where);
  return PutPart("metrics", name, print, where, begins.size() - 1, [&](std::size_t at, Bson& id, Bson& body) {
    id.Text("key", stored.key).Number("page", static_cast<std::int64_t>(at));
    body.Text("key", stored.key).Number("page", static_cast<std::int64_t>(at));
    body.Text("metric", answer.question.metric);
    bson_concat(body.get(), beside.get());
    AppendMongoAnswerRows(answer, begins[at], begins[at + 1] - begins[at], body.get());
  });
}

Result<void> MongoChange::Drop(const ports::PartName& name) {
  Bson place, where, id, noted;
  const char* collection = PlaceOf(name, place);
  Own(where);
  bson_concat(where.get(), place.get());
  Own(id).Text("relation", name.relation).Text("chunk", name.chunk);
  noted.Document("_id", id);
  auto session = Session();
  if (!session) return std::unexpected(session.error());
  if (auto removed = link_.Delete(collection, where, session_.get()); !removed) return removed;
  if (auto removed = link_.Delete("parts", noted, session_.get()); !removed) return removed;
  if (const auto held = held_.find(name); held != held_.end())
    batch_rows_ += static_cast<std::size_t>(held->second.rows);
  return EndBatch(false);
}

Result<void> MongoChange::Switch(const std::string& data_version) {
  Bson mine, set, update, more, no_more;
  mine.Text("_id", listener_);
  if (!base_epoch_.empty()) mine.Text("epoch", base_epoch_);
  // Aside nothing tells of changes within the state that was there, but that they are counted.
  if (is_aside_ && !base_epoch_.empty())
    mine.Document("writes", no_more.Document("$not", more.Number("$gt", base_writes_)));
  set.Text("data_version", data_version).Text("epoch", epoch_);
  bson_append_date_time(set.get(), "published_at", -1, NowMs());
  update.Document("$set", set);
  auto session = Session();
  if (!session) return std::unexpected(session.error());
  // Where there was a state it must still be that one; where there was none, a second document is refused.
  auto met = link_.UpdateOne("listeners", mine, update, base_epoch_.empty(), session_.get());
  if (!met) return std::unexpected(met.error());
  if ((*met == 0) != base_epoch_.empty()) return Overtaken(link_.place(), listener_);
  // An answer that stayed as it was holds of this version too.
  Bson answers, version, versioned;
  version.Text("data_version", data_version);
  versioned.Document("$set", version);
  if (auto told = link_.UpdateAll("metrics", Own(answers), versioned, session_.get()); !told) return told;
  if (!is_aside_) return {};
  Bson change;
  change.Text("_id", listener_);
  return link_.Delete("changes", change, session_.get());
}

Result<void> MongoChange::Commit(const std::string& data_version) {
  if (auto switched = Switch(data_version); !switched) return switched;
  if (auto ended = EndBatch(true); !ended) return ended;
  // Readers see the change already, and what is left here the next large change removes. Only what was there
  // before this one began: somebody may be writing the next epoch.
  if (is_aside_) (void)RemoveMongoEpochs(link_, listener_, replaced_);
  return {};
}

}  // namespace earprint::adapters
