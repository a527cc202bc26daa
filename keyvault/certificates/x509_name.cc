#include "keyvault/certificates/x509_name.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "keyvault/certificates/errors.h"

namespace lazuli::keyvault {
namespace {

struct NamePart {
  std::string type;
  std::string value;
};

// The types by the names that RFC 4514 and Windows give them, and how BoringSSL calls them.
struct TypeName {
  absl::string_view written;
  const char* known;
};
constexpr std::array<TypeName, 17> kTypes = {{{"CN", "CN"},
                                              {"C", "C"},
                                              {"L", "L"},
                                              {"S", "ST"},
                                              {"ST", "ST"},
                                              {"STREET", "street"},
                                              {"O", "O"},
                                              {"OU", "OU"},
                                              {"E", "emailAddress"},
                                              {"emailAddress", "emailAddress"},
                                              {"DC", "DC"},
                                              {"UID", "UID"},
                                              {"T", "title"},
                                              {"title", "title"},
                                              {"G", "GN"},
                                              {"SN", "SN"},
                                              {"SERIALNUMBER", "serialNumber"}}};

absl::Status Unreadable(absl::string_view reason) {
  return BadCertificatePolicyError("x509_props.subject", reason);
}

// Takes one part off the front of `*rest`, up to the separator.
absl::StatusOr<NamePart> TakePart(absl::string_view* rest) {
  NamePart part;
  const size_t equals = rest->find('=');
  if (equals == absl::string_view::npos) return Unreadable("A part of it has no '='.");
  part.type = std::string(absl::StripAsciiWhitespace(rest->substr(0, equals)));
  rest->remove_prefix(equals + 1);
  *rest = absl::StripLeadingAsciiWhitespace(*rest);
  const bool quoted = absl::ConsumePrefix(rest, "\"");
  size_t keep = 0;  // how much of the value must not be stripped
  size_t at = 0;
  for (; at < rest->size(); ++at) {
    const char c = (*rest)[at];
    if (c == '\\' && at + 1 < rest->size()) {
      part.value += (*rest)[++at];
      keep = part.value.size();
      continue;
    }
    if (quoted ? c == '"' : (c == ',' || c == ';')) break;
    part.value += c;
  }
  if (quoted) {
    if (at == rest->size()) return Unreadable("A quotation has no end.");
    rest->remove_prefix(at + 1);
    *rest = absl::StripLeadingAsciiWhitespace(*rest);
    if (!rest->empty() && rest->front() != ',' && rest->front() != ';') {
      return Unreadable("Something follows a quotation.");
    }
  } else {
    rest->remove_prefix(at);
    while (part.value.size() > keep &&
           absl::ascii_isspace(static_cast<unsigned char>(part.value.back()))) {
      part.value.pop_back();
    }
  }
  if (part.value.empty()) return Unreadable("A part of it has no value.");
  return part;
}

absl::Status AddPart(const NamePart& part, X509_NAME* name) {
  const auto* const value = reinterpret_cast<const uint8_t*>(part.value.data());
  const int size = static_cast<int>(part.value.size());
  for (const TypeName& type : kTypes) {
    if (!absl::EqualsIgnoreCase(part.type, type.written)) continue;
    if (X509_NAME_add_entry_by_txt(name, type.known, MBSTRING_UTF8, value, size, -1, 0) == 1) {
      return absl::OkStatus();
    }
    ERR_clear_error();
    return Unreadable("A value is too long, or has a character that its type does not take.");
  }
  std::string oid = part.type;
  if (absl::StartsWithIgnoreCase(oid, "OID.")) oid.erase(0, 4);
  const bssl::UniquePtr<ASN1_OBJECT> object(OBJ_txt2obj(oid.c_str(), 0));
  if (object == nullptr ||
      X509_NAME_add_entry_by_OBJ(name, object.get(), MBSTRING_UTF8, value, size, -1, 0) != 1) {
    ERR_clear_error();
    return Unreadable("The type of a part is none that is known.");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bssl::UniquePtr<X509_NAME>> ParseSubject(absl::string_view text) {
  bssl::UniquePtr<X509_NAME> name(X509_NAME_new());
  absl::string_view rest = absl::StripAsciiWhitespace(text);
  while (!rest.empty()) {
    LAZULI_ASSIGN_OR_RETURN(const NamePart part, TakePart(&rest));
    LAZULI_RETURN_IF_ERROR(AddPart(part, name.get()));
    if (rest.empty()) break;
    rest.remove_prefix(1);
    rest = absl::StripLeadingAsciiWhitespace(rest);
    if (rest.empty()) return Unreadable("It ends with a separator.");
  }
  return name;
}

std::string WriteSubject(const X509_NAME* name) {
  const bssl::UniquePtr<BIO> writer(BIO_new(BIO_s_mem()));
  constexpr unsigned long kFlags =
      (ASN1_STRFLGS_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) | XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN;
  if (X509_NAME_print_ex(writer.get(), name, 0, kFlags) < 0) {
    ERR_clear_error();
    return "";
  }
  const uint8_t* text = nullptr;
  size_t size = 0;
  BIO_mem_contents(writer.get(), &text, &size);
  return std::string(reinterpret_cast<const char*>(text), size);
}

}  // namespace lazuli::keyvault
