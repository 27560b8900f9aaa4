#include "adapters/postgres/postgres_link.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "base/secret_text.hpp"
#include "base/text.hpp"

namespace earprint::adapters {

namespace {

/// Seconds until a server that does not answer counts as not reachable; and what keeps a broken line from
/// hanging for ever.
constexpr std::string_view kSettings =
    "connect_timeout=10&keepalives_idle=20&keepalives_interval=5&keepalives_count=3&tcp_user_timeout=30000"
    "&application_name=earprint";
/// One number for all programs that migrate: they wait for each other.
constexpr std::string_view kMigrationLock = "select pg_advisory_xact_lock(4715269923471)";

/// The settings of an address that say which store it is of.
constexpr std::array<std::string_view, 6> kWhere = {"host", "hostaddr", "port", "dbname", "user", "service"};

std::string WithSettings(const std::string& url) {
  return url + (url.contains('?') ? "&" : "?") + std::string(kSettings);
}

}  // namespace

std::string PostgresPlace(const std::string& url) {
  const std::size_t question = std::min(url.find('?'), url.size());
  std::string place = base::ShownAddress(url);
  if (question == url.size()) return place;
  char separator = '?';
  for (const std::string_view setting : base::Split(std::string_view(url).substr(question + 1), '&')) {
    if (std::ranges::find(kWhere, setting.substr(0, setting.find('='))) == kWhere.end()) continue;
    place.append(1, separator).append(setting);
    separator = '&';
  }
  return place;
}

pqxx::connection& PostgresLink::Open() {
  if (connection_ && connection_->is_open()) return *connection_;
  if (watch_.is_broken_off()) throw pqxx::broken_connection("it was broken off");
  GiveUp();
  connection_ = std::make_unique<pqxx::connection>(WithSettings(options_.url));
  watch_.Follow(connection_->sock());
  connection_->set_client_encoding("UTF8");
  // Notices are for people at a prompt.
  pqxx::nontransaction(*connection_)
      .exec("set client_min_messages = error; set timezone = 'UTC'; set lock_timeout = '60s'");
  return *connection_;
}

base::Error PostgresLink::ErrorOf(const std::string& op, const std::exception& error) const {
  if (watch_.is_broken_off())
    return {base::ErrorCode::kRetryLater, op, place_, "it was broken off",
            "nothing is half there; run it again"};
  if (watch_.was_silent()) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(watch_.silence_max());
    return {base::ErrorCode::kRetryLater, op, place_,
            "the server is there and has not answered for " + std::to_string(seconds.count()) + " s",
            "look at what it is doing; nothing is half there, and running it again goes on"};
  }
  return PostgresError(op, place_, error);
}

bool PostgresLink::HasSchema() {
  if (is_migrated_) return true;
  pqxx::nontransaction look(Open());
  return !look.exec("select to_regclass('earprint.listeners')")[0][0].is_null();
}

base::Result<void> PostgresLink::Migrate() {
  pqxx::connection& connection = Open();
  if (is_migrated_) return {};
  pqxx::work work(connection);
  work.exec(std::string(kMigrationLock));
  // Where it is there nobody need have the right to make one, which the database asks for before it looks.
  if (work.exec("select to_regnamespace('earprint')")[0][0].is_null()) work.exec("create schema earprint");
  work.exec(
      "create table if not exists earprint.migrations (number integer primary key, name text not null, "
      "applied_at timestamptz not null default now())");
  const int newest = work.exec("select coalesce(max(number), 0) from earprint.migrations")[0][0].as<int>();
  int known = 0;
  for (const PostgresMigration& migration : options_.migrations) {
    known = std::max(known, migration.number);
    if (migration.number <= newest) continue;
    const PostgresWatch::Patience patience(watch_);  // all rows may be written anew
    work.exec(migration.sql);
    work.exec_params("insert into earprint.migrations (number, name) values ($1, $2)", migration.number,
                     migration.name);
  }
  if (newest > known) {
    return base::Fail(base::ErrorCode::kUnsupported, "open the store", place_,
                      "a later version of earprint made its schema", "use that version, or another database");
  }
  work.commit();
  is_migrated_ = true;
  return {};
}

}  // namespace earprint::adapters
