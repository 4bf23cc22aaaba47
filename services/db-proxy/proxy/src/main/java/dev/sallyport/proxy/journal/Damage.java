package dev.sallyport.proxy.journal;

/**
 * A place of the journal that cannot be read. The segment that it is in was copied aside as it was found.
 *
 * @param segment the number of the segment
 * @param offset where it begins, in bytes from the start of the file
 * @param bytes how long it is
 */
public record Damage(long segment, int offset, int bytes) {}
