// File: keyvault/crypto/ecdsa_vectors.h
//
// Published signatures, for tests: NIST, Cryptographic Algorithm Validation Program, FIPS 186-4
// ECDSA. All values are hexadecimal, padded to the size of the field.
#ifndef LAZULI_KEYVAULT_CRYPTO_ECDSA_VECTORS_H_
#define LAZULI_KEYVAULT_CRYPTO_ECDSA_VECTORS_H_

#include "keyvault/crypto/algorithm.h"

namespace lazuli::keyvault::crypto {

struct EcdsaVector {
  SignatureAlgorithm algorithm;
  Curve curve;
  const char* d;
  const char* x;
  const char* y;
  const char* digest;
  const char* r;
  const char* s;
};

// SigGen.txt of 186-3ecdsatestvectors: the digest of Msg, and what signing it with k gave.
inline constexpr EcdsaVector kEcdsaVectors[] = {
    {
        .algorithm = SignatureAlgorithm::kEs256,
        .curve = Curve::kP256,
        .d = "519b423d715f8b581f4fa8ee59f4771a5b44c8130b4e3eacca54a56dda72b464",
        .x = "1ccbe91c075fc7f4f033bfa248db8fccd3565de94bbfb12f3c59ff46c271bf83",
        .y = "ce4014c68811f9a21a1fdb2c0e6113e06db7ca93b7404e78dc7ccd5ca89a4ca9",
        .digest = "44acf6b7e36c1342c2c5897204fe09504e1e2efb1a900377dbc4e7a6a133ec56",
        .r = "f3ac8061b514795b8843e3d6629527ed2afd6b1f6a555a7acabb5e6f79c8c2ac",
        .s = "8bf77819ca05a6b2786c76262bf7371cef97b218e96f175a3ccdda2acc058903",
    },
    {
        .algorithm = SignatureAlgorithm::kEs256,
        .curve = Curve::kP256,
        .d = "0f56db78ca460b055c500064824bed999a25aaf48ebb519ac201537b85479813",
        .x = "e266ddfdc12668db30d4ca3e8f7749432c416044f2d2b8c10bf3d4012aeffa8a",
        .y = "bfa86404a2e9ffe67d47c587ef7a97a7f456b863b4d02cfc6928973ab5b1cb39",
        .digest = "9b2db89cb0e8fa3cc7608b4d6cc1dec0114e0b9ff4080bea12b134f489ab2bbc",
        .r = "976d3a4e9d23326dc0baa9fa560b7c4e53f42864f508483a6473b6a11079b2db",
        .s = "1b766e9ceb71ba6c01dcd46e0af462cd4cfa652ae5017d4555b8eeefe36e1932",
    },
    {
        .algorithm = SignatureAlgorithm::kEs256,
        .curve = Curve::kP256,
        .d = "e283871239837e13b95f789e6e1af63bf61c918c992e62bca040d64cad1fc2ef",
        .x = "74ccd8a62fba0e667c50929a53f78c21b8ff0c3c737b0b40b1750b2302b0bde8",
        .y = "29074e21f3a0ef88b9efdf10d06aa4c295cc1671f758ca0e4cd108803d0f2614",
        .digest = "b804cf88af0c2eff8bbbfb3660ebb3294138e9d3ebd458884e19818061dacff0",
        .r = "35fb60f5ca0f3ca08542fb3cc641c8263a2cab7a90ee6a5e1583fac2bb6f6bd1",
        .s = "ee59d81bc9db1055cc0ed97b159d8784af04e98511d0a9a407b99bb292572e96",
    },
    {
        .algorithm = SignatureAlgorithm::kEs384,
        .curve = Curve::kP384,
        .d = "201b432d8df14324182d6261db3e4b3f46a8284482d52e370da41e6cbdf45ec2952f5db7ccbce3bc29449"
             "f4fb080ac97",
        .x = "c2b47944fb5de342d03285880177ca5f7d0f2fcad7678cce4229d6e1932fcac11bfc3c3e97d942a3c56bf"
             "34123013dbf",
        .y = "37257906a8223866eda0743c519616a76a758ae58aee81c5fd35fbf3a855b7754a36d4a0672df95d6c44a"
             "81cf7620c2d",
        .digest =
            "31a452d6164d904bb5724c878280231eae705c29ce9d4bc7d58e020e1085f17eebcc1a38f0ed0bf2b344d"
            "81fbd896825",
        .r = "50835a9251bad008106177ef004b091a1e4235cd0da84fff54542b0ed755c1d6f251609d14ecf18f9e1dd"
             "fe69b946e32",
        .s = "0475f3d30c6463b646e8d3bf2455830314611cbde404be518b14464fdb195fdcc92eb222e61f426a4a592"
             "c00a6a89721",
    },
    {
        .algorithm = SignatureAlgorithm::kEs384,
        .curve = Curve::kP384,
        .d = "23d9f4ea6d87b7d6163d64256e3449255db14786401a51daa7847161bf56d494325ad2ac8ba928394e010"
             "61d882c3528",
        .x = "5d42d6301c54a438f65970bae2a098cbc567e98840006e356221966c86d82e8eca515bca850eaa3cd41f1"
             "75f03a0cbfd",
        .y = "4aef5a0ceece95d382bd70ab5ce1cb77408bae42b51a08816d5e5e1d3da8c18fcc95564a752730b0aabea"
             "983ccea4e2e",
        .digest =
            "a92784916a40feaebfeab16ea28c0c65e45c5e81eb634052944865708072e20110bd669a9838d7e722e94"
            "ac75245cdd3",
        .r = "fb318f4cb1276282bb43f733a7fb7c567ce94f4d02924fc758635ab2d1107108bf159b85db080cdc3b30f"
             "bb5400016f3",
        .s = "588e3d7af5da03eae255ecb1813100d95edc243476b724b22db8e85377660d7645ddc1c2c2ee4eaea8b68"
             "3dbe22f86ca",
    },
    {
        .algorithm = SignatureAlgorithm::kEs384,
        .curve = Curve::kP384,
        .d = "b5f670e98d8befc46f6f51fb2997069550c2a52ebfb4e5e25dd905352d9ef89eed5c2ecd16521853aadb1"
             "b52b8c42ae6",
        .x = "44ffb2a3a95e12d87c72b5ea0a8a7cb89f56b3bd46342b2303608d7216301c21b5d2921d80b6628dc512c"
             "cb84e2fc278",
        .y = "e4c1002f1828abaec768cadcb7cf42fbf93b1709ccae6df5b134c41fae2b9a188bfbe1eccff0bd348517d"
             "7227f2071a6",
        .digest =
            "b2acf6b4ae1ba9985c1e657313d59157939c21868302f6f5c5dbf037867035ae7c2009bad9fce47257992"
            "3f7b4b87795",
        .r = "b11db592e4ebc75b6472b879b1d8ce57452c615aef20f67a280f8bca9b11a30ad4ac9d69541258c7dd5d0"
             "b4ab8dd7d49",
        .s = "4eb51db8004e46d438359abf060a9444616cb46b4f99c9a05b53ba6df02e914c9c0b6cc3a9791d804d2e4"
             "c0984dab1cc",
    },
    {
        .algorithm = SignatureAlgorithm::kEs512,
        .curve = Curve::kP521,
        .d = "00f749d32704bc533ca82cef0acf103d8f4fba67f08d2678e515ed7db886267ffaf02fab0080dca2359b7"
             "2f574ccc29a0f218c8655c0cccf9fee6c5e567aa14cb926",
        .x = "0061387fd6b95914e885f912edfbb5fb274655027f216c4091ca83e19336740fd81aedfe047f51b42bdf6"
             "8161121013e0d55b117a14e4303f926c8debb77a7fdaad1",
        .y = "00e7d0c75c38626e895ca21526b9f9fdf84dcecb93f2b233390550d2b1463b7ee3f58df7346435ff04341"
             "99583c97c665a97f12f706f2357da4b40288def888e59e6",
        .digest =
            "65f83408092261bda599389df03382c5be01a81fe00a36f3f4bb6541263f801627c440e50809712b0cace"
            "7c217e6e5051af81de9bfec3204dcd63c4f9a741047",
        .r = "004de826ea704ad10bc0f7538af8a3843f284f55c8b946af9235af5af74f2b76e099e4bc72fd79d28a380"
             "f8d4b4c919ac290d248c37983ba05aea42e2dd79fdd33e8",
        .s = "0087488c859a96fea266ea13bf6d114c429b163be97a57559086edb64aed4a18594b46fb9efc7fd25d8b2"
             "de8f09ca0587f54bd287299f47b2ff124aac566e8ee3b43",
    },
    {
        .algorithm = SignatureAlgorithm::kEs512,
        .curve = Curve::kP521,
        .d = "01a4d2623a7d59c55f408331ba8d1523b94d6bf8ac83375ceb57a2b395a5bcf977cfc16234d4a97d6f6ee"
             "25a99aa5bff15ff535891bcb7ae849a583e01ac49e0e9b6",
        .x = "004d5c8afee038984d2ea96681ec0dccb6b52dfa4ee2e2a77a23c8cf43ef19905a34d6f5d8c5cf0981ed8"
             "04d89d175b17d1a63522ceb1e785c0f5a1d2f3d15e51352",
        .y = "0014368b8e746807b2b68f3615cd78d761a464ddd7918fc8df51d225962fdf1e3dc243e265100ff0ec133"
             "359e332e44dd49afd8e5f38fe86133573432d33c02fa0a3",
        .digest =
            "a6200971c6a289e2fcb80f78ec08a5079ea2675efd68bcab479552aa5bcb8edf3c993c79d7cebcc23c20e"
            "5af41723052b871134cc71d5c57206182a7068cc39b",
        .r = "01a3c4a6386c4fb614fba2cb9e74201e1aaa0001aa931a2a939c92e04b8344535a20f53c6e3c69c75c2e5"
             "d2fe3549ed27e6713cb0f4a9a94f6189eb33bff7d453fce",
        .s = "016a997f81aa0bea2e1469c8c1dab7df02a8b2086ba482c43af04f2174831f2b1761658795adfbdd44190"
             "a9b06fe10e578987369f3a2eced147cff89d8c2818f7471",
    },
    {
        .algorithm = SignatureAlgorithm::kEs512,
        .curve = Curve::kP521,
        .d = "014787f95fb1057a2f3867b8407e54abb91740c097dac5024be92d5d65666bb16e4879f3d3904d6eab269"
             "cf5e7b632ab3c5f342108d1d4230c30165fba3a1bf1c66f",
        .x = "00c2d540a7557f4530de35bbd94da8a6defbff783f54a65292f8f76341c996cea38795805a1b97174a914"
             "7a8644282e0d7040a6f83423ef2a0453248156393a1782e",
        .y = "0119f746c5df8cec24e4849ac1870d0d8594c799d2ceb6c3bdf891dfbd2242e7ea24d6aec3166214734ac"
             "c4cbf4da8f71e2429c5c187b2b3a048527c861f58a9b97f",
        .digest =
            "46ff533622cc90321a3aeb077ec4db4fbf372c7a9db48b59de7c5d59e6314110676ba5491bd20d0f02774"
            "eef96fc2e88ca99857d21ef255184c93fb1ff4f01d3",
        .r = "010ed3ab6d07a15dc3376494501c27ce5f78c8a2b30cc809d3f9c3bf1aef437e590ef66abae4e49065ead"
             "1af5f752ec145acfa98329f17bca9991a199579c41f9229",
        .s = "008c3457fe1f93d635bb52df9218bf3b49a7a345b8a8a988ac0a254340546752cddf02e6ce47eee58ea39"
             "8fdc9130e55a4c09f5ae548c715f5bcd539f07a34034d78",
    },
};

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_ECDSA_VECTORS_H_
