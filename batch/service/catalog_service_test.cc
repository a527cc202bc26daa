#include "batch/service/catalog_service.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "batch/service/data_plane_fixture.h"
#include "gtest/gtest.h"
#include "proto/batch_catalog.pb.h"

namespace lazuli::batch {
namespace {

class CatalogServiceTest : public DataPlaneFixture {
 protected:
  v1::ListSupportedImagesResponse Images(const std::string& text = "") {
    return Get<v1::ListSupportedImagesResponse>(catalog_, &CatalogService::ListSupportedImages,
                                                text);
  }
  v1::ListPoolNodeCountsResponse Counts(const std::string& text = "") {
    return Get<v1::ListPoolNodeCountsResponse>(catalog_, &CatalogService::ListPoolNodeCounts, text);
  }

  CatalogService catalog_{accounts_};
};

TEST_F(CatalogServiceTest, ImagesAreListedInPagesAndByFilter) {
  const v1::ListSupportedImagesResponse all = Images();
  ASSERT_GT(all.value_size(), 4);
  for (const v1::ImageInformation& image : all.value()) {
    EXPECT_FALSE(image.node_agent_sku_id().empty());
    EXPECT_FALSE(image.image_reference().sku().empty());
    EXPECT_EQ(image.verification_type(), "verified");
  }
  std::string token;
  int count = 0;
  do {
    const auto page = Images(absl::StrCat("maxresults: 3 skip_token: '", token, "'"));
    count += page.value_size();
    token = page.next_link();
  } while (!token.empty());
  EXPECT_EQ(count, all.value_size());
  const auto windows = Images("filter: \"osType eq 'windows'\"");
  EXPECT_GT(windows.value_size(), 0);
  for (const v1::ImageInformation& image : windows.value()) {
    EXPECT_EQ(image.node_agent_sku_id(), "batch.node.windows amd64");
  }
}

TEST_F(CatalogServiceTest, NodesAreCountedByPoolAndState) {
  MakeSite(2);
  LAZULI_ASSERT_OK(AddTask("j", "id: 't' command_line: 'sleep 1000'"));
  LAZULI_ASSERT_OK(AddPool(PoolText("new", 1, "target_low_priority_nodes: 2")));
  const v1::ListPoolNodeCountsResponse counts = Counts();
  ASSERT_EQ(counts.value_size(), 2);
  EXPECT_EQ(counts.value(0).pool_id(), "p");
  EXPECT_EQ(counts.value(0).dedicated().idle(), 1);
  EXPECT_EQ(counts.value(0).dedicated().running(), 1);
  EXPECT_EQ(counts.value(0).dedicated().total(), 2);
  EXPECT_EQ(counts.value(0).low_priority().total(), 0);
  EXPECT_EQ(counts.value(1).dedicated().creating(), 1);
  EXPECT_EQ(counts.value(1).low_priority().creating(), 2);
  const auto of_one = Counts("filter: \"poolId eq 'NEW'\"");
  ASSERT_EQ(of_one.value_size(), 1);
  EXPECT_EQ(of_one.value(0).pool_id(), "new");
}

TEST_F(CatalogServiceTest, NoMoreThanTenPoolsAreCountedAtOnce) {
  for (int i = 0; i < 12; ++i) LAZULI_ASSERT_OK(AddPool(PoolText(absl::StrCat("p", i), 0)));
  const auto first = Counts("maxresults: 1000");
  EXPECT_EQ(first.value_size(), 10);
  EXPECT_EQ(Counts(absl::StrCat("skip_token: '", first.next_link(), "'")).value_size(), 2);
}

TEST_F(CatalogServiceTest, ThereIsNothingOfWhatIsNotEmulated) {
  EXPECT_EQ(Get<v1::ListApplicationsResponse>(catalog_, &CatalogService::ListApplications, "")
                .value_size(),
            0);
  EXPECT_EQ(Get<v1::ListCertificatesResponse>(catalog_, &CatalogService::ListCertificates, "")
                .value_size(),
            0);
  EXPECT_EQ(Get<v1::ListJobSchedulesResponse>(catalog_, &CatalogService::ListJobSchedules, "")
                .value_size(),
            0);
  EXPECT_THAT(Call(catalog_, &CatalogService::GetApplication, "application_id: 'a'"),
              ErrorCodeIs("ApplicationNotFound"));
}

TEST_F(CatalogServiceTest, AnAccountThatLostItsKeyAnswersNothing) {
  keys.RemoveVault("vault");
  KeyChanged();
  const auto refused = ErrorCodeIs("AccountIsDisabled");
  EXPECT_THAT(Call(catalog_, &CatalogService::ListSupportedImages, ""), refused);
  EXPECT_THAT(Call(catalog_, &CatalogService::ListPoolNodeCounts, ""), refused);
  EXPECT_THAT(Call(catalog_, &CatalogService::ListApplications, ""), refused);
  EXPECT_THAT(Call(catalog_, &CatalogService::GetApplication, "application_id: 'a'"), refused);
  EXPECT_THAT(Call(catalog_, &CatalogService::ListCertificates, ""), refused);
  EXPECT_THAT(Call(catalog_, &CatalogService::ListJobSchedules, ""), refused);
}

}  // namespace
}  // namespace lazuli::batch
