#pragma once

#include <string>

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

/// 1234567 -> "1,234,567".
std::string WithSeparators(std::uint64_t number);

}  // namespace earprint::app
