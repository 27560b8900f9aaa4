#pragma once

#include <map>
#include <mutex>

#include "ports/state_store.hpp"
#include "ports/token_store.hpp"

namespace earprint::testing {

/// Documents that live as long as the test; Save fails while `fails` is set, Load while `fails_to_load` is.
class MemoryStateStore final : public ports::StateStore {
 public:
  base::Result<std::optional<std::string>> Load(const std::string& name) override {
    const std::lock_guard lock(mutex_);
    if (fails_to_load)
      return base::Fail(base::ErrorCode::kRetryLater, "read a document", name, "too many files");
    const auto found = documents.find(name);
    if (found == documents.end()) return std::nullopt;
    return found->second;
  }
  base::Result<void> Save(const std::string& name, std::string_view document) override {
    const std::lock_guard lock(mutex_);
    ++saves;
    if (fails) return base::Fail(base::ErrorCode::kRetryLater, "keep a document", name, "the disk is full");
    documents[name] = document;
    return {};
  }
  base::Result<void> Remove(const std::string& name) override {
    const std::lock_guard lock(mutex_);
    documents.erase(name);
    return {};
  }
  base::Result<std::vector<std::string>> Names() override {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, document] : documents) names.push_back(name);
    return names;
  }

  std::map<std::string, std::string> documents;
  bool fails = false, fails_to_load = false;
  int saves = 0;

 private:
  std::mutex mutex_;
};

/// Secrets that live as long as the test, unsealed; Seal fails while `fails` is set.
class MemoryTokenStore final : public ports::TokenStore {
 public:
  base::Result<void> Seal(const std::string& name, const base::SecretText& secret) override {
    const std::lock_guard lock(mutex_);
    if (fails) return base::Fail(base::ErrorCode::kRetryLater, "seal a secret", name, "the disk is full");
    secrets[name] = secret.Reveal();
    return {};
  }
  base::Result<std::optional<base::SecretText>> Open(const std::string& name) override {
    const std::lock_guard lock(mutex_);
    const auto found = secrets.find(name);
    if (found == secrets.end()) return std::nullopt;
    return base::SecretText(found->second);
  }
  base::Result<void> Forget(const std::string& name) override {
    const std::lock_guard lock(mutex_);
    secrets.erase(name);
    return {};
  }

  std::map<std::string, std::string> secrets;
  bool fails = false;

 private:
  std::mutex mutex_;
};

}  // namespace earprint::testing
