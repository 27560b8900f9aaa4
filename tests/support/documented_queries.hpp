#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "app/stores/store_choice.hpp"
#include "tests/contract/published_store_contract.hpp"
#include "tests/support/checked_batch.hpp"
#include "tests/support/told_events.hpp"

/// The examples of docs/stores.md, as they stand on the page, over a store that has what they ask for.
namespace earprint::testing {

inline std::string Replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

/// The statements between "```<language>" and "```" under the heading that begins so, without lines of
/// comment.
inline std::vector<std::string> DocumentedStatements(const std::string& heading, const std::string& language,
                                                     const std::string& comment) {
  std::stringstream page;
  page << std::ifstream("docs/stores.md").rdbuf();
  const std::string text = page.str();
  const std::size_t under = text.find("\n## " + heading);
  const std::size_t begin = text.find("\n```" + language + "\n", under);
  const std::size_t end = text.find("\n```\n", begin + 1);
  EXPECT_TRUE(under != std::string::npos && begin != std::string::npos && end != std::string::npos)
      << heading;
  std::stringstream block(text.substr(begin + 1, end - begin));
  std::vector<std::string> statements;
  std::string line, statement;
  std::getline(block, line);  // the fence
  while (std::getline(block, line)) {
    if (line.starts_with(comment) || line.empty()) continue;
    statement += line + '\n';
    if (line.ends_with(';')) {
      statement.resize(statement.size() - 2);
      statements.push_back(Replaced(Replaced(std::move(statement), "'me'", "'ann'"), "\"me\"", "\"ann\""));
      statement.clear();
    }
  }
  EXPECT_TRUE(statement.empty()) << "no end: " << statement;
  return statements;
}

/// A store to which a household's Ann was published, and events of hers were brought.
template <typename Place>
class DocumentedStore {
 public:
  DocumentedStore() {
    house_.Publish("ann", *place_.Open());
    const auto sink = Must(app::ChooseEventSink(place_.url(), "log"));
    EXPECT_TRUE(sink->Keep(BatchOf({PlayLine(1, "ann", "One More Time"), PlayLine(2, "bob")}), {}));
  }
  std::string url() const { return place_.url(); }

 private:
  Place place_;
  Household house_;
};

}  // namespace earprint::testing
