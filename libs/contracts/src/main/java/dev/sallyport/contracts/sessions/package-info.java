/** What db-proxies tell each other about sessions. */
@NullMarked
package dev.sallyport.contracts.sessions;

import org.jspecify.annotations.NullMarked;
