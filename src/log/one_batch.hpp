#pragma once

#include <optional>
#include <string>
#include <utility>

#include "ports/event_source.hpp"

namespace earprint::log {

/// A batch that is there already, as a source.
class OneBatch final : public ports::EventSource {
 public:
  OneBatch(model::EventBatch batch, std::string kind) : batch_(std::move(batch)), kind_(std::move(kind)) {}
  std::string Kind() const override { return kind_; }
  base::Result<std::optional<model::BatchTask>> Next() override {
    if (std::exchange(is_given_, true)) return std::nullopt;
    return [this] { return std::move(batch_); };
  }

 private:
  model::EventBatch batch_;
  std::string kind_;
  bool is_given_ = false;
};

}  // namespace earprint::log
