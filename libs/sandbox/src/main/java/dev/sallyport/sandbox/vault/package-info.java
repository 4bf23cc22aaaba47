/** HashiCorp Vault for one machine: tokens, AppRole, Kubernetes and the KV engine, as its HTTP API reference has them. */
@NullMarked
package dev.sallyport.sandbox.vault;

import org.jspecify.annotations.NullMarked;
