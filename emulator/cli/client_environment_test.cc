#include "emulator/cli/client_environment.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

ClientSettings SomeSettings(NamesMode mode) {
  ClientSettings settings;
  settings.mode = mode;
  settings.address = "127.0.0.1:4711";
  settings.ca_file = "/folder/ca.pem";
  settings.trust_store = "/folder/trust.p12";
  settings.azure_folder = "/folder/azure";
  settings.ready_file = "/folder/ready.json";
  settings.admin_secret = "a-secret";
  settings.identity_secret = "an-identity-secret";
  return settings;
}

std::map<std::string, std::string> MapOf(const ClientEnvironment& environment) {
  return {environment.set.begin(), environment.set.end()};
}

TEST(ClientEnvironmentTest, TransparentModeKeepsAzuresNames) {
  const ClientEnvironment environment =
      MakeClientEnvironment(SomeSettings(NamesMode::kTransparent));
  auto set = MapOf(environment);
  for (const char* name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}) {
    EXPECT_EQ(set[name], "http://127.0.0.1:4711") << name;
  }
  for (const char* name :
       {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"}) {
    EXPECT_EQ(set[name], "/folder/ca.pem") << name;
  }
  // Nothing of Azure's may go past the proxy, whatever the caller had there.
  EXPECT_EQ(set["NO_PROXY"], "localhost,127.0.0.1,::1");
  EXPECT_EQ(set["no_proxy"], set["NO_PROXY"]);
  EXPECT_EQ(set["AZURE_TENANT_ID"], kDefaultTenantId);
  EXPECT_EQ(set["AZURE_CLIENT_ID"], kAdminAppId);
  EXPECT_EQ(set["AZURE_CLIENT_SECRET"], "a-secret");
  EXPECT_EQ(set["AZURE_SUBSCRIPTION_ID"], kDefaultSubscriptionId);
  EXPECT_EQ(set["AZURE_CONFIG_DIR"], "/folder/azure");
  EXPECT_EQ(set["IDENTITY_ENDPOINT"], "http://127.0.0.1:4711/msi/token");
  EXPECT_EQ(set["IDENTITY_HEADER"], "an-identity-secret");
  EXPECT_EQ(set["LAZULI_URL"], "http://127.0.0.1:4711");
  EXPECT_EQ(set["LAZULI_READY_FILE"], "/folder/ready.json");
  for (const char* name : {"AZURE_AUTHORITY_HOST", "ARM_CLOUD_METADATA_URL", "MSI_ENDPOINT",
                           "AZURE_FEDERATED_TOKEN_FILE"}) {
    EXPECT_EQ(set.count(name), 0u) << name;
    EXPECT_THAT(environment.unset, Contains(name));
  }
}

TEST(ClientEnvironmentTest, LocalModeNamesLocalhost) {
  const ClientEnvironment environment = MakeClientEnvironment(SomeSettings(NamesMode::kLocal));
  auto set = MapOf(environment);
  EXPECT_EQ(set["AZURE_AUTHORITY_HOST"], "https://localhost:4711");
  EXPECT_EQ(set["ARM_CLOUD_METADATA_URL"],
            "https://localhost:4711/metadata/endpoints?api-version=2019-05-01");
  EXPECT_EQ(set["MSI_ENDPOINT"], "http://127.0.0.1:4711/oauth2/token");
  // The proxy resolves kv1.vault.localhost; clients match NO_PROXY by suffix.
  EXPECT_EQ(set["HTTPS_PROXY"], "http://127.0.0.1:4711");
  EXPECT_THAT(set["NO_PROXY"], Not(HasSubstr("localhost")));
  EXPECT_THAT(set["JAVA_TOOL_OPTIONS"], Not(HasSubstr("localhost")));
}

TEST(ClientEnvironmentTest, InASandboxClientsAreItsOwn) {
  for (const NamesMode mode : {NamesMode::kTransparent, NamesMode::kLocal}) {
    ClientSettings settings = SomeSettings(mode);
    settings.sandbox = ClientSandbox{"sandbox-1", "tenant", "subscription", "client", "secret"};
    const ClientEnvironment environment = MakeClientEnvironment(settings);
    auto set = MapOf(environment);
    for (const char* name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}) {
      EXPECT_EQ(set[name], "http://sandbox-1:x@127.0.0.1:4711");
    }
    EXPECT_EQ(set["LAZULI_URL"], "http://127.0.0.1:4711");
    EXPECT_EQ(set["LAZULI_SANDBOX"], "sandbox-1");
    EXPECT_EQ(set["AZURE_TENANT_ID"], "tenant");
    EXPECT_EQ(set["AZURE_SUBSCRIPTION_ID"], "subscription");
    EXPECT_EQ(set["AZURE_CLIENT_ID"], "client");
    EXPECT_EQ(set["AZURE_CLIENT_SECRET"], "secret");
    // Where the process's own identities would answer.
    EXPECT_THAT(environment.unset,
                testing::IsSupersetOf({"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT"}));

    settings.sandbox->client_secret.clear();
    const ClientEnvironment without = MakeClientEnvironment(settings);
    EXPECT_EQ(MapOf(without).count("AZURE_CLIENT_SECRET"), 0u);
    EXPECT_THAT(without.unset, Not(Contains("AZURE_CLIENT_SECRET")));
  }
}

TEST(ClientEnvironmentTest, NothingIsBothSetAndUnsetNorSetTwice) {
  for (const NamesMode mode : {NamesMode::kTransparent, NamesMode::kLocal}) {
    const ClientEnvironment environment = MakeClientEnvironment(SomeSettings(mode));
    std::set<std::string> names(environment.unset.begin(), environment.unset.end());
    EXPECT_EQ(names.size(), environment.unset.size());
    for (const auto& [name, value] : environment.set) {
      EXPECT_TRUE(names.insert(name).second) << name;
      EXPECT_FALSE(value.empty()) << name;
    }
  }
}

TEST(ClientEnvironmentTest, WithoutItsSecretTheIdentityEndpointIsAskedThroughTheProxy) {
  ClientSettings settings = SomeSettings(NamesMode::kTransparent);
  settings.identity_secret.clear();
  const ClientEnvironment environment = MakeClientEnvironment(settings);
  EXPECT_THAT(environment.unset, testing::IsSupersetOf({"IDENTITY_ENDPOINT", "IDENTITY_HEADER"}));
}

// Splits as the Java machine does: at white space; quotes group, and nothing escapes them.
std::vector<std::string> SplitAsJava(const std::string& text) {
  std::vector<std::string> words;
  size_t i = 0;
  while (i < text.size()) {
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    std::string word;
    while (i < text.size() && text[i] != ' ') {
      if (text[i] == '"' || text[i] == '\'') {
        const char quote = text[i++];
        while (i < text.size() && text[i] != quote) word += text[i++];
        ++i;
      } else {
        word += text[i++];
      }
    }
    words.push_back(word);
  }
  return words;
}

TEST(ClientEnvironmentTest, JavaReadsItsOptionsBack) {
  for (const std::string path :
       {"/plain", "/with space", "/with \"double\" quotes", "/with 'single' quotes",
        "/'both\" at once'", "/tab\there", "/a'b"}) {
    ClientSettings settings = SomeSettings(NamesMode::kTransparent);
    settings.trust_store = path;
    auto set = MapOf(MakeClientEnvironment(settings));
    const std::vector<std::string> words = SplitAsJava(set["JAVA_TOOL_OPTIONS"]);
    EXPECT_EQ(words.size(), 7u) << set["JAVA_TOOL_OPTIONS"];
    EXPECT_THAT(words, Contains(absl::StrCat("-Djavax.net.ssl.trustStore=", path)));
    EXPECT_THAT(words, Contains("-Dhttps.proxyPort=4711"));
    EXPECT_THAT(words, Contains("-Dhttps.proxyHost=127.0.0.1"));
  }
}

TEST(ClientEnvironmentTest, ModesAreNamed) {
  EXPECT_EQ(*ParseNamesMode("transparent"), NamesMode::kTransparent);
  EXPECT_EQ(*ParseNamesMode("local"), NamesMode::kLocal);
  for (const char* text : {"", "Local", "both"}) EXPECT_FALSE(ParseNamesMode(text).ok()) << text;
}

}  // namespace
}  // namespace lazuli::emulator
