/** A receiver of webhooks that checks their signatures. */
@NullMarked
package dev.sallyport.sandbox.webhook;

import org.jspecify.annotations.NullMarked;
