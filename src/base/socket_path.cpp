#include "base/socket_path.hpp"

#include <fcntl.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>

namespace earprint::base {

SocketPath::SocketPath(const std::string& path) : text_(path) {
  if (path.size() < sizeof(sockaddr_un::sun_path)) return;
  const std::filesystem::path whole(path);
  folder_ = ::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder_ >= 0) text_ = "/proc/self/fd/" + std::to_string(folder_) + "/" + whole.filename().string();
}

SocketPath::~SocketPath() {
  if (folder_ >= 0) ::close(folder_);
}

}  // namespace earprint::base
