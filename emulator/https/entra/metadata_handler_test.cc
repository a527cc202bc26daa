#include "emulator/https/entra/metadata_handler.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "emulator/https/entra/entra_test_scene.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

class MetadataHandlerTest : public testing::Test {
 protected:
  EntraTestAnswer Get(absl::string_view target, absl::string_view authority,
                      absl::string_view method = "GET") {
    return Send(&handler_, MakeRequest(method, authority, target));
  }

  // What the list says of its one cloud.
  EntraTestAnswer Cloud(absl::string_view version, absl::string_view authority) {
    EntraTestAnswer answer =
        Get(absl::StrCat("/metadata/endpoints?api-version=", version), authority);
    EXPECT_TRUE(answer.json.is_array());
    EXPECT_EQ(answer.json.as_array().size(), 1u);
    const boost::json::value cloud = answer.json.as_array().at(0);
    answer.json = cloud;
    return answer;
  }

  static std::string At(const EntraTestAnswer& answer, const char* pointer) {
    return std::string(answer.json.at_pointer(pointer).as_string().c_str());
  }

  MetadataHandler handler_{IdDeriver(1)};
};

TEST_F(MetadataHandlerTest, ByAzuresNamesItIsAzuresCloud) {
  for (const char* version : {"2019-05-01", "2020-06-01", "2022-09-01"}) {
    const EntraTestAnswer cloud = Cloud(version, "management.azure.com");
    EXPECT_EQ(cloud.Get("name"), "AzureCloud");
    EXPECT_EQ(cloud.Get("resourceManager"), "https://management.azure.com/");
    EXPECT_EQ(cloud.Get("batch"), "https://batch.core.windows.net/");
    EXPECT_EQ(cloud.Get("microsoftGraphResourceId"), "https://graph.microsoft.com/");
    EXPECT_EQ(At(cloud, "/authentication/loginEndpoint"), "https://login.microsoftonline.com/");
    EXPECT_EQ(At(cloud, "/authentication/audiences/0"), "https://management.core.windows.net/");
    EXPECT_EQ(At(cloud, "/suffixes/keyVaultDns"), "vault.azure.net");
    EXPECT_EQ(At(cloud, "/suffixes/mhsmDns"), "managedhsm.azure.net");
  }
}

TEST_F(MetadataHandlerTest, ByLocalNamesEverythingLiesUnderTheAuthority) {
  const EntraTestAnswer cloud = Cloud("2019-05-01", "localhost:8443");
  EXPECT_EQ(cloud.Get("name"), "Lazuli");
  EXPECT_EQ(cloud.Get("resourceManager"), "https://localhost:8443/");
  EXPECT_EQ(cloud.Get("microsoftGraphResourceId"), "https://localhost:8443/");
  EXPECT_EQ(cloud.Get("gallery"), "https://localhost:8443/");
  EXPECT_EQ(cloud.Get("batch"), "https://batch.core.windows.net/");
  EXPECT_EQ(At(cloud, "/authentication/loginEndpoint"), "https://localhost:8443/adfs");
  EXPECT_EQ(At(cloud, "/authentication/audiences/0"), "https://management.core.windows.net/");
  EXPECT_EQ(At(cloud, "/suffixes/keyVaultDns"), "vault.localhost:8443");
  EXPECT_EQ(At(cloud, "/suffixes/mhsmDns"), "managedhsm.localhost:8443");
  EXPECT_EQ(At(cloud, "/suffixes/storage"), "unemulated.localhost:8443");
}

// Every endpoint and suffix that az 2.45 reads without a value of its own to fall back on.
TEST_F(MetadataHandlerTest, HasEverythingThatAzReads) {
  for (const char* authority : {"management.azure.com", "localhost:8443"}) {
    const EntraTestAnswer cloud = Cloud("2019-05-01", authority);
    for (const char* name :
         {"resourceManager", "sqlManagement", "batch", "gallery", "graphAudience",
          "microsoftGraphResourceId", "vmImageAliasDoc", "media", "activeDirectoryDataLake",
          "appInsightsResourceId", "logAnalyticsResourceId", "synapseAnalyticsResourceId",
          "appInsightsTelemetryChannelResourceId", "attestationResourceId", "portal"}) {
      EXPECT_EQ(cloud.Get(name).find("https://"), 0u) << name;
    }
    for (const char* name :
         {"storage", "storageSyncEndpointSuffix", "keyVaultDns", "mhsmDns", "sqlServerHostname",
          "mysqlServerEndpoint", "postgresqlServerEndpoint", "mariadbServerEndpoint",
          "azureDataLakeStoreFileSystem", "azureDataLakeAnalyticsCatalogAndJob", "synapseAnalytics",
          "acrLoginServer", "attestationEndpoint"}) {
      EXPECT_NE(At(cloud, absl::StrCat("/suffixes/", name).c_str()), "") << name;
    }
  }
}

TEST_F(MetadataHandlerTest, TheFirstVersionIsOneObject) {
  const EntraTestAnswer local = Get("/metadata/endpoints?api-version=2015-01-01", "localhost:8443");
  EXPECT_EQ(local.Get("galleryEndpoint"), "https://localhost:8443/");
  EXPECT_EQ(local.Get("graphEndpoint"), "https://graph.windows.net/");
  EXPECT_EQ(At(local, "/authentication/loginEndpoint"), "https://localhost:8443/adfs");
  EXPECT_EQ(local.Get("suffixes"), "(none)");
  const EntraTestAnswer real =
      Get("/metadata/endpoints/?api%2Dversion=2015-01-01", "management.azure.com");
  EXPECT_EQ(At(real, "/authentication/loginEndpoint"), "https://login.microsoftonline.com/");
}

// go-autorest takes the first audience for that of its tokens, and cannot read a list of clouds.
TEST_F(MetadataHandlerTest, GosVersionIsTheSameObject) {
  for (const char* authority : {"management.azure.com", "localhost:8443"}) {
    const EntraTestAnswer first = Get("/metadata/endpoints?api-version=2015-01-01", authority);
    const EntraTestAnswer gos = Get("/metadata/endpoints?api-version=1.0", authority);
    EXPECT_EQ(gos.status(), 200);
    EXPECT_EQ(gos.json, first.json);
    EXPECT_EQ(At(gos, "/authentication/audiences/0"), "https://management.core.windows.net/");
  }
}

TEST_F(MetadataHandlerTest, RefusesWhatIsNoSuchRequest) {
  EXPECT_EQ(Get("/metadata/endpoints", "localhost").status(), 400);
  EXPECT_EQ(Get("/metadata/endpoints?api-version=", "localhost").status(), 400);
  EXPECT_EQ(Get("/metadata/%zz", "localhost").status(), 400);
  EXPECT_EQ(Get("/metadata/x?api-version=1", "localhost").status(), 404);
  EXPECT_EQ(Get("/metadata/endpoints?api-version=2019-05-01", "localhost", "POST").status(), 405);
}

}  // namespace
}  // namespace lazuli::emulator
