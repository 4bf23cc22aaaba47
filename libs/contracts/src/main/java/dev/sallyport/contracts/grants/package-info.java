/** Grants: commands to the grant-broker, its progress, and the live state that db-proxies enforce. */
@NullMarked
package dev.sallyport.contracts.grants;

import org.jspecify.annotations.NullMarked;
