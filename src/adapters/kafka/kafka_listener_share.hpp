#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/kafka/kafka_settings.hpp"
#include "ports/streams/listener_share.hpp"

namespace earprint::adapters {

/// Shares listeners out by a consumer group over the compacted topic "<prefix>.listeners": whoever holds a
/// partition follows the listeners whose names are in it.
///
/// Shape:   a partition is read from its beginning whenever it is given to us, so that all its listeners are
///          known. Before each look the group is told of our place in it; the broker refuses whoever is no
///          longer a member (was paused, or cut off), and then nothing is looked at. A partition is handed
///          over when the looks at its listeners have ended.
/// Units:   a collector that was killed is given up after session.timeout.ms (45 s unless set).
/// Effects: a thread of its own that speaks with the broker.
class KafkaListenerShare final : public ports::ListenerShare {
 public:
  /// The topics must be there (MakeTopics). Errors: kInvalidInput a property's value is of no use.
  static base::Result<std::unique_ptr<KafkaListenerShare>> Open(const KafkaSettings& settings);
  ~KafkaListenerShare() override;
  KafkaListenerShare(const KafkaListenerShare&) = delete;
  KafkaListenerShare& operator=(const KafkaListenerShare&) = delete;

  base::Result<void> Follow(const std::string& listener) override;
  base::Result<void> Unfollow(const std::string& listener) override;
  std::vector<std::string> Mine() const override;
  std::uint64_t TenureOf(const std::string& listener) const override;
  bool LookAt(const std::string& listener, const std::function<void()>& look) override;
  ports::ShareFigures Figures() const override;

 private:
  struct Client;
  explicit KafkaListenerShare(std::unique_ptr<Client> client);

  std::unique_ptr<Client> client_;
};

}  // namespace earprint::adapters
