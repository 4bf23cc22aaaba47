/** The live grants, as the grant-broker tells them on the compacted topic. */
@NullMarked
package dev.sallyport.proxy.grants;

import org.jspecify.annotations.NullMarked;
