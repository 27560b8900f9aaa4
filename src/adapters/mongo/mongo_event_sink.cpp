#include "adapters/mongo/mongo_event_sink.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <future>
#include <string_view>
#include <utility>

#include "adapters/mongo/mongo_error.hpp"
#include "adapters/mongo/mongo_link.hpp"
#include "base/text.hpp"
#include "model/event_line.hpp"

namespace earprint::adapters {

namespace {

using base::Result;

constexpr std::uint32_t kDocumentBytesMax = 16U << 20;
constexpr std::size_t kEventBytesMax = kDocumentBytesMax - (1U << 20);  // room for what stands beside it
constexpr std::uint32_t kBatchBytesMax = 16U << 20;
constexpr std::size_t kBatchEventsMax = 10'000;
constexpr std::uint32_t kIsThere = 11000;

Bson& Text(Bson& document, const char* key, std::string_view text) {
  bson_append_utf8(document.get(), key, -1, text.data(), static_cast<int>(text.size()));
  return document;
}

/// Whether a name may begin with $; as a text of a name's it stands behind a colon, as a part of one behind a
/// backslash.
bool HasDollarName(std::string_view json) {
  constexpr std::string_view kDollar = "\"$";
  for (std::size_t at = json.find(kDollar); at != std::string_view::npos; at = json.find(kDollar, at + 1)) {
    const std::string_view before = base::Trim(json.substr(0, at));
    if (!before.ends_with(':') && !before.ends_with('\\')) return true;
  }
  return false;
}

/// Appends what an event states as a document that can be asked about, where it fits and can be one: a name
/// that begins with $ means something of MongoDB's own. The whole is in `body`, byte for byte, whatever it
/// is.
void AppendData(std::string_view line, Bson& document) {
  constexpr std::string_view kBegin = ",\"data\":";
  const std::size_t begin = line.find(kBegin);
  if (begin == std::string_view::npos || HasDollarName(line) || line.contains("\\u0000")) return;
  const std::string_view told = line.substr(begin + kBegin.size(), line.size() - begin - kBegin.size() - 1);
  bson_error_t error;
  bson_t* const parsed = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(told.data()),
                                            static_cast<ssize_t>(told.size()), &error);
  if (parsed == nullptr) return;
  const std::unique_ptr<bson_t, void (*)(bson_t*)> owned(parsed, bson_destroy);
  constexpr std::uint32_t kRoom = 1'024;
  // A line is valid UTF-8; only an escape can make text that is none.
  const bool must_look = line.contains("\\u") || line.contains("\"\":");
  constexpr auto kMust = static_cast<bson_validate_flags_t>(BSON_VALIDATE_UTF8 | BSON_VALIDATE_EMPTY_KEYS);
  if (parsed->len + document.get()->len + kRoom > kDocumentBytesMax ||
      (must_look && !bson_validate(parsed, kMust, nullptr)))
    return;
  bson_append_document(document.get(), "data", -1, parsed);
}

/// Whether all that a bulk of inserts failed with is that an event is there already.
bool WereOnlyThere(const bson_t* reply) {
  bson_iter_t list, each, code;
  if (bson_iter_init_find(&list, reply, "writeConcernErrors") && bson_iter_recurse(&list, &each) &&
      bson_iter_next(&each))
    return false;
  if (!bson_iter_init_find(&list, reply, "writeErrors") || !bson_iter_recurse(&list, &each)) return false;
  bool is_any = false;
  while (bson_iter_next(&each)) {
    if (!bson_iter_recurse(&each, &code) || !bson_iter_find(&code, "code") ||
        bson_iter_as_int64(&code) != kIsThere)
      return false;
    is_any = true;
  }
  return is_any;
}

class MongoEventSink final : public ports::EventSink {
 public:
  MongoEventSink(MongoOptions options, std::string origin)
      : link_(std::move(options)), origin_(std::move(origin)) {}

  Result<std::string> Name() override {
    if (auto prepared = link_.Prepare(); !prepared) return std::unexpected(prepared.error());
    bson_oid_t fresh;
    bson_oid_init(&fresh, nullptr);
    std::array<char, 25> text{};
    bson_oid_to_string(&fresh, text.data());
    Bson one, set, update;
    one.Text("_id", "this");
    update.Document("$setOnInsert", set.Text("name", text.data()));
    auto made = link_.UpdateOne("event_sink", one, update, true, nullptr);
    // Of two who make it at once one is told that it is there.
    if (!made && made.error().code != base::ErrorCode::kConflict) return std::unexpected(made.error());
    std::string name;
    auto read = Find("event_sink", one, [&name](const bson_t* told) -> Result<void> {
      name = MongoText(told, "name");
      return {};
    });
    if (!read) return std::unexpected(read.error());
    if (name.empty())
      return base::Fail(base::ErrorCode::kRetryLater, "open the store", link_.place(),
                        "its name is not there yet");
    return "store." + name;
  }

  Result<ports::SinkPlaces> Places() override {
    if (auto prepared = link_.Prepare(); !prepared) return std::unexpected(prepared.error());
    ports::SinkPlaces places{{}, true};
    Bson mine;
    auto read =
        Find("consumed_offsets", mine.Text("log", origin_), [&places](const bson_t* told) -> Result<void> {
          const std::string type = MongoText(told, "type");
          const auto* const found =
              std::ranges::find(model::kEventTypes, std::string_view(type), model::TypeName);
          if (found == model::kEventTypes.end()) return {};  // of a later version, which reads it
          places.next[{*found, static_cast<std::int32_t>(MongoNumber(told, "partition"))}] =
              MongoNumber(told, "next_offset");
          return {};
        });
    if (!read) return std::unexpected(read.error());
    known_ = places.next;
    return places;
  }

  std::size_t EventBytesMax() const override { return kEventBytesMax; }

  Result<ports::TakenReport> Keep(model::EventBatch batch, const ports::FeedPlaces& next) override {
    if (auto prepared = link_.Prepare(); !prepared) return std::unexpected(prepared.error());
    if (auto ours = HoldShares(next); !ours) return std::unexpected(ours.error());
    ports::TakenReport report{.read = batch.read};
    // While the server takes some the next ones are made.
    std::future<Result<std::uint64_t>> inserting;
    for (std::size_t at = 0; at < batch.events.size() || inserting.valid();) {
      std::deque<Bson> documents = DocumentsFrom(batch, at);
      if (inserting.valid()) {
        auto inserted = inserting.get();
        if (!inserted) return std::unexpected(inserted.error());
        report.accepted += *inserted;
      }
      if (documents.empty()) continue;
      inserting = std::async(std::launch::async,
                             [this, documents = std::move(documents)] { return Insert(documents); });
    }
    report.duplicate = batch.events.size() - report.accepted;
    for (const auto& [share, place] : next) {
      if (auto noted = Note(share, place); !noted) return std::unexpected(noted.error());
      known_[share] = std::max(known_[share], place);
    }
    return report;
  }

  Result<void> BeginAnew(const std::set<ports::FeedShare>& shares) override {
    if (auto prepared = link_.Prepare(); !prepared) return prepared;
    for (const ports::FeedShare& share : shares) {
      Bson one;
      if (auto removed = link_.Delete("consumed_offsets", one.Text("_id", KeyOf(share)), nullptr); !removed)
        return removed;
      known_.erase(share);
    }
    return {};
  }

  Result<void> Forget(const std::set<ports::ForgottenEvents>& forgotten) override {
    if (auto prepared = link_.Prepare(); !prepared) return prepared;
    for (const auto& [listener, type, part] : forgotten) {
      Bson which;
      which.Text("listener", listener).Text("type", std::string(model::TypeName(type)));
      part == model::ForgottenPart::kFromApi ? AppendFromApi(which) : AppendGoesWithListener(which);
      if (auto removed = link_.Delete("events", which, nullptr); !removed) return removed;
    }
    return {};
  }

 private:
  /// Who was held up for so long that another reader has brought a share further would bring back what was
  /// erased there meanwhile. There is no lock: it is seen of who was held up before, not within the insert.
  Result<void> HoldShares(const ports::FeedPlaces& next) {
    for (const auto& [share, place] : next) {
      const auto known = known_.find(share);
      if (known == known_.end()) continue;
      Bson one;
      std::int64_t stored = -1;
      auto read = Find("consumed_offsets", one.Text("_id", KeyOf(share)),
                       [&stored](const bson_t* told) -> Result<void> {
                         stored = MongoNumber(told, "next_offset");
                         return {};
                       });
      if (!read) return std::unexpected(read.error());
      if (stored > known->second) {
        return base::Fail(base::ErrorCode::kConflict, "write events to the store", link_.place(),
                          "another reader has brought a share further meanwhile",
                          "it is read anew from there");
      }
    }
    return {};
  }

  /// As many events as go at once, as documents; moves `at` behind them.
  static std::deque<Bson> DocumentsFrom(const model::EventBatch& batch, std::size_t& at) {
    std::deque<Bson> documents;
    std::size_t bytes = 0;
    for (; at < batch.events.size() && documents.size() < kBatchEventsMax && bytes < kBatchBytesMax; ++at) {
      const model::EventRef& event = batch.events[at];
      const std::string_view line = std::string_view(batch.lines).substr(event.begin, event.size - 1);
      const auto told = model::ReadEventLine(line);
      if (!told) continue;
      std::string scratch;
      Bson& document = documents.emplace_back();
      Text(document, "_id", told->id_text);
      Text(document, "type", told->type);
      Text(document, "listener", model::ListenerOf(*told, scratch).value_or(""));
      Text(document, "source", told->source);
      Text(document, "body", line);
      AppendData(line, document);
      bytes += document.get()->len;
    }
    return documents;
  }

  /// Inserts each that is not there. Gives how many were new. Most members have them when this returns, those
  /// too that were there.
  Result<std::uint64_t> Insert(const std::deque<Bson>& documents) {
    Bson options, one;
    options.Flag("ordered", false);
    one.Flag("validate", false);  // of valid UTF-8 they were made
    const auto into = link_.Collection("events");
    const MongoHandle<mongoc_bulk_operation_t> bulk(
        mongoc_collection_create_bulk_operation_with_opts(into.get(), options.get()));
    bson_error_t error;
    for (const Bson& document : documents) {
      if (!mongoc_bulk_operation_insert_with_opts(bulk.get(), document.get(), one.get(), &error))
        return MongoFail("write events to the store", link_.place(), error);
    }
    Bson reply;
    bson_destroy(reply.get());
    if (mongoc_bulk_operation_execute(bulk.get(), reply.get(), &error) == 0 && !WereOnlyThere(reply.get()))
      return MongoFail("write events to the store", link_.place(), error, reply.get());
    return static_cast<std::uint64_t>(MongoNumber(reply.get(), "nInserted"));
  }

  std::string KeyOf(const ports::FeedShare& share) const {
    return origin_ + "/" + std::string(model::TypeName(share.type)) + "/" + std::to_string(share.number);
  }

  /// A place never moves back.
  Result<void> Note(const ports::FeedShare& share, std::int64_t place) {
    const std::string type(model::TypeName(share.type));
    Bson one, set, furthest, update;
    one.Text("_id", KeyOf(share));
    update.Document("$setOnInsert",
                    set.Text("log", origin_).Text("type", type).Number("partition", share.number));
    update.Document("$max", furthest.Number("next_offset", place));
    auto noted = link_.UpdateOne("consumed_offsets", one, update, true, nullptr);
    if (!noted && noted.error().code == base::ErrorCode::kConflict) {  // somebody else made it just then
      noted = link_.UpdateOne("consumed_offsets", one, update, true, nullptr);
    }
    if (!noted) return std::unexpected(noted.error());
    return {};
  }

  /// What most members have: of what one member alone has nobody knows whether it stays.
  Result<void> Find(const char* collection, const Bson& filter,
                    const std::function<Result<void>(const bson_t*)>& take) {
    Bson options, level;
    options.Document("readConcern", level.Text("level", "majority"));
    return link_.Find(collection, filter, options, nullptr, take);
  }

  MongoLink link_;
  std::string origin_;
  ports::FeedPlaces known_;  ///< how far each share was when we last looked or wrote
};

}  // namespace

std::unique_ptr<ports::EventSink> MakeMongoEventSink(MongoOptions options, std::string origin) {
  return std::make_unique<MongoEventSink>(std::move(options), std::move(origin));
}

}  // namespace earprint::adapters
