@NullMarked
package dev.sallyport.pgwire.auth;

import org.jspecify.annotations.NullMarked;
