// The article on customer-managed keys for Batch, from start to end.
package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"net/url"
	"sort"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/services/batch/2020-09-01.12.0/batch"
	batchmgmt "github.com/Azure/azure-sdk-for-go/services/batch/mgmt/2022-01-01/batch"
	vaultmgmt "github.com/Azure/azure-sdk-for-go/services/keyvault/mgmt/2022-07-01/keyvault"
	"github.com/Azure/azure-sdk-for-go/services/keyvault/v7.1/keyvault"
	"github.com/Azure/azure-sdk-for-go/services/msi/mgmt/2018-11-30/msi"
	"github.com/Azure/azure-sdk-for-go/services/resources/mgmt/2021-04-01/resources"
)

const (
	vaultName   = "my-vault"
	keyName     = "batchkey"
	accountName = "mybatchaccount"
	secondName  = "mynewaccount"
	poolName    = "pool1"
	jobName     = "job1"
	nodeCount   = 2
	taskCount   = 6
	gone        = "403 AccountIsDisabled"
)

var needed = []vaultmgmt.KeyPermissions{
	vaultmgmt.KeyPermissionsGet, vaultmgmt.KeyPermissionsWrapKey, vaultmgmt.KeyPermissionsUnwrapKey}

// What the steps of the article hand on.
type articleStory struct {
	vault   vaultmgmt.Vault
	account batchmgmt.Account
	// The key's latest version.
	key keyvault.KeyBundle
	// A data key, the same wrapped, and the version of the key that it is wrapped with.
	data                 []byte
	wrapped, wrappedWith string
	byKey, byToken       *batchClients
}

func article() {
	story := &articleStory{}
	story.groupAndVault()
	story.accountWithSystemIdentity()
	story.accountWithUserIdentity()
	story.work()
	story.changeKeys()
	story.revokeAndRestore()
	story.platformKey()
}

func customerKey(identifier string) *batchmgmt.EncryptionProperties {
	return &batchmgmt.EncryptionProperties{
		KeySource:          batchmgmt.KeySourceMicrosoftKeyVault,
		KeyVaultProperties: &batchmgmt.KeyVaultProperties{KeyIdentifier: pointer(identifier)}}
}

func setEncryption(encryption *batchmgmt.EncryptionProperties) (batchmgmt.Account, error) {
	return accounts.Update(ctx, group, accountName, batchmgmt.AccountUpdateParameters{
		AccountUpdateProperties: &batchmgmt.AccountUpdateProperties{Encryption: encryption}})
}

// Sets the key and returns the identifier that the account then names.
func setKey(identifier string) string {
	account := done(setEncryption(customerKey(identifier)))
	equal(account.Encryption.KeySource, batchmgmt.KeySourceMicrosoftKeyVault)
	return *account.Encryption.KeyVaultProperties.KeyIdentifier
}

func poolParameters(id string, nodes int32) batch.PoolAddParameter {
	return batch.PoolAddParameter{
		ID:                   pointer(id),
		VMSize:               pointer("standard_d2s_v3"),
		TargetDedicatedNodes: pointer(nodes),
		VirtualMachineConfiguration: &batch.VirtualMachineConfiguration{
			ImageReference: &batch.ImageReference{
				Publisher: pointer("canonical"), Offer: pointer("0001-com-ubuntu-server-jammy"), Sku: pointer("22_04-lts")},
			NodeAgentSKUID: pointer("batch.node.ubuntu 22.04"),
		},
	}
}

func jobParameters(id, pool string) batch.JobAddParameter {
	return batch.JobAddParameter{ID: pointer(id), PoolInfo: &batch.PoolInformation{PoolID: pointer(pool)}}
}

func (c *batchClients) nodeStates(pool string) map[string]int {
	list := done(c.nodes.ListComplete(ctx, pool, "", "", nil, nil, nil, nil, nil))
	return count(collect[batch.ComputeNode](&list, func(one batch.ComputeNode) string { return string(one.State) }))
}

func (c *batchClients) listTasks(job, filter string) ([]batch.CloudTask, error) {
	list, err := c.tasks.ListComplete(ctx, job, filter, "", "", nil, nil, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	return collect[batch.CloudTask](&list, func(one batch.CloudTask) batch.CloudTask { return one }), nil
}

func (c *batchClients) taskStates(job string) map[string]int {
	states := []string{}
	for _, task := range done(c.listTasks(job, "")) {
		states = append(states, string(task.State))
	}
	return count(states)
}

func (s *articleStory) groupAndVault() {
	step("create a resource group", func() {
		createGroup()
		list := done(groups.ListComplete(ctx, "", nil))
		equal(collect[resources.Group](&list, func(one resources.Group) string { return *one.Name }), []string{group})
	})
	step("create a vault with soft delete and purge protection", func() {
		s.vault = createVault(vaultName, vaultmgmt.VaultProperties{
			EnablePurgeProtection: pointer(true), AccessPolicies: &[]vaultmgmt.AccessPolicyEntry{
				policy(object, vaultmgmt.KeyPermissionsAll, vaultmgmt.KeyPermissionsPurge)}})
		equal(*s.vault.Properties.EnableSoftDelete, true)
		equal(*s.vault.Properties.EnablePurgeProtection, true)
		equal(*s.vault.Properties.SoftDeleteRetentionInDays, int32(90))
		equal(s.vault.Properties.ProvisioningState, vaultmgmt.Succeeded)
	})
	step("the vault's URI is of the names in use", func() {
		equal(done(url.Parse(*s.vault.Properties.VaultURI)).Host, vaultName+"."+environment.KeyVaultDNSSuffix)
	})
	step("list the vaults", func() {
		name := func(one vaultmgmt.Vault) string { return *one.Name }
		inGroup := done(vaults.ListByResourceGroupComplete(ctx, group, nil))
		equal(collect[vaultmgmt.Vault](&inGroup, name), []string{vaultName})
		all := done(vaults.ListBySubscriptionComplete(ctx, nil))
		equal(collect[vaultmgmt.Vault](&all, name), []string{vaultName})
		listed := done(vaults.ListComplete(ctx, nil))
		equal(collect[vaultmgmt.Resource](&listed, func(one vaultmgmt.Resource) string { return *one.Name }),
			[]string{vaultName})
	})
	refused("a vault that is not there", "404 ResourceNotFound", func() error {
		_, err := vaults.Get(ctx, group, "other-vault")
		return err
	})
}

func (s *articleStory) accountWithSystemIdentity() {
	step("create an account with a system-assigned identity", func() {
		s.account = createAccount(accountName, batchmgmt.AccountCreateParameters{
			Identity: &batchmgmt.AccountIdentity{Type: batchmgmt.ResourceIdentityTypeSystemAssigned}})
		equal(s.account.ProvisioningState, batchmgmt.ProvisioningStateSucceeded)
		equal(s.account.Encryption.KeySource, batchmgmt.KeySourceMicrosoftBatch)
		equal(*s.account.Identity.TenantID, tenant)
		holds(len(*s.account.Identity.PrincipalID) == len(object), *s.account.Identity.PrincipalID)
	})
	step("create the key", func() {
		s.key = done(vaultData.CreateKey(ctx, *s.vault.Properties.VaultURI, keyName, keyvault.KeyCreateParameters{
			Kty: keyvault.RSA, KeySize: pointer(int32(2048)),
			KeyOps: &[]keyvault.JSONWebKeyOperation{keyvault.WrapKey, keyvault.UnwrapKey}}))
		holds(strings.HasPrefix(*s.key.Key.Kid, *s.vault.Properties.VaultURI+"keys/"+keyName+"/"), *s.key.Key.Kid)
		equal(*s.key.Key.KeyOps, []string{"wrapKey", "unwrapKey"})
		s.wrappedWith = last(s.key.Key.Kid)
	})
	step("a data key wrapped with the public key, unwrapped by the vault", func() {
		s.data = make([]byte, 32)
		done(rand.Read(s.data))
		s.wrapped = *encode(done(rsa.EncryptOAEP(sha256.New(), rand.Reader, rsaKey(s.key.Key), s.data, nil)))
		equal(decode(done(s.unwrap()).Result), s.data)
	})
	denied := "400 InvalidKeyVaultReference/AccessDenied"
	refused("before the identity may use the key, it is refused", denied, func() error {
		_, err := setEncryption(customerKey(*s.key.Key.Kid))
		return err
	})
	step("grant get, wrapKey and unwrapKey", func() {
		changePolicies(vaultName, vaultmgmt.Add, policy(*s.account.Identity.PrincipalID, needed...))
		equal(len(*done(vaults.Get(ctx, group, vaultName)).Properties.AccessPolicies), 2)
	})
	step("protect the account with the key", func() {
		equal(setKey(*s.key.Key.Kid), *s.key.Key.Kid)
		equal(keyAccess(accountName), "accessible")
	})
}

// With the version that the data key was wrapped with.
func (s *articleStory) unwrap() (keyvault.KeyOperationResult, error) {
	return vaultData.UnwrapKey(ctx, *s.vault.Properties.VaultURI, keyName, s.wrappedWith, keyvault.KeyOperationsParameters{
		Algorithm: keyvault.RSAOAEP256, Value: pointer(s.wrapped)})
}

func (s *articleStory) accountWithUserIdentity() {
	var identity msi.Identity
	step("create a user-assigned identity", func() {
		identity = done(identities.CreateOrUpdate(ctx, group, "batchid", msi.Identity{Location: pointer(location)}))
		equal(identity.TenantID.String(), tenant)
		holds(identity.ClientID.String() != identity.PrincipalID.String(), identity.ClientID)
	})
	step("grant it the same", func() {
		changePolicies(vaultName, vaultmgmt.Add, policy(identity.PrincipalID.String(), needed...))
	})
	step("create an account that acts as it, with the key from the start", func() {
		second := createAccount(secondName, batchmgmt.AccountCreateParameters{
			Identity: &batchmgmt.AccountIdentity{
				Type:                   batchmgmt.ResourceIdentityTypeUserAssigned,
				UserAssignedIdentities: map[string]*batchmgmt.UserAssignedIdentities{*identity.ID: {}}},
			AccountCreateProperties: &batchmgmt.AccountCreateProperties{Encryption: customerKey(*s.key.Key.Kid)}})
		equal(*second.Encryption.KeyVaultProperties.KeyIdentifier, *s.key.Key.Kid)
		principals := []string{}
		for _, one := range second.Identity.UserAssignedIdentities {
			principals = append(principals, *one.PrincipalID)
		}
		equal(principals, []string{identity.PrincipalID.String()})
	})
	step("list the accounts", func() {
		name := func(one batchmgmt.Account) string { return *one.Name }
		inGroup := done(accounts.ListByResourceGroupComplete(ctx, group))
		names := collect[batchmgmt.Account](&inGroup, name)
		sort.Strings(names)
		equal(names, []string{accountName, secondName})
		all := done(accounts.ListComplete(ctx))
		equal(len(collect[batchmgmt.Account](&all, name)), 2)
	})
}

func (s *articleStory) work() {
	step("list the account's keys", func() {
		shared := done(accounts.GetKeys(ctx, group, accountName))
		equal(*shared.AccountName, accountName)
		s.byKey, s.byToken = batchByKey(s.account, *shared.Primary), batchByToken(s.account)
	})
	step("add a pool, signed with the account's key", func() {
		done(s.byKey.pools.Add(ctx, poolParameters(poolName, nodeCount), nil, nil, nil, nil))
	})
	step("the pool is there", func() {
		pool := done(s.byKey.pools.Get(ctx, poolName, "", "", nil, nil, nil, nil, "", "", nil, nil))
		equal(*pool.TargetDedicatedNodes, int32(nodeCount))
		list := done(s.byKey.pools.ListComplete(ctx, "", "", "", nil, nil, nil, nil, nil))
		equal(collect[batch.CloudPool](&list, func(one batch.CloudPool) string { return *one.ID }), []string{poolName})
	})
	step("its nodes boot", func() {
		advance(2 * time.Minute)
		equal(s.byKey.nodeStates(poolName), map[string]int{"idle": nodeCount})
	})
	step("add a job and tasks, with an Entra token", func() {
		done(s.byToken.jobs.Add(ctx, jobParameters(jobName, poolName), nil, nil, nil, nil))
		tasks := []batch.TaskAddParameter{}
		for i := 0; i < taskCount; i++ {
			tasks = append(tasks, batch.TaskAddParameter{
				ID: pointer(fmt.Sprint("task", i)), CommandLine: pointer("/bin/sh -c 'sleep 300'")})
		}
		added := done(s.byToken.tasks.AddCollection(
			ctx, jobName, batch.TaskAddCollectionParameter{Value: &tasks}, nil, nil, nil, nil))
		statuses := []string{}
		for _, one := range *added.Value {
			statuses = append(statuses, strings.ToLower(string(one.Status)))
		}
		equal(count(statuses), map[string]int{"success": taskCount})
	})
	step("as many run as there are nodes", func() {
		advance(time.Minute)
		s.running()
	})
	step("counts of tasks", func() {
		counts := done(s.byKey.jobs.GetTaskCounts(ctx, jobName, nil, nil, nil, nil)).TaskCounts
		equal([]int32{*counts.Active, *counts.Running, *counts.Completed}, []int32{taskCount - nodeCount, nodeCount, 0})
	})
	refused("a pool of the same name", "409 PoolExists", func() error {
		_, err := s.byKey.pools.Add(ctx, poolParameters(poolName, nodeCount), nil, nil, nil, nil)
		return err
	})
	refused("a wrong key", "403 AuthenticationFailed", func() error {
		wrong := batchByKey(s.account, strings.Repeat("A", 86)+"==")
		_, err := wrong.pools.Get(ctx, poolName, "", "", nil, nil, nil, nil, "", "", nil, nil)
		return err
	})
}

// Every node has a task, and the others wait.
func (s *articleStory) running() {
	equal(s.byKey.taskStates(jobName), map[string]int{"active": taskCount - nodeCount, "running": nodeCount})
	equal(s.byKey.nodeStates(poolName), map[string]int{"running": nodeCount})
}

func (s *articleStory) changeKeys() {
	create := func(name string, parameters keyvault.KeyCreateParameters) keyvault.KeyBundle {
		return done(vaultData.CreateKey(ctx, *s.vault.Properties.VaultURI, name, parameters))
	}
	step("use a new version of the key", func() {
		newer := create(keyName, keyvault.KeyCreateParameters{Kty: keyvault.RSA, KeySize: pointer(int32(2048))})
		holds(*newer.Key.Kid != *s.key.Key.Kid, *newer.Key.Kid)
		s.key = newer
		equal(setKey(*newer.Key.Kid), *newer.Key.Kid)
	})
	step("use another key, of 3072 bits", func() {
		other := create("otherkey", keyvault.KeyCreateParameters{Kty: keyvault.RSA, KeySize: pointer(int32(3072))})
		equal(setKey(*other.Key.Kid), *other.Key.Kid)
	})
	refused("an EC key cannot protect an account", "400 InvalidPropertyValue", func() error {
		curve := create("eckey", keyvault.KeyCreateParameters{Kty: keyvault.EC, Curve: keyvault.P256})
		_, err := setEncryption(customerKey(*curve.Key.Kid))
		return err
	})
	step("use the first key again, without a version", func() {
		versionless := strings.TrimSuffix(*s.key.Key.Kid, "/"+last(s.key.Key.Kid))
		equal(setKey(versionless), versionless)
		s.running()
	})
}

// Everything but reading and deleting the account is refused.
func (s *articleStory) lost(why string) {
	refused(why+": list the tasks", gone, func() error {
		_, err := s.byKey.listTasks(jobName, "")
		return err
	})
	refused(why+": list the nodes, with a token", gone, func() error {
		_, err := s.byToken.nodes.List(ctx, poolName, "", "", nil, nil, nil, nil, nil)
		return err
	})
	refused(why+": add a job", gone, func() error {
		_, err := s.byKey.jobs.Add(ctx, jobParameters("job2", poolName), nil, nil, nil, nil)
		return err
	})
	refused(why+": back to the platform's key", gone, func() error {
		_, err := setEncryption(&batchmgmt.EncryptionProperties{KeySource: batchmgmt.KeySourceMicrosoftBatch})
		return err
	})
	step(why+": the account's resource can be read", func() {
		account := done(accounts.Get(ctx, group, accountName))
		equal(account.Encryption.KeySource, batchmgmt.KeySourceMicrosoftKeyVault)
		equal(keyAccess(accountName), "lost")
	})
}

// The window after the key is back, and what was cut runs again.
func (s *articleStory) restored(why string) {
	step(why+": the window runs", func() {
		equal(keyAccess(accountName), "restoring")
		advance(599 * time.Second)
	})
	refused(why+": a second before its end", gone, func() error {
		_, err := s.byKey.listTasks(jobName, "")
		return err
	})
	step(why+": at its end tasks run again", func() {
		advance(time.Second)
		equal(keyAccess(accountName), "accessible")
		s.running()
	})
}

func (s *articleStory) setEnabled(version string, enabled bool) {
	key := done(vaultData.UpdateKey(ctx, *s.vault.Properties.VaultURI, keyName, version, keyvault.KeyUpdateParameters{
		KeyAttributes: &keyvault.KeyAttributes{Enabled: pointer(enabled)}}))
	equal(*key.Attributes.Enabled, enabled)
}

func (s *articleStory) revokeAndRestore() {
	uri := *s.vault.Properties.VaultURI
	step("disable the key", func() {
		s.setEnabled(last(s.key.Key.Kid), false)
		s.setEnabled(s.wrappedWith, false)
	})
	s.lost("key disabled")
	refused("key disabled: unwrap the data key", "403 Forbidden/KeyDisabled", func() error {
		_, err := s.unwrap()
		return err
	})
	step("enable it an hour later", func() {
		advance(time.Hour)
		s.setEnabled(s.wrappedWith, true)
		// No version behind the name: the latest.
		s.setEnabled("", true)
		equal(decode(done(s.unwrap()).Result), s.data)
	})
	s.restored("key enabled")
	step("what was cut was requeued, once", func() {
		counts := []int32{}
		for _, task := range done(s.byKey.listTasks(jobName, "")) {
			if task.ExecutionInfo != nil && *task.ExecutionInfo.RequeueCount > 0 {
				counts = append(counts, *task.ExecutionInfo.RequeueCount)
			}
		}
		equal(counts, []int32{1, 1})
	})

	principal := *s.account.Identity.PrincipalID
	step("take the permissions away", func() {
		changePolicies(vaultName, vaultmgmt.Remove, policy(principal, needed...))
	})
	s.lost("policy removed")
	step("give them back", func() { changePolicies(vaultName, vaultmgmt.Add, policy(principal, needed...)) })
	s.restored("policy restored")

	step("delete the key", func() {
		deleted := done(vaultData.DeleteKey(ctx, uri, keyName))
		equal(*deleted.RecoveryID, uri+"deletedkeys/"+keyName)
	})
	s.lost("key deleted")
	step("delete the second account: the one thing that still works", func() {
		deleteAccount(secondName)
		list := done(accounts.ListComplete(ctx))
		equal(collect[batchmgmt.Account](&list, func(one batchmgmt.Account) string { return *one.Name }),
			[]string{accountName})
	})
	refused("purge the key: purge protection keeps it", "403 Forbidden", func() error {
		_, err := vaultData.PurgeDeletedKey(ctx, uri, keyName)
		return err
	})
	step("recover the key", func() {
		equal(*done(vaultData.RecoverDeletedKey(ctx, uri, keyName)).Key.Kid, *s.key.Key.Kid)
	})
	s.restored("key recovered")

	step("delete the vault", func() {
		done(vaults.Delete(ctx, group, vaultName))
		list := done(vaults.ListDeletedComplete(ctx))
		equal(collect[vaultmgmt.DeletedVault](&list, func(one vaultmgmt.DeletedVault) string { return *one.Name }),
			[]string{vaultName})
	})
	s.lost("vault deleted")
	step("recover the vault", func() {
		recovered := createVault(vaultName, vaultmgmt.VaultProperties{CreateMode: vaultmgmt.CreateModeRecover})
		equal(*recovered.Properties.VaultURI, uri)
	})
	s.restored("vault recovered")
	step("the tasks run to their end", func() {
		advance(300 * taskCount / nodeCount * time.Second)
		equal(s.byKey.taskStates(jobName), map[string]int{"completed": taskCount})
	})
}

func (s *articleStory) platformKey() {
	step("back to the platform's key", func() {
		account := done(setEncryption(&batchmgmt.EncryptionProperties{KeySource: batchmgmt.KeySourceMicrosoftBatch}))
		equal(account.Encryption.KeySource, batchmgmt.KeySourceMicrosoftBatch)
	})
	step("now the key can go, and the account works", func() {
		done(vaultData.DeleteKey(ctx, *s.vault.Properties.VaultURI, keyName))
		equal(s.byKey.taskStates(jobName), map[string]int{"completed": taskCount})
		equal(keyAccess(accountName), "platform")
	})
	step("delete the account", func() { deleteAccount(accountName) })
	refused("it is gone", "404 ResourceNotFound", func() error {
		_, err := accounts.Get(ctx, group, accountName)
		return err
	})
}
