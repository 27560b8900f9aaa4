#pragma once

#include <string>
#include <string_view>

#include "ports/importer.hpp"

namespace earprint::app {

/// Shows an import to a person: a bar with rate and time left on a terminal, one line a file, and the sum.
class ImportPrinter {
 public:
  ImportPrinter(bool quiet, bool bar);
  /// The observer to hand to an import; valid while this lives.
  ports::ImportObserver Observer();
  void PrintSummary(const ports::ImportSummary& summary);

 private:
  void ShowProgress(const ports::ImportProgress& progress);
  void PrintFile(const ports::FileReport& report);
  void ClearBar();

  bool quiet_, bar_;
  bool bar_shown_ = false;
};

/// What exports changed in what was captured live, in a sentence; empty where nothing was captured live, or
/// nothing of it settled. Takes an answer of the metric `settlement` as JSON; all its periods are added up.
std::string SettlementText(std::string_view answer_json);

/// 1234567 -> "1,234,567".
std::string WithSeparators(std::uint64_t number);

}  // namespace earprint::app
