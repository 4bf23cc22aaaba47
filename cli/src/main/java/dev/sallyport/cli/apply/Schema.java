package dev.sallyport.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The form of documents: {@code access.schema.json}, which editors take too. */
final class Schema {

    private static final String RESOURCE = "/access.schema.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode schema;

    private Schema(JsonNode schema) {
        this.schema = schema;
    }

    static Schema load() {
        try {
            return new Schema(JSON.readTree(text()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As it is in the repository. */
    static String text() {
        try (InputStream in = Schema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong, each with its file and line; empty when nothing is. */
    List<String> flaws(Document document) {
        String kind = document.whole().path("kind").asText("");
        if (Kind.labelled(kind).isEmpty()) {
            return List.of(document.where("/kind") + ": kind is one of Workflow, Selector, Availability, Policy, Proxy,"
                    + " Database" + (kind.isEmpty() ? "" : ", not '" + kind + "'"));
        }
        List<String> flaws = new ArrayList<>();
        for (Error error : validator(kind).validate(document.whole().toString(), InputFormat.JSON)) {
            String pointer = error.getInstanceLocation().toString();
            String field = pointer.isEmpty() ? "" : pointer.substring(1).replace('/', '.') + " ";
            String member = error.getProperty() == null ? "" : "/" + error.getProperty();
            flaws.add(document.where(pointer + member) + ": " + kind + " "
                    + document.whole().path("name").asText("") + ": " + field + error.getMessage());
        }
        return flaws;
    }

    /** One kind's part of the schema, so that its errors are about that kind alone. */
    private com.networknt.schema.Schema validator(String kind) {
        ObjectNode one = JSON.createObjectNode();
        one.put("$schema", schema.path("$schema").asText());
        one.put("$ref", "#/$defs/" + kind);
        one.set("$defs", schema.path("$defs"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(one.toString(), InputFormat.JSON);
    }

    /** The defaults that the API has for what is left out, by the schema's word {@code default}. */
    JsonNode defaults(Kind kind) {
        return schema.path("$defs")
                .path(kind.label())
                .path("properties")
                .path("spec")
                .path("properties");
    }
}
