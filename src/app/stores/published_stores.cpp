#include "app/stores/published_stores.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <utility>

#include "app/command.hpp"
#include "app/spotify_desk.hpp"
#include "app/stores/store_choice.hpp"
#include "base/secret_text.hpp"

namespace earprint::app {

namespace {

namespace json = boost::json;
constexpr const char* kName = "published-stores";

/// What makes two URLs lead to the same store: all but the password and the settings.
std::string PlaceOf(const std::string& url) {
  auto store = ChooseStore(url);
  return store ? (*store)->Place() : url;
}

}  // namespace

PublishedStores::PublishedStores(const DataFolder& folder, adapters::VaultKeys keys,
                                 const std::string& key_path)
    : secrets_(folder.path + "/secrets"), vault_(secrets_, std::move(keys), key_path) {}

bool PublishedStores::WereThere(const DataFolder& folder) {
  std::error_code failed;
  return std::filesystem::exists(folder.path + "/secrets", failed);
}

base::Result<std::unique_ptr<PublishedStores>> PublishedStores::Open(const DataFolder& folder) {
  auto keys = OpenHouseKeys(folder);
  if (!keys) return std::unexpected(keys.error());
  std::unique_ptr<PublishedStores> stores(new PublishedStores(folder, std::move(keys->keys), keys->path));
  auto sealed = stores->vault_.Open(kName);
  if (!sealed) return std::unexpected(sealed.error());
  if (!*sealed) return stores;
  try {
    const json::value told = json::parse((*sealed)->Reveal());
    for (const json::value& each : told.as_array()) {
      Store store{std::string(each.at("url").as_string()), {}};
      for (const json::value& listener : each.at("listeners").as_array())
        store.listeners.emplace(listener.as_string());
      stores->stores_.push_back(std::move(store));
    }
  } catch (const std::exception& error) {
    return base::Fail(base::ErrorCode::kCorrupt, "read which stores were published to", folder.path,
                      error.what());
  }
  return stores;
}

base::Result<void> PublishedStores::Save() {
  json::array all;
  for (const Store& store : stores_) {
    json::array listeners;
    for (const std::string& listener : store.listeners) listeners.emplace_back(listener);
    all.push_back(json::object{{"url", store.url}, {"listeners", std::move(listeners)}});
  }
  std::string text = json::serialize(all);
  auto sealed = vault_.Seal(kName, base::SecretText(text));
  base::WipeBytes(text.data(), text.size());
  return sealed;
}

std::set<std::string> PublishedStores::ListenersAt(const std::string& url) const {
  const std::string place = PlaceOf(url);
  std::set<std::string> listeners;
  for (const Store& store : stores_) {
    if (PlaceOf(store.url) == place) listeners.insert(store.listeners.begin(), store.listeners.end());
  }
  return listeners;
}

base::Result<void> PublishedStores::Note(const std::string& url, const std::string& listener) {
  const std::string place = PlaceOf(url);
  auto found =
      std::ranges::find_if(stores_, [&place](const Store& each) { return PlaceOf(each.url) == place; });
  if (found != stores_.end() && found->url == url && found->listeners.contains(listener)) return {};
  if (found == stores_.end()) found = stores_.insert(stores_.end(), Store{url, {}});
  found->url = url;
  found->listeners.insert(listener);
  return Save();
}

base::Result<void> PublishedStores::Drop(const std::string& url, const std::string& listener) {
  const std::string place = PlaceOf(url);
  for (Store& store : stores_) {
    if (PlaceOf(store.url) == place) store.listeners.erase(listener);
  }
  std::erase_if(stores_, [](const Store& each) { return each.listeners.empty(); });
  return Save();
}

namespace {

/// Does something with each store that a listener was published to.
base::Result<StoresLeft> WithStoresOf(
    const DataFolder& folder, const std::string& listener,
    const std::function<base::Result<void>(PublishedStores&, const std::string& url)>& work) {
  StoresLeft left;
  if (!PublishedStores::WereThere(folder)) return left;
  auto published = PublishedStores::Open(folder);
  if (!published) return std::unexpected(published.error());
  for (const PublishedStores::Store& each : std::vector((*published)->all())) {
    if (!each.listeners.contains(listener)) continue;
    auto store = ChooseStore(each.url);
    // An address that is none any more may hold a password.
    const std::string place =
        store ? (*store)->Place() : each.url.substr(0, each.url.find(':')) + ", an address of no use";
    auto done = store ? work(**published, each.url) : std::unexpected(std::move(store.error()));
    if (done) {
      left.done.push_back(place);
    } else {
      left.pending.push_back({place, done.error().cause});
    }
  }
  return left;
}

}  // namespace

base::Result<std::vector<std::string>> StoresOf(const DataFolder& folder, const std::string& listener) {
  auto all = WithStoresOf(folder, listener,
                          [](PublishedStores&, const std::string&) -> base::Result<void> { return {}; });
  if (!all) return std::unexpected(all.error());
  for (ports::PendingStore& each : all->pending) all->done.push_back(std::move(each.store));
  return std::move(all->done);
}

base::Result<StoresLeft> ForgetInStores(const DataFolder& folder, const std::string& listener) {
  return WithStoresOf(folder, listener,
                      [&listener](PublishedStores& published, const std::string& url) -> base::Result<void> {
                        auto store = ChooseStore(url);
                        if (!store) return std::unexpected(store.error());
                        auto forgotten = (*store)->Forget(listener);
                        return forgotten ? published.Drop(url, listener) : forgotten;
                      });
}

base::Result<StoresLeft> BringUpStores(const DataFolder& folder, const std::string& listener,
                                       HousePublishing& publishing) {
  return WithStoresOf(folder, listener, [&](PublishedStores&, const std::string& url) -> base::Result<void> {
    auto store = ChooseStore(url);
    if (!store) return std::unexpected(store.error());
    // Where what was published is not there, as a disk that is not mounted, it would be begun anew beside
    // it.
    auto done = (*store)->RemoveStatesBefore(listener);
    if (done) done = publishing.PublishNow(url, listener);
    return done ? (*store)->RemoveStatesBefore(listener) : done;
  });
}

}  // namespace earprint::app
