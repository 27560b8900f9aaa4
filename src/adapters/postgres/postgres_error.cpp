#include "adapters/postgres/postgres_error.hpp"

#include <array>
#include <pqxx/pqxx>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace earprint::adapters {

namespace {

using base::ErrorCode;

/// What stands in a failure, and what it means. By SQLSTATE where the server gives one, else by words, since
/// a refused connection has no more than these.
struct Meaning {
  std::string_view sign;
  ErrorCode code;
  std::string_view hint;
};
constexpr std::array<Meaning, 13> kStates = {{
    {"53100", ErrorCode::kRetryLater, "give the database's disk room, then run it again"},
    {"53200", ErrorCode::kRetryLater, "the database is out of memory: run it again later"},
    {"53300", ErrorCode::kRetryLater,
     "end other connections or raise max_connections; it is tried again by itself"},
    {"53400", ErrorCode::kRetryLater, "a limit that the database is configured with is reached"},
    {"42501", ErrorCode::kUnauthorized,
     "the user may not do that: publish as the schema's owner, read as a member of earprint_reader"},
    {"25006", ErrorCode::kUnauthorized, "the server only reads: name the primary"},
    {"40001", ErrorCode::kConflict, "somebody else publishes the same listener: run it again"},
    {"40P01", ErrorCode::kConflict, "somebody else publishes the same listener: run it again"},
    {"55P03", ErrorCode::kConflict, "somebody else publishes the same listener: run it again"},
    {"57P0", ErrorCode::kRetryLater, "the server was stopped or is starting; it is tried again by itself"},
    {"57014", ErrorCode::kRetryLater, "the server ended the statement, which took too long"},
    {"58", ErrorCode::kRetryLater, "the server's disk failed: look into its log"},
    {"XX", ErrorCode::kCorrupt, "the server's data are damaged: look into its log"},
}};
constexpr std::array<Meaning, 15> kWords = {{
    {"password authentication failed", ErrorCode::kUnauthorized, "look at user and password in the URL"},
    {"no password supplied", ErrorCode::kUnauthorized,
     "put the password into the URL, PGPASSWORD or ~/.pgpass"},
    {"no pg_hba.conf entry", ErrorCode::kUnauthorized,
     "the server lets nobody in from here: its pg_hba.conf"},
    {"role \"", ErrorCode::kUnauthorized, "there is no such user: look at the URL"},
    {"database \"", ErrorCode::kNotFound, "make it: createdb"},
    {"too many clients", ErrorCode::kRetryLater,
     "end other connections or raise max_connections; it is tried again by itself"},
    {"remaining connection slots", ErrorCode::kRetryLater,
     "end other connections or raise max_connections; it is tried again by itself"},
    {"too many connections", ErrorCode::kRetryLater,
     "end other connections or raise the limit; it is tried again by itself"},
    {"No space left on device", ErrorCode::kRetryLater, "give the database's disk room, then run it again"},
    {"could not extend file", ErrorCode::kRetryLater, "give the database's disk room, then run it again"},
    {"permission denied", ErrorCode::kUnauthorized,
     "the user may not do that: publish as the schema's owner, read as a member of earprint_reader"},
    {"must be owner", ErrorCode::kUnauthorized, "publish as the schema's owner"},
    {"lock timeout", ErrorCode::kConflict, "somebody else publishes the same listener: run it again"},
    {"the database system is", ErrorCode::kRetryLater,
     "the server was stopped or is starting; it is tried again by itself"},
    {"could not translate host name", ErrorCode::kRetryLater,
     "look at the host in the URL, and at the network"},
}};

template <std::size_t kCount>
const Meaning* Find(const std::array<Meaning, kCount>& meanings, std::string_view text, bool at_start) {
  for (const Meaning& meaning : meanings) {
    if (at_start ? text.starts_with(meaning.sign) : text.contains(meaning.sign)) return &meaning;
  }
  return nullptr;
}

}  // namespace

base::Error PostgresError(const std::string& op, const std::string& place, const std::exception& error) {
  const std::string cause(base::Trim(base::WithoutControls(error.what(), ' ')));
  const auto* const sql = dynamic_cast<const pqxx::sql_error*>(&error);
  const std::string state = sql == nullptr ? "" : sql->sqlstate();
  const Meaning* meaning = state.empty() ? nullptr : Find(kStates, state, true);
  if (meaning == nullptr) meaning = Find(kWords, cause, false);
  if (meaning != nullptr) return {meaning->code, op, place, cause, std::string(meaning->hint)};
  const bool is_lost = dynamic_cast<const pqxx::broken_connection*>(&error) != nullptr ||
                       dynamic_cast<const pqxx::in_doubt_error*>(&error) != nullptr ||
                       state.starts_with("08");
  const bool is_of_line =
      state.empty() && cause.contains("connection");  // libpqxx tells some losses as SQL's
  if (is_lost || is_of_line) {
    return {ErrorCode::kRetryLater, op, place, cause,
            "see that the server runs, has disk room and can be reached; nothing is half there, and running "
            "it again goes on"};
  }
  return {ErrorCode::kCorrupt, op, place, state.empty() ? cause : cause + " (SQLSTATE " + state + ")",
          "the schema is not this program's: look at it, or publish into another database"};
}

}  // namespace earprint::adapters
