package dev.sallyport.notifier.webhook;

import java.time.Duration;
import java.time.Instant;

/** Where a message goes: to the webhook itself, or to Svix, which sees to its webhooks. */
interface Destination {

    /** How long one try takes at most; for so long nobody else takes up the message. */
    Duration longest();

    /** One try. The same message may come again. */
    Attempt send(Delivery delivery, Instant now) throws InterruptedException;
}
