/**
 * Where secrets are kept: {@link dev.sallyport.secrets.SecretStore} and its stores.
 */
@NullMarked
package dev.sallyport.secrets;

import org.jspecify.annotations.NullMarked;
