package dev.sallyport.notifier.webhook;

import java.time.Instant;

/** Where a message goes: to the webhook itself, or to Svix, which sees to its webhooks. */
interface Destination {

    /** One try, bounded in time. The same message may come again. */
    Attempt send(Delivery delivery, Instant now) throws InterruptedException;
}
