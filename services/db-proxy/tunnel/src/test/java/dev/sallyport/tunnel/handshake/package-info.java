@NullMarked
package dev.sallyport.tunnel.handshake;

import org.jspecify.annotations.NullMarked;
