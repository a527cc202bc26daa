// Who calls: the ways in which go-autorest gets a token, and the clouds that it learns of.
package main

import (
	"net/url"
	"os"
	"strings"

	keyvaultauth "github.com/Azure/azure-sdk-for-go/services/keyvault/auth"
	vaultmgmt "github.com/Azure/azure-sdk-for-go/services/keyvault/mgmt/2022-07-01/keyvault"
	"github.com/Azure/azure-sdk-for-go/services/keyvault/v7.1/keyvault"
	"github.com/Azure/azure-sdk-for-go/services/msi/mgmt/2018-11-30/msi"
	"github.com/Azure/go-autorest/autorest"
	"github.com/Azure/go-autorest/autorest/adal"
	"github.com/Azure/go-autorest/autorest/azure"
	"github.com/Azure/go-autorest/autorest/azure/auth"
)

// Runs the body with one variable changed; nothing takes it away.
func with(name, value string, body func()) {
	before := os.Getenv(name)
	defer os.Setenv(name, before)
	os.Setenv(name, value)
	body()
}

func credentials() {
	var uri string
	var identity msi.Identity
	// Whether whom the authorizer stands for may read the key.
	reads := func(authorizer autorest.Authorizer) error {
		client := keyvault.New()
		client.Authorizer = authorizer
		key, err := client.GetKey(ctx, uri, "k", "")
		if err == nil {
			equal(nameOf(key.Key.Kid), "k")
		}
		return err
	}
	step("a vault, and an identity that may read keys", func() {
		createGroup()
		identity = done(identities.CreateOrUpdate(ctx, group, "reader", msi.Identity{Location: pointer(location)}))
		uri = *createVault("my-vault", vaultmgmt.VaultProperties{AccessPolicies: &[]vaultmgmt.AccessPolicyEntry{
			policy(object, vaultmgmt.KeyPermissionsAll),
			policy(identity.PrincipalID.String(), vaultmgmt.KeyPermissionsGet)}}).Properties.VaultURI
		done(vaultData.CreateKey(ctx, uri, "k", keyvault.KeyCreateParameters{Kty: keyvault.EC, Curve: keyvault.P256}))
	})
	step("client and secret", func() { must(reads(done(keyvaultauth.NewAuthorizerFromEnvironment()))) })
	for _, one := range []struct{ what, variable, value, code string }{
		{"a wrong secret", auth.ClientSecret, "wrong", "AADSTS7000215"},
		{"an unknown client", auth.ClientID, object, "AADSTS700016"},
		{"an unknown tenant", auth.TenantID, object, "AADSTS90002"},
	} {
		step(one.what, func() {
			with(one.variable, one.value, func() {
				err := reads(done(keyvaultauth.NewAuthorizerFromEnvironment()))
				holds(err != nil && strings.Contains(err.Error(), one.code), one.code, err)
			})
		})
	}
	step("a managed identity, where there is no secret", func() {
		with(auth.ClientSecret, "", func() {
			with(auth.ClientID, identity.ClientID.String(), func() {
				authorizer := done(keyvaultauth.NewAuthorizerFromEnvironment())
				must(reads(authorizer))
				client := keyvault.New()
				client.Authorizer = authorizer
				_, err := client.DeleteKey(ctx, uri, "k")
				equal(refusal(err), "403 Forbidden/ForbiddenByPolicy")
			})
		})
	})
	step("a managed identity by its resource id", func() {
		token := done(adal.NewServicePrincipalTokenFromManagedIdentity(
			environment.ResourceIdentifiers.KeyVault, &adal.ManagedIdentityOptions{IdentityResourceID: *identity.ID}))
		must(reads(autorest.NewBearerAuthorizer(token)))
	})
	refused("a token for another service", "401 Unauthorized", func() error {
		return reads(groups.Authorizer)
	})
	step("the cloud, from Resource Manager's own description", func() {
		cloud := done(azure.EnvironmentFromURL(environment.ResourceManagerEndpoint))
		equal(cloud.TokenAudience, environment.ServiceManagementEndpoint)
		equal(cloud.GraphEndpoint, environment.GraphEndpoint)
		equal(cloud.GalleryEndpoint, environment.GalleryEndpoint)
		// And what it says of the login suffices to sign in.
		config := done(adal.NewOAuthConfig(cloud.ActiveDirectoryEndpoint, tenant))
		equal(config.TokenEndpoint.Host, done(url.Parse(environment.ActiveDirectoryEndpoint)).Host)
		token := done(adal.NewServicePrincipalToken(
			*config, os.Getenv(auth.ClientID), os.Getenv(auth.ClientSecret), environment.ResourceIdentifiers.KeyVault))
		must(reads(autorest.NewBearerAuthorizer(token)))
	})
}
