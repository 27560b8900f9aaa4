#pragma once

#include <string>

namespace earprint::base {

/// A path of a local socket that fits into a socket's address (107 bytes), however deep its folder lies.
///
/// Effects: holds the folder open while it lives; the short path leads through that.
/// Source:  proc(5), /proc/self/fd; unix(7) for the limit.
class SocketPath {
 public:
  explicit SocketPath(const std::string& path);
  ~SocketPath();
  SocketPath(const SocketPath&) = delete;
  SocketPath& operator=(const SocketPath&) = delete;

  /// The path itself where it is short enough.
  const std::string& text() const { return text_; }

 private:
  int folder_ = -1;
  std::string text_;
};

}  // namespace earprint::base
