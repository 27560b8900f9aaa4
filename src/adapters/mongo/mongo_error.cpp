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
constexpr std::array<Meaning, 21> kMeanings = {{
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
    {290, ErrorCode::kRetryLater, "the transaction took too long: run it again"},
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
    {20, ErrorCode::kUnsupported, "transactions need a replica set: start mongod with --replSet"},
    {121, ErrorCode::kCorrupt, "a validator refuses a document: the collections are not this program's"},
}};

}  // namespace

base::Error MongoError(const std::string& op, const std::string& place, const bson_error_t& error) {
  const std::string cause = base::WithoutControls(base::ToValidUtf8(error.message), ' ');
  if (cause.contains("Authentication failed") || cause.contains("uthentication"))
    return {ErrorCode::kUnauthorized, op, place, cause, "look at user, password and authSource in the URL"};
  if (cause.contains("No space left") || cause.contains("disk space"))
    return {ErrorCode::kRetryLater, op, place, cause, "give the database's disk room, then run it again"};
  const bool is_of_server = error.domain == MONGOC_ERROR_SERVER ||
                            error.domain == MONGOC_ERROR_WRITE_CONCERN ||
                            error.domain == MONGOC_ERROR_COLLECTION;
  const auto* const meaning = std::ranges::find(kMeanings, error.code, &Meaning::code);
  if (is_of_server && meaning != kMeanings.end())
    return {meaning->means, op, place, cause, std::string(meaning->hint)};
  if (is_of_server)
    return {ErrorCode::kCorrupt, op, place, cause + " (code " + std::to_string(error.code) + ")",
            "look into the server's log"};
  return {ErrorCode::kRetryLater, op, place, cause,
          "see that the server runs, has disk room, can be reached and takes more connections; running it "
          "again goes on"};
}

base::Failure MongoFail(const std::string& op, const std::string& place, const bson_error_t& error) {
  return base::Failure(MongoError(op, place, error));
}

}  // namespace earprint::adapters
