/** Svix for one machine: applications, event types, endpoints and messages, as its API has them. */
@NullMarked
package dev.sallyport.sandbox.svix;

import org.jspecify.annotations.NullMarked;
