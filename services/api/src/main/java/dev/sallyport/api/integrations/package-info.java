/** AWS: the access that people store, and what it reaches. */
@NullMarked
package dev.sallyport.api.integrations;

import org.jspecify.annotations.NullMarked;
