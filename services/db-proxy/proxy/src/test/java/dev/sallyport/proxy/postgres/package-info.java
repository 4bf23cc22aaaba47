@NullMarked
package dev.sallyport.proxy.postgres;

import org.jspecify.annotations.NullMarked;
