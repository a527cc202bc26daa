#include "keyvault/certificates/pkcs12_cost.h"

#include <cstddef>
#include <cstdint>

#include "base/boringssl.h"
#include "keyvault/certificates/limits.h"

namespace lazuli::keyvault {
namespace {

// What a file holds lies less deep; what is deeper is no structure, but bytes that look like one.
constexpr int kMaxDepth = 32;
// An iteration count has fewer bytes than the serial numbers and parameters that are passed over.
constexpr size_t kMaxCountBytes = 8;

// Adds up the counts: each is the INTEGER after the salt, an OCTET STRING.
class CountFinder {
 public:
  void Find(CBS reader, int depth) {
    bool after_salt = false;
    while (CBS_len(&reader) > 0 && depth < kMaxDepth) {
      if (SkipEnd(&reader)) continue;
      CBS element;
      unsigned tag = 0;
      size_t header = 0;
      int is_ber = 0;
      int is_indefinite = 0;
      if (!CBS_get_any_ber_asn1_element(&reader, &element, &tag, &header, &is_ber,
                                        &is_indefinite)) {
        return;
      }
      CBS_skip(&element, header);
      const bool is_octets = (tag & ~CBS_ASN1_CONSTRUCTED) == CBS_ASN1_OCTETSTRING;
      if (after_salt && tag == CBS_ASN1_INTEGER) Add(element);
      after_salt = is_octets;
      const bool is_structure = (tag & CBS_ASN1_CONSTRUCTED) != 0;
      if (is_structure || (is_octets && LooksLikeSequence(element))) Find(element, depth + 1);
    }
  }

  bool is_affordable() const {
    return largest_ <= limits::certificates::kMaxIterations &&
           sum_ <= limits::certificates::kMaxAllIterations;
  }

 private:
  // What an element of indefinite length holds follows it, until an end of two zeros.
  static bool SkipEnd(CBS* reader) {
    return CBS_len(reader) >= 2 && CBS_data(reader)[0] == 0 && CBS_data(reader)[1] == 0 &&
           CBS_skip(reader, 2);
  }
  static bool LooksLikeSequence(const CBS& bytes) {
    return CBS_len(&bytes) > 0 && CBS_data(&bytes)[0] == 0x30;
  }

  void Add(CBS count) {
    if (CBS_len(&count) > kMaxCountBytes) return;
    uint64_t value = 0;
    uint8_t byte = 0;
    while (CBS_get_u8(&count, &byte)) value = value << 8 | byte;
    largest_ = value > largest_ ? value : largest_;
    // No file is long enough for this to go round.
    sum_ += value > limits::certificates::kMaxIterations ? 0 : value;
  }

  uint64_t largest_ = 0;
  uint64_t sum_ = 0;
};

}  // namespace

bool IsPkcs12Affordable(absl::string_view file) {
  CBS reader;
  CBS_init(&reader, reinterpret_cast<const uint8_t*>(file.data()), file.size());
  CountFinder finder;
  finder.Find(reader, 0);
  return finder.is_affordable();
}

}  // namespace lazuli::keyvault
