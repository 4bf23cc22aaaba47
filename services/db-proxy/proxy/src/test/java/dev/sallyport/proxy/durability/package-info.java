@NullMarked
package dev.sallyport.proxy.durability;

import org.jspecify.annotations.NullMarked;
