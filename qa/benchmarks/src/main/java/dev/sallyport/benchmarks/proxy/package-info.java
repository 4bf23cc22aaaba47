/**
 * The db-proxy beside its peers: the same load by the same client over each {@link dev.sallyport.benchmarks.proxy.Route}, in
 * turns, so that what else the machine does falls on all alike.
 */
@NullMarked
package dev.sallyport.benchmarks.proxy;

import org.jspecify.annotations.NullMarked;
