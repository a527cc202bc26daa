#include "batch/service/conditions.h"

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "batch/service/output.h"
#include "gtest/gtest.h"
#include "proto/batch_pools.pb.h"

namespace lazuli::batch {
namespace {

// Sun, 06 Nov 1994 08:49:37.5 GMT, as of its second change.
const Revision kRevision{absl::FromUnixMillis(784'111'777'500), 2};

absl::Status Check(const v1::PoolRequest& request, Conditions::For use = Conditions::For::kWrite) {
  const absl::StatusOr<Conditions> conditions = Conditions::Read(request);
  if (!conditions.ok()) return conditions.status();
  return conditions->Check(kRevision, use);
}

v1::PoolRequest IfMatch(const std::string& text) {
  v1::PoolRequest request;
  request.set_if_match(text);
  return request;
}
v1::PoolRequest IfNoneMatch(const std::string& text) {
  v1::PoolRequest request;
  request.set_if_none_match(text);
  return request;
}
v1::PoolRequest IfModifiedSince(const std::string& text) {
  v1::PoolRequest request;
  request.set_if_modified_since(text);
  return request;
}
v1::PoolRequest IfUnmodifiedSince(const std::string& text) {
  v1::PoolRequest request;
  request.set_if_unmodified_since(text);
  return request;
}

TEST(ConditionsTest, NoneIsAlwaysMet) {
  LAZULI_EXPECT_OK(Check(v1::PoolRequest()));
  LAZULI_EXPECT_OK(Check(IfMatch("")));
}

TEST(ConditionsTest, TagsAreReadWithAndWithoutQuotationMarks) {
  const std::string tag = ETag(kRevision);
  for (const std::string& text :
       {tag, "\"" + tag + "\"", "W/\"" + tag + "\"", "0x1, " + tag, std::string("*")}) {
    LAZULI_EXPECT_OK(Check(IfMatch(text))) << text;
    EXPECT_THAT(Check(IfNoneMatch(text)), ErrorCodeIs("ConditionNotMet")) << text;
  }
  EXPECT_THAT(Check(IfMatch("0x1")), ErrorCodeIs("ConditionNotMet"));
  LAZULI_EXPECT_OK(Check(IfNoneMatch("0x1")));
}

TEST(ConditionsTest, TimesAreComparedByTheSecond) {
  LAZULI_EXPECT_OK(Check(IfModifiedSince("Sun, 06 Nov 1994 08:49:36 GMT")));
  EXPECT_THAT(Check(IfModifiedSince("Sun, 06 Nov 1994 08:49:37 GMT")),
              ErrorCodeIs("ConditionNotMet"));
  LAZULI_EXPECT_OK(Check(IfUnmodifiedSince("Sun, 06 Nov 1994 08:49:37 GMT")));
  EXPECT_THAT(Check(IfUnmodifiedSince("Sun, 06 Nov 1994 08:49:36 GMT")),
              ErrorCodeIs("ConditionNotMet"));
}

TEST(ConditionsTest, ReadingAndWritingDifferInTheStatus) {
  EXPECT_EQ(ErrorInfoOrDefault(Check(IfNoneMatch("*"), Conditions::For::kRead)).http_status, 304);
  EXPECT_EQ(ErrorInfoOrDefault(Check(IfNoneMatch("*"), Conditions::For::kWrite)).http_status, 412);
}

TEST(ConditionsTest, WhatCannotBeReadIsRefused) {
  EXPECT_THAT(Check(IfModifiedSince("yesterday")), ErrorCodeIs("InvalidHeaderValue"));
  EXPECT_THAT(Check(IfUnmodifiedSince("2024-05-01")), ErrorCodeIs("InvalidHeaderValue"));
  v1::PoolRequest two = IfMatch("*");
  two.set_if_modified_since("Sun, 06 Nov 1994 08:49:36 GMT");
  EXPECT_THAT(Check(two), ErrorCodeIs("MultipleConditionHeadersNotSupported"));
}

}  // namespace
}  // namespace lazuli::batch
