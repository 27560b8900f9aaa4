#include "adapters/kafka/kafka_event_writer.hpp"

#include <utility>

#include "adapters/kafka/kafka_producer.hpp"
#include "adapters/kafka/kafka_topics.hpp"

namespace earprint::adapters {

namespace {

/// What a message has beside an event: its key, where in a file it was, and what the log puts around it.
constexpr std::size_t kRoomBesideBytes = 64 << 10;
constexpr std::size_t kLookEvery = 64;  ///< lines: what becomes of them is told for many at once

}  // namespace

KafkaEventWriter::KafkaEventWriter(std::shared_ptr<KafkaProducer> producer)
    : producer_(std::move(producer)), user_(producer_->Enter()) {}

KafkaEventWriter::~KafkaEventWriter() { producer_->Leave(user_); }

base::Result<std::unique_ptr<KafkaEventWriter>> KafkaEventWriter::Open(const KafkaSettings& settings) {
  auto producer = std::make_shared<KafkaProducer>(settings);
  if (auto opened = producer->Open(); !opened) return std::unexpected(opened.error());
  return std::unique_ptr<KafkaEventWriter>(new KafkaEventWriter(std::move(producer)));
}

std::unique_ptr<KafkaEventWriter> KafkaEventWriter::ForAnother() const {
  return std::unique_ptr<KafkaEventWriter>(new KafkaEventWriter(producer_));
}

std::size_t KafkaEventWriter::EventBytesMax() const { return kEventBytesMax - kRoomBesideBytes; }

base::Result<void> KafkaEventWriter::Append(model::EventType type, std::string_view frame) {
  const std::lock_guard lock(producer_->turn);
  if (auto opened = producer_->Open(); !opened) return opened;
  auto appended = AppendLines(type, frame);
  // Who is told here that the producer ended need not be told again of what was lost with it.
  if (!appended && !producer_->IsOpen()) (void)producer_->TakeLoss(user_);
  return appended;
}

base::Result<void> KafkaEventWriter::AppendLines(model::EventType type, std::string_view frame) {
  for (std::size_t lines = 1; !frame.empty(); ++lines) {
    const std::size_t end = frame.find('\n');
    if (end == std::string_view::npos) {
      return base::Fail(base::ErrorCode::kCorrupt, "write to Kafka", producer_->settings().TopicOf(type),
                        "a line has no end");
    }
    if (auto put = producer_->PutLine(user_, type, frame.substr(0, end)); !put) return put;
    frame.remove_prefix(end + 1);
    if (lines % kLookEvery == 0 || frame.empty()) producer_->Look();
    if (!producer_->HoldsMuch()) continue;
    if (auto settled = producer_->Settle(); !settled) return settled;
  }
  return {};
}

base::Result<void> KafkaEventWriter::Sync() {
  const std::lock_guard lock(producer_->turn);
  return producer_->Sync(user_);
}

void KafkaEventWriter::BreakOff() { producer_->BreakOff(); }

base::Result<void> KafkaEventWriter::Forget(const std::string& listener, model::ForgottenPart part) {
  const auto own = ForAnother();  // what Append took and was lost is not for this call to tell
  const std::lock_guard lock(producer_->turn);
  // What is sent anew must not come behind the word that erases it.
  if (auto settled = producer_->Settle(); !settled) return settled;
  if (auto opened = producer_->Open(); !opened) return opened;
  // Audio features are on every share under their ids; all else of a listener is on one.
  auto feature_shares = producer_->PartitionsOf(model::EventType::kAudioFeatures);
  if (!feature_shares) return std::unexpected(feature_shares.error());
  for (const model::EventType type : model::kEventTypes) {
    const bool is_everywhere = type == model::EventType::kAudioFeatures;
    for (std::int32_t i = 0; i < (is_everywhere ? *feature_shares : 1); ++i) {
      auto put = producer_->Put(own->user_, type, is_everywhere ? i : RD_KAFKA_PARTITION_UA,
                                model::ForgottenKey(type, listener), model::ForgottenLine(listener, part));
      if (!put) return put;
    }
  }
  return producer_->Sync(own->user_);
}

base::Result<void> KafkaEventWriter::RemoveFeatures(const std::vector<std::string>& ids) {
  const auto own = ForAnother();
  const std::lock_guard lock(producer_->turn);
  if (auto opened = producer_->Open(); !opened) return opened;
  for (const std::string& id : ids) {
    auto put = producer_->Put(own->user_, model::EventType::kAudioFeatures, RD_KAFKA_PARTITION_UA, id, {});
    if (!put) return put;
  }
  return producer_->Sync(own->user_);
}

ports::FeedPlaces KafkaEventWriter::Written() const { return producer_->Written(); }

KafkaWriterFigures KafkaEventWriter::figures() const { return producer_->figures(); }

}  // namespace earprint::adapters
