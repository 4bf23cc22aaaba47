package dev.sallyport.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads YAML as JSON that remembers its lines. Tags of Java's, and documents without bounds, are refused. */
final class YamlReader {

    private static final int MOST_ALIASES = 50;
    private static final int DEEPEST = 30;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String file;
    private final Map<String, Integer> lines = new HashMap<>();

    private YamlReader(String file) {
        this.file = file;
    }

    /** Every document of a file; empty ones are passed over. */
    static List<Document> read(String file, String text) {
        LoaderOptions bounds = new LoaderOptions();
        bounds.setMaxAliasesForCollections(MOST_ALIASES);
        bounds.setNestingDepthLimit(DEEPEST);
        List<Document> documents = new ArrayList<>();
        try {
            for (Node node : new Yaml(new SafeConstructor(bounds)).composeAll(new StringReader(text))) {
                YamlReader reader = new YamlReader(file);
                JsonNode whole = reader.json(node, "");
                if (!whole.isNull()) {
                    documents.add(new Document(file, whole, Map.copyOf(reader.lines)));
                }
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw wrong(file + ":" + line, "this is no YAML: " + e.getProblem());
        }
        return documents;
    }

    private JsonNode json(Node node, String pointer) {
        lines.put(pointer, node.getStartMark().getLine() + 1);
        return switch (node) {
            case MappingNode mapping -> object(mapping, pointer);
            case SequenceNode sequence -> array(sequence, pointer);
            case ScalarNode scalar -> scalar(scalar);
            default -> throw wrong(at(node), "this cannot be read");
        };
    }

    private ObjectNode object(MappingNode mapping, String pointer) {
        ObjectNode object = JSON.objectNode();
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key) || key.getTag().equals(Tag.MERGE)) {
                throw wrong(at(entry.getKeyNode()), "a field has a plain name");
            }
            String name = key.getValue();
            if (object.has(name)) {
                throw wrong(at(key), "the field '" + name + "' is there twice");
            }
            String below = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
            object.set(name, json(entry.getValueNode(), below));
            lines.put(below, key.getStartMark().getLine() + 1);
        }
        return object;
    }

    private ArrayNode array(SequenceNode sequence, String pointer) {
        ArrayNode array = JSON.arrayNode();
        for (Node item : sequence.getValue()) {
            array.add(json(item, pointer + "/" + array.size()));
        }
        return array;
    }

    private JsonNode scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        try {
            if (scalar.getTag().equals(Tag.NULL)) {
                return JSON.nullNode();
            }
            if (scalar.getTag().equals(Tag.BOOL)) {
                return JSON.booleanNode(List.of("true", "yes", "on").contains(text.toLowerCase(java.util.Locale.ROOT)));
            }
            if (scalar.getTag().equals(Tag.INT) && text.matches("[-+]?\\d+")) {
                return JSON.numberNode(Long.parseLong(text));
            }
            if (scalar.getTag().equals(Tag.FLOAT)) {
                return JSON.numberNode(new BigDecimal(text));
            }
        } catch (NumberFormatException e) {
            throw wrong(at(scalar), "'" + text + "' is no number");
        }
        return JSON.textNode(text);
    }

    private String at(Node node) {
        return file + ":" + (node.getStartMark().getLine() + 1);
    }

    static CommandFailure wrong(String where, String what) {
        return new CommandFailure(ExitCode.USAGE, where + ": " + what);
    }
}
