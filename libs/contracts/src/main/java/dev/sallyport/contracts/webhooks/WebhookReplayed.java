package dev.sallyport.contracts.webhooks;

import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.EventId;
import java.time.Instant;

/**
 * Somebody had a message sent again.
 *
 * @param deliveryId the notifier's number of the delivery
 * @param eventId of the event that the message tells; receivers see it as the message's id, again
 * @param endpoint the name of the endpoint that is told
 * @param attempts that were made before
 */
public record WebhookReplayed(
        String deliveryId,
        EventId eventId,
        String eventType,
        String endpoint,
        int attempts,
        Grantee replayedBy,
        Instant replayedAt) {}
