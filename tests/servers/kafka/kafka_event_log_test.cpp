// Kafka against the contract that it shares with the embedded log.
#include "tests/contract/event_writer_contract.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/test_server.hpp"

namespace earprint::testing {
namespace {

class KafkaLog final : public WrittenLog {
 public:
  ports::EventWriter& writer() override { return *writer_; }
  std::vector<std::string> LinesOf(model::EventType type) override { return topics_.LinesOf(type); }

 private:
  KafkaTopics topics_{ServerAddress("kafka")};
  std::unique_ptr<adapters::KafkaEventWriter> writer_ = topics_.Writer();
};

std::unique_ptr<WrittenLog> MakeKafka() { return std::make_unique<KafkaLog>(); }

INSTANTIATE_TEST_SUITE_P(Kafka, EventWriterContract, ::testing::Values(&MakeKafka));

}  // namespace
}  // namespace earprint::testing
