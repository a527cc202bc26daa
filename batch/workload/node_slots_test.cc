#include "batch/workload/node_slots.h"

#include "batch/workload/node.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

class NodeSlotsTest : public ::testing::Test {
 protected:
  NodeSlots slots_;
  Node a_, b_, c_;
};

TEST_F(NodeSlotsTest, SpreadTakesTheNodeWithTheMostFreeSlots) {
  slots_.Add(2, 1, &a_);
  slots_.Add(4, 3, &c_);
  slots_.Add(4, 2, &b_);
  EXPECT_EQ(slots_.MaxFree(), 4);
  EXPECT_EQ(slots_.Pick(NodeFillType::kSpread, 1), &b_);
  slots_.Remove(4, 2);
  EXPECT_EQ(slots_.Pick(NodeFillType::kSpread, 1), &c_);
  EXPECT_EQ(slots_.Pick(NodeFillType::kSpread, 5), nullptr);
}

TEST_F(NodeSlotsTest, PackTakesTheNodeWithTheFewestThatAreEnough) {
  slots_.Add(2, 3, &c_);
  slots_.Add(2, 2, &b_);
  slots_.Add(4, 1, &a_);
  EXPECT_EQ(slots_.Pick(NodeFillType::kPack, 1), &b_);
  EXPECT_EQ(slots_.Pick(NodeFillType::kPack, 3), &a_);
  EXPECT_EQ(slots_.Pick(NodeFillType::kPack, 5), nullptr);
}

TEST_F(NodeSlotsTest, ANodeWithoutFreeSlotsIsNotThere) {
  slots_.Add(0, 1, &a_);
  EXPECT_EQ(slots_.MaxFree(), 0);
  EXPECT_EQ(slots_.Pick(NodeFillType::kSpread, 1), nullptr);
  slots_.Remove(0, 1);
  EXPECT_EQ(slots_.Pick(NodeFillType::kPack, 1), nullptr);
}

}  // namespace
}  // namespace lazuli::batch
