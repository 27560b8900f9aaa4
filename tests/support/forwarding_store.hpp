#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/stores/metric_store.hpp"

namespace earprint::testing {

/// A store that asks another for everything: what a test's store does otherwise, it overrides.
class ForwardingStore : public ports::MetricStore {
 public:
  using Told = base::Result<std::vector<ports::StoredListener>>;

  explicit ForwardingStore(std::unique_ptr<ports::MetricStore> store) : store_(std::move(store)) {}

  std::string Place() const override { return store_->Place(); }
  Told Listeners() override { return store_->Listeners(); }
  Told ListenersAfter(const std::string& name, std::size_t listeners_max) override {
    return store_->ListenersAfter(name, listeners_max);
  }
  Told VersionsOf(const std::vector<std::string>& names) override { return store_->VersionsOf(names); }
  base::Result<ports::StoredListener> State(const std::string& listener) override {
    return store_->State(listener);
  }
  base::Result<std::unique_ptr<ports::ListenerChange>> Begin(const std::string& listener,
                                                             const ports::PartPrints& target) override {
    return store_->Begin(listener, target);
  }
  base::Result<void> Forget(const std::string& listener) override { return store_->Forget(listener); }
  base::Result<std::optional<model::Answer>> FindAnswer(const std::string& listener,
                                                        const std::string& key) override {
    return store_->FindAnswer(listener, key);
  }
  base::Result<std::string> ReadBytes(const std::string& listener, const ports::PartName& name,
                                      const std::string& fingerprint) override {
    return store_->ReadBytes(listener, name, fingerprint);
  }
  base::Result<std::vector<std::vector<ports::Cell>>> ReadRows(
      const std::string& listener, const ports::StoredRelation& relation) override {
    return store_->ReadRows(listener, relation);
  }

 protected:
  const std::unique_ptr<ports::MetricStore> store_;
};

}  // namespace earprint::testing
