/** Sessions and statements, as db-proxies record them. */
@NullMarked
package dev.sallyport.contracts.audit;

import org.jspecify.annotations.NullMarked;
