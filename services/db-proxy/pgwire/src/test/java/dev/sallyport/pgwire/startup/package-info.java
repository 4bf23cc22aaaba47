@NullMarked
package dev.sallyport.pgwire.startup;

import org.jspecify.annotations.NullMarked;
