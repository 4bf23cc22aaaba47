/** What people did about webhooks. */
@NullMarked
package dev.sallyport.contracts.webhooks;

import org.jspecify.annotations.NullMarked;
