/**
 * <a href="https://github.com/hashicorp/yamux/blob/master/spec.md">yamux</a>, version 0: many streams in one connection. Here
 * are frames and states; reading, writing and time are the caller's.
 *
 * <pre>
 *  frame   u8 version 0, u8 type, u16 flags, u32 stream, u32 length        (big endian)
 *  stream  SYN ─▶ open ─FIN of one side─▶ half closed ─FIN of the other─▶ closed
 *           └─────────────────── RST of either side ────────────────────────▲
 * </pre>
 *
 * <p>Start at {@link dev.sallyport.tunnel.yamux.YamuxSession}.
 */
@NullMarked
package dev.sallyport.tunnel.yamux;

import org.jspecify.annotations.NullMarked;
