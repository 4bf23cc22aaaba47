package dev.sallyport.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * One document of a file.
 *
 * @param whole with {@code kind}, {@code name} and {@code spec}
 * @param lines where each value begins, by its JSON pointer, from 1
 */
record Document(String file, JsonNode whole, Map<String, Integer> lines) {

    /** What it is and what it is called. */
    record Key(Kind kind, String name) implements Comparable<Key> {

        @Override
        public int compareTo(Key other) {
            int byKind = kind.compareTo(other.kind);
            return byKind != 0 ? byKind : name.compareTo(other.name);
        }

        @Override
        public String toString() {
            return kind.label() + " " + name;
        }
    }

    /** Only of one that the schema has let pass. */
    Key key() {
        return new Key(
                Kind.labelled(whole.path("kind").asText()).orElseThrow(),
                whole.path("name").asText());
    }

    ObjectNode spec() {
        return whole.path("spec").isObject()
                ? (ObjectNode) whole.path("spec")
                : com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
    }

    /** {@code file:line} of the value at {@code pointer}, or of the nearest one around it. */
    String where(String pointer) {
        String at = pointer;
        while (!lines.containsKey(at) && !at.isEmpty()) {
            at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
        }
        return file + ":" + lines.getOrDefault(at, 1);
    }
}
