package dev.sallyport.benchmarks.proxy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Bars, in groups, as SVG. A route without a figure, such as the direct one, has no bar. */
final class Chart {

    private static final int LEFT = 110;
    private static final int BAR = 14;
    private static final int WIDTH = 760;
    private static final List<String> COLOURS = List.of("#9aa5b1", "#c9a227", "#2f6f4f", "#7d4e9e");

    private final Map<String, Map<String, Double>> groups = new LinkedHashMap<>();

    void add(String group, String name, double value) {
        if (value > 0) {
            groups.computeIfAbsent(group, _ -> new LinkedHashMap<>()).put(name, value);
        }
    }

    String svg(String title) {
        List<String> names = groups.values().stream()
                .flatMap(group -> group.keySet().stream())
                .distinct()
                .toList();
        double most = groups.values().stream()
                .flatMap(group -> group.values().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        List<String> shapes = new ArrayList<>();
        int y = 56;
        for (Map.Entry<String, Map<String, Double>> group : groups.entrySet()) {
            shapes.add(text(LEFT - 8, y + BAR, "end", group.getKey()));
            for (Map.Entry<String, Double> bar : group.getValue().entrySet()) {
                double width = bar.getValue() / most * (WIDTH - LEFT - 80);
                shapes.add(String.format(
                        Locale.ROOT,
                        "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>",
                        LEFT,
                        y,
                        width,
                        BAR - 2,
                        colour(names, bar.getKey())));
                shapes.add(text(
                        (int) (LEFT + width + 6),
                        y + BAR - 3,
                        "start",
                        String.format(Locale.ROOT, "%.1f", bar.getValue())));
                y += BAR;
            }
            y += 10;
        }
        for (int i = 0; i < names.size(); i++) {
            int x = LEFT + i * 130;
            shapes.add(
                    "<rect x='%d' y='30' width='12' height='12' fill='%s'/>".formatted(x, colour(names, names.get(i))));
            shapes.add(text(x + 18, 40, "start", names.get(i)));
        }
        return "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='12'>%n"
                        .formatted(WIDTH, y + 10)
                + "<rect width='100%' height='100%' fill='white'/>\n"
                + text(LEFT, 18, "start", title)
                + "\n"
                + String.join("\n", shapes)
                + "\n</svg>\n";
    }

    private static String colour(List<String> names, String name) {
        return COLOURS.get(names.indexOf(name) % COLOURS.size());
    }

    private static String text(int x, int y, String anchor, String text) {
        return "<text x='%d' y='%d' text-anchor='%s'>%s</text>".formatted(x, y, anchor, text);
    }
}
