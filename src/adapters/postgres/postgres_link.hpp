#pragma once

#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/postgres/postgres_error.hpp"
#include "adapters/postgres/postgres_metric_store.hpp"
#include "adapters/postgres/postgres_watch.hpp"

namespace earprint::adapters {

/// Which events came over Spotify's Web API, as model::IsFromApi has it.
inline constexpr std::string_view kPostgresFromApi =
    "(source in ('recent', 'player') or starts_with(source, 'spotify'))";

/// Which events go with a listener of their name, as model::GoesWithListener has it: a catalogue's audio
/// features are nobody's, and their topic is not read again from where it was.
inline std::string PostgresGoesWithListener() {
  return "(type <> 'audio_features' or " + std::string(kPostgresFromApi) + ")";
}

/// The connection to a store: made when it is needed, made anew when it was lost, with the schema at this
/// program's version.
class PostgresLink {
 public:
  explicit PostgresLink(PostgresOptions options)
      : options_(std::move(options)), place_(PostgresPlace(options_.url)), watch_(options_.silence_max) {}
  ~PostgresLink() { GiveUp(); }
  PostgresLink(const PostgresLink&) = delete;
  PostgresLink& operator=(const PostgresLink&) = delete;

  const std::string& place() const { return place_; }

  /// A connection that is open, as far as can be told. Throws what libpqxx throws.
  pqxx::connection& Open();

  /// Makes the schema, or brings it up to date. Errors: kUnsupported a later program made it. Throws what
  /// libpqxx throws.
  base::Result<void> Migrate();

  /// Whether anything was ever published here. Throws what libpqxx throws.
  bool HasSchema();

  /// Closes the connection; nothing may use it any more.
  void GiveUp() {
    watch_.Follow(-1);
    connection_.reset();
    is_migrated_ = false;
  }

  /// Ends what waits for the server, and whatever will. Thread-safe.
  void BreakOff() { watch_.BreakOff(); }

  /// Lives while the server owes an answer: one that does not come ends the connection.
  PostgresWatch::Owed Wait() { return PostgresWatch::Owed(watch_); }

  /// While it lives, an answer may take as long as it does.
  PostgresWatch::Patience BePatient() { return PostgresWatch::Patience(watch_); }

  /// What was thrown, as an error.
  base::Error ErrorOf(const std::string& op, const std::exception& error) const;

  /// Runs what uses the connection; whatever it throws becomes an error, and the connection is given up.
  template <typename Work>
  auto Try(const std::string& op, const Work& work) -> decltype(work()) {
    const PostgresWatch::Owed owed(watch_);
    try {
      return work();
    } catch (const std::exception& thrown) {
      base::Error error = ErrorOf(op, thrown);
      GiveUp();
      return std::unexpected(std::move(error));
    }
  }

 private:
  PostgresOptions options_;
  std::string place_;
  PostgresWatch watch_;
  std::unique_ptr<pqxx::connection> connection_;
  bool is_migrated_ = false;
};

}  // namespace earprint::adapters
