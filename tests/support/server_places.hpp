#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>

#include "app/stores/store_choice.hpp"
#include "tests/support/small_disk.hpp"
#include "tests/support/stored_listener.hpp"
#include "tests/support/test_server.hpp"

namespace earprint::testing {

/// A name that no other test has.
inline std::string FreshName() {
  static std::atomic<int> next = 0;
  return "t" + std::to_string(::getpid()) + "_" + std::to_string(next++);
}

/// The address of a server with another database.
inline std::string WithDatabase(const std::string& address, const std::string& database) {
  const std::size_t slash = address.find('/', address.find("://") + 3);
  const std::size_t query = address.find('?');
  return address.substr(0, slash + 1) + database + (query == std::string::npos ? "" : address.substr(query));
}

/// Runs a statement on a PostgreSQL server as its administrator.
inline void RunPsql(const std::string& address, const std::string& sql) {
  const std::string command = "psql -q -v ON_ERROR_STOP=1 '" + address + "' -c \"" + sql + "\" >/dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

/// A database of the test's own on the shared PostgreSQL server, or on one that is given.
class PostgresPlace {
 public:
  explicit PostgresPlace(std::string server = ServerAddress("postgres")) : server_(std::move(server)) {
    RunPsql(server_, "create database " + name_);
  }
  ~PostgresPlace() { RunPsql(server_, "drop database " + name_ + " with (force)"); }
  PostgresPlace(const PostgresPlace&) = delete;
  PostgresPlace& operator=(const PostgresPlace&) = delete;
  std::string url() const { return WithDatabase(server_, name_); }
  std::unique_ptr<ports::MetricStore> Open() const { return Must(app::ChooseStore(url())); }

 private:
  std::string server_, name_ = FreshName();
};

/// A database of the test's own on the shared MongoDB server.
class MongoPlace {
 public:
  std::string url() const { return WithDatabase(server_, name_); }
  std::unique_ptr<ports::MetricStore> Open() const { return Must(app::ChooseStore(url())); }

 private:
  std::string server_ = ServerAddress("mongo"), name_ = FreshName();
};

/// A PostgreSQL server with a database whose tables lie on a small disk; its log of changes lies elsewhere.
/// It is nobody else's: no checkpoint of the server ends well while that disk is full, and every creation and
/// dropping of a database asks for one.
class PostgresOnSmallDisk {
 public:
  PostgresOnSmallDisk() {
    if (!disk_.is_there()) return;
    disk_.GiveTo("postgres");
    server_ = std::make_unique<OwnServer>("postgres");
    RunPsql(server_->address(), "create tablespace small location '" + disk_.path() + "'");
    RunPsql(server_->address(), "create database small tablespace small");
  }
  std::string url() const { return WithDatabase(server_->address(), "small"); }
  const SmallDisk& disk() const { return disk_; }
  void Free() { disk_.Free(); }

 private:
  SmallDisk disk_{48};
  std::unique_ptr<OwnServer> server_;
};

/// A MongoDB server all of whose files lie on a small disk. It ends when that is full, and somebody has to
/// start it again.
class MongoOnSmallDisk {
 public:
  MongoOnSmallDisk() {
    if (disk_.is_there())
      server_ = std::make_unique<OwnServer>("mongo", "MONGO_ARGS='--syncdelay 1'", disk_.path());
  }
  std::string url() const { return server_->address() + "&serverSelectionTimeoutMS=1500"; }
  const SmallDisk& disk() const { return disk_; }
  void Free() {
    disk_.Free();
    server_->Kill();
    server_->Start();
  }

 private:
  SmallDisk disk_{200};
  std::unique_ptr<OwnServer> server_;
};

}  // namespace earprint::testing
