// The life of secrets.
package main

import (
	"sort"
	"strings"
	"time"

	vaultmgmt "github.com/Azure/azure-sdk-for-go/services/keyvault/mgmt/2022-07-01/keyvault"
	"github.com/Azure/azure-sdk-for-go/services/keyvault/v7.1/keyvault"
	"github.com/Azure/go-autorest/autorest/date"
)

const shown = "p\u00e4ss w\u00f6rd"

// What the steps hand on: the vault's URI, and the first version of the secret "password".
type secretsStory struct{ uri, first string }

func secrets() {
	story := &secretsStory{}
	story.setAndUpdate()
	story.list()
	story.remove()
	story.backup()
}

func (s *secretsStory) set(name, value string) keyvault.SecretBundle {
	return done(vaultData.SetSecret(ctx, s.uri, name, keyvault.SecretSetParameters{Value: pointer(value)}))
}

// An empty version is the latest.
func (s *secretsStory) value(name, version string) string {
	return *done(vaultData.GetSecret(ctx, s.uri, name, version)).Value
}

func (s *secretsStory) get(name, version string) func() error {
	return func() error {
		_, err := vaultData.GetSecret(ctx, s.uri, name, version)
		return err
	}
}

func (s *secretsStory) deleted() []string {
	list := done(vaultData.GetDeletedSecretsComplete(ctx, s.uri, nil))
	return collect[keyvault.DeletedSecretItem](&list, func(one keyvault.DeletedSecretItem) string { return last(one.ID) })
}

func (s *secretsStory) setAndUpdate() {
	step("create a vault whose policy allows secrets", func() {
		createGroup()
		entry := policy(object)
		entry.Permissions.Secrets = &[]vaultmgmt.SecretPermissions{
			vaultmgmt.SecretPermissionsAll, vaultmgmt.SecretPermissionsPurge}
		s.uri = *createVault("secret-vault", vaultmgmt.VaultProperties{
			SoftDeleteRetentionInDays: pointer(int32(7)),
			AccessPolicies:            &[]vaultmgmt.AccessPolicyEntry{entry}}).Properties.VaultURI
	})
	step("set a secret with all that one may say of it", func() {
		begins, ends := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
		secret := done(vaultData.SetSecret(ctx, s.uri, "password", keyvault.SecretSetParameters{
			Value: pointer(shown), ContentType: pointer("text/plain"), Tags: map[string]*string{"a": pointer("b")},
			SecretAttributes: &keyvault.SecretAttributes{
				Enabled: pointer(true), NotBefore: pointer(date.UnixTime(begins)), Expires: pointer(date.UnixTime(ends))}}))
		equal([]string{*secret.Value, *secret.ContentType, *secret.Tags["a"]}, []string{shown, "text/plain", "b"})
		equal(time.Time(*secret.Attributes.NotBefore).Unix(), begins.Unix())
		equal(time.Time(*secret.Attributes.Expires).Unix(), ends.Unix())
		equal(secret.Attributes.RecoveryLevel, keyvault.CustomizedRecoverablePurgeable)
		equal(*secret.Attributes.RecoverableDays, int32(7))
		equal(nameOf(secret.ID), "password")
		s.first = last(secret.ID)
	})
	step("get it, latest and by version", func() {
		equal([]string{s.value("password", ""), s.value("password", s.first)}, []string{shown, shown})
	})
	step("a new version hides the one before, which stays", func() {
		newer := s.set("password", "other")
		holds(last(newer.ID) != s.first, *newer.ID)
		equal([]int{len(newer.Tags)}, []int{0})
		equal([]string{s.value("password", ""), s.value("password", s.first)}, []string{"other", shown})
	})
	refused("a secret that is not there", "404 SecretNotFound", s.get("none", ""))
	refused("a name that no secret can have", "400 BadParameter", s.get("under_score", ""))
	refused("a value that is too long", "400 BadParameter", func() error {
		_, err := vaultData.SetSecret(ctx, s.uri, "long", keyvault.SecretSetParameters{
			Value: pointer(strings.Repeat("x", 26000))})
		return err
	})
	step("disable the latest version", func() { s.setEnabled(false) })
	refused("its value is kept back", "403 Forbidden/SecretDisabled", s.get("password", ""))
	step("the older one is still shown", func() { equal(s.value("password", s.first), shown) })
	step("update an older version", func() {
		updated := done(vaultData.UpdateSecret(ctx, s.uri, "password", s.first, keyvault.SecretUpdateParameters{
			ContentType: pointer("other"), Tags: map[string]*string{"c": pointer("d")}}))
		equal([]string{last(updated.ID), *updated.ContentType, *updated.Tags["c"]}, []string{s.first, "other", "d"})
	})
	step("enable the latest version", func() {
		s.setEnabled(true)
		equal(s.value("password", ""), "other")
	})
}

func (s *secretsStory) setEnabled(enabled bool) {
	secret := done(vaultData.UpdateSecret(ctx, s.uri, "password", "", keyvault.SecretUpdateParameters{
		SecretAttributes: &keyvault.SecretAttributes{Enabled: pointer(enabled)}}))
	equal(*secret.Attributes.Enabled, enabled)
}

func (s *secretsStory) list() {
	step("list the secrets by pages", func() {
		for _, name := range []string{"one", "two", "three"} {
			s.set(name, name)
		}
		page := done(vaultData.GetSecrets(ctx, s.uri, pointer(int32(2))))
		pages, names := 0, []string{}
		for ; page.NotDone(); must(page.NextWithContext(ctx)) {
			pages++
			for _, one := range page.Values() {
				names = append(names, last(one.ID))
			}
		}
		sort.Strings(names)
		equal(names, []string{"one", "password", "three", "two"})
		equal(pages, 2)
	})
	step("list the versions", func() {
		list := done(vaultData.GetSecretVersionsComplete(ctx, s.uri, "password", nil))
		versions := collect[keyvault.SecretItem](&list, func(one keyvault.SecretItem) string { return last(one.ID) })
		equal(len(versions), 2)
		equal(count(versions)[s.first], 1)
	})
}

func (s *secretsStory) remove() {
	step("delete a secret", func() {
		deleted := done(vaultData.DeleteSecret(ctx, s.uri, "password"))
		equal(time.Time(*deleted.ScheduledPurgeDate).Sub(time.Time(*deleted.DeletedDate)), 7*24*time.Hour)
	})
	refused("it is gone", "404 SecretNotFound", s.get("password", ""))
	refused("its name is taken", "409 Conflict/ObjectIsDeletedButRecoverable", func() error {
		_, err := vaultData.SetSecret(ctx, s.uri, "password", keyvault.SecretSetParameters{Value: pointer("again")})
		return err
	})
	step("find it among the deleted", func() {
		equal(nameOf(done(vaultData.GetDeletedSecret(ctx, s.uri, "password")).ID), "password")
		equal(s.deleted(), []string{"password"})
	})
	step("recover it, with both versions", func() {
		equal(nameOf(done(vaultData.RecoverDeletedSecret(ctx, s.uri, "password")).ID), "password")
		equal([]string{s.value("password", ""), s.value("password", s.first)}, []string{"other", shown})
	})
	step("delete another and purge it", func() {
		done(vaultData.DeleteSecret(ctx, s.uri, "one"))
		equal(done(vaultData.PurgeDeletedSecret(ctx, s.uri, "one")).StatusCode, 204)
		equal(s.deleted(), []string{})
	})
	step("what is deleted goes by itself when its time is over", func() {
		done(vaultData.DeleteSecret(ctx, s.uri, "two"))
		advance(7 * 24 * time.Hour)
		equal(s.deleted(), []string{})
	})
	refused("nothing is left of it", "404 SecretNotFound", func() error {
		_, err := vaultData.GetDeletedSecret(ctx, s.uri, "two")
		return err
	})
}

func (s *secretsStory) backup() {
	var backup keyvault.BackupSecretResult
	restore := func() error {
		_, err := vaultData.RestoreSecret(ctx, s.uri, keyvault.SecretRestoreParameters{SecretBundleBackup: backup.Value})
		return err
	}
	step("back a secret up", func() {
		backup = done(vaultData.BackupSecret(ctx, s.uri, "password"))
		holds(!strings.Contains(string(decode(backup.Value)), "other"))
	})
	refused("restore it where it still is", "409 Conflict", restore)
	step("restore it where it is gone, with both versions", func() {
		done(vaultData.DeleteSecret(ctx, s.uri, "password"))
		done(vaultData.PurgeDeletedSecret(ctx, s.uri, "password"))
		must(restore())
		equal([]string{s.value("password", ""), s.value("password", s.first)}, []string{"other", shown})
	})
	refused("restore what is no backup", "400 BadParameter", func() error {
		backup.Value = encode([]byte("no backup"))
		return restore()
	})
}
