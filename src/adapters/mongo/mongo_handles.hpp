#pragma once

#include <mongoc/mongoc.h>

#include <memory>
#include <string>

namespace earprint::adapters {

/// Frees what libmongoc and libbson give.
struct MongoFree {
  void operator()(mongoc_client_t* it) const { mongoc_client_destroy(it); }
  void operator()(mongoc_uri_t* it) const { mongoc_uri_destroy(it); }
  void operator()(mongoc_client_session_t* it) const { mongoc_client_session_destroy(it); }
  void operator()(mongoc_collection_t* it) const { mongoc_collection_destroy(it); }
  void operator()(mongoc_cursor_t* it) const { mongoc_cursor_destroy(it); }
  void operator()(mongoc_bulk_operation_t* it) const { mongoc_bulk_operation_destroy(it); }
  void operator()(mongoc_transaction_opt_t* it) const { mongoc_transaction_opts_destroy(it); }
  void operator()(mongoc_write_concern_t* it) const { mongoc_write_concern_destroy(it); }
  void operator()(mongoc_read_concern_t* it) const { mongoc_read_concern_destroy(it); }
};
template <typename T>
using MongoHandle = std::unique_ptr<T, MongoFree>;

/// A BSON document on the stack.
class Bson {
 public:
  Bson() { bson_init(&bson_); }
  ~Bson() { bson_destroy(&bson_); }
  Bson(const Bson&) = delete;
  Bson& operator=(const Bson&) = delete;
  bson_t* get() { return &bson_; }
  const bson_t* get() const { return &bson_; }

  Bson& Text(const char* key, const std::string& value) {
    bson_append_utf8(&bson_, key, -1, value.data(), static_cast<int>(value.size()));
    return *this;
  }
  Bson& Number(const char* key, std::int64_t value) {
    bson_append_int64(&bson_, key, -1, value);
    return *this;
  }
  Bson& Flag(const char* key, bool value) {
    bson_append_bool(&bson_, key, -1, value);
    return *this;
  }
  Bson& Document(const char* key, const Bson& value) {
    bson_append_document(&bson_, key, -1, value.get());
    return *this;
  }

 private:
  bson_t bson_;
};

/// A field of a document as text; empty where it is none.
std::string MongoText(const bson_t* document, const char* key);
/// A field of a document as a whole number; 0 where it is none.
std::int64_t MongoNumber(const bson_t* document, const char* key);

}  // namespace earprint::adapters
