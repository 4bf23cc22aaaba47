@NullMarked
package dev.sallyport.tunnel.yamux;

import org.jspecify.annotations.NullMarked;
