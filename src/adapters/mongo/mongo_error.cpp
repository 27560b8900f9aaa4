#include "adapters/mongo/mongo_error.hpp"

#include <mongoc/mongoc.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"

namespace earprint::adapters {

namespace {

using base::ErrorCode;

struct Meaning {
  std::uint32_t code;  ///< of the server
  ErrorCode means;
  std::string_view hint;
};
constexpr std::string_view kComesBack = "the server was stopped or is starting; it is tried again by itself";
constexpr std::string_view kSomebody = "somebody else publishes the same listener: run it again";
constexpr std::string_view kTooSlow =
    "the server was too busy to answer in time; it is tried again by itself";
constexpr std::string_view kUnreachable =
    "members of the replica set do not reach each other: look at their network; it is tried again by itself";
constexpr std::string_view kTooLarge =
    "one row has more than the 16 MiB that a document may have; other listeners are published";
constexpr std::string_view kReadAgain = "the server ended what it was reading; it is tried again by itself";
/// What is not here, and not told by the server to pass, is taken to stay.
constexpr std::array kMeanings = std::to_array<Meaning>({
    {13, ErrorCode::kUnauthorized,
     "the user may not do that: it needs readWrite and dbAdmin on the database"},
    {18, ErrorCode::kUnauthorized, "look at user, password and authSource in the URL"},
    {11, ErrorCode::kUnauthorized, "look at user, password and authSource in the URL"},
    {24, ErrorCode::kConflict, kSomebody},
    {112, ErrorCode::kConflict, kSomebody},
    {246, ErrorCode::kConflict, kSomebody},
    {251, ErrorCode::kConflict,
     "the transaction took too long, or somebody else publishes the same listener"},
    {11000, ErrorCode::kConflict, kSomebody},
    {225, ErrorCode::kConflict, kSomebody},
    {290, ErrorCode::kRetryLater, "the transaction took too long: run it again"},
    {6, ErrorCode::kRetryLater, kUnreachable},
    {7, ErrorCode::kRetryLater, kUnreachable},
    {43, ErrorCode::kRetryLater, kReadAgain},
    {46, ErrorCode::kRetryLater, kTooSlow},
    {50, ErrorCode::kRetryLater, kTooSlow},
    {63, ErrorCode::kRetryLater, kReadAgain},
    {100, ErrorCode::kRetryLater, "too few members of the replica set answer: look at them"},
    {134, ErrorCode::kRetryLater, "most members of the replica set have not come so far: look at them"},
    {146, ErrorCode::kRetryLater, "the server is out of memory: run it again later"},
    {150, ErrorCode::kRetryLater, kReadAgain},
    {175, ErrorCode::kRetryLater, kReadAgain},
    {202, ErrorCode::kRetryLater, kTooSlow},
    {216, ErrorCode::kRetryLater, kComesBack},
    {234, ErrorCode::kRetryLater, kReadAgain},
    {237, ErrorCode::kRetryLater, kReadAgain},
    {239, ErrorCode::kRetryLater, kReadAgain},
    {262, ErrorCode::kRetryLater, kTooSlow},
    {267, ErrorCode::kRetryLater, kTooSlow},
    {279, ErrorCode::kRetryLater, kComesBack},
    {317, ErrorCode::kRetryLater, kUnreachable},
    {365, ErrorCode::kRetryLater, kTooSlow},
    {9001, ErrorCode::kRetryLater, kComesBack},
    {10058, ErrorCode::kRetryLater, kComesBack},
    {11601, ErrorCode::kRetryLater, "somebody ended it on the server; it is tried again by itself"},
    {13388, ErrorCode::kRetryLater, kReadAgain},
    {13436, ErrorCode::kRetryLater, kComesBack},
    {89, ErrorCode::kRetryLater, kComesBack},
    {91, ErrorCode::kRetryLater, kComesBack},
    {189, ErrorCode::kRetryLater, kComesBack},
    {10107, ErrorCode::kRetryLater, kComesBack},
    {11600, ErrorCode::kRetryLater, kComesBack},
    {11602, ErrorCode::kRetryLater, kComesBack},
    {13435, ErrorCode::kRetryLater, kComesBack},
    {64, ErrorCode::kRetryLater, "too few members of the replica set answer: look at them"},
    {133, ErrorCode::kRetryLater, "the server finds no primary: look at the replica set"},
    {14031, ErrorCode::kRetryLater, "give the database's disk room, then run it again"},
    {10334, ErrorCode::kUnsupported, kTooLarge},
    {20, ErrorCode::kUnsupported, "transactions need a replica set: start mongod with --replSet"},
    {121, ErrorCode::kCorrupt, "a validator refuses a document: the collections are not this program's"},
});

/// Whether the server, or the library on what it knows of it, says that the same may succeed.
bool IsSaidToPass(const bson_t* reply) {
  constexpr std::array kLabels = {"RetryableWriteError", "TransientTransactionError",
                                  "UnknownTransactionCommitResult"};
  return reply != nullptr && std::ranges::any_of(kLabels, [reply](const char* label) {
           return mongoc_error_has_label(reply, label);
         });
}

}  // namespace

base::Error MongoError(const std::string& op, const std::string& place, const bson_error_t& error,
                       const bson_t* reply) {
  const std::string cause = base::WithoutControls(base::ToValidUtf8(error.message), ' ');
  if (cause.contains("Authentication failed") || cause.contains("uthentication"))
    return {ErrorCode::kUnauthorized, op, place, cause, "look at user, password and authSource in the URL"};
  if (cause.contains("No space left") || cause.contains("disk space"))
    return {ErrorCode::kRetryLater, op, place, cause, "give the database's disk room, then run it again"};
  // The library looks at a document's size before it asks the server.
  if (error.domain == MONGOC_ERROR_BSON && cause.contains("too large"))
    return {ErrorCode::kUnsupported, op, place, cause, std::string(kTooLarge)};
  const bool is_of_server = error.domain == MONGOC_ERROR_SERVER ||
                            error.domain == MONGOC_ERROR_WRITE_CONCERN ||
                            error.domain == MONGOC_ERROR_COLLECTION;
  const auto* const meaning = std::ranges::find(kMeanings, error.code, &Meaning::code);
  if (is_of_server && meaning != kMeanings.end())
    return {meaning->means, op, place, cause, std::string(meaning->hint)};
  if (is_of_server && IsSaidToPass(reply))
    return {ErrorCode::kRetryLater, op, place, cause, std::string(kComesBack)};
  if (is_of_server)
    return {ErrorCode::kCorrupt, op, place, cause + " (code " + std::to_string(error.code) + ")",
            "look into the server's log"};
  return {ErrorCode::kRetryLater, op, place, cause,
          "see that the server runs, has disk room, can be reached and takes more connections; running it "
          "again goes on"};
}

base::Failure MongoFail(const std::string& op, const std::string& place, const bson_error_t& error,
                        const bson_t* reply) {
  return base::Failure(MongoError(op, place, error, reply));
}

}  // namespace earprint::adapters
