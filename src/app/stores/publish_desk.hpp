#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "app/asker.hpp"
#include "app/command.hpp"
#include "app/stores/publish_pass.hpp"

namespace earprint::app {

/// Publishes a folder's listeners, for a command or beside a server. One at a time: who comes second waits.
///
/// Effects: imports go on meanwhile; what they bring is published the next time. While the warehouse is
///          replaced, and while a Hold lives, nothing is published: what was under way is broken off, and
///          begun again after it. Must go before pipeline and asker; the pipeline's callbacks are its own as
///          long as it lives.
class PublishDesk final : public HousePublishing {
 public:
  PublishDesk(DataFolder folder, Pipeline& pipeline, Asker& asker, std::string default_tz);
  ~PublishDesk() override;
  PublishDesk(const PublishDesk&) = delete;
  PublishDesk& operator=(const PublishDesk&) = delete;

  /// Errors: as PublishPass::Run.
  base::Result<void> Publish(const PublishWish& wish, const PublishObserver& observer);

  base::Result<void> RunJson(const std::string& wish, const SendEvent& send) override;
  base::Result<void> PublishNow(const std::string& url, const std::string& listener) override {
    return Publish({.url = url, .listener = listener}, {});
  }
  std::shared_ptr<void> Hold() override;
  void Close() override;
  base::Result<std::jthread> Keep(const std::vector<std::string>& urls) override;
  std::string FiguresText() override;
  std::uint64_t passes() const override { return passes_; }

 private:
  class Turn;
  /// How a store is kept up to date.
  struct Kept {
    std::string url, place;
    std::string done_version;     ///< of the data that it was last brought up to
    std::string tried_version;    ///< of the data that it is being brought up to
    std::set<std::string> tried;  ///< who was published as of that while others could not be
    std::string told_failure;
    std::int64_t published_at_s = 0;
    std::uint64_t failures = 0;
    std::chrono::steady_clock::time_point next = {}, served = {};
    std::chrono::milliseconds pause{0};
  };
  enum class Outcome : std::uint8_t { kOver, kHeld };
  base::Result<Outcome> PublishOnce(const PublishWish& wish, const PublishObserver& observer,
                                    std::set<std::string>& done);
  base::Result<void> PublishRest(const PublishWish& wish, const PublishObserver& observer,
                                 std::set<std::string>& done);
  Kept* LongestWaiting();
  void BringUp(Kept& kept, const std::stop_token& stop);

  const DataFolder folder_;
  Pipeline& pipeline_;
  Asker& asker_;
  const std::string default_tz_;
  std::function<void()> before_replaced_, after_replaced_;  ///< as they were before this
  std::shared_ptr<void> replacing_;

  std::mutex turn_mutex_;
  std::condition_variable_any changed_;
  bool is_running_ = false;
  int holds_ = 0;
  bool is_closed_ = false;
  std::stop_source running_;  ///< of who is publishing

  std::atomic<std::uint64_t> passes_ = 0;

  std::mutex kept_mutex_;
  std::vector<Kept> kept_;
  std::chrono::steady_clock::time_point next_any_ = {};  ///< of the keeper's thread
};

}  // namespace earprint::app
