#pragma once

#include <gtest/gtest.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "base/text.hpp"
#include "tests/support/program_run.hpp"
#include "tests/support/raw_client.hpp"

namespace earprint::testing {

/// The sum of a figure's series whose labels hold a text, in Prometheus' format; -1 where there is none.
inline double FigureIn(const std::string& text, const std::string& name, const std::string& label = "") {
  double sum = -1;
  for (const std::string_view line : base::Split(text, '\n')) {
    if (!line.starts_with(name) || line.size() == name.size()) continue;
    const char next = line[name.size()];
    if ((next != '{' && next != ' ') || !line.contains(label)) continue;
    sum = std::max(sum, 0.0) + std::strtod(std::string(line.substr(line.rfind(' ') + 1)).c_str(), nullptr);
  }
  return sum;
}

/// /metrics of a program that was started with --metrics 127.0.0.1:0.
class ToldFigures {
 public:
  explicit ToldFigures(ProgramRun& run) {
    constexpr std::string_view kBegin = "Figures are at http://127.0.0.1:";
    EXPECT_TRUE(run.HasSaid(std::string(kBegin))) << run.Words();
    const std::string words = run.Words();
    const std::size_t at = words.find(kBegin);
    if (at != std::string::npos)
      std::from_chars(words.data() + at + kBegin.size(), words.data() + words.size(), port_);
  }
  /// Nothing where nobody answers.
  std::string Text() const {
    tests::RawClient client(port_);
    if (!client.Send("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")) return {};
    return client.ReadAll();
  }
  double Of(const std::string& name, const std::string& label = "") const {
    return FigureIn(Text(), name, label);
  }
  /// Waits until a figure is as it should be.
  bool Becomes(const std::string& name, const std::string& label, const std::function<bool(double)>& is_so,
               std::chrono::seconds limit = std::chrono::seconds(60)) const {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < end) {
      if (is_so(Of(name, label))) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

 private:
  std::uint16_t port_ = 0;
};

}  // namespace earprint::testing
