#include <cstdio>

#include "app/pipeline.hpp"

int main(int argc, char** argv) {
  using namespace earprint;
  app::SystemClock clock;
  auto p = app::Pipeline::Open(app::ChooseDataFolder(""), clock);
  if (!p) return std::fprintf(stderr, "%s\n", p.error().Text().c_str()), 1;
  ports::ImportRequest r;
  for (int i = 1; i < argc; ++i) r.paths.push_back(argv[i]);
  auto s = (*p)->Import(r, {});
  if (!s) return std::fprintf(stderr, "%s\n", s.error().Text().c_str()), 1;
  for (auto& f : s->files)
    std::printf("%s | %s | %lu = %lu + %lu + %lu | %s %s\n", f.file.c_str(), f.kind.c_str(), f.read, f.accepted, f.duplicate, f.rejected, f.refused.c_str(), f.note.c_str());
  std::printf("%.3f s %s\n", s->seconds, s->data_version.c_str());
}
