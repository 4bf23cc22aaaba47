package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.contracts.EventJson;
import picocli.CommandLine.Option;

/** How a command prints: for people, or for programs. */
public final class Output {

    private static final ObjectMapper JSON = EventJson.configure(new ObjectMapper());

    enum Form {
        TABLE,
        JSON
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "table or json (default: table)")
    private Form form = Form.TABLE;

    public boolean json() {
        return form == Form.JSON;
    }

    /** Prints a document as the API would write it, indented. */
    public static void print(Object document) {
        try {
            System.out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(document.getClass() + " has no JSON form", e);
        }
    }

    /** What the API answered, as the record that it is. */
    public static <T> T read(JsonNode node, Class<T> type) {
        try {
            return JSON.treeToValue(node, type);
        } catch (JsonProcessingException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "the API answered something that this sally does not know: update it");
        }
    }
}
