#include "emulator/https/transport/exchange.h"

#include <memory>
#include <optional>
#include <utility>

#include "emulator/https/message/http_message.h"
#include "gtest/gtest.h"

namespace lazuli::emulator::transport {
namespace {

HttpResponse Teapot() {
  HttpResponse response;
  response.status = 418;
  return response;
}

class ExchangeTest : public testing::Test {
 protected:
  int wakes_ = 0;
  std::shared_ptr<Exchange> exchange_ = std::make_shared<Exchange>([this] { ++wakes_; });
};

TEST_F(ExchangeTest, HandsOverAnAnswerThatIsThereAlready) {
  Exchange::RespondTo(exchange_)(Teapot());
  EXPECT_EQ(wakes_, 0);
  const std::optional<HttpResponse> response = exchange_->Take();
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 418);
}

TEST_F(ExchangeTest, WakesWhoWaitsOnce) {
  HttpRespond respond = Exchange::RespondTo(exchange_);
  EXPECT_FALSE(exchange_->Take().has_value());
  respond(Teapot());
  EXPECT_EQ(wakes_, 1);
  EXPECT_TRUE(exchange_->Take().has_value());
}

TEST_F(ExchangeTest, AnswersForAHandlerThatForgetsTo) {
  {
    const HttpRespond dropped = Exchange::RespondTo(exchange_);
  }
  const std::optional<HttpResponse> response = exchange_->Take();
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 500);
}

TEST_F(ExchangeTest, IsSilentOnceNobodyListens) {
  HttpRespond respond = Exchange::RespondTo(exchange_);
  const std::function<void()> ready = Exchange::ReadyFor(exchange_);
  EXPECT_FALSE(exchange_->Take().has_value());
  EXPECT_FALSE(exchange_->is_cancelled());
  exchange_->Close();
  EXPECT_TRUE(exchange_->is_cancelled());
  respond(Teapot());
  ready();
  EXPECT_EQ(wakes_, 0);
}

TEST_F(ExchangeTest, LosesNoWordOfAStream) {
  const std::function<void()> ready = Exchange::ReadyFor(exchange_);
  ready();
  EXPECT_EQ(wakes_, 0);
  EXPECT_TRUE(exchange_->TakeReady());
  EXPECT_FALSE(exchange_->TakeReady());
  ready();
  ready();
  EXPECT_EQ(wakes_, 1);
  EXPECT_TRUE(exchange_->TakeReady());
}

}  // namespace
}  // namespace lazuli::emulator::transport
