#include "app/streams/shared_log_desk.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "adapters/file/file_state_store.hpp"
#include "adapters/kafka/kafka_listener_share.hpp"
#include "adapters/sodium/sodium_random.hpp"
#include "app/streams/stream_figures.hpp"
#include "base/text.hpp"
#include "model/event_line.hpp"

namespace earprint::app {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view kVariables = "EARPRINT_KAFKA_";
constexpr std::size_t kStowedASecondKb = 128 << 10;  ///< what a lake takes in, while nothing is made of it
constexpr auto kHomeMax = std::chrono::seconds(60);
constexpr auto kHomeLookEvery = std::chrono::milliseconds(20);

/// EARPRINT_KAFKA_SSL_CA_LOCATION is ssl.ca.location.
void AddVariables(std::vector<std::pair<std::string, std::string>>& properties) {
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const std::size_t equals = text.find('=');
    if (!text.starts_with(kVariables) || equals == std::string_view::npos) continue;
    std::string name = base::AsciiLower(text.substr(kVariables.size(), equals - kVariables.size()));
    std::ranges::replace(name, '_', '.');
    properties.emplace_back(std::move(name), std::string(text.substr(equals + 1)));
  }
}

/// A name that no other data folder has, made when it is first asked for.
base::Result<std::string> LakeName(const DataFolder& folder) {
  constexpr const char* kDocument = "lake-name";
  adapters::FileStateStore states(folder.States());
  auto name = states.Load(kDocument);
  if (!name) return std::unexpected(name.error());
  if (*name) return **name;
  std::array<std::uint8_t, 8> bytes{};
  adapters::MakeSodiumRandomness()->Fill(bytes);
  std::string made;
  for (const std::uint8_t byte : bytes) made += fmt::format("{:02x}", byte);
  if (auto saved = states.Save(kDocument, made); !saved) return std::unexpected(saved.error());
  return made;
}

/// The ids of the audio features that a listener's login brought to this data folder.
base::Result<std::vector<std::string>> LoginFeatureIds(Pipeline& pipeline, const std::string& listener) {
  constexpr auto kType = model::EventType::kAudioFeatures;
  std::vector<std::string> ids;
  auto read = pipeline.WithLog([&](const ports::EventLog& log, const std::string&) {
    return log.ReadFrames(kType, 0, [&](std::string_view frame) -> base::Result<bool> {
      auto lines = log.Unpack(frame);
      if (!lines) return std::unexpected(lines.error());
      std::string scratch;
      for (const std::string_view line : base::Split(*lines, '\n')) {
        const auto told = model::ReadEventLine(line);
        if (told && model::GoesWithListener(kType, told->source) &&
            model::ListenerOf(*told, scratch) == listener)
          ids.emplace_back(told->id_text);
      }
      return true;
    });
  });
  if (!read) return std::unexpected(std::move(read.error()).Within("find audio features of " + listener));
  return ids;
}

}  // namespace

base::Result<adapters::KafkaSettings> ChooseKafka(const GlobalOptions& global) {
  if (global.log.empty()) {
    return base::Fail(base::ErrorCode::kNotFound, "find the log", "--log", "no Kafka is named",
                      "--log kafka://host:port, or EARPRINT_LOG");
  }
  std::vector<std::pair<std::string, std::string>> properties;
  AddVariables(properties);
  for (const std::string& text : global.kafka) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return base::Fail(base::ErrorCode::kInvalidInput, "read the log's properties", text.substr(0, 40),
                        "it is no property=value", "--kafka security.protocol=ssl");
    }
    properties.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return adapters::ReadKafkaSettings(global.log, properties);
}

std::string PlacesName(const std::string& cluster, const std::string& prefix,
                       const std::string& only_listener) {
  return cluster + "/" + prefix + (only_listener.empty() ? "" : "/only " + only_listener);
}

std::string LakeSink::KeyOf(const ports::FeedShare& share) const {
  return fmt::format("{}/{}/{}", origin_, model::TypeName(share.type), share.number);
}

base::Result<ports::SinkPlaces> LakeSink::Places() {
  auto marks = pipeline_.LandedMarks();
  if (!marks) return std::unexpected(marks.error());
  ports::SinkPlaces places;
  for (const auto& [key, value] : *marks) {
    for (const model::EventType type : model::kEventTypes) {
      const std::string begin = fmt::format("{}/{}/", origin_, model::TypeName(type));
      if (!key.starts_with(begin)) continue;
      ports::FeedShare share{type, 0};
      std::int64_t next = 0;
      std::from_chars(key.data() + begin.size(), key.data() + key.size(), share.number);
      std::from_chars(value.data(), value.data() + value.size(), next);
      places.next[share] = next;
    }
  }
  return places;
}

base::Result<ports::TakenReport> LakeSink::Keep(model::EventBatch batch, const ports::FeedPlaces& next) {
  auto held = Places();
  if (!held) return std::unexpected(held.error());
  ports::FeedPlaces reached = stowed_;
  Advance(reached, next);
  warehouse::Marks marks;
  for (const auto& [share, place] : reached)
    marks[KeyOf(share)] = std::to_string(std::max(place, held->next[share]));
  auto taken = pipeline_.Land(std::move(batch), marks);
  if (taken) stowed_.clear();
  return taken;
}

base::Result<ports::TakenReport> LakeSink::Stow(model::EventBatch batch, const ports::FeedPlaces& next) {
  auto taken = pipeline_.Stow(std::move(batch));
  if (!taken) return taken;
  Advance(stowed_, next);
  return taken;
}

void LakeSink::NoteBeginnings(const ports::FeedPlaces& beginnings) { Advance(stowed_, beginnings); }

base::Result<void> LakeSink::BeginAnew(const std::set<ports::FeedShare>& shares) {
  warehouse::Marks marks;
  for (const ports::FeedShare& share : shares) {
    stowed_.erase(share);
    marks[KeyOf(share)] = "0";
  }
  auto taken = pipeline_.Land({}, marks);
  if (!taken) return std::unexpected(taken.error());
  return {};
}

base::Result<void> LakeSink::Forget(const std::set<ports::ForgottenEvents>& forgotten) {
  std::map<std::pair<std::string, model::ForgottenPart>, ports::Erasure> erasures;
  for (const auto& [listener, type, part] : forgotten) {
    ports::Erasure& erasure = erasures[{listener, part}];
    erasure.listener = listener;
    erasure.is_api_only = part == model::ForgottenPart::kFromApi;
    erasure.types.insert(type);
  }
  for (const auto& [what, erasure] : erasures) {
    if (auto erased = pipeline_.Erase(erasure); !erased) return std::unexpected(erased.error());
  }
  return {};
}

base::Result<std::unique_ptr<SharedLogDesk>> SharedLogDesk::Open(adapters::KafkaSettings settings,
                                                                 const DataFolder& folder, Pipeline& pipeline,
                                                                 SharedLogOptions options) {
  auto cluster = adapters::MakeTopics(settings, options.topics);
  if (!cluster) return std::unexpected(cluster.error());
  auto name = LakeName(folder);
  if (!name) return std::unexpected(name.error());
  const std::string origin = PlacesName(*cluster, settings.prefix, options.only_listener);
  std::unique_ptr<SharedLogDesk> desk(
      new SharedLogDesk(std::move(settings), pipeline, LakeSink(pipeline, origin, *name)));
  auto writer = adapters::KafkaEventWriter::Open(desk->settings_);
  if (!writer) return std::unexpected(writer.error());
  desk->writer_ = std::move(*writer);
  desk->letters_ = desk->writer_->ForAnother();
  desk->takes_ = desk->writer_->ForAnother();
  const std::string member = options.group.empty() ? *name : std::string();
  desk->landing_ = std::make_unique<Landing>(desk->settings_, desk->sink_, *desk->letters_,
                                             LandingOptions{.group = options.group,
                                                            .member = member,
                                                            .only_listener = options.only_listener,
                                                            .limits = options.limits,
                                                            .reads_ahead = options.group.empty(),
                                                            .ahead_kbytes = kStowedASecondKb});
  pipeline.WriteTo(desk->writer_.get(), desk->takes_.get());
  return desk;
}

SharedLogDesk::~SharedLogDesk() {
  Stop();
  pipeline_.WriteTo(nullptr, nullptr);
  const std::uint64_t left = writer_ ? writer_->figures().waiting : 0;
  if (left > 0) {
    fmt::print(
        stderr,
        "earprint: {} events were put on the log and not confirmed by {} in time: they may not be there. "
        "The next sync or import of the same tells them again\n",
        left, settings_.servers);
  }
}

void SharedLogDesk::Start(std::function<void()> on_kept) {
  landing_->on_kept = std::move(on_kept);
  thread_ = std::jthread([this](const std::stop_token& stop) { (void)Run(stop, false); });
}

void SharedLogDesk::Stop() {
  is_ending_ = true;
  if (writer_) writer_->BreakOff();
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

bool SharedLogDesk::WaitUntilHome() {
  const ports::FeedPlaces written = writer_->Written();
  const auto end = SteadyClock::now() + kHomeMax;
  while (!is_ending_ && SteadyClock::now() < end) {
    if (landing_->Has(written)) return true;
    std::this_thread::sleep_for(kHomeLookEvery);
  }
  return false;
}

base::Result<void> SharedLogDesk::Forget(const std::string& listener, model::ForgottenPart part) {
  if (auto told = writer_->Forget(listener, part); !told) return told;
  // Before they are erased here, since nobody else knows which are this listener's; either part has them.
  auto ids = LoginFeatureIds(pipeline_, listener);
  if (!ids) return std::unexpected(ids.error());
  return writer_->RemoveFeatures(*ids);
}

std::string SharedLogDesk::FiguresText() const {
  return StreamFigures({Report(), Feed(), writer_->figures(), Failures()},
                       [this](const ports::FeedShare& share) { return settings_.TopicOf(share.type); });
}

namespace {

/// A share with the settings that it was opened by.
class OwnedShare final : public ports::ListenerShare {
 public:
  static base::Result<std::unique_ptr<ports::ListenerShare>> Open(adapters::KafkaSettings settings) {
    std::unique_ptr<OwnedShare> share(new OwnedShare(std::move(settings)));
    if (auto made = adapters::MakeTopics(share->settings_); !made) return std::unexpected(made.error());
    auto opened = adapters::KafkaListenerShare::Open(share->settings_);
    if (!opened) return std::unexpected(opened.error());
    share->share_ = std::move(*opened);
    return share;
  }
  base::Result<void> Follow(const std::string& listener) override { return share_->Follow(listener); }
  base::Result<void> Unfollow(const std::string& listener) override { return share_->Unfollow(listener); }
  std::vector<std::string> Mine() const override { return share_->Mine(); }
  std::uint64_t TenureOf(const std::string& listener) const override { return share_->TenureOf(listener); }
  bool LookAt(const std::string& listener, const std::function<void()>& look) override {
    return share_->LookAt(listener, look);
  }
  ports::ShareFigures Figures() const override { return share_->Figures(); }

 private:
  explicit OwnedShare(adapters::KafkaSettings settings) : settings_(std::move(settings)) {}

  adapters::KafkaSettings settings_;
  std::unique_ptr<adapters::KafkaListenerShare> share_;
};

}  // namespace

base::Result<std::unique_ptr<ports::ListenerShare>> OpenListenerShare(const GlobalOptions& global) {
  if (!global.share) return nullptr;
  auto settings = ChooseKafka(global);
  if (!settings) return std::unexpected(std::move(settings.error()).Within("share listeners"));
  return OwnedShare::Open(std::move(*settings));
}

std::string SharedLogText(const GlobalOptions& global) {
  if (global.log.empty()) return "the data folder's own";
  auto settings = ChooseKafka(global);
  if (!settings) return settings.error().Text();
  return "Kafka at " + settings->servers + ", topics " + settings->prefix + ".*; " +
         adapters::KafkaLibraryText();
}

base::Result<std::unique_ptr<SharedLog>> OpenSharedLog(const GlobalOptions& global, Pipeline& pipeline,
                                                       const std::string& only_listener) {
  if (global.log.empty()) return nullptr;
  auto settings = ChooseKafka(global);
  if (!settings) return std::unexpected(settings.error());
  return SharedLogDesk::Open(std::move(*settings), global.Folder(), pipeline,
                             {.only_listener = only_listener});
}

}  // namespace earprint::app
