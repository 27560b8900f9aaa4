#include "app/catalogues/catalogue_desk.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "adapters/curl/curl_http_client.hpp"
#include "adapters/file/disk_part_file.hpp"
#include "sources/kaggle/kaggle_credentials.hpp"

namespace earprint::app {

namespace {

namespace kaggle = sources::kaggle;

constexpr std::size_t kSecretBytesMax = 16 << 10;

std::string Environment(const char* name, const std::string& otherwise = {}) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

base::SecretText SecretIn(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kSecretBytesMax, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  base::SecretText secret(std::string_view(text).substr(0, static_cast<std::size_t>(file.gcount())));
  base::WipeBytes(text.data(), text.size());
  return secret;
}

/// Where the official client looks.
kaggle::CredentialTexts FindCredentials() {
  kaggle::CredentialTexts texts;
  const std::string folder = Environment("KAGGLE_CONFIG_DIR", Environment("HOME") + "/.kaggle");
  const char* token = std::getenv("KAGGLE_API_TOKEN");
  std::error_code failed;
  if (token != nullptr && *token != '\0') {
    texts.api_token =
        std::filesystem::is_regular_file(token, failed) ? SecretIn(token) : base::SecretText(token);
  }
  texts.token_file = SecretIn(folder + "/access_token");
  texts.username = Environment("KAGGLE_USERNAME");
  if (const char* key = std::getenv("KAGGLE_KEY"); key != nullptr) texts.key = base::SecretText(key);
  texts.kaggle_json = SecretIn(folder + "/kaggle.json");
  return texts;
}

class DiskPartShelf final : public kaggle::PartShelf {
 public:
  explicit DiskPartShelf(std::string folder) : folder_(std::move(folder)) {}
  base::Result<std::unique_ptr<ports::PartFile>> Open(const std::string& name) override {
    return adapters::OpenPartFile(PathOf(name));
  }
  std::string PathOf(const std::string& name) const override { return folder_ + "/" + name; }
  void Remove(const std::string& name) override {
    std::error_code ignored;
    std::filesystem::remove_all(std::filesystem::path(PathOf(name)).parent_path(), ignored);
  }

 private:
  std::string folder_;
};

}  // namespace

CatalogueDesk::CatalogueDesk(const DataFolder& folder, FolderLock lock)
    : lock_(std::move(lock)),
      states_(folder.States()),
      parts_(std::make_unique<DiskPartShelf>(folder.Downloads())),
      http_(adapters::MakeWebClient("earprint/" EARPRINT_VERSION)) {}

base::Result<std::unique_ptr<CatalogueDesk>> CatalogueDesk::Open(const DataFolder& folder,
                                                                 ports::Importer& importer,
                                                                 const ports::Clock& clock) {
  auto lock = FolderLock::Take({folder.Downloads()});
  if (!lock) return std::unexpected(std::move(lock.error()).Within("fetch a catalogue"));
  std::unique_ptr<CatalogueDesk> desk(new CatalogueDesk(folder, std::move(*lock)));
  auto authorization = kaggle::ChooseAuthorization(FindCredentials());
  if (!authorization) return std::unexpected(authorization.error());
  auto api = kaggle::KaggleApi::Make(*desk->http_, clock,
                                     Environment("EARPRINT_KAGGLE_URL", std::string(kaggle::kKaggleUrl)),
                                     std::move(*authorization));
  if (!api) return std::unexpected(api.error());
  desk->api_.emplace(std::move(*api));
  desk->follower_ = std::make_unique<kaggle::CatalogueFollower>(kaggle::CatalogueFollower::Hands{
      *desk->api_, *desk->http_, desk->states_, *desk->parts_, importer, clock});
  return desk;
}

}  // namespace earprint::app
