package dev.sallyport.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows in columns, each as wide as its widest cell; the last one ends where it ends. */
public final class Table {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... titles) {
        rows.add(List.of(titles));
    }

    /** As many cells as there are titles. */
    public Table row(Object... cells) {
        rows.add(Arrays.stream(cells).map(String::valueOf).toList());
        return this;
    }

    /** The rows, that of the titles first. */
    public List<String> lines() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int at = 0; at < columns; at++) {
                widths[at] = Math.max(widths[at], row.get(at).length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    public void print(PrintStream out) {
        lines().forEach(out::println);
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int at = 0; at < row.size(); at++) {
            String cell = row.get(at);
            line.append(at == 0 ? "" : GAP).append(cell).append(" ".repeat(widths[at] - cell.length()));
        }
        return line.toString().stripTrailing();
    }

    /** A time of the API's without its fraction: a cell has no room for it. What is too short to be one stays. */
    public static String seconds(String time) {
        return time.length() < 19 ? time : time.substring(0, 19) + "Z";
    }
}
