/** An OIDC issuer for one machine: for development only, and refused elsewhere. */
@NullMarked
package dev.sallyport.sandbox.oidc;

import org.jspecify.annotations.NullMarked;
