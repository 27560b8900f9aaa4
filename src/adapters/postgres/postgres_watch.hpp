#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace earprint::adapters {

/// Ends a connection whose server is reachable and does not answer, as no setting of the line does; or when
/// it is told to.
///
/// Effects: a thread, from the first connection on. Thread-safe.
class PostgresWatch {
 public:
  /// `silence_max`: for how long nothing comes or goes while an answer is owed.
  explicit PostgresWatch(std::chrono::milliseconds silence_max) : silence_max_(silence_max) {}
  ~PostgresWatch();
  PostgresWatch(const PostgresWatch&) = delete;
  PostgresWatch& operator=(const PostgresWatch&) = delete;

  /// Watches a connection's socket; with -1 none, to be called before it is closed.
  void Follow(int socket);

  /// While one lives the server owes an answer.
  class Owed {
   public:
    explicit Owed(PostgresWatch& watch) : watch_(watch) { watch_.Owe(1); }
    ~Owed() { watch_.Owe(-1); }
    Owed(const Owed&) = delete;
    Owed& operator=(const Owed&) = delete;

   private:
    PostgresWatch& watch_;
  };

  /// While one lives an answer may take as long as it wants.
  class Patience {
   public:
    explicit Patience(PostgresWatch& watch) : watch_(watch) { watch_.BePatient(1); }
    ~Patience() { watch_.BePatient(-1); }
    Patience(const Patience&) = delete;
    Patience& operator=(const Patience&) = delete;

   private:
    PostgresWatch& watch_;
  };

  /// Ends the connection, and every one that is made from now on.
  void BreakOff();

  bool is_broken_off() const;
  /// Whether the connection that is followed was ended since its server was silent.
  bool was_silent() const;
  std::chrono::milliseconds silence_max() const { return silence_max_; }

 private:
  void Owe(int more);
  void BePatient(int more);
  void Run(const std::stop_token& stop);
  void LookAtTheLine();
  void End();

  const std::chrono::milliseconds silence_max_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  int socket_ = -1;
  int owed_ = 0, patient_ = 0;
  bool is_broken_off_ = false, was_silent_ = false;
  std::chrono::steady_clock::time_point heard_at_{};  ///< or began to wait, or to be patient
  std::jthread thread_;
};

}  // namespace earprint::adapters
