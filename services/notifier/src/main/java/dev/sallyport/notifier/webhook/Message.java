package dev.sallyport.notifier.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.Job;
import java.util.Set;

/** What a webhook is told about an event: {@code {"event_type": …, "event_payload": …}}. */
final class Message {

    private static final String SEND_WEBHOOK = "send-webhook";

    private static final String DEFAULT_ORGANISATION = "default";

    private static final ObjectMapper JSON =
            EventJson.configure(JsonMapper.builder().build());

    /** A finished job is told only when somebody asked for that. */
    static boolean isWanted(Event<?> event, Set<String> types) {
        if (!types.contains(event.type())) {
            return false;
        }
        return !event.type().equals(EventType.DBROLES_JOB_FINISHED.name())
                || event.data() instanceof Job job
                        && job.steps().stream().anyMatch(step -> step.name().equals(SEND_WEBHOOK));
    }

    /** The payload is the event's record as the API writes it, to the byte. */
    static String body(Event<?> event) {
        try {
            return "{\"event_type\":" + JSON.writeValueAsString(event.type()) + ",\"event_payload\":"
                    + JSON.writeValueAsString(event.data()) + "}";
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("event " + event.id() + " has no JSON form", e);
        }
    }

    /** Whose event it is; there is one organisation where the event does not say. */
    static String organisation(Event<?> event) {
        return event.data() instanceof Job job ? job.orgId() : DEFAULT_ORGANISATION;
    }

    private Message() {}
}
