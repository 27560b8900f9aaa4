#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "fakes/kaggle/fake_kaggle.hpp"

namespace {

using namespace earprint;  // the porch of the program

int Complain(const base::Error& error) {
  std::fprintf(stderr, "%s\n", error.Text().c_str());
  return 1;
}

/// Serves until it is told to end.
int Serve(const std::string& folder, std::uint16_t port, const fakes::KaggleAccount& account) {
  sigset_t endings;
  sigemptyset(&endings);
  sigaddset(&endings, SIGINT);
  sigaddset(&endings, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &endings, nullptr);
  fakes::KaggleShelf shelf;
  if (auto read = shelf.ReadFolder(folder); !read) return Complain(read.error());
  fakes::FakeKaggle fake(shelf, account);
  fake.SetFolder(folder);
  const auto storage =
      fakes::WebServer::Start([&fake](const fakes::WebRequest& request) { return fake.Storage(request); });
  if (!storage) return Complain(storage.error());
  fake.SetStorageAddress((*storage)->address());
  const auto api =
      fakes::WebServer::Start([&fake](const fakes::WebRequest& request) { return fake.Api(request); }, port);
  if (!api) return Complain(api.error());
  std::printf("%s\n", (*api)->address().c_str());
  std::fflush(stdout);
  int ending = 0;
  sigwait(&endings, &ending);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    CLI::App cli("A Kaggle on the loopback, for tests. Prints its address when it is ready.");
    std::string folder;
    std::uint16_t port = 0;
    fakes::KaggleAccount account;
    cli.add_option("folder", folder, "of datasets: <owner>/<slug>/<files>")->required();
    cli.add_option("--port", port, "0: any free one")->capture_default_str();
    cli.add_option("--username", account.username, "of the one account")->capture_default_str();
    cli.add_option("--key", account.key, "the account's key")->capture_default_str();
    cli.add_option("--token", account.token, "the account's API token")->capture_default_str();
    CLI11_PARSE(cli, argc, argv);
    return Serve(folder, port, account);
  } catch (const std::exception& wrong) {
    std::fprintf(stderr, "earprint-fake-kaggle: %s\n", wrong.what());
    return 1;
  }
}
