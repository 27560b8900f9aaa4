#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

namespace earprint::base {

/// Ids that a service is asked about in batches, where one id that it cannot bear has the whole batch
/// refused.
///
/// Shape:   batches of at most `size_max`, in the order given. A refused one is asked again in halves, until
/// an
///          id is refused alone: that one is a suspect. Suspects are guilty once the service answers to
///          others; where it refuses everything, none is: they then come after what else is asked for next.
/// Effects: none; one thread at a time.
class HalvingBatches {
 public:
  explicit HalvingBatches(std::size_t size_max) : size_max_(size_max) {}

  bool empty() const { return batches_.empty(); }
  /// What is to be asked. Only where nothing is left of what was.
  void Refill(std::vector<std::string> ids);
  /// The ids to be asked about now; not where it is empty.
  const std::vector<std::string>& Next() const { return batches_.front(); }
  /// Those refused alone since the service last answered.
  const std::vector<std::string>& suspects() const { return suspects_; }
  /// Next was answered, and the suspects were dealt with.
  void Answered();
  /// Next was refused. Gives whether it is worth while to go on: else everything is refused, and nothing is
  /// left.
  bool Refused();

 private:
  std::size_t size_max_;
  std::deque<std::vector<std::string>> batches_;
  std::vector<std::string> suspects_, late_;
  std::size_t refusals_ = 0;  ///< in a row
};

}  // namespace earprint::base
