#include "batch/data_key.h"

#include <string>

#include "absl/status/status.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

TEST(DataKeyTest, OpensWhatItSealed) {
  DataKey key;
  key.Install(DataKey::Generate());
  const std::string sealed = key.Seal("task/job/t1", 3, "command line");
  EXPECT_EQ(sealed.find("command"), std::string::npos);
  EXPECT_EQ(sealed.size(), 12 + 12 + 16u);
  EXPECT_THAT(key.Unseal("task/job/t1", 3, sealed), IsOkAndHolds(std::string("command line")));
}

TEST(DataKeyTest, EmptyPlaintextIsSealedToo) {
  DataKey key;
  key.Install(DataKey::Generate());
  EXPECT_THAT(key.Unseal("a", 1, key.Seal("a", 1, "")), IsOkAndHolds(std::string()));
}

TEST(DataKeyTest, NoncesDiffer) {
  DataKey key;
  key.Install(DataKey::Generate());
  EXPECT_NE(key.Seal("a", 1, "same"), key.Seal("a", 1, "same"));
}

TEST(DataKeyTest, BlobBelongsToItsRecordAndGeneration) {
  DataKey key;
  key.Install(DataKey::Generate());
  const std::string sealed = key.Seal("job/a", 1, "text");
  EXPECT_THAT(key.Unseal("job/b", 1, sealed), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(key.Unseal("job/a", 2, sealed), StatusIs(absl::StatusCode::kDataLoss));
  // No pair reads like another one.
  EXPECT_THAT(key.Unseal("job/a1", 1, key.Seal("job/a", 11, "text")),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(DataKeyTest, AnyAlterationShows) {
  DataKey key;
  key.Install(DataKey::Generate());
  const std::string sealed = key.Seal("a", 1, "text");
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_THAT(key.Unseal("a", 1, altered), StatusIs(absl::StatusCode::kDataLoss)) << i;
    EXPECT_THAT(key.Unseal("a", 1, sealed.substr(0, i)), StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(DataKeyTest, AnotherKeyDoesNotOpen) {
  DataKey one;
  one.Install(DataKey::Generate());
  DataKey other;
  other.Install(DataKey::Generate());
  EXPECT_THAT(other.Unseal("a", 1, one.Seal("a", 1, "text")),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(DataKeyTest, WipedKeyNeitherSealsNorOpens) {
  DataKey key;
  EXPECT_FALSE(key.present());
  key.Install(DataKey::Generate());
  SecureBytes copy = key.Copy();
  const std::string sealed = key.Seal("a", 1, "text");
  key.Wipe();
  EXPECT_FALSE(key.present());
  EXPECT_TRUE(key.Copy().empty());
  EXPECT_EQ(key.Seal("a", 1, "text"), "");
  EXPECT_THAT(key.Unseal("a", 1, sealed), StatusIs(absl::StatusCode::kDataLoss));
  key.Install(std::move(copy));
  EXPECT_THAT(key.Unseal("a", 1, sealed), IsOkAndHolds(std::string("text")));
}

}  // namespace
}  // namespace lazuli::batch
