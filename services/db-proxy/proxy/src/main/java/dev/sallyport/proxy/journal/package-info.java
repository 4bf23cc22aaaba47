/**
 * The journal: what must not be lost, in memory-mapped files, until Kafka has it.
 *
 * <pre>
 *  event loops   ─append─▶ segment n (current) ─▶ segment n+1 (made ahead by SegmentMaker)
 *  Flusher       ──force── segment … n            only while somebody waits for the disk (audit mode strict)
 *  shipper       ◀─read─── segment k … n          segment k is deleted when all in it was acknowledged
 *
 *  segment = header, 32 bytes: magic u64, number u64, salt u64, sealed length u32, size of the file u32
 *            record…: length u32, CRC32C u32, payload, padded to 8 bytes; a length of 0 ends it
 * </pre>
 *
 * <p>The checksum covers the salt, the record's place, its length and its payload, so nothing that a client writes into a
 * payload can pass for a record. The page cache keeps what was appended when the process is killed.
 */
@NullMarked
package dev.sallyport.proxy.journal;

import org.jspecify.annotations.NullMarked;
