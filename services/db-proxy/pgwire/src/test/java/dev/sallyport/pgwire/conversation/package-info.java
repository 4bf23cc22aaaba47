@NullMarked
package dev.sallyport.pgwire.conversation;

import org.jspecify.annotations.NullMarked;
