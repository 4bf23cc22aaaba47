package dev.sallyport.notifier.chat;

/** Whom a message calls, beside standing in the channel (docs.slack.dev, "Formatting message text", special mentions). */
public enum Mention {
    NONE(""),
    /** Who is there now. */
    HERE("<!here> "),
    /** All of the channel. */
    CHANNEL("<!channel> ");

    private final String markup;

    Mention(String markup) {
        this.markup = markup;
    }

    /** In front of a text; may be empty. */
    String markup() {
        return markup;
    }
}
