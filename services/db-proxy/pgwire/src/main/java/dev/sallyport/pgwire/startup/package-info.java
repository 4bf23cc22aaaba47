/** The packets before there are messages (Protocol Message Flow: Start-up, Cancel, SSL and GSSAPI Session Encryption). */
@NullMarked
package dev.sallyport.pgwire.startup;

import org.jspecify.annotations.NullMarked;
