/** What this service itself has to tell the public. */
@NullMarked
package dev.sallyport.notifier.announce;

import org.jspecify.annotations.NullMarked;
