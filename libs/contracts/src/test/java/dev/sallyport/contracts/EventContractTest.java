package dev.sallyport.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sallyport.contracts.grants.GrantCredentials;
import dev.sallyport.contracts.grants.LoginVerifiers;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records, JSON Schemas and examples say the same. */
class EventContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Set<String> FORBIDDEN = Set.of(
            "password",
            "passwd",
            "passphrase",
            "token",
            "access_token",
            "secret_value",
            "secret_access_key",
            "private_key");

    static List<EventType<?>> types() {
        return EventType.ALL;
    }

    static List<Path> examples() throws IOException, URISyntaxException {
        List<Path> examples = new ArrayList<>();
        for (EventType<?> type : EventType.ALL) {
            examples.addAll(examplesOf(type));
        }
        return examples;
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeHasASchemaOfItsNameAndAnExample(EventType<?> type) throws Exception {
        assertThat(schemaTree(type.name()).path("$id").asText())
                .isEqualTo(type.schema().toString());
        assertThat(examplesOf(type)).isNotEmpty();
    }

    @Test
    void noSchemaAndNoExampleIsLeftOver() throws Exception {
        List<String> names = EventType.ALL.stream().map(EventType::name).toList();
        assertThat(children("/schemas"))
                .map(file -> file.getFileName().toString())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(names.stream(), Stream.of("event"))
                        .map(n -> n + ".json")
                        .toList());
        assertThat(children("/examples"))
                .map(folder -> folder.getFileName().toString())
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @ParameterizedTest
    @MethodSource("types")
    void aSchemaAsksForEveryFieldOfItsRecordAndKnowsWhichMayBeNull(EventType<?> type) throws IOException {
        JsonNode schema = schemaTree(type.name());
        compare(type.data(), schema, schema, type.name());
    }

    @Test
    void theEnvelopesSchemaAsksForEveryFieldOfTheRecord() throws IOException {
        JsonNode schema = schemaTree("event");
        assertThat(fields(schema.path("properties"))).containsExactlyInAnyOrderElementsOf(namesOf(Event.class));
        assertThat(JSON.<List<String>>convertValue(
                        schema.path("properties").path("type").path("enum"),
                        JSON.getTypeFactory().constructCollectionType(List.class, String.class)))
                .containsExactlyElementsOf(
                        EventType.ALL.stream().map(EventType::name).toList());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleIsValid(Path file) throws IOException {
        assertThat(errors(Files.readString(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleIsReadTheSameInWhateverOrderItsFieldsAre(Path file) throws IOException {
        ObjectNode inOrder = (ObjectNode) JSON.readTree(Files.readString(file));
        ObjectNode reversed = JSON.createObjectNode();
        List<String> names = new ArrayList<>(fields(inOrder));
        names.reversed().forEach(name -> reversed.set(name, inOrder.get(name)));
        ObjectNode withMore = inOrder.deepCopy().put("traceparent", "00-1-2-03");

        assertThat(EventJson.read(reversed.toString())).isEqualTo(EventJson.read(inOrder.toString()));
        assertThat(EventJson.read(withMore.toString())).isEqualTo(EventJson.read(inOrder.toString()));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleComesBackAsItWent(Path file) throws IOException {
        String json = Files.readString(file);
        String written = EventJson.write(EventJson.read(json));
        assertThat(JSON.readTree(written)).isEqualTo(JSON.readTree(json));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleThatIsSpoiltFails(Path file) throws IOException {
        String json = Files.readString(file);
        for (String field : fields(JSON.readTree(json))) {
            assertThat(errors(without(json, "", field))).as("without " + field).isNotEmpty();
        }
        for (String field : fields(JSON.readTree(json).path("data"))) {
            assertThat(errors(without(json, "/data", field)))
                    .as("data without " + field)
                    .isNotEmpty();
            ObjectNode tree = (ObjectNode) JSON.readTree(json);
            ((ObjectNode) tree.path("data"))
                    .set(field, JsonNodeFactory.instance.arrayNode().add(true));
            assertThat(errors(tree.toString()))
                    .as("data with [true] as " + field)
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void aReaderPassesOverWhatItDoesNotKnow(Path file) throws IOException {
        ObjectNode tree = (ObjectNode) JSON.readTree(Files.readString(file));
        ((ObjectNode) tree.path("data")).put("added_later", 1);
        assertThat(errors(tree.toString())).isEmpty();
        assertThat(EventJson.read(tree.toString())).isEqualTo(EventJson.read(Files.readString(file)));
    }

    @Test
    void anEventMadeInJavaIsValid() throws IOException {
        Instant now = Instant.parse("2026-03-10T12:00:00Z");
        GrantId grant = GrantId.next(() -> now);
        LoginVerifiers verifiers = LoginVerifiers.of(Secret.random(32));
        String json = EventJson.write(Event.of(
                EventType.GRANT_CREDENTIALS, "/sallyport/api", grant, now, new GrantCredentials(grant, 1, verifiers)));
        assertThat(errors(json)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("types")
    void noSchemaHasAPlaceForASecret(EventType<?> type) throws IOException {
        schemaTree(type.name())
                .findValues("properties")
                .forEach(properties -> assertThat(fields(properties)).doesNotContainAnyElementsOf(FORBIDDEN));
    }

    /** Fields, which of them are required (all: null is written out), and which may be null. */
    private static void compare(Class<?> record, JsonNode schema, JsonNode root, String where) {
        assertThat(fields(schema.path("properties"))).as(where).containsExactlyInAnyOrderElementsOf(namesOf(record));
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        assertThat(required).as(where).containsExactlyInAnyOrderElementsOf(namesOf(record));
        for (RecordComponent component : record.getRecordComponents()) {
            JsonNode property = schema.path("properties").path(nameOf(component));
            String path = where + "." + nameOf(component);
            assertThat(allowsNull(property, root))
                    .as(path + " may be null")
                    .isEqualTo(component.getAnnotatedType().isAnnotationPresent(Nullable.class));
            Class<?> nested = elementOrSelf(component.getAnnotatedType(), component.getType());
            if (nested.isRecord() && !isWrittenAsAValue(nested)) {
                JsonNode target = property.has("items") ? property.path("items") : property;
                compare(nested, resolve(nonNull(target), root), root, path);
            }
        }
    }

    private static Class<?> elementOrSelf(AnnotatedType type, Class<?> self) {
        return type instanceof AnnotatedParameterizedType list
                ? (Class<?>) list.getAnnotatedActualTypeArguments()[0].getType()
                : self;
    }

    private static boolean isWrittenAsAValue(Class<?> record) {
        return Arrays.stream(record.getDeclaredFields()).anyMatch(field -> field.isAnnotationPresent(JsonValue.class))
                || Arrays.stream(record.getMethods()).anyMatch(method -> method.isAnnotationPresent(JsonValue.class));
    }

    private static JsonNode nonNull(JsonNode property) {
        return property.has("oneOf") ? property.path("oneOf").path(1) : property;
    }

    private static JsonNode resolve(JsonNode property, JsonNode root) {
        return property.has("$ref") ? root.at(property.path("$ref").asText().substring(1)) : property;
    }

    private static boolean allowsNull(JsonNode property, JsonNode root) {
        JsonNode type = property.has("oneOf")
                ? property.path("oneOf").path(0).path("type")
                : resolve(property, root).path("type");
        if (type.isArray()) {
            return Stream.of(type.get(0), type.get(1))
                    .anyMatch(one -> one.asText().equals("null"));
        }
        return type.asText().equals("null");
    }

    private static List<String> namesOf(Class<?> record) {
        return Arrays.stream(record.getRecordComponents())
                .map(EventContractTest::nameOf)
                .toList();
    }

    private static String nameOf(RecordComponent component) {
        return new PropertyNamingStrategies.SnakeCaseStrategy().translate(component.getName());
    }

    private static List<com.networknt.schema.Error> errors(String event) throws IOException {
        JsonNode tree = JSON.readTree(event);
        List<com.networknt.schema.Error> errors =
                new ArrayList<>(schema("event").validate(event, InputFormat.JSON));
        String type = tree.path("type").asText();
        if (EventType.named(type).isPresent()) {
            errors.addAll(schema(type).validate(tree.path("data").toString(), InputFormat.JSON));
        }
        return errors;
    }

    private static String without(String event, String at, String field) throws IOException {
        JsonNode tree = JSON.readTree(event);
        ((ObjectNode) (at.isEmpty() ? tree : tree.at(at))).remove(field);
        return tree.toString();
    }

    private static Schema schema(String name) throws IOException {
        return SCHEMAS.getSchema(schemaTree(name));
    }

    private static JsonNode schemaTree(String name) throws IOException {
        try (var in = EventContractTest.class.getResourceAsStream("/schemas/" + name + ".json")) {
            return JSON.readTree(Objects.requireNonNull(in, name));
        }
    }

    private static List<Path> examplesOf(EventType<?> type) throws IOException, URISyntaxException {
        return children("/examples/" + type.name());
    }

    private static List<Path> children(String folder) throws IOException, URISyntaxException {
        var url = Objects.requireNonNull(EventContractTest.class.getResource(folder), folder);
        try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
            return files.sorted().toList();
        }
    }

    private static List<String> fields(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
