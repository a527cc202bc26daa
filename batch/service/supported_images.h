// File: batch/service/supported_images.h
//
// The images that Batch offers for nodes.
#ifndef LAZULI_BATCH_SERVICE_SUPPORTED_IMAGES_H_
#define LAZULI_BATCH_SERVICE_SUPPORTED_IMAGES_H_

#include "absl/types/span.h"

namespace lazuli::batch {

struct SupportedImage {
  const char* node_agent_sku_id;
  const char* publisher;
  const char* offer;
  const char* sku;
  const char* os_type;  // "linux" or "windows"
  // When Batch ends its support, as in "2027-06-30T00:00:00Z"; empty where that is not announced.
  const char* end_of_life;
};

// A choice of those that Batch lists, always in the same order. Pools may name any other image: no
// machine is made of it.
absl::Span<const SupportedImage> SupportedImages();

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_SUPPORTED_IMAGES_H_
