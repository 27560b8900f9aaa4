#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/asker.hpp"
#include "ports/stores/answered_store.hpp"

namespace earprint::app {

/// The house's own warehouse, as an audit asks for it. Asker must outlive it.
class WarehouseAnswers final : public ports::AnsweredStore {
 public:
  explicit WarehouseAnswers(Asker& asker) : asker_(asker) {}
  std::string Name() const override { return "warehouse"; }
  base::Result<std::vector<std::string>> Metrics() override;
  base::Result<std::shared_ptr<const model::Answer>> Ask(const model::Question& question) override;

 private:
  Asker& asker_;
};

}  // namespace earprint::app
