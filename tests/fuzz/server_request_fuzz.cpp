// Any request target and header values, through parsing, guard and routes: an answer comes, and what is JSON
// stays JSON.
#include <boost/json.hpp>
#include <cstdlib>

#include "base/text.hpp"
#include "server/gzip.hpp"
#include "server/request_guard.hpp"
#include "server/tests/fake_backend.hpp"

namespace {

using namespace earprint;

struct House {
  House() {
    fake.backend.ask = [](const std::string& metric, const std::string&, server::ApiBackend::Pairs,
                          const std::string&) -> base::Result<server::WrittenAnswer> {
      if (metric == "m") return server::WrittenAnswer{"{}", "application/json", "v1"};
      return base::Fail(base::ErrorCode::kNotFound, "answer", metric, "there is no such metric");
    };
  }
  server::FakeBackend fake;
  server::Api api{fake.backend, server::FakePage()};
};

void Check(const server::Response& response) {
  if (response.status < 200 || response.status > 599) std::abort();
  if (response.content_type.find("json") == std::string::npos || response.body.empty()) return;
  boost::json::error_code failed;
  (void)boost::json::parse(response.body, failed);
  if (failed) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static House& house = *new House;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto lines = base::Split(all, '\n');
  const auto line = [&lines](std::size_t i) {
    return std::string(i < lines.size() ? lines[i] : std::string_view());
  };
  server::Request request;
  request.method = line(1).empty() ? "GET" : line(1);
  request.headers = {
      {"host", line(2)}, {"origin", line(3)}, {"if-none-match", line(4)}, {"accept-encoding", line(5)}};
  (void)server::AcceptsGzip(request.Header("accept-encoding"));
  if (auto parsed = server::ParseTarget(line(0), request); !parsed) {
    Check(server::Problem(parsed.error()));
    return 0;
  }
  request.body = line(6);
  request.upload_path = line(7);
  for (const bool is_local : {false, true}) {
    request.is_local = is_local;
    if (auto refused = server::RefuseForeign(request, {.names = {"music.home"}})) Check(*refused);
    Check(house.api.Answer(request));
  }
  return 0;
}
