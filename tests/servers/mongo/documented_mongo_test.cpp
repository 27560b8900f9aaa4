#include <cctype>

#include "tests/support/documented_queries.hpp"
#include "tests/support/server_places.hpp"
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"  // bson_t is aligned, which a template drops
#include "adapters/mongo/mongo_link.hpp"
#pragma GCC diagnostic pop

namespace earprint::testing {
namespace {

bool IsName(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// What the shell's language says, as extended JSON: names in quotes, dates, and what `mine` stands for.
std::string JsonOf(std::string script, const std::string& mine) {
  script = Replaced(std::move(script), "...mine", mine);
  for (std::size_t at = 0; (at = script.find("ISODate(\"", at)) != std::string::npos;) {
    const std::string day = script.substr(at + 9, 10);
    script.replace(at, 9 + day.size() + 2, "{\"$date\": \"" + day + "T00:00:00Z\"}");
  }
  std::string json;
  bool is_text = false;
  for (std::size_t at = 0; at < script.size();) {
    std::size_t end = at;
    while (end < script.size() && !is_text && (IsName(script[end]) || script[end] == '$')) ++end;
    const bool names = end > at && end < script.size() && script[end] == ':';
    if (end == at) is_text = (script[end++] == '"') != is_text;
    json += names ? '"' + script.substr(at, end - at) + '"' : script.substr(at, end - at);
    at = end;
  }
  return json;
}

/// The arguments of a call: parted where no bracket is open.
std::vector<std::string> ArgumentsOf(const std::string& script) {
  std::vector<std::string> arguments(1);
  int open = 0;
  for (const char c : script) {
    open += c == '{' || c == '[' || c == '(' ? 1 : c == '}' || c == ']' || c == ')' ? -1 : 0;
    if (c == ',' && open == 0) {
      arguments.emplace_back();
    } else {
      arguments.back() += c;
    }
  }
  return arguments;
}

/// A statement of the page as the command that the shell would send; `mine` are the members it stands for.
std::string CommandOf(const std::string& statement, const std::string& mine) {
  const auto calls = [&](const std::string& name) { return statement.contains("." + name + "("); };
  const std::size_t dot = statement.find('.', 3), open = statement.find('(');
  const std::size_t sorted = calls("find") ? statement.rfind(").sort(") : std::string::npos;
  const std::size_t close = sorted == std::string::npos ? statement.rfind(')') : sorted;
  if (!statement.starts_with("db.") || close == std::string::npos || !(calls("find") || calls("aggregate")))
    return {};
  const std::string collection = statement.substr(3, dot - 3);
  const auto arguments = ArgumentsOf(statement.substr(open + 1, close - open - 1));
  if (calls("aggregate"))
    return JsonOf("{aggregate: \"" + collection + "\", cursor: {}, pipeline: " + arguments[0] + "}", mine);
  std::string command = "{find: \"" + collection + "\", filter: " + arguments[0];
  if (arguments.size() > 1) command += ", projection: " + arguments[1];
  if (sorted != std::string::npos)
    command += ", sort: " + statement.substr(sorted + 7, statement.size() - sorted - 8);
  return JsonOf(command + "}", mine);
}

TEST(DocumentedMongo, EveryExampleOfThePageHasAnAnswer) {
  const DocumentedStore<MongoPlace> store;
  auto statements = DocumentedStatements("MongoDB", "js", "//");
  ASSERT_GE(statements.size(), 6U);
  EXPECT_EQ(statements[0], "const me = db.listeners.findOne({_id: \"ann\"})");
  EXPECT_EQ(statements[1], "const mine = {listener: \"ann\", epoch: me.epoch}");
  statements.erase(statements.begin(), statements.begin() + 2);
  adapters::MongoLink link({.url = store.url(), .collections_json = ""});
  ASSERT_TRUE(link.Open());
  std::string epoch;
  adapters::Bson ann;
  ASSERT_TRUE(
      link.Find("listeners", ann.Text("_id", "ann"), adapters::Bson(), nullptr, [&](const bson_t* told) {
        epoch = adapters::MongoText(told, "epoch");
        return base::Result<void>();
      }));
  ASSERT_FALSE(epoch.empty());
  const std::string mine = R"(listener: "ann", epoch: ")" + epoch + '"';
  const auto any = link.Collection("plays");
  for (const std::string& statement : statements) {
    const std::string json = CommandOf(statement, mine);
    bson_error_t error;
    bson_t* const command = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()),
                                               static_cast<ssize_t>(json.size()), &error);
    ASSERT_NE(command, nullptr) << statement << "\n" << json << "\n" << error.message;
    adapters::Bson reply;
    bson_destroy(reply.get());
    ASSERT_TRUE(mongoc_collection_command_simple(any.get(), command, nullptr, reply.get(), &error))
        << statement << error.message;
    bson_destroy(command);
    bson_iter_t whole, first;
    EXPECT_TRUE(bson_iter_init(&whole, reply.get()) &&
                bson_iter_find_descendant(&whole, "cursor.firstBatch.0", &first))
        << json;
  }
}

}  // namespace
}  // namespace earprint::testing
