#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.hpp"

namespace earprint::app {

/// Answers /metrics and /healthz, and nothing else, for a command that serves no page.
///
/// Shape:   `figures` gives text in Prometheus' format; called by several threads, and not after the end.
/// Effects: threads of its own from Start to the end.
class FiguresServer {
 public:
  /// `listen` as ParseListen has it. Errors: kInvalidInput it is no address · kConflict its port is taken.
  static base::Result<std::unique_ptr<FiguresServer>> Start(const std::string& listen,
                                                            std::function<std::string()> figures);
  ~FiguresServer();
  FiguresServer(const FiguresServer&) = delete;
  FiguresServer& operator=(const FiguresServer&) = delete;

  /// Where it is: "http://127.0.0.1:9100/metrics".
  const std::string& url() const { return url_; }

 private:
  FiguresServer();

  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::string url_;
};

}  // namespace earprint::app
