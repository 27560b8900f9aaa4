#include "adapters/mongo/mongo_error.hpp"

#include <gtest/gtest.h>
#include <mongoc/mongoc.h>

#include <cstdint>

namespace earprint::adapters {
namespace {

using base::ErrorCode;

bson_error_t Refusal(std::uint32_t code, std::uint32_t domain = MONGOC_ERROR_SERVER) {
  bson_error_t error;
  bson_set_error(&error, domain, code, "it says so");
  return error;
}

ErrorCode CodeOf(std::uint32_t code, const bson_t* reply = nullptr) {
  return MongoError("write", "here", Refusal(code), reply).code;
}

// MongoDB's specifications of retryable reads and writes, and what a server tells in an election, when it is
// too busy, or when it ends what it was doing.
TEST(MongoError, WhatPassesIsTriedAgain) {
  for (const std::uint32_t code :
       {6U,   7U,    43U,    46U,    50U,    63U,    64U,    89U,    91U,    100U,   133U,  134U, 146U,
        150U, 175U,  189U,   202U,   216U,   234U,   237U,   239U,   262U,   267U,   279U,  290U, 317U,
        365U, 9001U, 10058U, 10107U, 11600U, 11601U, 11602U, 13388U, 13435U, 13436U, 14031U}) {
    const base::Error error = MongoError("write", "here", Refusal(code));
    EXPECT_EQ(error.code, ErrorCode::kRetryLater) << code;
    EXPECT_NE(error.hint, "") << code;
    EXPECT_EQ(MongoError("write", "here", Refusal(code, MONGOC_ERROR_WRITE_CONCERN)).code,
              ErrorCode::kRetryLater)
        << code;
  }
}

TEST(MongoError, WhatStaysIsNot) {
  EXPECT_EQ(CodeOf(13), ErrorCode::kUnauthorized);
  EXPECT_EQ(CodeOf(121), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(20), ErrorCode::kUnsupported);
  EXPECT_EQ(CodeOf(112), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(987'654), ErrorCode::kCorrupt);
}

TEST(MongoError, ServersLabelsAreHeeded) {
  for (const char* label :
       {"RetryableWriteError", "TransientTransactionError", "UnknownTransactionCommitResult"}) {
    bson_t* const reply = BCON_NEW("errorLabels", "[", BCON_UTF8("Another"), BCON_UTF8(label), "]");
    EXPECT_EQ(CodeOf(987'654, reply), ErrorCode::kRetryLater) << label;
    // What is known says more than a label: two published at once.
    EXPECT_EQ(CodeOf(112, reply), ErrorCode::kConflict) << label;
    EXPECT_EQ(CodeOf(13, reply), ErrorCode::kUnauthorized) << label;
    // A line that broke is of a server that ended, for want of room perhaps.
    bson_error_t broken{};
    bson_set_error(&broken, MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_SOCKET, "Failed to read 4 bytes");
    const base::Error of_line = MongoError("write", "mongodb://here", broken, reply);
    EXPECT_EQ(of_line.code, ErrorCode::kRetryLater);
    EXPECT_NE(of_line.hint.find("disk room"), std::string::npos) << of_line.hint;
    bson_destroy(reply);
  }
  bson_t* const reply = BCON_NEW("errorLabels", "[", BCON_UTF8("Another"), "]");
  EXPECT_EQ(CodeOf(987'654, reply), ErrorCode::kCorrupt);
  bson_destroy(reply);
}

}  // namespace
}  // namespace earprint::adapters
