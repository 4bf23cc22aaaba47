@NullMarked
package dev.sallyport.api.tunnel;

import org.jspecify.annotations.NullMarked;
