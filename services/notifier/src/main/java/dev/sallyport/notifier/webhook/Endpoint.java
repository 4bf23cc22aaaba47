package dev.sallyport.notifier.webhook;

import dev.sallyport.contracts.Event;
import dev.sallyport.kernel.Secret;
import dev.sallyport.notifier.chat.ChatMessage;
import dev.sallyport.notifier.chat.Mention;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Somebody who is told.
 *
 * @param name 1 to 64 lower-case letters, digits and hyphens
 * @param eventTypes which it is told of; a finished job only when it has the step {@code send-webhook}
 * @param disabled nothing new is noted for it, and what is noted waits
 * @param way how it is told
 */
record Endpoint(String name, Set<String> eventTypes, boolean disabled, Way way) {

    /** The endpoint that the configuration describes. */
    static final String DEFAULT = "default";

    /** The chat that the configuration describes. */
    static final String CHAT = "chat";

    static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");

    /** Whether it is to be told of {@code event}. */
    boolean isToldOf(Event<?> event) {
        return !disabled
                && switch (way) {
                    case Chat chat -> eventTypes.contains(event.type()) && ChatMessage.isWorthOne(event);
                    case Http http -> Message.isWanted(event, eventTypes);
                    case Locked locked -> Message.isWanted(event, eventTypes);
                    case Svix svix -> Message.isWanted(event, eventTypes);
                };
    }

    /** What it is told about {@code event}, to the byte. */
    String body(Event<?> event) {
        return way instanceof Chat chat ? ChatMessage.of(event, chat.console(), chat.emergency()) : Message.body(event);
    }

    /** Of how many messages at once: people read a chat in the order in which things happened. */
    int places(int usual) {
        return way instanceof Chat ? 1 : usual;
    }

    /** How messages get there. */
    sealed interface Way {

        /** As people are shown it: {@code webhook}, {@code svix} or {@code chat}. */
        String delivery();

        /** Whether its address may be in a private network. */
        default boolean privateAllowed() {
            return false;
        }
    }

    /**
     * We post to it.
     *
     * @param privateAllowed whether its address may be in a private network
     * @param secrets what messages are signed with, the newest first; never empty
     */
    record Http(URI url, boolean privateAllowed, List<Secret> secrets) implements Way {

        Http {
            secrets = List.copyOf(secrets);
        }

        @Override
        public String delivery() {
            return "webhook";
        }
    }

    /**
     * Not at all: its secret does not open. Messages wait until somebody has seen to the keyset.
     *
     * @param reason for people, with what to do
     */
    record Locked(String reason) implements Way {

        @Override
        public String delivery() {
            return "webhook";
        }
    }

    /**
     * The incoming webhook of a chat.
     *
     * @param url a secret: who has it may post
     * @param privateAllowed whether its address may be in a private network
     * @param console where links lead to
     * @param emergency whom a broken glass calls
     */
    record Chat(Secret url, boolean privateAllowed, URI console, Mention emergency) implements Way {

        @Override
        public String delivery() {
            return "chat";
        }
    }

    /** Svix has endpoints of its own, and sees to them. */
    record Svix() implements Way {

        @Override
        public String delivery() {
            return "svix";
        }
    }
}
