#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace earprint::fakes {

/// What goes wrong with requests to come. Each kind ends by itself after its number of times.
struct KaggleSwitches {
  int fail_times = 0;  ///< requests to the API that get `fail_status` instead of an answer
  int fail_status = 500;
  int retry_after_seconds = 0;  ///< told with a failure; 0: not told
  int cut_times = 0;            ///< downloads that end after `cut_after_bytes` of what is sent
  std::size_t cut_after_bytes = 0;
  int expire_times = 0;          ///< downloads whose address is told to be out of date
  int hold_times = 0;            ///< downloads that get no answer for an hour
  bool tells_wrong_sum = false;  ///< a sum that is not the file's
  bool tells_md5 = true;         ///< without it: CRC-32C alone, as for composed objects
  bool tells_etag = true;
  bool honours_ranges = true;  ///< without it every download is the whole object
  /// A single file of this many bytes or more comes as a zip with it inside.
  std::size_t zipped_from_bytes = 1 << 20;
};

/// Changes what an object names and leaves the rest.
///
/// Errors:  kInvalidInput an unknown name or a value of the wrong kind; then nothing is changed.
base::Result<void> ChangeSwitches(const boost::json::object& wanted, KaggleSwitches& switches);

}  // namespace earprint::fakes
