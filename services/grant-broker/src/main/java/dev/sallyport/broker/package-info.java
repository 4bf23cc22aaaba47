/** The grant-broker: it opens and ends grants and owns their clock. Start reading at {@link dev.sallyport.broker.grant}. */
@NullMarked
package dev.sallyport.broker;

import org.jspecify.annotations.NullMarked;
