/**
 * HashiCorp Vault as a {@link dev.sallyport.secrets.SecretStore}, by its HTTP API: the KV engine in versions 1 and 2; tokens,
 * AppRole and Kubernetes. Start with {@link dev.sallyport.secrets.vault.Vault}.
 */
@NullMarked
package dev.sallyport.secrets.vault;

import org.jspecify.annotations.NullMarked;
