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
///          an id is refused alone. It is asked about once more when the service answers to others, with one
///          that was answered (which is so answered twice): the service may have been away. Refused alone
///          again it is a suspect, and suspects are guilty once the service answers to others. Where it
///          refuses everything, none is: they then come after what else is asked for next.
/// Effects: none; one thread at a time.
class HalvingBatches {
 public:
  /// `size_max`: two at least.
  explicit HalvingBatches(std::size_t size_max) : size_max_(size_max) {}

  bool empty() const { return batches_.empty(); }
  /// What is to be asked. Only where nothing is left of what was.
  void Refill(std::vector<std::string> ids);
  /// The ids to be asked about now; not where it is empty.
  const std::vector<std::string>& Next() const { return batches_.front(); }
  /// Those refused alone a second time since the service last answered.
  const std::vector<std::string>& suspects() const { return suspects_; }
  /// Next was answered, and the suspects were dealt with.
  void Answered();
  /// Next was refused. Gives whether it is worth while to go on: else everything is refused, and nothing is
  /// left.
  bool Refused();

 private:
  void AskAgain();

  std::size_t size_max_;
  std::deque<std::vector<std::string>> batches_;
  std::vector<std::string> doubted_;  ///< refused alone once, and to be asked about again
  std::vector<std::string> again_;    ///< being asked about again
  std::string witness_;               ///< the last one that was answered; empty: none was
  std::vector<std::string> suspects_, late_;
  std::size_t refusals_ = 0;  ///< in a row
};

}  // namespace earprint::base
