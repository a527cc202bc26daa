// Azure's Go clients, constructed as a program written for Azure constructs them.
//
// In transparent mode no client takes a setting. In local mode AZURE_ENVIRONMENT names a cloud of one's own, whose
// addresses go-autorest reads from a file, and Resource Manager's clients get theirs from there.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path"
	"sort"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/services/batch/2020-09-01.12.0/batch"
	batchmgmt "github.com/Azure/azure-sdk-for-go/services/batch/mgmt/2022-01-01/batch"
	keyvaultauth "github.com/Azure/azure-sdk-for-go/services/keyvault/auth"
	vaultmgmt "github.com/Azure/azure-sdk-for-go/services/keyvault/mgmt/2022-07-01/keyvault"
	"github.com/Azure/azure-sdk-for-go/services/keyvault/v7.1/keyvault"
	"github.com/Azure/azure-sdk-for-go/services/msi/mgmt/2018-11-30/msi"
	"github.com/Azure/azure-sdk-for-go/services/resources/mgmt/2021-04-01/resources"
	"github.com/Azure/go-autorest/autorest"
	"github.com/Azure/go-autorest/autorest/azure"
	"github.com/Azure/go-autorest/autorest/azure/auth"
	"github.com/gofrs/uuid"
)

const (
	group    = "myResourceGroup"
	location = "westus2"
	// The administrator, as a principal.
	object = "44444444-4444-4444-4444-444444444444"
)

var (
	ctx         = context.Background()
	isLocal     = os.Getenv("AZURE_ENVIRONMENT") != ""
	environment azure.Environment
	tenant      string

	groups     resources.GroupsClient
	vaults     vaultmgmt.VaultsClient
	identities msi.UserAssignedIdentitiesClient
	accounts   batchmgmt.AccountClient
	// Of every vault: each call says which.
	vaultData keyvault.BaseClient
)

func connect() error {
	settings, err := auth.GetSettingsFromEnvironment()
	if err != nil {
		return err
	}
	environment, tenant = settings.Environment, settings.Values[auth.TenantID]
	authorizer, err := auth.NewAuthorizerFromEnvironment()
	if err != nil {
		return err
	}
	subscription := settings.GetSubscriptionID()
	groups, vaults = resources.NewGroupsClient(subscription), vaultmgmt.NewVaultsClient(subscription)
	identities = msi.NewUserAssignedIdentitiesClient(subscription)
	accounts = batchmgmt.NewAccountClient(subscription)
	for _, client := range []*autorest.Client{&groups.Client, &vaults.Client, &identities.Client, &accounts.Client} {
		client.Authorizer = authorizer
	}
	if isLocal {
		for _, address := range []*string{&groups.BaseURI, &vaults.BaseURI, &identities.BaseURI, &accounts.BaseURI} {
			*address = environment.ResourceManagerEndpoint
		}
	}
	vaultData = keyvault.New()
	vaultData.Authorizer, err = keyvaultauth.NewAuthorizerFromEnvironment()
	return err
}

// The clients of one Batch account's data plane.
type batchClients struct {
	account batch.AccountClient
	pools   batch.PoolClient
	nodes   batch.ComputeNodeClient
	jobs    batch.JobClient
	tasks   batch.TaskClient
}

func newBatch(account batchmgmt.Account, authorizer autorest.Authorizer) *batchClients {
	url := "https://" + *account.AccountEndpoint
	clients := &batchClients{
		account: batch.NewAccountClient(url),
		pools:   batch.NewPoolClient(url),
		nodes:   batch.NewComputeNodeClient(url),
		jobs:    batch.NewJobClient(url),
		tasks:   batch.NewTaskClient(url),
	}
	for _, client := range []*autorest.Client{
		&clients.account.Client, &clients.pools.Client, &clients.nodes.Client, &clients.jobs.Client,
		&clients.tasks.Client} {
		client.Authorizer = authorizer
	}
	return clients
}

func batchByToken(account batchmgmt.Account) *batchClients {
	return newBatch(account, done(auth.NewAuthorizerFromEnvironmentWithResource(environment.ResourceIdentifiers.Batch)))
}

func batchByKey(account batchmgmt.Account, key string) *batchClients {
	return newBatch(account, sharedKey{*account.Name, done(base64.StdEncoding.DecodeString(key))})
}

// Signs with an account's key as Batch documents it. go-autorest leaves that to the program: its own shared keys are
// those of Storage.
type sharedKey struct {
	account string
	key     []byte
}

func (s sharedKey) WithAuthorization() autorest.PrepareDecorator {
	return func(before autorest.Preparer) autorest.Preparer {
		return autorest.PreparerFunc(func(request *http.Request) (*http.Request, error) {
			request, err := before.Prepare(request)
			if err == nil {
				request.Header.Set("ocp-date", time.Now().UTC().Format(http.TimeFormat))
				mac := hmac.New(sha256.New, s.key)
				mac.Write([]byte(s.stringToSign(request)))
				request.Header.Set("Authorization", fmt.Sprintf(
					"SharedKey %s:%s", s.account, base64.StdEncoding.EncodeToString(mac.Sum(nil))))
			}
			return request, err
		})
	}
}

func (s sharedKey) stringToSign(request *http.Request) string {
	length := ""
	// What Go sends when there is no body.
	if request.ContentLength > 0 || request.Method == http.MethodPost || request.Method == http.MethodPut ||
		request.Method == http.MethodPatch {
		length = fmt.Sprint(request.ContentLength)
	}
	header := request.Header
	lines := []string{
		request.Method, header.Get("Content-Encoding"), header.Get("Content-Language"), length,
		header.Get("Content-MD5"), header.Get("Content-Type"), header.Get("Date"), header.Get("If-Modified-Since"),
		header.Get("If-Match"), header.Get("If-None-Match"), header.Get("If-Unmodified-Since"), header.Get("Range")}
	ocp, query := []string{}, []string{}
	for name := range header {
		if name := strings.ToLower(name); strings.HasPrefix(name, "ocp-") {
			ocp = append(ocp, name+":"+header.Get(name))
		}
	}
	for name, values := range request.URL.Query() {
		query = append(query, strings.ToLower(name)+":"+strings.Join(values, ","))
	}
	sort.Strings(ocp)
	sort.Strings(query)
	lines = append(lines, ocp...)
	lines = append(lines, "/"+s.account+request.URL.EscapedPath())
	return strings.Join(append(lines, query...), "\n")
}

func createGroup() {
	equal(*done(groups.CreateOrUpdate(ctx, group, resources.Group{Location: pointer(location)})).Name, group)
}

// Waits for a vault that is created, changed or recovered.
func createVault(name string, properties vaultmgmt.VaultProperties) vaultmgmt.Vault {
	properties.TenantID = pointer(uuid.Must(uuid.FromString(tenant)))
	properties.Sku = &vaultmgmt.Sku{Family: pointer("A"), Name: vaultmgmt.Standard}
	future := done(vaults.CreateOrUpdate(ctx, group, name, vaultmgmt.VaultCreateOrUpdateParameters{
		Location: pointer(location), Properties: &properties}))
	must(future.WaitForCompletionRef(ctx, vaults.Client))
	return done(future.Result(vaults))
}

func createAccount(name string, parameters batchmgmt.AccountCreateParameters) batchmgmt.Account {
	parameters.Location = pointer(location)
	future := done(accounts.Create(ctx, group, name, parameters))
	must(future.WaitForCompletionRef(ctx, accounts.Client))
	return done(future.Result(accounts))
}

func deleteAccount(name string) {
	future := done(accounts.Delete(ctx, group, name))
	must(future.WaitForCompletionRef(ctx, accounts.Client))
	done(future.Result(accounts))
}

// What a policy gives: permissions on keys, by name.
func policy(principal string, permissions ...vaultmgmt.KeyPermissions) vaultmgmt.AccessPolicyEntry {
	return vaultmgmt.AccessPolicyEntry{
		TenantID: pointer(uuid.Must(uuid.FromString(tenant))), ObjectID: pointer(principal),
		Permissions: &vaultmgmt.Permissions{Keys: &permissions}}
}

func changePolicies(vault string, kind vaultmgmt.AccessPolicyUpdateKind, entries ...vaultmgmt.AccessPolicyEntry) {
	done(vaults.UpdateAccessPolicy(ctx, group, vault, kind, vaultmgmt.VaultAccessPolicyParameters{
		Properties: &vaultmgmt.VaultAccessPolicyProperties{AccessPolicies: &entries}}))
}

// The last part of an identifier: a version, or the name where there is none.
func last(identifier *string) string { return path.Base(*identifier) }

// The one before: of an identifier with a version, the name.
func nameOf(identifier *string) string { return path.Base(path.Dir(*identifier)) }
