// Parses extended streaming histories with simdjson and sums what a figure needs, nothing more; prints the
// count, the milliseconds played and the seconds it took. Usage: json_floor FILE…
#include <simdjson.h>

#include <chrono>
#include <cstdint>
#include <cstdio>

int main(int argc, char** argv) {
  namespace ondemand = simdjson::ondemand;
  const auto begin = std::chrono::steady_clock::now();
  std::int64_t plays = 0, played_ms = 0;
  ondemand::parser parser;
  for (int i = 1; i < argc; ++i) {
    simdjson::padded_string bytes;
    if (simdjson::padded_string::load(argv[i]).get(bytes)) return 1;
    ondemand::document document;
    if (parser.iterate(bytes).get(document)) return 1;
    for (auto record : document.get_array()) {
      ondemand::object object;
      if (record.get_object().get(object)) return 1;
      for (auto field : object) {
        const ondemand::raw_json_string key = field.key().value();
        std::int64_t ms = 0;
        if (key.unsafe_is_equal("ms_played") && field.value().get_int64().get(ms) == simdjson::SUCCESS &&
            ms >= 0) {
          played_ms += ms;
        }
      }
      ++plays;
    }
  }
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  std::printf("%lld %lld %.4f\n", static_cast<long long>(plays), static_cast<long long>(played_ms),
              spent.count());
  return 0;
}
