/**
 * The words that open a tunnel, before yamux: what the published Granted CLI speaks. Each packet is {@code u24le length, u8
 * sequence}; the sequence counts the packets of both sides.
 *
 * <pre>
 *  server  0: u8 1, nul-string version, u32le connection id, u32le capabilities, nul-string "cf_auth_token"
 *  client  1: u32le 0, nul-string token, nul-string grant id
 *  server  2: u8 0x00                                  the tunnel is open: yamux from here on
 *          or u8 0xff, u16le code, message to the end  refused; may come as packet 0 already
 * </pre>
 */
@NullMarked
package dev.sallyport.tunnel.handshake;

import org.jspecify.annotations.NullMarked;
