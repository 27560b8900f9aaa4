#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "fakes/kaggle/fake_kaggle.hpp"

namespace earprint::testing {

/// A Kaggle with its storage on two ports of this machine.
class ActedKaggle {
 public:
  ActedKaggle() {
    storage_ = Start([this](const fakes::WebRequest& request) { return fake.Storage(request); });
    api_ = Start([this](const fakes::WebRequest& request) { return fake.Api(request); });
    fake.SetStorageAddress(storage_->address());
  }

  std::string address() const { return api_->address(); }
  std::uint16_t port() const { return api_->port(); }

  /// How many times the storage was asked.
  std::size_t Downloads() const {
    std::size_t downloads = 0;
    for (const fakes::KaggleSeen& seen : fake.Seen()) downloads += seen.is_storage ? 1 : 0;
    return downloads;
  }

  fakes::KaggleShelf shelf;
  fakes::KaggleAccount account;
  fakes::FakeKaggle fake{shelf, account};

 private:
  static std::unique_ptr<fakes::WebServer> Start(fakes::WebServer::Handler handler) {
    auto server = fakes::WebServer::Start(std::move(handler));
    EXPECT_TRUE(server) << server.error().Text();
    return std::move(*server);
  }
  std::unique_ptr<fakes::WebServer> storage_, api_;
};

}  // namespace earprint::testing
