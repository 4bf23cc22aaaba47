/** Who did what: sessions and statements from the audit store, and statements as they happen. */
@NullMarked
package dev.sallyport.api.audit;

import org.jspecify.annotations.NullMarked;
