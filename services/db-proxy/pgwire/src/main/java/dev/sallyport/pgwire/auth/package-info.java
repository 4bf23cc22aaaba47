/** Proof of a password: SCRAM-SHA-256 (RFC 5802, 7677; SASL Authentication) from both sides, and MD5 as a client. */
@NullMarked
package dev.sallyport.pgwire.auth;

import org.jspecify.annotations.NullMarked;
