#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/settled/truth.hpp"
#include "model/conditions.hpp"

namespace earprint::audit {

/// Draws conditions that choose something: all values of one draw are those of one play, or of one beside it.
///
/// Shape:   the same seed, data and calls give the same draws, on every machine.
class ConditionSampler {
 public:
  struct Zones {
    std::string of_questions = "UTC";  ///< where none is drawn
    std::string home = "UTC";          ///< of "local"
  };
  ConditionSampler(const Truth& truth, const std::string& listener, Zones zones, std::uint64_t seed);

  /// A draw as someone could ask it. Errors: none but a fault of ours.
  base::Result<model::Conditions> Draw();

  /// A number from 0 to before `end`.
  std::uint64_t Below(std::uint64_t end);

 private:
  using Pairs = std::vector<model::ConditionPair>;
  void AddTimes(const Play& play, Pairs& pairs);
  void AddThing(const Play& play, Pairs& pairs);
  void AddCircumstance(const Play& play, Pairs& pairs);
  void AddFeature(const TrackEntry& track, Pairs& pairs);
  void AddManner(const Play& play, Pairs& pairs);
  void AddList(Pairs& pairs);
  void AddText(std::string_view name, std::uint32_t text, Pairs& pairs);
  std::string ZoneOf(std::uint64_t choice) const;

  const Truth& truth_;
  const std::string listener_;
  const Zones zones_;
  std::uint64_t state_;
};

}  // namespace earprint::audit
