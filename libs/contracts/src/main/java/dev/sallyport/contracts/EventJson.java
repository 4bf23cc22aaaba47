package dev.sallyport.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.audit.StatementJson;
import dev.sallyport.kernel.EventId;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How events, and the JSON of our REST API, are written: snake_case names, instants in RFC 3339 UTC with six digits of
 * fraction, {@code null} written out. Fields that a reader does not know are passed over, so that a writer may add some.
 */
public final class EventJson {

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

    /** The second that was written last: thousands of events fall into one. */
    private static volatile Second lastSecond = new Second(0, SECONDS.format(Instant.EPOCH));

    private record Second(long epochSecond, String text) {}

    private static final ObjectMapper MAPPER = configure(JsonMapper.builder().build());

    /** The envelope up to its data, in the order in which {@link Event} is written. */
    private static final List<String> ENVELOPE =
            List.of("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema");

    private static final Map<String, TypeReader> READERS = EventType.ALL.stream()
            .collect(Collectors.toUnmodifiableMap(
                    EventType::name, type -> new TypeReader(type.schema(), MAPPER.readerFor(type.data()))));

    private record TypeReader(URI schema, ObjectReader data) {

        /** The one that we know, nearly always. */
        URI schema(String said) {
            return schema.toString().equals(said) ? schema : URI.create(said);
        }
    }

    /** Gives {@code mapper} our conventions, whoever made it, and returns it. */
    public static ObjectMapper configure(ObjectMapper mapper) {
        SimpleModule ours = new SimpleModule("sallyport");
        ours.addSerializer(Instant.class, new InstantSerializer());
        ours.addSerializer(Event.class, new EventSerializer());
        ours.addSerializer(StatementExecuted.class, new StatementJson());
        return mapper.registerModule(new JavaTimeModule())
                .registerModule(ours)
                .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .setSerializationInclusion(JsonInclude.Include.ALWAYS)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    /** How an instant is written. */
    public static String write(Instant instant) {
        Second second = lastSecond;
        if (second.epochSecond() != instant.getEpochSecond()) {
            second = new Second(instant.getEpochSecond(), SECONDS.format(instant));
            lastSecond = second;
        }
        String micros = Integer.toString(instant.getNano() / 1_000);
        return second.text() + "000000".substring(micros.length()) + micros + "Z";
    }

    /** The event as JSON. */
    public static String write(Event<?> event) {
        return new String(bytes(event), StandardCharsets.UTF_8);
    }

    /** The event as JSON in UTF-8. */
    public static byte[] bytes(Event<?> event) {
        try {
            return MAPPER.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "event " + event.id() + " of type " + event.type() + " has no JSON form", e);
        }
    }

    /**
     * Reads an event of any type that {@link EventType#ALL} lists.
     *
     * @throws MalformedEventException when it is not JSON, not an event, or of a type that is not listed
     */
    public static Event<?> read(String json) {
        Event<?> event = readInOrder(json);
        return event == null ? readInAnyOrder(json) : event;
    }

    /**
     * In one pass and without a tree, as our own services write it. Null when it is written in another way, or is no event: of the
     * one kind there are tens of thousands in a second, of the others nearly none.
     */
    private static @Nullable Event<?> readInOrder(String json) {
        try (JsonParser in = MAPPER.createParser(json)) {
            String[] said = new String[ENVELOPE.size()];
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (int i = 0; i < said.length; i++) {
                if (!ENVELOPE.get(i).equals(in.nextFieldName()) || in.nextToken() != JsonToken.VALUE_STRING) {
                    return null;
                }
                said[i] = in.getText();
            }
            TypeReader reader = READERS.get(said[3]);
            if (reader == null || !"data".equals(in.nextFieldName()) || in.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            Object data = reader.data().readValue(in);
            return in.nextToken() != JsonToken.END_OBJECT
                    ? null
                    : new Event<>(
                            said[0],
                            new EventId(said[1]),
                            said[2],
                            said[3],
                            said[4],
                            Instant.parse(said[5]),
                            said[6],
                            reader.schema(said[7]),
                            data);
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }

    private static Event<?> readInAnyOrder(String json) {
        try {
            JsonNode tree = MAPPER.readTree(json);
            String name = tree.path("type").asText();
            EventType<?> type = EventType.named(name)
                    .orElseThrow(() -> new MalformedEventException("the event type '" + name + "' is not known"));
            return MAPPER.convertValue(tree, eventOf(type));
        } catch (JsonProcessingException e) {
            // Not the cause's message: it quotes what it could not read.
            throw new MalformedEventException(
                    "not a JSON document (" + e.getClass().getSimpleName() + ")");
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException(
                    "not an event of its type (" + e.getClass().getSimpleName() + ")");
        }
    }

    /**
     * Reads an event that must be of {@code type}.
     *
     * @throws MalformedEventException when it is not
     */
    @SuppressWarnings("unchecked")
    public static <T> Event<T> read(EventType<T> type, String json) {
        Event<?> event = read(json);
        if (!event.type().equals(type.name())) {
            throw new MalformedEventException("expected an event of type " + type.name() + ", not " + event.type());
        }
        return (Event<T>) event;
    }

    private static JavaType eventOf(EventType<?> type) {
        return MAPPER.getTypeFactory().constructParametricType(Event.class, type.data());
    }

    private static final class InstantSerializer extends StdSerializer<Instant> {

        private static final long serialVersionUID = 1L;

        InstantSerializer() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(write(value));
        }
    }

    /** The envelope, in the order of {@link #ENVELOPE}: no reflection, for the sake of statements. */
    @SuppressWarnings("rawtypes") // as Jackson registers it
    private static final class EventSerializer extends StdSerializer<Event> {

        private static final long serialVersionUID = 1L;

        EventSerializer() {
            super(Event.class);
        }

        @Override
        public void serialize(Event event, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeStartObject();
            json.writeStringField("specversion", event.specversion());
            json.writeStringField("id", event.id().value());
            json.writeStringField("source", event.source());
            json.writeStringField("type", event.type());
            json.writeStringField("subject", event.subject());
            json.writeStringField("time", write(event.time()));
            json.writeStringField("datacontenttype", event.datacontenttype());
            json.writeStringField("dataschema", event.dataschema().toString());
            json.writeFieldName("data");
            provider.findTypedValueSerializer(event.data().getClass(), true, null)
                    .serialize(event.data(), json, provider);
            json.writeEndObject();
        }
    }

    private EventJson() {}
}
