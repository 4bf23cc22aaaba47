/** What must be true before the service starts, and what all features are given: mode, clock, secret store, JSON. */
@NullMarked
package dev.sallyport.api.start;

import org.jspecify.annotations.NullMarked;
