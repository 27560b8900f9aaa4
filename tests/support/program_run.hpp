#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/temp_folder.hpp"

namespace earprint::testing {

/// The real program, running with these arguments; killed where it is still there at the end.
class ProgramRun {
 public:
  explicit ProgramRun(const std::vector<std::string>& arguments) {
    std::vector<std::string> all = {EARPRINT_BINARY};
    all.insert(all.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& argument : all) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const std::string words = folder_ / "words";
    child_ = ::fork();
    if (child_ == 0) {
      const int out = ::open(words.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(out, 1);
      ::dup2(out, 2);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
  }
  ProgramRun(const ProgramRun&) = delete;
  ProgramRun& operator=(const ProgramRun&) = delete;
  ~ProgramRun() { Kill(); }

  /// 0 once it is known to be over.
  pid_t pid() const { return child_; }

  /// SIGKILL, and it is gone when this returns.
  void Kill() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    (void)Wait();
  }
  void Ask(int signal) const {
    if (child_ > 0) ::kill(child_, signal);
  }
  bool IsOver() {
    if (child_ <= 0) return true;
    int status = 0;
    if (::waitpid(child_, &status, WNOHANG) != child_) return false;
    child_ = 0;
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return true;
  }
  /// Its exit code; -1 where a signal ended it.
  int Wait() {
    if (child_ > 0) {
      int status = 0;
      ::waitpid(child_, &status, 0);
      child_ = 0;
      code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    return code_;
  }
  /// What it has said so far.
  std::string Words() const {
    std::ifstream in(folder_ / "words");
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  /// Waits until it has said something; false where it does not in time.
  bool HasSaid(const std::string& text, std::chrono::seconds limit = std::chrono::seconds(60)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < end) {
      if (Words().find(text) != std::string::npos) return true;
      if (IsOver()) return Words().find(text) != std::string::npos;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

 private:
  TempFolder folder_;
  pid_t child_ = 0;
  int code_ = 0;
};

/// Runs of the program that begin with the same arguments, and what all that have ended have said.
class ProgramRuns {
 public:
  explicit ProgramRuns(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {}

  std::unique_ptr<ProgramRun> Begin(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = arguments_;
    all.insert(all.end(), arguments.begin(), arguments.end());
    return std::make_unique<ProgramRun>(all);
  }
  /// Its exit code, as ProgramRun::Wait gives it.
  int End(ProgramRun& run) {
    const int code = run.Wait();
    words_ += run.Words();
    return code;
  }
  int Run(const std::vector<std::string>& arguments) { return End(*Begin(arguments)); }
  const std::string& Words() const { return words_; }

 private:
  const std::vector<std::string> arguments_;
  std::string words_;
};

/// Runs it to its end, which must be a good one.
inline std::string MustRun(const std::vector<std::string>& arguments) {
  ProgramRun run(arguments);
  EXPECT_EQ(run.Wait(), 0) << run.Words();
  return run.Words();
}

}  // namespace earprint::testing
