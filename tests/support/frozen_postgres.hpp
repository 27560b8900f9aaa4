#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace earprint::testing {

/// What programs do on a server, frozen: reachable, and never answering.
class FrozenPostgres {
 public:
  explicit FrozenPostgres(const std::string& url) {
    pqxx::connection connection(url);
    pqxx::nontransaction look(connection);
    for (const auto& row : look.exec("select pid from pg_stat_activity where application_name = 'earprint'"))
      pids_.push_back(row[0].as<pid_t>());
    for (const pid_t pid : pids_) EXPECT_EQ(::kill(pid, SIGSTOP), 0);
    EXPECT_FALSE(pids_.empty());
  }
  ~FrozenPostgres() {
    for (const pid_t pid : pids_) ::kill(pid, SIGCONT);
  }
  FrozenPostgres(const FrozenPostgres&) = delete;
  FrozenPostgres& operator=(const FrozenPostgres&) = delete;

 private:
  std::vector<pid_t> pids_;
};

}  // namespace earprint::testing
