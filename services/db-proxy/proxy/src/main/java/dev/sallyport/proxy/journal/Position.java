package dev.sallyport.proxy.journal;

/**
 * A place in the journal.
 *
 * @param segment the number of the segment
 * @param offset of a record in it, in bytes
 */
public record Position(long segment, int offset) implements Comparable<Position> {

    /** Before everything. */
    public static final Position START = new Position(0, 0);

    @Override
    public int compareTo(Position other) {
        int bySegment = Long.compare(segment, other.segment);
        return bySegment != 0 ? bySegment : Integer.compare(offset, other.offset);
    }
}
