// The life of keys, and their cryptography against Go's own.
package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"math/big"
	"sort"
	"time"

	vaultmgmt "github.com/Azure/azure-sdk-for-go/services/keyvault/mgmt/2022-07-01/keyvault"
	"github.com/Azure/azure-sdk-for-go/services/keyvault/v7.1/keyvault"
	"github.com/Azure/azure-sdk-for-go/services/msi/mgmt/2018-11-30/msi"
	"github.com/Azure/go-autorest/autorest/date"
)

var plain = []byte("0123456789abcdef0123456789abcdef")

func encode(data []byte) *string { return pointer(base64.RawURLEncoding.EncodeToString(data)) }

func decode(text *string) []byte { return done(base64.RawURLEncoding.DecodeString(*text)) }

func number(text *string) *big.Int { return new(big.Int).SetBytes(decode(text)) }

// The public half as Go knows it.
func rsaKey(key *keyvault.JSONWebKey) *rsa.PublicKey {
	return &rsa.PublicKey{N: number(key.N), E: int(number(key.E).Int64())}
}

func digestOf(algorithm crypto.Hash, data []byte) []byte {
	digest := algorithm.New()
	digest.Write(data)
	return digest.Sum(nil)
}

// What the steps hand on: the URIs of a vault that may purge and of one that may not.
type keysStory struct{ uri, guarded string }

func keys() {
	story := &keysStory{}
	story.create()
	story.list()
	story.rsa()
	story.curves()
	story.imported()
	story.backup()
	story.refusals()
	story.remove()
}

func (s *keysStory) createKey(name string, parameters keyvault.KeyCreateParameters) keyvault.KeyBundle {
	return done(vaultData.CreateKey(ctx, s.uri, name, parameters))
}

// An empty version is the latest.
func (s *keysStory) getKey(name, version string) keyvault.KeyBundle {
	return done(vaultData.GetKey(ctx, s.uri, name, version))
}

func (s *keysStory) versions(name string) []string {
	list := done(vaultData.GetKeyVersionsComplete(ctx, s.uri, name, nil))
	return collect[keyvault.KeyItem](&list, func(one keyvault.KeyItem) string { return last(one.Kid) })
}

func (s *keysStory) deletedKeys() []string {
	list := done(vaultData.GetDeletedKeysComplete(ctx, s.uri, nil))
	return collect[keyvault.DeletedKeyItem](&list, func(one keyvault.DeletedKeyItem) string { return last(one.Kid) })
}

func (s *keysStory) create() {
	step("create a vault without purge protection and one with it", func() {
		createGroup()
		policies := &[]vaultmgmt.AccessPolicyEntry{
			policy(object, vaultmgmt.KeyPermissionsAll, vaultmgmt.KeyPermissionsPurge)}
		s.uri = *createVault("open-vault", vaultmgmt.VaultProperties{
			SoftDeleteRetentionInDays: pointer(int32(7)), AccessPolicies: policies}).Properties.VaultURI
		s.guarded = *createVault("guarded-vault", vaultmgmt.VaultProperties{
			EnablePurgeProtection: pointer(true), AccessPolicies: policies}).Properties.VaultURI
	})
	step("is a vault's name free?", func() {
		for name, free := range map[string]bool{"open-vault": false, "free-vault": true} {
			answer := done(vaults.CheckNameAvailability(ctx, vaultmgmt.VaultCheckNameAvailabilityParameters{
				Name: pointer(name), Type: pointer("Microsoft.KeyVault/vaults")}))
			equal(*answer.NameAvailable, free)
		}
	})
	for _, size := range []int32{2048, 3072} {
		step(fmt.Sprintf("create an RSA key of %d bits", size), func() {
			key := s.createKey(fmt.Sprint("rsa-", size), keyvault.KeyCreateParameters{
				Kty: keyvault.RSA, KeySize: pointer(size)})
			equal(key.Key.Kty, keyvault.RSA)
			equal(rsaKey(key.Key).N.BitLen(), int(size))
			equal(rsaKey(key.Key).E, 65537)
			equal(key.Key.D, (*string)(nil))
		})
	}
	step("create a key with tags, operations and times", func() {
		begins, ends := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
		key := s.createKey("tagged", keyvault.KeyCreateParameters{
			Kty: keyvault.RSA, KeySize: pointer(int32(2048)),
			KeyOps: &[]keyvault.JSONWebKeyOperation{keyvault.WrapKey, keyvault.UnwrapKey},
			KeyAttributes: &keyvault.KeyAttributes{
				Enabled: pointer(false), NotBefore: pointer(date.UnixTime(begins)), Expires: pointer(date.UnixTime(ends))},
			Tags: map[string]*string{"a": pointer("b")}})
		equal(*key.Key.KeyOps, []string{"wrapKey", "unwrapKey"})
		equal(*key.Tags["a"], "b")
		equal(*key.Attributes.Enabled, false)
		equal(time.Time(*key.Attributes.NotBefore).Unix(), begins.Unix())
		equal(time.Time(*key.Attributes.Expires).Unix(), ends.Unix())
		equal(key.Attributes.RecoveryLevel, keyvault.CustomizedRecoverablePurgeable)
		equal(*key.Attributes.RecoverableDays, int32(7))
	})
	step("update the latest version, then a given one", func() {
		key := done(vaultData.UpdateKey(ctx, s.uri, "tagged", "", keyvault.KeyUpdateParameters{
			KeyAttributes: &keyvault.KeyAttributes{Enabled: pointer(true)}, Tags: map[string]*string{"c": pointer("d")}}))
		equal(*key.Attributes.Enabled, true)
		equal(key.Tags, map[string]*string{"c": pointer("d")})
		key = done(vaultData.UpdateKey(ctx, s.uri, "tagged", last(key.Key.Kid), keyvault.KeyUpdateParameters{
			KeyOps: &[]keyvault.JSONWebKeyOperation{keyvault.Sign}}))
		equal(*key.Key.KeyOps, []string{"sign"})
		equal(key.Tags, map[string]*string{"c": pointer("d")})
	})
}

func (s *keysStory) list() {
	step("list the keys by pages", func() {
		page := done(vaultData.GetKeys(ctx, s.uri, pointer(int32(2))))
		pages, names := 0, []string{}
		for ; page.NotDone(); must(page.NextWithContext(ctx)) {
			pages++
			holds(len(page.Values()) <= 2, len(page.Values()))
			for _, one := range page.Values() {
				names = append(names, last(one.Kid))
			}
		}
		sort.Strings(names)
		equal(names, []string{"rsa-2048", "rsa-3072", "tagged"})
		equal(pages, 2)
	})
	step("list the versions", func() {
		versions := map[string]bool{}
		for i := 0; i < 3; i++ {
			key := s.createKey("turning", keyvault.KeyCreateParameters{Kty: keyvault.EC, Curve: keyvault.P384})
			versions[last(key.Key.Kid)] = true
		}
		seen := map[string]bool{}
		for _, version := range s.versions("turning") {
			seen[version] = true
		}
		equal(seen, versions)
		equal(len(seen), 3)
	})
}

// One of the vault's calls on bytes: Encrypt, Decrypt, WrapKey or UnwrapKey of the client.
type operation func(
	context.Context, string, string, string, keyvault.KeyOperationsParameters) (keyvault.KeyOperationResult, error)

func (s *keysStory) operate(
	do operation, name, version string, algorithm keyvault.JSONWebKeyEncryptionAlgorithm, data []byte,
) ([]byte, error) {
	result, err := do(ctx, s.uri, name, version, keyvault.KeyOperationsParameters{
		Algorithm: algorithm, Value: encode(data)})
	if err != nil {
		return nil, err
	}
	equal(last(result.Kid), version)
	return decode(result.Result), nil
}

func (s *keysStory) sign(name, version, algorithm string, digest []byte) []byte {
	return decode(done(vaultData.Sign(ctx, s.uri, name, version, keyvault.KeySignParameters{
		Algorithm: keyvault.JSONWebKeySignatureAlgorithm(algorithm), Value: encode(digest)})).Result)
}

func (s *keysStory) verify(name, version, algorithm string, digest, signature []byte) bool {
	return *done(vaultData.Verify(ctx, s.uri, name, version, keyvault.KeyVerifyParameters{
		Algorithm: keyvault.JSONWebKeySignatureAlgorithm(algorithm), Digest: encode(digest),
		Signature: encode(signature)})).Value
}

func (s *keysStory) rsa() {
	key := s.getKey("rsa-2048", "")
	public, version := rsaKey(key.Key), last(key.Key.Kid)
	for _, one := range []struct {
		algorithm keyvault.JSONWebKeyEncryptionAlgorithm
		own       func() ([]byte, error)
	}{
		{keyvault.RSAOAEP256, func() ([]byte, error) { return oaep(sha256.New(), public) }},
		{keyvault.RSAOAEP, func() ([]byte, error) { return oaep(sha1.New(), public) }},
		{keyvault.RSA15, func() ([]byte, error) { return rsa.EncryptPKCS1v15(rand.Reader, public, plain) }},
	} {
		algorithm, own := one.algorithm, one.own
		step(fmt.Sprintf("wrapped by Go and by the vault by %s, unwrapped by the vault", algorithm), func() {
			wrapped := done(own())
			equal(done(s.operate(vaultData.UnwrapKey, "rsa-2048", version, algorithm, wrapped)), plain)
			wrapped = done(s.operate(vaultData.WrapKey, "rsa-2048", version, algorithm, plain))
			equal(done(s.operate(vaultData.UnwrapKey, "rsa-2048", version, algorithm, wrapped)), plain)
		})
		step(fmt.Sprintf("encrypted by Go and by the vault by %s, decrypted by the vault", algorithm), func() {
			encrypted := done(own())
			equal(done(s.operate(vaultData.Decrypt, "rsa-2048", version, algorithm, encrypted)), plain)
			encrypted = done(s.operate(vaultData.Encrypt, "rsa-2048", version, algorithm, plain))
			equal(done(s.operate(vaultData.Decrypt, "rsa-2048", version, algorithm, encrypted)), plain)
		})
	}
	for _, bits := range []string{"256", "384", "512"} {
		algorithm := hashes[bits]
		digest, other := digestOf(algorithm, plain), digestOf(algorithm, []byte("another"))
		step(fmt.Sprintf("signed by the vault by RS%s, verified by the vault and by Go", bits), func() {
			signature := s.sign("rsa-2048", version, "RS"+bits, digest)
			must(rsa.VerifyPKCS1v15(public, algorithm, digest, signature))
			equal(s.verify("rsa-2048", version, "RS"+bits, digest, signature), true)
			equal(s.verify("rsa-2048", version, "RS"+bits, other, signature), false)
		})
		step(fmt.Sprintf("signed by the vault by PS%s, verified by the vault and by Go", bits), func() {
			signature := s.sign("rsa-2048", version, "PS"+bits, digest)
			must(rsa.VerifyPSS(public, algorithm, digest, signature, &rsa.PSSOptions{SaltLength: algorithm.Size()}))
			equal(s.verify("rsa-2048", version, "PS"+bits, digest, signature), true)
			equal(s.verify("rsa-2048", version, "PS"+bits, other, signature), false)
		})
	}
}

// The hashes of the signatures, by the digits in their names.
var hashes = map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}

func oaep(digest hash.Hash, public *rsa.PublicKey) ([]byte, error) {
	return rsa.EncryptOAEP(digest, rand.Reader, public, plain, nil)
}

func (s *keysStory) curves() {
	for _, one := range []struct {
		name  keyvault.JSONWebKeyCurveName
		curve elliptic.Curve
		bits  string
	}{
		{keyvault.P256, elliptic.P256(), "256"}, {keyvault.P384, elliptic.P384(), "384"},
		{keyvault.P521, elliptic.P521(), "512"},
	} {
		step(fmt.Sprintf("signed by the vault by ES%s, verified by the vault and by Go", one.bits), func() {
			key := s.createKey("curve", keyvault.KeyCreateParameters{Kty: keyvault.EC, Curve: one.name})
			equal([]interface{}{key.Key.Kty, key.Key.Crv}, []interface{}{keyvault.EC, one.name})
			public := &ecdsa.PublicKey{Curve: one.curve, X: number(key.Key.X), Y: number(key.Key.Y)}
			holds(one.curve.IsOnCurve(public.X, public.Y))
			algorithm, version := "ES"+one.bits, last(key.Key.Kid)
			digest := digestOf(hashes[one.bits], plain)
			signature := s.sign("curve", version, algorithm, digest)
			size := (one.curve.Params().BitSize + 7) / 8
			equal(len(signature), 2*size)
			r, t := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
			holds(ecdsa.Verify(public, digest, r, t))
			equal(s.verify("curve", version, algorithm, digest, signature), true)
			signature[0] ^= 1
			equal(s.verify("curve", version, algorithm, digest, signature), false)
		})
	}
}

func (s *keysStory) imported() {
	own := done(rsa.GenerateKey(rand.Reader, 2048))
	var version string
	step("import a private key made here", func() {
		bytes := func(one *big.Int) *string { return encode(one.Bytes()) }
		key := done(vaultData.ImportKey(ctx, s.uri, "imported", keyvault.KeyImportParameters{Key: &keyvault.JSONWebKey{
			Kty: keyvault.RSA, KeyOps: &[]string{"encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"},
			N: bytes(own.N), E: bytes(big.NewInt(int64(own.E))), D: bytes(own.D), P: bytes(own.Primes[0]),
			Q: bytes(own.Primes[1]), DP: bytes(own.Precomputed.Dp), DQ: bytes(own.Precomputed.Dq),
			QI: bytes(own.Precomputed.Qinv)}}))
		holds(rsaKey(key.Key).Equal(&own.PublicKey))
		equal(key.Key.D, (*string)(nil))
		version = last(key.Key.Kid)
	})
	step("wrapped by the vault, unwrapped here", func() {
		wrapped := done(s.operate(vaultData.WrapKey, "imported", version, keyvault.RSAOAEP256, plain))
		equal(done(rsa.DecryptOAEP(sha256.New(), nil, own, wrapped, nil)), plain)
	})
	step("signed here, verified by the vault", func() {
		digest := digestOf(crypto.SHA256, plain)
		signature := done(rsa.SignPKCS1v15(rand.Reader, own, crypto.SHA256, digest))
		equal(s.verify("imported", version, "RS256", digest, signature), true)
		signature = done(rsa.SignPSS(rand.Reader, own, crypto.SHA256, digest, &rsa.PSSOptions{SaltLength: 32}))
		equal(s.verify("imported", version, "PS256", digest, signature), true)
		equal(s.verify("imported", version, "RS256", digest, signature), false)
	})
}

func (s *keysStory) backup() {
	step("back a key up, purge it and restore it with all its versions", func() {
		before, latest := s.versions("turning"), s.getKey("turning", "")
		backup := done(vaultData.BackupKey(ctx, s.uri, "turning"))
		done(vaultData.DeleteKey(ctx, s.uri, "turning"))
		done(vaultData.PurgeDeletedKey(ctx, s.uri, "turning"))
		restored := done(vaultData.RestoreKey(ctx, s.uri, keyvault.KeyRestoreParameters{KeyBundleBackup: backup.Value}))
		equal(*restored.Key, *latest.Key)
		after := s.versions("turning")
		sort.Strings(before)
		sort.Strings(after)
		equal(after, before)
	})
	refused("restore what is no backup", "400 BadParameter", func() error {
		_, err := vaultData.RestoreKey(ctx, s.uri, keyvault.KeyRestoreParameters{
			KeyBundleBackup: encode([]byte("no backup"))})
		return err
	})
}

func (s *keysStory) refusals() {
	get := func(name, version string) func() error {
		return func() error {
			_, err := vaultData.GetKey(ctx, s.uri, name, version)
			return err
		}
	}
	refused("a key that is not there", "404 KeyNotFound", get("no-such-key", ""))
	refused("a version that is not there", "404 KeyNotFound", get("rsa-2048", "00000000000000000000000000000000"))
	refused("a size that does not exist", "400 BadParameter", func() error {
		_, err := vaultData.CreateKey(ctx, s.uri, "odd", keyvault.KeyCreateParameters{
			Kty: keyvault.RSA, KeySize: pointer(int32(1000))})
		return err
	})
	version := last(s.getKey("rsa-2048", "").Key.Kid)
	garbage := make([]byte, 256)
	unwrap := func() error {
		_, err := s.operate(vaultData.UnwrapKey, "rsa-2048", version, keyvault.RSAOAEP, garbage)
		return err
	}
	setEnabled := func(enabled bool) {
		done(vaultData.UpdateKey(ctx, s.uri, "rsa-2048", "", keyvault.KeyUpdateParameters{
			KeyAttributes: &keyvault.KeyAttributes{Enabled: pointer(enabled)}}))
	}
	step("disable a key", func() { setEnabled(false) })
	refused("unwrap with it", "403 Forbidden/KeyDisabled", unwrap)
	step("enable it", func() { setEnabled(true) })
	refused("unwrap bytes that nobody wrapped", "400 BadParameter", unwrap)
	refused("an operation that the key does not allow", "403 Forbidden/KeyOperationForbidden", func() error {
		tagged := last(s.getKey("tagged", "").Key.Kid)
		_, err := s.operate(vaultData.WrapKey, "tagged", tagged, keyvault.RSAOAEP, plain)
		return err
	})
	step("take the permission to decrypt away", func() {
		somebody := done(identities.CreateOrUpdate(ctx, group, "somebody", msi.Identity{Location: pointer(location)}))
		changePolicies("open-vault", vaultmgmt.Replace, policy(
			object, vaultmgmt.KeyPermissionsGet, vaultmgmt.KeyPermissionsList, vaultmgmt.KeyPermissionsCreate,
			vaultmgmt.KeyPermissionsDelete, vaultmgmt.KeyPermissionsRecover, vaultmgmt.KeyPermissionsPurge),
			policy(somebody.PrincipalID.String(), vaultmgmt.KeyPermissionsAll))
	})
	refused("decrypt without it", "403 Forbidden/ForbiddenByPolicy", func() error {
		_, err := s.operate(vaultData.Decrypt, "rsa-2048", version, keyvault.RSAOAEP, garbage)
		return err
	})
}

func (s *keysStory) remove() {
	var deleted keyvault.DeletedKeyBundle
	const days = 24 * time.Hour
	step("delete a key", func() {
		deleted = done(vaultData.DeleteKey(ctx, s.uri, "rsa-2048"))
		equal(time.Time(*deleted.ScheduledPurgeDate).Sub(time.Time(*deleted.DeletedDate)), 7*days)
	})
	refused("it is gone", "404 KeyNotFound", func() error {
		_, err := vaultData.GetKey(ctx, s.uri, "rsa-2048", "")
		return err
	})
	refused("its name is taken", "409 Conflict/ObjectIsDeletedButRecoverable", func() error {
		_, err := vaultData.CreateKey(ctx, s.uri, "rsa-2048", keyvault.KeyCreateParameters{Kty: keyvault.RSA})
		return err
	})
	step("find it among the deleted", func() {
		equal(*done(vaultData.GetDeletedKey(ctx, s.uri, "rsa-2048")).Key.Kid, *deleted.Key.Kid)
		equal(s.deletedKeys(), []string{"rsa-2048"})
	})
	step("recover it, with its version", func() {
		equal(*done(vaultData.RecoverDeletedKey(ctx, s.uri, "rsa-2048")).Key.Kid, *deleted.Key.Kid)
		equal(s.deletedKeys(), []string{})
	})
	step("delete it again and purge it", func() {
		done(vaultData.DeleteKey(ctx, s.uri, "rsa-2048"))
		equal(done(vaultData.PurgeDeletedKey(ctx, s.uri, "rsa-2048")).StatusCode, 204)
		equal(s.deletedKeys(), []string{})
	})
	refused("nothing is left of it", "404 KeyNotFound", func() error {
		_, err := vaultData.GetDeletedKey(ctx, s.uri, "rsa-2048")
		return err
	})
	step("what is deleted goes by itself when its time is over", func() {
		done(vaultData.DeleteKey(ctx, s.uri, "rsa-3072"))
		advance(7*days - time.Second)
		equal(s.deletedKeys(), []string{"rsa-3072"})
		advance(time.Second)
		equal(s.deletedKeys(), []string{})
	})
	step("with purge protection: create and delete a key", func() {
		kept := done(vaultData.CreateKey(ctx, s.guarded, "kept", keyvault.KeyCreateParameters{Kty: keyvault.RSA}))
		equal(kept.Attributes.RecoveryLevel, keyvault.Recoverable)
		done(vaultData.DeleteKey(ctx, s.guarded, "kept"))
	})
	refused("with purge protection: purge it", "403 Forbidden", func() error {
		_, err := vaultData.PurgeDeletedKey(ctx, s.guarded, "kept")
		return err
	})
	step("delete and purge a vault", func() {
		done(vaults.Delete(ctx, group, "open-vault"))
		future := done(vaults.PurgeDeleted(ctx, "open-vault", location))
		must(future.WaitForCompletionRef(ctx, vaults.Client))
		list := done(vaults.ListDeletedComplete(ctx))
		equal(collect[vaultmgmt.DeletedVault](&list, func(one vaultmgmt.DeletedVault) string { return *one.Name }),
			[]string{})
	})
}
