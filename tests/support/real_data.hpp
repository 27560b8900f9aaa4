#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

namespace earprint::testing {

/// Where developers have public histories and catalogues beside the repository. Tests over them exist only
/// where they are; what they show is shown on invented rows too, which are always there.
inline const std::string kRealData = "../shared/data/";

/// Those of some files and folders that are there. For ValuesIn: a test of none is no test, not a skipped
/// one.
inline std::vector<std::string> RealFiles(std::vector<std::string> names) {
  std::erase_if(names, [](const std::string& name) { return !std::filesystem::exists(kRealData + name); });
  return names;
}

/// A file's name as a test's: what is no letter or digit gives way to '_'.
inline std::string NameOf(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

}  // namespace earprint::testing
