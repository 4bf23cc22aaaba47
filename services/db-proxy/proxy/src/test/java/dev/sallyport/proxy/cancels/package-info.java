@NullMarked
package dev.sallyport.proxy.cancels;

import org.jspecify.annotations.NullMarked;
