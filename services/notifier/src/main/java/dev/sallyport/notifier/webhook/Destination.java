package dev.sallyport.notifier.webhook;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;

/** Takes a message to an endpoint, the way that the endpoint has. */
@ApplicationScoped
class Destination {

    private final WebhookClient webhook;
    private final SvixClient svix;
    private final ChatClient chat;

    Destination(WebhookClient webhook, SvixClient svix, ChatClient chat) {
        this.webhook = webhook;
        this.chat = chat;
        this.svix = svix;
    }

    /** How long one try takes at most; for so long nobody else takes up the message. */
    Duration longest(Endpoint endpoint) {
        return switch (endpoint.way()) {
            case Endpoint.Http http -> webhook.longest();
            case Endpoint.Chat room -> chat.longest();
            case Endpoint.Svix hosted -> svix.longest();
            case Endpoint.Locked locked -> Duration.ZERO;
        };
    }

    /** One try. The same message may come again. */
    Attempt send(Endpoint endpoint, Delivery delivery, Instant now) throws InterruptedException {
        return switch (endpoint.way()) {
            case Endpoint.Http http -> webhook.send(http, delivery, now);
            case Endpoint.Chat room -> chat.send(room, delivery, now);
            case Endpoint.Svix hosted -> svix.send(delivery);
            case Endpoint.Locked locked -> new Attempt.Held(null, locked.reason());
        };
    }
}
