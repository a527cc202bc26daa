#include "base/secure_bytes.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"

namespace {

// The block that a test watches: whether it was all zero at the moment when it was given back.
const void* g_watched = nullptr;
size_t g_watched_size = 0;
bool g_was_freed = false;
bool g_was_wiped = false;

void LookAt(const void* block) {
  if (block == nullptr || block != g_watched) return;
  g_was_freed = true;
  g_was_wiped = true;
  const volatile uint8_t* bytes = static_cast<const volatile uint8_t*>(block);
  for (size_t i = 0; i < g_watched_size; ++i) g_was_wiped = g_was_wiped && bytes[i] == 0;
  g_watched = nullptr;
}

}  // namespace

// Replaced in this program, so that memory can be looked at before it is gone.
void* operator new[](size_t size) {
  void* block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void operator delete[](void* block) noexcept {
  LookAt(block);
  std::free(block);
}
void operator delete[](void* block, size_t) noexcept {
  LookAt(block);
  std::free(block);
}

namespace lazuli {
namespace {

void Watch(const SecureBytes& bytes) {
  g_watched = bytes.data();
  g_watched_size = bytes.size();
  g_was_freed = false;
  g_was_wiped = false;
}

constexpr char kSecret[] = "the quick brown fox";

TEST(SecureBytesTest, TheWatchSeesWhatIsNotWiped) {
  uint8_t* bytes = new uint8_t[4];
  std::memset(bytes, 7, 4);
  g_watched = bytes;
  g_watched_size = 4;
  delete[] bytes;
  EXPECT_TRUE(g_was_freed);
  EXPECT_FALSE(g_was_wiped);
}

TEST(SecureBytesTest, WipesWhenDestroyed) {
  {
    const SecureBytes bytes{absl::string_view(kSecret)};
    Watch(bytes);
  }
  EXPECT_TRUE(g_was_freed);
  EXPECT_TRUE(g_was_wiped);
}

TEST(SecureBytesTest, WipesWhenCleared) {
  SecureBytes bytes{absl::string_view(kSecret)};
  Watch(bytes);
  bytes.Clear();
  EXPECT_TRUE(g_was_freed);
  EXPECT_TRUE(g_was_wiped);
  EXPECT_TRUE(bytes.empty());
  EXPECT_EQ(bytes.view(), "");
  bytes.Clear();
}

TEST(SecureBytesTest, WipesWhatAnAssignmentReplaces) {
  SecureBytes bytes{absl::string_view(kSecret)};
  SecureBytes other{absl::string_view("new")};
  Watch(bytes);
  bytes = std::move(other);
  EXPECT_TRUE(g_was_freed);
  EXPECT_TRUE(g_was_wiped);
  EXPECT_EQ(bytes.view(), "new");
}

TEST(SecureBytesTest, WipesWhatTruncateCutsOff) {
  SecureBytes bytes{absl::string_view("secret-tail")};
  const uint8_t* tail = bytes.data() + 6;
  Watch(bytes);
  bytes.Truncate(6);
  EXPECT_EQ(bytes.view(), "secret");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(tail[i], 0) << i;
  bytes.Truncate(100);
  EXPECT_EQ(bytes.size(), 6u);
  bytes.Truncate(0);
  EXPECT_TRUE(bytes.empty());
  bytes.Clear();
  EXPECT_TRUE(g_was_freed);
  EXPECT_TRUE(g_was_wiped);
}

TEST(SecureBytesTest, MovingHandsOverTheBufferAndLeavesNothing) {
  SecureBytes from{absl::string_view(kSecret)};
  const uint8_t* data = from.data();
  SecureBytes to = std::move(from);
  EXPECT_EQ(to.data(), data);
  EXPECT_EQ(to.view(), kSecret);
  EXPECT_TRUE(from.empty());        // NOLINT: the state after a move is part of the contract.
  EXPECT_EQ(from.data(), nullptr);  // NOLINT
}

TEST(SecureBytesTest, AssigningToItselfChangesNothing) {
  SecureBytes bytes{absl::string_view(kSecret)};
  SecureBytes& same = bytes;
  bytes = std::move(same);
  EXPECT_EQ(bytes.view(), kSecret);
}

TEST(SecureBytesTest, CloneIsACopyOfItsOwn) {
  SecureBytes bytes{absl::string_view(kSecret)};
  const SecureBytes clone = bytes.Clone();
  bytes.data()[0] = 'T';
  EXPECT_EQ(clone.view(), kSecret);
  EXPECT_NE(clone.data(), bytes.data());
}

TEST(SecureBytesTest, HoldsZerosOfTheSizeAskedFor) {
  const SecureBytes bytes(32);
  EXPECT_EQ(bytes.view(), std::string(32, '\0'));
  EXPECT_EQ(bytes.span().size(), 32u);
}

TEST(SecureBytesTest, ATextIsTakenAndWiped) {
  // Long enough not to lie within the string itself.
  const SecureBytes taken = TakeText(std::string(100, 's'));
  EXPECT_EQ(taken.view(), std::string(100, 's'));
  std::string text(100, 's');
  const char* const data = text.data();
  WipeText(&text);
  EXPECT_TRUE(text.empty());
  // The text keeps its memory.
  EXPECT_EQ(text.data(), data);
  for (size_t i = 0; i < 100; ++i) EXPECT_EQ(data[i], 0) << i;
}

TEST(SecureBytesTest, EmptyOnesAreHarmless) {
  SecureBytes none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.view(), "");
  EXPECT_TRUE(none.Clone().empty());
  EXPECT_TRUE(SecureBytes(0).empty());
  EXPECT_TRUE(SecureBytes(absl::string_view()).empty());
  none.Truncate(0);
  none.Clear();
}

}  // namespace
}  // namespace lazuli
