/**
 * The db-proxy: lets people reach one database in one role for the time of a grant, and records what they had executed.
 *
 * <p>Start reading at {@link dev.sallyport.proxy.connection.Protocol}: what a wire protocol is to the rest.
 */
@NullMarked
package dev.sallyport.proxy;

import org.jspecify.annotations.NullMarked;
