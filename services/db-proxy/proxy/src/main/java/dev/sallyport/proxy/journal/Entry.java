package dev.sallyport.proxy.journal;

/**
 * A record as read back.
 *
 * @param payload a copy
 * @param next where to go on reading
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Entry(Position position, byte[] payload, Position next) {}
