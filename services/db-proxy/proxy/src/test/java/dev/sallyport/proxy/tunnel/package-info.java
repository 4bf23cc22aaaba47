@NullMarked
package dev.sallyport.proxy.tunnel;

import org.jspecify.annotations.NullMarked;
