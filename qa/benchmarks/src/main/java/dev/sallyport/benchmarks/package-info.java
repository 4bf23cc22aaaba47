/** Measurements of whole features, each beside a baseline, so that a figure means something. */
@NullMarked
package dev.sallyport.benchmarks;

import org.jspecify.annotations.NullMarked;
