// A producer that librdkafka says is broken for good: the next event goes through another one. The test
// program is linked with --wrap=rd_kafka_new, which is how it comes by the handles that it breaks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <vector>

#include "adapters/kafka/kafka_client.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/told_events.hpp"

namespace {

std::mutex producers_mutex;
std::vector<rd_kafka_t*> producers_made;

}  // namespace

// What the linker puts in place of rd_kafka_new, and what that was, by the names that it gives them.
extern "C" {
rd_kafka_t* RealKafkaNew(rd_kafka_type_t kind, rd_kafka_conf_t* configuration, char* words,
                         std::size_t words_size) __asm__("__real_rd_kafka_new");
rd_kafka_t* NotedKafkaNew(rd_kafka_type_t kind, rd_kafka_conf_t* configuration, char* words,
                          std::size_t words_size) __asm__("__wrap_rd_kafka_new");

rd_kafka_t* NotedKafkaNew(rd_kafka_type_t kind, rd_kafka_conf_t* configuration, char* words,
                          std::size_t words_size) {
  rd_kafka_t* made = RealKafkaNew(kind, configuration, words, words_size);
  const std::lock_guard lock(producers_mutex);
  if (kind == RD_KAFKA_PRODUCER) producers_made.push_back(made);
  return made;
}
}

namespace earprint::testing {
namespace {

using adapters::KafkaEventWriter;
using model::EventType;
using ::testing::Contains;
using ::testing::HasSubstr;

std::size_t ProducersMade() {
  const std::lock_guard lock(producers_mutex);
  return producers_made.size();
}

/// The last that was made is the writer's: nobody else may have made one since.
void BreakLastProducer() {
  const std::lock_guard lock(producers_mutex);
  ASSERT_FALSE(producers_made.empty());
  ASSERT_EQ(rd_kafka_test_fatal_error(producers_made.back(), RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
                                      "a test's"),
            RD_KAFKA_RESP_ERR_NO_ERROR);
}

void ExpectBroke(const base::Result<void>& done) {
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::ErrorCode::kRetryLater);
  EXPECT_THAT(done.error().Text(), HasSubstr("the producer broke"));
}

base::Result<void> Append(KafkaEventWriter& writer, int number) {
  return writer.Append(EventType::kPlay, PlayLine(number) + "\n");
}

/// What is appended stays under way for a while, so that it is not confirmed before the producer breaks.
class KafkaBrokenProducer : public ::testing::Test {
 protected:
  void ExpectThere(const std::vector<int>& numbers) const {
    const auto lines = topics.LinesOf(EventType::kPlay);
    for (const int number : numbers) EXPECT_THAT(lines, Contains(PlayLine(number)));
  }

  KafkaTopics topics{ServerAddress("kafka"), 1, {{"linger.ms", "2000"}}};
  std::unique_ptr<KafkaEventWriter> writer = topics.Writer();
};

TEST_F(KafkaBrokenProducer, IsToldBySyncOnceAndAnotherTakesItsPlace) {
  ASSERT_TRUE(Append(*writer, 0));
  ASSERT_TRUE(writer->Sync());
  const std::size_t made = ProducersMade();
  ASSERT_TRUE(Append(*writer, 1));
  ASSERT_NO_FATAL_FAILURE(BreakLastProducer());
  ExpectBroke(writer->Sync());
  ASSERT_TRUE(Append(*writer, 1));
  const auto synced = writer->Sync();
  ASSERT_TRUE(synced) << synced.error().Text();
  EXPECT_EQ(ProducersMade(), made + 1);
  ExpectThere({0, 1});
}

TEST_F(KafkaBrokenProducer, IsToldByAppendOnceAndAnotherTakesItsPlace) {
  ASSERT_TRUE(Append(*writer, 1));
  ASSERT_NO_FATAL_FAILURE(BreakLastProducer());
  ExpectBroke(Append(*writer, 2));
  for (const int number : {1, 2}) ASSERT_TRUE(Append(*writer, number));
  const auto synced = writer->Sync();
  ASSERT_TRUE(synced) << synced.error().Text();
  ExpectThere({1, 2});
}

TEST_F(KafkaBrokenProducer, IsToldToEachWhoLostSomethingWithItAndToNobodyElse) {
  const auto other = writer->ForAnother(), idle = writer->ForAnother();
  ASSERT_TRUE(Append(*writer, 1));
  ASSERT_NO_FATAL_FAILURE(BreakLastProducer());
  ExpectBroke(Append(*other, 2));
  ASSERT_TRUE(Append(*idle, 3));  // through another producer
  EXPECT_TRUE(idle->Sync());
  ExpectBroke(writer->Sync());
  ASSERT_TRUE(Append(*writer, 1));
  ASSERT_TRUE(Append(*other, 2));
  EXPECT_TRUE(writer->Sync());
  EXPECT_TRUE(other->Sync());
  ExpectThere({1, 2, 3});
}

TEST_F(KafkaBrokenProducer, IsToldByForgetAndWhoAppendedIsToldToo) {
  ASSERT_TRUE(Append(*writer, 1));
  ASSERT_NO_FATAL_FAILURE(BreakLastProducer());
  ExpectBroke(writer->Forget("ann"));
  const auto forgotten = writer->Forget("ann");
  EXPECT_TRUE(forgotten) << forgotten.error().Text();
  ExpectBroke(writer->Sync());
}

}  // namespace
}  // namespace earprint::testing
