package dev.sallyport.cli.choose;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What is left of a list by what was typed, and which of it is pointed at. A line is left when it holds every word of the
 * filter, in any order and case.
 *
 * @param lines all there is
 * @param at of the lines that are left; 0 when there is none
 */
record Shortlist(List<String> lines, String filter, int at) {

    /** Longer ones are not typed by people. */
    private static final int LONGEST_FILTER = 200;

    static Shortlist of(List<String> lines) {
        return new Shortlist(List.copyOf(lines), "", 0);
    }

    /** Indexes into {@link #lines}, in their order. */
    List<Integer> left() {
        String[] words = filter.toLowerCase(Locale.ROOT).strip().split("\\s+");
        return IntStream.range(0, lines.size())
                .filter(index -> holds(lines.get(index).toLowerCase(Locale.ROOT), words))
                .boxed()
                .toList();
    }

    private static boolean holds(String line, String[] words) {
        for (String word : words) {
            if (!line.contains(word)) {
                return false;
            }
        }
        return true;
    }

    Shortlist type(String text) {
        return filter.length() + text.length() > LONGEST_FILTER ? this : new Shortlist(lines, filter + text, 0);
    }

    Shortlist rubOut() {
        if (filter.isEmpty()) {
            return this;
        }
        return new Shortlist(lines, filter.substring(0, filter.offsetByCodePoints(filter.length(), -1)), 0);
    }

    Shortlist clear() {
        return new Shortlist(lines, "", 0);
    }

    /** Moves the pointer; it stops at the first and the last. */
    Shortlist move(int by) {
        int last = Math.max(0, left().size() - 1);
        return new Shortlist(lines, filter, Math.clamp((long) at + by, 0, last));
    }

    /** The first of {@code rows} lines to be shown, so that the pointer is among them. */
    int top(int rows) {
        return Math.max(0, Math.min(at - rows / 2, left().size() - rows));
    }
}
