@NullMarked
package dev.sallyport.proxy.tracing;

import org.jspecify.annotations.NullMarked;
